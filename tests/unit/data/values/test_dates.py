"""Dates and booleans as people write them."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.data.values import parse_booleans, parse_dates

DAY = date(2025, 3, 5)
days = st.lists(st.dates(date(1900, 1, 1), date(2150, 12, 31)), min_size=1, max_size=30)


@pytest.mark.parametrize(
    "written",
    [
        "2025-03-05",
        "2025/3/5",
        "2025.3.5",
        "2025年3月5日",
        "20250305",
        "5-Mar-25",
        "5 March 2025",
        "5th March 2025",
        "March 5, 2025",
        "Wed, 5 Mar 2025",
        "05.03.2025",
        "2025-03-05 10:30:00",
        "2025-03-05T10:30:00Z",
        "2025年3月5日 10时30分",
        "２０２５-３-５",
        "2025-03-05 星期三",
    ],
)
def test_a_day_is_read(written: str):
    read = parse_dates(pl.Series([written]))
    assert read.values.to_list() == [DAY]
    assert not read.failed.any()


@pytest.mark.parametrize(
    "written", ["hello", "2025-02-30", "2025-13-01", "45000", "2025-03", "32/1/2025"]
)
def test_what_is_no_day_fails(written: str):
    read = parse_dates(pl.Series([written]))
    assert read.values.to_list() == [None]
    assert read.failed.to_list() == [True]


def test_one_unambiguous_value_decides_for_the_column():
    read = parse_dates(pl.Series(["3/4/2025", "13/4/2025"]))
    assert read.values.to_list() == [date(2025, 4, 3), date(2025, 4, 13)]
    assert (read.day_first, read.ambiguous, read.format) == (True, False, "d/m/Y")
    read = parse_dates(pl.Series(["3/4/2025", "4/13/2025"]))
    assert read.values[0] == date(2025, 3, 4)
    assert (read.day_first, read.ambiguous, read.format) == (False, False, "m/d/Y")


def test_days_that_read_both_ways_are_ambiguous():
    assert parse_dates(pl.Series(["3/4/2025", "5/6/2025"])).ambiguous
    assert not parse_dates(pl.Series(["3/4/2025"]), day_first=True).ambiguous
    assert parse_dates(pl.Series(["13/4/2025", "4/13/2025", "3/4/2025"])).ambiguous


def test_two_digit_years_are_not_after_a_given_day():
    births = pl.Series(["07/10/83", "05/25/68", "12/29/30"])
    read = parse_dates(births, not_after=date(2020, 1, 1))
    assert [day.year for day in read.values] == [1983, 1968, 1930]
    assert read.two_digit_years == 3
    assert parse_dates(pl.Series(["05/25/68"])).values[0].year == 2068


def test_serials_are_days_only_when_the_source_said_so():
    assert parse_dates(pl.Series(["45000", "45001.5"]), serials=True).values.to_list() == [
        date(2023, 3, 15),
        date(2023, 3, 16),
    ]


@given(days)
def test_written_days_come_back_in_every_form(written: list[date]):
    forms = ("%Y-%m-%d", "%Y/%m/%d", "%d %B %Y", "%Y年%m月%d日", "%d.%m.%Y 10:15")
    for form in forms:
        texts = pl.Series([day.strftime(form) for day in written])
        read = parse_dates(texts, day_first=True)
        assert read.values.to_list() == written


@given(days)
def test_american_days_come_back_when_told(written: list[date]):
    texts = pl.Series([day.strftime("%m/%d/%Y") for day in written])
    assert parse_dates(texts, day_first=False).values.to_list() == written


@given(st.lists(st.one_of(st.none(), st.text(max_size=10)), min_size=1, max_size=20))
def test_anything_is_a_day_or_failed(cells: list[str | None]):
    read = parse_dates(pl.Series("x", cells, dtype=pl.String))
    assert not (read.failed & read.values.is_not_null()).any()
    assert read.failed.null_count() == 0


def test_booleans_of_two_languages():
    cells = ["yes", "NO", "是", "否", "v", "x", "1", "0", "TRUE", "Ｎ", None, "", "maybe"]
    read = parse_booleans(pl.Series("x", cells))
    expected = [True, False] * 5
    assert read.values.to_list() == [*expected, None, None, None]
    assert read.failed.to_list() == [False] * 12 + [True]
