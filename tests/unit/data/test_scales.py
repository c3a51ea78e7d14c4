import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.core import ContractError
from jixiao.data.scales import known_order, parse_scale


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("1..5", ("1", "2", "3", "4", "5")),
        (" 0 .. 3 ", ("0", "1", "2", "3")),
        ("1..3/0.5", ("1", "1.5", "2", "2.5", "3")),
        ("合格<良好<优秀", ("合格", "良好", "优秀")),
        ("不合格 ＜ 合格", ("不合格", "合格")),
        ("PIP<Needs Improvement<Fully Meets", ("PIP", "Needs Improvement", "Fully Meets")),
    ],
)
def test_a_scale_reads_as_it_is_written(text, levels):
    assert parse_scale(text).levels == levels


def test_a_scale_may_name_synonyms():
    assert parse_scale("合格=C=及格<良好=B").synonyms == {"C": "合格", "及格": "合格", "B": "良好"}


def test_a_falling_numeric_order_keeps_the_order_of_the_user():
    scale = parse_scale("5<4<3<2<1")
    assert scale.levels == ("5", "4", "3", "2", "1")
    assert scale.values == (1.0, 2.0, 3.0, 4.0, 5.0)


@pytest.mark.parametrize("text", ["", "5", "5..1", "1..1", "a<a", "a<", "1..5/0", "1..5/0.3"])
def test_what_is_no_scale_is_refused_with_an_example(text):
    with pytest.raises(ContractError, match=r"JX-E121.scale\] --scale: expected LOW..HIGH such as"):
        parse_scale(text)


@given(st.integers(-20, 20), st.integers(1, 60))
def test_a_range_has_every_whole_level_once(low, span):
    scale = parse_scale(f"{low}..{low + span}")
    assert [int(level) for level in scale.levels] == list(range(low, low + span + 1))
    assert scale.values == tuple(float(v) for v in range(low, low + span + 1))


@pytest.mark.parametrize(
    "ordered",
    [
        ("PIP", "Needs Improvement", "Fully Meets", "Exceeds"),
        ("不合格", "合格", "良好", "优秀"),
        ("待改进", "合格", "优秀", "卓越"),
        ("不称职", "基本称职", "称职", "优秀"),
        ("D", "C", "B", "A"),
        ("D", "C", "B", "A", "S"),
        ("C", "B-", "B", "B+", "A"),
        ("Ｃ级", "Ｂ级", "Ａ级"),
        ("Very Poor", "Poor", "Fair", "Good", "Excellent"),
        ("Strongly Disagree", "Disagree", "Neutral", "Agree", "Strongly Agree"),
        ("很不满意", "不满意", "一般", "满意", "非常满意"),
        ("Low", "Moderate", "High"),
        ("Non-Travel", "Travel_Rarely", "Travel_Frequently"),
        ("1 - Poor", "2 - Fair", "3 - Good"),
    ],
)
def test_worded_scales_are_known_in_both_languages(ordered):
    assert known_order(tuple(reversed(ordered))) == ordered
    assert known_order(sorted(ordered)) == ordered


@pytest.mark.parametrize(
    "values",
    [
        ("red", "green", "blue"),
        ("A", "B"),
        ("B", "C", "D"),
        ("Male", "Female"),
        ("甲", "乙方"),
        ("Good", "Weird", "Excellent"),
        ("meets", "satisfactory", "exceeds"),
        ("v", "r", "x", "o"),
    ],
)
def test_an_unknown_order_is_never_guessed(values):
    assert known_order(values) is None
