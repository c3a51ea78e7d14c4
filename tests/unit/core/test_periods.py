from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.core import Period, parse_period


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2025Q1", "2025Q1"),
        ("2025-Q4", "2025Q4"),
        ("q2 2025", "2025Q2"),
        ("2025年第三季度", "2025Q3"),
        ("２０２５Q1", "2025Q1"),
        ("2025H2", "2025H2"),
        ("2025年上半年", "2025H1"),
        ("FY2025", "2025"),
        ("2025年度", "2025"),
        ("2025-03", "2025-03"),
        ("2025年3月", "2025-03"),
        ("2025/03/05", "2025-03-05"),
    ],
)
def test_periods_are_read_as_people_write_them(text, label):
    assert parse_period(text).label == label


@pytest.mark.parametrize("text", ["", "soon", "2025Q5", "2025-13", "31/31/2025", "12"])
def test_what_is_no_period_is_none(text):
    assert parse_period(text) is None


@given(st.integers(1950, 2150), st.sampled_from(["{}Q1", "{}Q4", "{}H1", "{}H2", "{}", "{}-12"]))
def test_a_label_reads_back_as_the_same_period(year, pattern):
    period = parse_period(pattern.format(year))
    assert parse_period(period.label) == period


@given(st.dates(date(1950, 1, 1), date(2150, 1, 1)), st.integers(1, 900))
def test_the_end_is_not_in_the_period(start, days):
    period = Period(start, start + timedelta(days=days))
    assert period.contains(start)
    assert not period.contains(period.end)


def test_an_empty_period_is_refused():
    with pytest.raises(ValueError, match="must end after it starts"):
        Period(date(2025, 1, 1), date(2025, 1, 1))
