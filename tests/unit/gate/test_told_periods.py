import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.contracts import Fact, Span
from jixiao.gate.told_periods import told_period

Q4 = Span(start="2025-10-01", end="2026-01-01")


def told(value, period=Q4):
    return told_period(Fact(id="f1", subject="S1", measure="due", value=value, period=period))


@given(st.dates())
def test_a_day_is_told_as_that_one_day(day):
    span = told(day.isoformat()) if day.year < 9999 else None
    assert span is None or span.start == day.isoformat()


@pytest.mark.parametrize(
    ("value", "start", "end"),
    [
        ("month7", "2025-07-01", "2025-08-01"),
        ("month12", "2025-12-01", "2026-01-01"),
        ("quarter1", "2025-01-01", "2025-04-01"),
        ("quarter4", "2025-10-01", "2026-01-01"),
    ],
)
def test_a_part_of_any_year_is_that_of_the_facts_own_year(value, start, end):
    assert told(value) == Span(start=start, end=end)


@pytest.mark.parametrize("value", ["month13", "quarter5", "month0", "up", "2025-13-01", 7.0])
def test_any_other_value_tells_no_period(value):
    assert told(value) is None


def test_a_part_of_a_year_needs_a_year():
    assert told("month7", period=None) is None
