"""Rows judged one by one, as when they come by themselves: no row's fate hangs on another's.

A file is judged as a whole (``check``): copies, exchanged columns and whole columns in another
unit can be told from many rows only. Here every cell is read as its column's type and held
against what the contract says of it.
"""

from __future__ import annotations

import polars as pl

from jixiao.contracts import CleanSettings, Column, Contract, DataType, Role
from jixiao.data.check_dates import latest_day
from jixiao.data.check_missing import outside
from jixiao.data.clean import clean
from jixiao.data.typed import typed

ROW = "_row"
_AMONG_OTHERS = frozenset({"case_twins.v1"})
"""Cleaning steps that look at other rows."""
_NUMERIC = (DataType.NUMBER, DataType.INTEGER)
_SPELLED = (DataType.CATEGORY, DataType.ORDINAL)


def judge_cells(
    frame: pl.DataFrame, contract: Contract, settings: CleanSettings
) -> tuple[pl.DataFrame, pl.Series]:
    """Return typed rows and why some of them cannot be used.

    Args:
        frame: Columns of strings; null is an empty cell.
        contract: What the columns should be; the target is passed over.
        settings: Cleaning steps; those that look at other rows are left out.

    Returns:
        The rows that can be used, typed, with ``_row``, the 0-based row of ``frame``; and for
        each row of ``frame`` why it cannot be used, null where it can.
    """
    cleaned, _ = clean(frame, contract, single_steps(settings))
    reasons = [pl.lit(None, dtype=pl.String).alias("reason")]
    values = [pl.int_range(frame.height, dtype=pl.Int64, eager=True).alias(ROW)]
    for column in contract.columns:
        if column.name not in cleaned.columns:
            continue
        cells = cleaned[column.name]
        if column.role in (Role.TARGET, Role.IGNORED):
            values.append(cells)
            continue
        found = typed(_spelt(cells, column), column)
        values.append(_steady(found.values, column).alias(column.name))
        wrong = _wrong(found.values, found.failed, column)
        reasons += [
            pl.when(pl.Series(rows)).then(pl.lit(f"{column.name}: expected {expected}"))
            for rows, expected in wrong
            if rows.any()
        ]
    told = pl.concat_str(
        [one.alias(str(at)) for at, one in enumerate(reasons)], separator="; ", ignore_nulls=True
    )
    numbered = pl.DataFrame(values[0])  # gives the literals above their length
    why = numbered.with_columns(told.replace("", None).alias("why"))["why"]
    return pl.DataFrame(values).filter(why.is_null()), why


def single_steps(settings: CleanSettings) -> CleanSettings:
    """Return the cleaning without the steps that look at other rows."""
    steps = tuple(name for name in settings.steps if name not in _AMONG_OTHERS)
    return settings.model_copy(update={"steps": steps})


def _spelt(cells: pl.Series, column: Column) -> pl.Series:
    """Return a category in the spelling its contract names, case and blanks aside."""
    if column.type not in _SPELLED or not column.levels:
        return cells
    known = {_plain(level): level for level in column.levels}
    changed = {
        value: known[_plain(value)]
        for value in cells.drop_nulls().unique().to_list()
        if value not in column.levels and _plain(value) in known
    }
    return cells.replace(changed) if changed else cells


def _plain(text: str) -> str:
    return " ".join(text.split()).lower()


def _steady(values: pl.Series, column: Column) -> pl.Series:
    """Return numbers as decimals: a column's type must not hang on which rows came together."""
    return values.cast(pl.Float64) if column.type in _NUMERIC else values


def _wrong(values: pl.Series, failed: pl.Series, column: Column) -> list[tuple[pl.Series, str]]:
    """Return the rows whose cell cannot stand, each with what was expected."""
    found = [(failed, f"a {column.type}")]
    if column.required:
        found.append((values.is_null() & ~failed, "a value"))
    if column.type in _NUMERIC and values.dtype.is_numeric():
        expected = f"{_end(column.minimum)} to {_end(column.maximum)}"
        found.append((outside(values, column), expected))
    if column.type is DataType.DATE and (latest := latest_day(column)) is not None:
        found.append(((values > latest).fill_null(False), f"a day up to {latest}"))
    if column.type is DataType.ORDINAL and column.levels and column.role is not Role.SUBJECT:
        unknown = values.is_not_null() & ~values.cast(pl.String).is_in(list(column.levels))
        found.append((unknown, f"one of {', '.join(column.levels[:12])}"))
    return found


def _end(bound: float | None) -> str:
    return "any" if bound is None else f"{bound:,.6g}"
