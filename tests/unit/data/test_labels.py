import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.data.invented import FIVE

from jixiao.contracts import Scale, Task, TaskKind
from jixiao.data.labels import split_classes, to_classes, to_scale

ZH = Scale(levels=("不合格", "合格", "良好", "优秀"))
EN = Scale(levels=("PIP", "Needs Improvement", "Fully Meets", "Exceeds"))


def level(written: str, scale: Scale) -> str | None:
    at = to_scale(pl.Series([written]), scale).index[0]
    return None if at is None else scale.levels[at]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("4", "4"),
        ("4.0", "4"),
        (" ４ ", "4"),
        ("3.5", "4"),
        ("4.4", "4"),
        ("2.5", "3"),
        ("4.5/5", "5"),
        ("9/10", "5"),
        ("3 out of 5", "3"),
        ("80%", "4"),
        ("80 %", "4"),
        ("0/10", "1"),
        ("4 stars", "4"),
        ("five stars", "5"),
        ("★★★★", "4"),
        ("★★★☆☆", "3"),
        ("⭐️⭐️", "2"),
        ("3分", "3"),
        ("四星", "4"),
        ("三星半", "4"),
        ("评分：4", "4"),
        ("5 - Excellent", "5"),
        ("Excellent (5)", "5"),
        ("优秀", "5"),
        ("Exceeds", "4"),
        ("meets expectations", "3"),
        ("待改进", "2"),
        ("unsatisfactory", "1"),
    ],
)
def test_written_ratings_map_onto_a_scale_of_five(written, expected):
    assert level(written, FIVE) == expected


@pytest.mark.parametrize(
    "written", ["meh", "80分", "6", "0", "-1", "120%", "5 - Poor", "not good", "A", "7/5", "1/0"]
)
def test_what_no_rule_covers_is_listed_and_never_guessed(written):
    mapping = to_scale(pl.Series([written]), FIVE)
    assert mapping.index.to_list() == [None]
    assert mapping.unmapped == ((written, 1),)
    assert mapping.table == ()


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("优", "优秀"),
        ("Excellent", "优秀"),
        ("绩效优秀", "优秀"),
        ("良", "良好"),
        ("Meets", "合格"),
        ("很差", "不合格"),
        ("不优秀", None),
        ("基本合格", None),
        ("4 - 优秀", "优秀"),
    ],
)
def test_words_map_onto_a_chinese_scale(written, expected):
    assert level(written, ZH) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("pip", "PIP"),
        ("Meets", "Fully Meets"),
        ("exceeds expectations", "Exceeds"),
        ("partially meets", "Needs Improvement"),
        ("does not meet", "PIP"),
    ],
)
def test_words_map_onto_an_english_scale(written, expected):
    assert level(written, EN) == expected


def test_synonyms_of_the_scale_win_over_the_vocabulary():
    scale = Scale(levels=("1", "2", "3", "4", "5"), synonyms={"Excellent": "4", "S": "5"})
    assert level("excellent", scale) == "4"
    assert level("s", scale) == "5"


def test_the_table_says_what_mapped_to_what_by_which_rule():
    mapping = to_scale(pl.Series(["4", "4 stars", "4 stars", None, "meh", "优秀"]), FIVE)
    assert mapping.table == (("4 stars", "4", 2), ("4", "4", 1), ("优秀", "5", 1))
    assert mapping.rules == {"4": "level", "4 stars": "number", "优秀": "word"}
    report = mapping.report("rating")
    assert report.changed == {"rating": 3}
    assert report.note == (
        "3 answers mapped onto the levels; numbers between two levels go to the nearer one, halves "
        "to the higher; 1 answers fit no level"
    )


@given(st.floats(1, 5), st.integers(0, 3))
def test_a_number_goes_to_the_nearest_level_halves_up(value, digits):
    text = f"{value:.{digits}f}"
    number = float(text)
    if 1 <= number <= 5:
        assert level(text, FIVE) == str(int(number + 0.5))


def test_numeric_columns_map_like_their_text():
    assert to_scale(pl.Series([1.0, 4.6, None]), FIVE).index.to_list() == [0, 4, None]
    assert to_scale(pl.Series([1, 5, 9]), FIVE).index.to_list() == [0, 4, None]


def test_classes_differ_in_case_width_and_blanks_only():
    task = Task(kind=TaskKind.CLASS, target="y", classes=("negative", "positive"))
    mapping = to_classes(pl.Series(["Positive ", "negative", "ｐositive", "neg"]), task)
    assert mapping.index.to_list() == [1, 0, 1, None]
    assert mapping.unmapped == (("neg", 1),)


def test_several_classes_are_split_and_unknown_tokens_reported():
    task = Task(kind=TaskKind.CLASSES, target="y", classes=("中国", "公司", "外国"))
    found = split_classes(pl.Series(["中国 公司", "外国  中国", "中国大盘", None, ""]), task)
    assert found.matrix.tolist() == [[1, 1, 0], [1, 0, 1], [0, 0, 0], [0, 0, 0], [0, 0, 0]]
    assert found.known.tolist() == [True, True, False, False, False]
    assert found.unmapped == (("中国大盘", 1),)
    assert found.table == (("中国", 2), ("公司", 1), ("外国", 1))
    comma = Task(kind=TaskKind.CLASSES, target="y", classes=("New York", "Rome"), separator=",")
    assert split_classes(pl.Series(["new york, Rome"]), comma).matrix.tolist() == [[1, 1]]
