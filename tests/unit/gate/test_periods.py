from datetime import date

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
