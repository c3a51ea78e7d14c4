import pytest

from jixiao.app.cli.parser import build_parser


def parse(*words):
    return build_parser("1").parse_args(words)


def test_options_that_name_columns_may_be_repeated_or_listed():
    words = parse(
        "init", "d", "--data", "a.csv", "b.csv", "--text", "pros", "--text", "cons", "head"
    )
    assert words.data == ["a.csv", "b.csv"]
    assert words.text == ["pros", "cons", "head"]


@pytest.mark.parametrize(
    "verb", ["demo", "init", "check", "train", "evaluate", "score", "report", "run"]
)
def test_every_verb_explains_itself_and_offers_json(verb, capsys):
    with pytest.raises(SystemExit) as left:
        parse(verb, "--help")
    assert left.value.code == 0
    told = capsys.readouterr().out
    assert "--json" in told
    assert "Exit code" in told


def test_bad_words_leave_with_code_two(capsys):
    with pytest.raises(SystemExit) as left:
        parse("score", "d")
    assert left.value.code == 2
    assert "--data" in capsys.readouterr().err
