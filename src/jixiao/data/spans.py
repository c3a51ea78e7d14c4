"""Columns of periods or days as half-open spans, whatever way they are written or stored."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from jixiao.core import Period, parse_period
from jixiao.data.values import parse_dates

_SPAN = {"start": pl.Date, "end": pl.Date}


def spans_of(values: pl.Series, *, is_period: bool = True) -> pl.DataFrame:
    """Return ``start`` and ``end`` (first day after) of each value; null where there is none.

    Args:
        values: Strings such as ``2025Q1`` or ``3/4/2025``, or dates. Dates that all are first
            days of quarters, months or years are taken for those, since that is how a table of
            periods is stored; other dates are single days.
        is_period: Whether dates may stand for longer spans at all.
    """
    if values.dtype == pl.String:
        return _of_text(values)
    days = values.cast(pl.Date, strict=False)
    months = _months_from(days.drop_nulls().unique()) if is_period else 0
    end = days.dt.offset_by(f"{months}mo") if months else days.dt.offset_by("1d")
    return pl.DataFrame({"start": days, "end": end})


def _of_text(values: pl.Series) -> pl.DataFrame:
    distinct = values.drop_nulls().unique()
    spans = {text: span_of(text) for text in distinct.to_list()}
    unread = pl.Series([text for text, span in spans.items() if span is None], dtype=pl.String)
    if unread.len():
        days = parse_dates(unread).values.to_list()
        for text, day in zip(unread.to_list(), days, strict=True):
            if day is not None:
                spans[text] = Period(day, day + timedelta(days=1))
    known = {text: span for text, span in spans.items() if span is not None}
    return pl.DataFrame(
        {
            side: values.replace_strict(
                {text: getattr(span, side) for text, span in known.items()},
                default=None,
                return_dtype=pl.Date,
            )
            for side in _SPAN
        }
    )


def span_of(text: str) -> Period | None:
    """Return the period a text names, also ``2025-01-01..2025-03-31``; None for anything else."""
    first, dots, last = text.partition("..")
    if not dots:
        return parse_period(text)
    start, end = parse_period(first), parse_period(last)
    return Period(start.start, end.end) if start and end and end.end > start.start else None


def _months_from(days: pl.Series) -> int:
    """Return how many months apart first days of periods stand: 12, 6, 3, 1, or 0 for days."""
    if not days.len() or not (days.dt.day() == 1).all():
        return 0
    months = set(days.dt.month().to_list())
    years = days.dt.year().n_unique()
    if months == {1} and years > 1:
        return 12
    if months <= {1, 7} and days.len() > 1:
        return 6
    return 3 if months <= {1, 4, 7, 10} else 1


def label_of(start: date | None, end: date | None) -> str:
    """Return the short name of a span, ``""`` when it is unknown."""
    return Period(start, end).label if start and end else ""
