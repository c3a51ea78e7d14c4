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


@pytest.mark.parametrize(
    "words",
    [
        ("train", "d", "--trials", "-3"),
        ("train", "d", "--trials", "0"),
        ("train", "d", "--seed", "-1"),
        ("train", "d", "--seed", "4294967296"),
        ("demo", "d", "--people", "0"),
    ],
)
def test_counts_and_seeds_outside_their_range_leave_with_code_two(words, capsys):
    with pytest.raises(SystemExit) as left:
        parse(*words)
    assert left.value.code == 2
    assert "a whole number from" in capsys.readouterr().err
