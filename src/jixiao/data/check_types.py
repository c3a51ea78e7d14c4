"""Types: every column is read as its contract says, and what cannot be read is named."""

from __future__ import annotations

import polars as pl

from jixiao.contracts import Column, DataType, Role
from jixiao.data.codes import Effect
from jixiao.data.desk import Desk
from jixiao.data.screens import each
from jixiao.data.typed import TypedColumn, typed
from jixiao.data.vocabulary import MISSING_WORDS

_MIXED = 0.1
_WHOLE = 0.5
_READ = {
    DataType.NUMBER: "a number",
    DataType.INTEGER: "a whole number",
    DataType.DATE: "a day",
    DataType.PERIOD: "a period such as 2025Q1",
    DataType.BOOLEAN: "yes or no",
}


def type_columns(desk: Desk) -> None:
    """Read every column as its type; ignored ones and labels stay as they are written."""
    columns = desk.columns
    read = each(lambda column: _typed(desk, column), columns, rows=desk.rows)
    for column, found in zip(columns, read, strict=True):
        desk.typed[column.name], desk.failed[column.name] = found.values, found.failed
        if found.ambiguous:
            desk.ambiguous.add(column.name)


def _typed(desk: Desk, column: Column) -> TypedColumn:
    values = desk.cleaned[column.name]
    if column.role is Role.IGNORED or is_label(column):
        return TypedColumn(values, desk.none())
    return typed(values, column)


def is_label(column: Column) -> bool:
    """Return whether a column is a worded or numeric answer that labels map, not a number."""
    return column.role is Role.TARGET and column.type is not DataType.NUMBER


def check_types(desk: Desk) -> None:
    """Name cells that are not of their column's type."""
    for column in desk.columns:
        if column.name in desk.ambiguous:
            told = "days and months that could be swapped, and nothing that decides"
            desk.add("ambiguous-date", None, column=column.name, expected="one order", got=told)
        failed = desk.failed[column.name] & desk.open_cells(column.name)
        if failed.any():
            _failed(desk, column, failed)


def _failed(desk: Desk, column: Column, failed: pl.Series) -> None:
    at = failed.arg_true()
    words = desk.cleaned[column.name].gather(at).str.strip_chars().str.to_lowercase()
    missing = at.filter(words.is_in(sorted(MISSING_WORDS)).fill_null(False))
    nothing = desk.none().scatter(missing, True) if len(missing) else desk.none()
    if nothing.any():
        desk.add("missing-code", nothing, column=column.name, expected="an empty cell")
        failed = failed & ~nothing
    filled = desk.cleaned.height - desk.cleaned[column.name].null_count()
    share = int(failed.sum()) / max(1, filled)
    expected = _READ.get(column.type, f"a {column.type}")
    if share > _WHOLE and filled > 4:
        got = f"{int(failed.sum())} of {filled} cells that are none"
        desk.add(
            "wrong-type",
            failed,
            column=column.name,
            expected=expected,
            got=got,
            effect=Effect.BLOCKING,
        )
    elif share > _MIXED and int(failed.sum()) > 2:
        got = f"{share:.0%} other values"
        desk.add("mixed-types", failed, column=column.name, expected=f"{expected} in all", got=got)
    else:
        desk.add("wrong-type", failed, column=column.name, expected=expected)
