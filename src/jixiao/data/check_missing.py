"""Missing values: needed cells that are empty, codes for nothing, columns that say nothing."""

from __future__ import annotations

import re

import polars as pl

from jixiao.contracts import Column, DataType, Role
from jixiao.data.codes import Effect
from jixiao.data.desk import Desk
from jixiao.data.promises import is_quantity
from jixiao.data.vocabulary import MISSING_NUMBERS

_MOSTLY_MISSING = 0.5
_FEW, _MANY = 5, 30
_NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?%?")
_NUMERIC = (DataType.NUMBER, DataType.INTEGER)


def check_missing(desk: Desk) -> None:
    """Name missing needed cells, words and numbers for nothing, empty and constant columns."""
    for column in desk.columns:
        if column.role is Role.IGNORED:
            _silent(desk, column)
            continue
        values = desk.typed[column.name]
        if not desk.open_cells(column.name).any():
            continue
        if desk.rows >= _FEW and values.null_count() == desk.rows:
            _empty(desk, column)
            continue
        if column.required:
            gone = values.is_null() & ~desk.failed[column.name] & ~desk.settled
            desk.add(
                "missing-required", gone, column=column.name, expected="a value", got="nothing"
            )
        _words(desk, column)
        if column.type in _NUMERIC:
            _numbers(desk, column)
            _constant(desk, column)


def _silent(desk: Desk, column: Column) -> None:
    """Note a column that is left out since it holds nothing, or one number over and over."""
    values = desk.raw.frame[column.name]
    if desk.rows < _MANY:
        return
    if values.null_count() == desk.rows:
        got = "none; it is left out"
        desk.add(
            "empty-column", None, column=column.name, expected="values", got=got, effect=Effect.NOTE
        )
        return
    same = not values.null_count() and (values == values[0]).all()
    if same and _is_telling(values[0].strip(), column):
        desk.add(
            "constant-column",
            None,
            column=column.name,
            expected="numbers that vary",
            got=f"{values[0].strip()} in every row; it is left out",
            effect=Effect.NOTE,
        )


def _is_telling(value: str, column: Column) -> bool:
    """Return whether a number should vary: no 0, and no code of one digit."""
    if _NUMBER.fullmatch(value) is None or not value.strip("0.%"):
        return False
    return len(value) > 1 or is_quantity(column.name)


def _empty(desk: Desk, column: Column) -> None:
    if column.missing is None or column.missing <= _MOSTLY_MISSING or column.required:
        desk.add("empty-column", None, column=column.name, expected="values", got="none")


def _words(desk: Desk, column: Column) -> None:
    raw, cleaned = desk.raw.frame[column.name], desk.cleaned[column.name]
    if cleaned.null_count() == raw.null_count():
        return
    emptied = cleaned.is_null() & raw.is_not_null() & (raw.str.strip_chars() != "")
    zero = raw.str.contains(r"^\s*0+(?:\.0+)?\s*$") if column.zero_is_missing else desk.none()
    rows = emptied.fill_null(False) & ~zero.fill_null(False) & desk.open_cells(column.name)
    got = repr(raw.filter(rows)[0]) if rows.any() else ""
    desk.add("missing-code", rows, column=column.name, expected="an empty cell", got=got)


def _numbers(desk: Desk, column: Column) -> None:
    if column.minimum is None and column.maximum is None:
        return
    numbers = desk.typed[column.name]
    coded = numbers.cast(pl.Float64).is_in(sorted(MISSING_NUMBERS)).fill_null(False)
    if not coded.any():
        return
    rows = coded & outside(numbers, column) & desk.open_cells(column.name)
    got = f"{numbers.filter(rows)[0]}" if rows.any() else ""
    desk.add(
        "missing-number", rows, column=column.name, expected="a value or an empty cell", got=got
    )


def outside(numbers: pl.Series, column: Column) -> pl.Series:
    """Return which numbers lie outside the believable range of a column; missing ones do not."""
    found = pl.repeat(False, len(numbers), eager=True, dtype=pl.Boolean)
    if column.minimum is not None:
        found = found | (numbers < column.minimum).fill_null(False)
    if column.maximum is not None:
        found = found | (numbers > column.maximum).fill_null(False)
    return found


def _constant(desk: Desk, column: Column) -> None:
    usual, values = column.usual, desk.typed[column.name].drop_nulls()
    varies = usual is not None and usual[0] < usual[1] < usual[2]
    if varies and len(values) >= _MANY and values.min() == values.max():
        told = "the same value in every row"
        desk.add("constant-column", None, column=column.name, expected="values that vary", got=told)
