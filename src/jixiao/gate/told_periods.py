"""Periods that the words of facts are: a day as 2025-12-31, a part of any year as month7."""

from __future__ import annotations

import re
from datetime import date, timedelta

from jixiao.contracts import Fact, Span

_PART = re.compile(r"(?P<kind>month|quarter)(?P<place>\d{1,2})")
_MONTHS = {"month": 1, "quarter": 3}


def told_period(fact: Fact) -> Span | None:
    """Return the day or part of a year that a fact's word is; None for any other value.

    A part of a year, which comes back every year, is that of the year of the fact's own period.

    Examples:
        >>> told_period(Fact(id="due", subject="E1", measure="due", value="2025-12-31"))
        Span(start='2025-12-31', end='2026-01-01')
    """
    if not isinstance(fact.value, str):
        return None
    if found := _PART.fullmatch(fact.value):
        return _part(found["kind"], int(found["place"]), fact.period)
    try:
        day = date.fromisoformat(fact.value)
    except ValueError:
        return None
    return Span(start=day.isoformat(), end=(day + timedelta(days=1)).isoformat())


def _part(kind: str, place: int, within: Span | None) -> Span | None:
    length = _MONTHS[kind]
    if within is None or not 1 <= place <= 12 // length:
        return None
    year, first, after = int(within.start[:4]), length * (place - 1), length * place
    start = date(year, first + 1, 1)
    end = date(year + after // 12, after % 12 + 1, 1)
    return Span(start=start.isoformat(), end=end.isoformat())
