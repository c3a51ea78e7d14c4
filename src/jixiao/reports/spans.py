"""Periods of records: from what the period column holds to ``Period`` objects and back to spans."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache

import polars as pl

from jixiao.contracts import Contract, Role, Span
from jixiao.core import Period, parse_period


def periods_of(frame: pl.DataFrame, contract: Contract) -> list[Period | None]:
    """Return the review period of each row; None where it is missing or there is no such column.

    Words such as ``2025Q1`` name their period. Days name the month, quarter, half or year that
    starts on them when all of them are such starts, and else the quarter they lie in.
    """
    known = (c for c in contract.by_role(Role.PERIOD) if c.name in frame.columns)
    column = next(known, None)
    if column is None:
        return [None] * frame.height
    values = frame[column.name].to_list()
    days = sorted({_day(value) for value in values if isinstance(value, date)})
    step = step_of(days)
    return [_period(value, step) for value in values]


def months_of(days: pl.Series) -> list[Period | None]:
    """Return the month of each day; None where there is no day."""
    return [_around(_day(day), 1) if isinstance(day, date) else None for day in days.to_list()]


def step_of(days: list[date]) -> int | None:
    """Return the months from one start day to the next: 1, 3, 6 or 12; None if days are no starts.

    Args:
        days: Distinct days, rising.
    """
    if not days or any(day.day != 1 for day in days):
        return None
    months = [day.year * 12 + day.month - 1 for day in days]
    for step in (12, 6, 3):
        on_starts = all(month % step == 0 for month in months)
        if on_starts and (len(months) > 1 or step == 12):
            return step
    return 1


def _period(value: object, step: int | None) -> Period | None:
    if value is None:
        return None
    if isinstance(value, date):
        return _around(_day(value), step)
    if isinstance(value, dict):
        return Period(_day(value["start"]), _day(value["end"]))
    return _read(str(value))


@lru_cache(maxsize=4096)
def _read(text: str) -> Period | None:
    found = parse_period(text)
    if found is not None and found.end - found.start == timedelta(days=1):
        return _around(found.start, None)
    return found


@lru_cache(maxsize=65536)
def _around(day: date, step: int | None) -> Period:
    months = step or 3
    first = (day.month - 1) // months * months if step is None or step < 12 else 0
    start = day.year * 12 + first
    end = start + months
    return Period(date(start // 12, start % 12 + 1, 1), date(end // 12, end % 12 + 1, 1))


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value


@lru_cache(maxsize=4096)
def span(period: Period | None) -> Span | None:
    """Return the period as it stands in a record."""
    return None if period is None else Span(**period.to_json())
