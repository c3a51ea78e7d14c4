from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.gate.figures import figures_of
from jixiao.gate.lexicon import language_of, lexicon_of


def read(text):
    return figures_of(text, lexicon_of(language_of(text)))


@pytest.mark.parametrize(
    ("text", "value", "kind"),
    [
        ("共1.2万元", 12_000, "amount"),
        ("达到1亿2000万元", 120_000_000, "amount"),
        ("增长三成", 0.3, "ratio"),
        ("占三成五", 0.35, "ratio"),
        ("三分之一的客户", 1 / 3, "ratio"),
        ("百分之十二点五", 12.5, "amount"),
        ("业绩翻番", 2, "factor"),
        ("翻了两番", 4, "factor"),
        ("是上期的两倍", 2, "times"),
        ("排名第三", 3, "ordinal"),
        ("half of the cases", 0.5, "ratio"),
        ("a third of the target", 1 / 3, "ratio"),
        ("sales doubled", 2, "factor"),
        ("twenty-three orders", 23, "amount"),
        ("1.2 million yuan", 1_200_000, "amount"),
        ("¥1,234,567", 1_234_567, "amount"),
        ("fell to −0.5", -0.5, "amount"),
        ("ranked 3rd", 3, "ordinal"),
    ],
)
def test_a_figure_is_read_in_every_form(text, value, kind):
    (figure,) = read(text)
    assert figure.value == pytest.approx(value)
    assert figure.kind == kind


@pytest.mark.parametrize(
    "text", ["统一安排", "进一步提高", "one of the best", "no one else", "一直"]
)
def test_number_words_that_count_nothing_are_no_figures(text):
    from jixiao.gate.facts import FactSet
    from jixiao.gate.parse import parse

    facts = FactSet(())
    assert parse(text, facts, facts.names, frozenset()).figures == []


@given(st.integers(1, 99), st.integers(0, 99))
def test_a_figure_accepts_what_rounds_to_it_and_nothing_else(whole, cents):
    value = whole + cents / 100
    (figure,) = read(f"a mean of {value:.2f} overall")
    assert figure.accepts(value + 0.0049)
    assert not figure.accepts(value + 0.0061)


def test_words_loosen_a_figure_to_one_side_or_both():
    about, nearly, over = (read(text)[0] for text in ("about 100", "nearly 100", "over 100"))
    assert about.accepts(105)
    assert not about.accepts(110)
    assert nearly.accepts(96)
    assert not nearly.accepts(104)
    assert over.accepts(110)
    assert not over.accepts(96)


def test_the_first_figure_of_a_range_takes_unit_and_scale_of_the_second():
    first, second = read("from 3.2 to 4.1 million yuan")
    assert first.value == pytest.approx(3_200_000)
    assert first.unit == second.unit


def test_a_score_is_no_subtraction():
    assert [figure.value for figure in read("113 - 95")] == [113, 95]


_WORDS = """
12 1,250 .5 -3 +4 – $ US$ CNY two Twenty-three a hundred half thirds third of ten doubled
twice in three times % 万 三 百分之 十二 成 倍 一半 第 翻番 E001 Sales ſix , . (
"""
_PIECES = st.sampled_from([*_WORDS.split(), "\0"])


@given(st.lists(st.tuples(_PIECES, st.sampled_from(["", " "])), max_size=8))
def test_a_text_without_number_words_is_read_as_any_other(pieces):
    text = "".join(piece + blank for piece, blank in pieces)
    quick = read(text)
    with patch("jixiao.gate.figure_forms.holds_none", return_value=False):
        assert read(text) == quick
