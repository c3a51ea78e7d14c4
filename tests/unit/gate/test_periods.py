from datetime import date
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.contracts import Span
from jixiao.gate.periods import periods_of

Q3 = Span(start="2025-07-01", end="2025-10-01")


@pytest.mark.parametrize(
    "text",
    ["Q3 2025", "2025Q3", "the third quarter of 2025", "July to September 2025", "2025年第三季度",
     "第三季度", "2025年三季度", "2025年7月至9月"],
)  # fmt: skip
def test_a_quarter_is_known_by_all_its_names(text):
    (mention,) = periods_of(f" {text} ")
    assert mention.fits(Q3)


@pytest.mark.parametrize("text", ["Q2 2025", "Q3 2024", "2025年第二季度", "July 2025", "in 2025"])
def test_another_period_does_not_fit(text):
    (mention,) = periods_of(f"in {text}" if text[0] != "i" else text)
    assert not mention.fits(Q3)


@given(st.dates(date(1990, 1, 1), date(2030, 12, 30)))
def test_a_day_is_known_in_both_languages_and_by_its_weekday(day):
    span = Span(start=day.isoformat(), end=date.fromordinal(day.toordinal() + 1).isoformat())
    written = [day.isoformat(), f"{day.year}年{day.month}月{day.day}日", day.strftime("%A")]
    for text in written:
        (mention,) = periods_of(f"on {text}")
        assert mention.fits(span)


def test_a_modal_verb_is_no_month():
    assert periods_of("This may improve.") == []


_WORDS = """
2024 2025年 12 3 Q3 q1 H2 FY2024 the first 1st second quarter half of July March to
julytoaugust – and Mondays 第 三 季度 7月 至 9月 5日 上半年 周五 in than 1,250 2024-05-06 ſ ,
"""
_PIECES = st.sampled_from([*_WORDS.split(), "\0"])


@given(st.lists(st.tuples(_PIECES, st.sampled_from(["", " "])), max_size=8))
def test_a_text_without_period_words_is_read_as_any_other(pieces):
    text = "".join(piece + blank for piece, blank in pieces)
    quick = periods_of(text)
    with patch("jixiao.gate.periods.holds_none", return_value=False):
        assert periods_of(text) == quick
