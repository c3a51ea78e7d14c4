"""Steps all readers share: making all-String frames and leaving blank rows and columns out."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import replace

import polars as pl

from jixiao.contracts import Problem, Severity
from jixiao.data.sources.raw import RawTable


def finding(code: str, file: str, *, expected: str, got: str, hint: str) -> Problem:
    """Return a finding about a whole file that blocks nothing."""
    return Problem(code, file, None, None, expected, got, hint)


def note(code: str, file: str, *, expected: str, got: str, hint: str) -> Problem:
    """Return how a whole file was read where that had to be chosen; nothing needs mending."""
    return Problem(code, file, None, None, expected, got, hint, severity=Severity.NOTE)


def string_frame(rows: Sequence[Sequence[str | None]], names: Sequence[str]) -> pl.DataFrame:
    """Return an all-String frame from rows of ``len(names)`` cells; empty text becomes null."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(names)
    return pl.DataFrame(
        [
            pl.Series(name, [cell or None for cell in cells], dtype=pl.String)
            for name, cells in zip(names, columns, strict=True)
        ]
    )


def without_blank_columns(frame: pl.DataFrame, named: Mapping[str, bool]) -> pl.DataFrame:
    """Drop columns that have neither a name nor a value."""
    unnamed = [name for name, has_name in named.items() if not has_name]
    blank = [name for name in unnamed if frame[name].null_count() == frame.height]
    return frame.drop(blank) if len(blank) < frame.width else frame


def _end(blank: pl.Series) -> int:
    """Return the position after the last row that is filled in."""
    filled = (~blank).arg_true()
    return int(filled[-1]) + 1 if filled.len() else 0


def _left_out(blank: pl.Series, no_rows: Container[int]) -> tuple[int, ...]:
    """Return the places of blank rows among all rows, what is no row not counted."""
    places: list[int] = []
    skipped = 0
    for at in blank.arg_true().to_list():
        if at in no_rows:
            skipped += 1
        else:
            places.append(at - skipped)
    return tuple(places)


def without_blank_rows(
    table: RawTable, no_rows: Callable[[], Container[int]] | None = None
) -> RawTable:
    """Leave rows out in which nothing is filled in; blank rows between others are told.

    Args:
        table: The table as parsed.
        no_rows: Finds the positions in its frame that are no rows at all, such as empty lines of a
            text; without it, blank rows at the end are none.
    """
    frame = table.frame
    if not frame.width or not frame.height:
        return table
    if any(column.null_count() == 0 for column in frame):
        return table
    blank = frame.select(pl.all_horizontal(pl.all().is_null())).to_series()
    count = int(blank.sum())
    if not count:
        return table
    kept = (~blank).arg_true()
    inner = count - (frame.height - 1 - int(kept[-1])) if kept.len() else 0
    numbers = kept.cast(pl.Int64) + table.first_row
    if table.row_numbers is not None:
        numbers = table.row_numbers.gather(kept)
    where = {int(old): new for new, old in enumerate(kept)} if table.bad_rows else {}
    slim = replace(
        table,
        frame=frame.filter(~blank),
        row_numbers=numbers.alias("row"),
        bad_rows={where[at]: why for at, why in table.bad_rows.items() if at in where},
        left_out=_left_out(blank, no_rows() if no_rows else range(_end(blank), frame.height)),
    )
    if not inner:
        return slim if table.row_numbers is not None else replace(slim, row_numbers=None)
    first = table.row_number(int(blank.arg_true()[0]))
    told = Problem(
        "JX-E206.blank-rows",
        table.file,
        first,
        None,
        "rows one under another",
        f"{inner} rows without any cell between them",
        "nothing was lost; they are left out and not counted",
        rows=inner,
        severity=Severity.NOTE,
    )
    return slim.with_problems(told)
