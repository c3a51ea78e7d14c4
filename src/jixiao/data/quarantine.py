"""Unusable rows set aside with their reasons, and mended ones brought back to their places."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from jixiao.core import DataError, plural
from jixiao.data.sources import RawTable

ROW, REASON = "_row", "_reason"


def quarantine_table(frame: pl.DataFrame, rows: pl.Series, reasons: pl.Series) -> pl.DataFrame:
    """Return the raw cells of some rows with ``_row`` (0-based) and ``_reason`` in front.

    Args:
        frame: The table as read.
        rows: Mask of the rows to set aside.
        reasons: Why, for each row of the table.
    """
    numbered = frame.with_columns(
        pl.int_range(frame.height, eager=True).alias(ROW), reasons.alias(REASON)
    )
    return numbered.filter(rows).select(ROW, REASON, *frame.columns)


def read_back(raw: RawTable, mended: pl.DataFrame) -> RawTable:
    """Return the table with the cells of mended rows in place of the unusable ones.

    A row of the mended file takes the place its ``_row`` names. Rows that were deleted from the
    mended file stay as they are, and so stay quarantined; the number of rows never changes.

    Args:
        raw: The table as read.
        mended: A quarantine file after somebody corrected it; all strings or ``_row`` as a number.

    Raises:
        DataError: If ``_row`` is missing, names a row that is not there or names one twice, or a
            column is not the table's.
    """
    _refuse_columns(raw, mended)
    positions = mended[ROW].cast(pl.String).str.strip_chars().cast(pl.Int64, strict=False)
    _refuse_rows(raw, positions)
    frame = raw.frame
    for name in frame.columns:
        if name in mended.columns:
            cells = mended[name].cast(pl.String)
            cells = cells.set(cells == "", None) if len(cells) else cells
            frame = frame.with_columns(frame[name].scatter(positions, cells))
    still = {at: why for at, why in raw.bad_rows.items() if at not in set(positions.to_list())}
    return replace(raw, frame=frame, bad_rows=still)


def _refuse_columns(raw: RawTable, mended: pl.DataFrame) -> None:
    if ROW not in mended.columns:
        raise DataError(
            "JX-E250.mended",
            raw.file,
            expected=f"a quarantine file with its column {ROW}",
            got=f"columns {', '.join(mended.columns)}",
            hint="mend the file that check wrote; keep its first column",
        )
    known = {ROW, REASON, *raw.frame.columns}
    strange = [name for name in mended.columns if name not in known]
    if strange:
        raise DataError(
            "JX-E250.mended",
            raw.file,
            expected=f"the columns of {raw.name}",
            got=f"also {', '.join(strange)}",
            hint="mend cells only; leave the header as it is",
        )


def _refuse_rows(raw: RawTable, positions: pl.Series) -> None:
    bad = positions.is_null() | (positions < 0) | (positions >= raw.frame.height)
    if bad.fill_null(True).any():
        raise DataError(
            "JX-E250.mended",
            f"{raw.file} {ROW}",
            expected=f"row numbers from 0 to {raw.frame.height - 1}",
            got=f"{int(bad.fill_null(True).sum())} others",
            hint=f"do not change {ROW}; it says where a row belongs",
        )
    if positions.n_unique() < len(positions):
        raise DataError(
            "JX-E250.mended",
            f"{raw.file} {ROW}",
            expected="each row once",
            got=f"{plural(len(positions) - positions.n_unique(), 'row')} twice",
            hint="keep one line of each",
        )
