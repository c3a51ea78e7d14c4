"""Rows that the user declared to be the test part: they are measured whatever repeats them.

A test part that somebody else made is compared with figures made on all of it. So none of its rows
is left out as a copy; where a row stands both in it and among the training rows, it is the
training row that goes, and the model is never asked what it was shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from jixiao.contracts import SplitSettings
from jixiao.data.split_quotas import TEST_WORDS


@dataclass(frozen=True)
class HeldOut:
    """The declared test part of a table.

    Attributes:
        rows: Mask of its rows.
        column: Column that names the part, which is no part of what a row says; None when the
            part is a file of its own.
    """

    rows: pl.Series
    column: str | None = None


def held_out(frame: pl.DataFrame, parts: pl.Series, settings: SplitSettings) -> HeldOut | None:
    """Return the declared test part, or None when the split is not declared.

    Args:
        frame: The records, all strings.
        parts: Part that each row's table is declared to be: train, test or all.
        settings: Whether a column names the part.
    """
    if settings.method not in ("auto", "column"):
        return None
    if settings.column:
        if settings.column not in frame.columns:
            return None
        words = frame[settings.column].str.strip_chars().str.to_lowercase()
        rows = words.is_in(TEST_WORDS).fill_null(False)
        return HeldOut(rows, settings.column) if rows.any() else None
    rows = parts == "test"
    return HeldOut(rows) if rows.any() else None
