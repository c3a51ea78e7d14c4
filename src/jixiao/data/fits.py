"""How well cells fit a column of the contract: the common measure of shifted and swapped cells."""

from __future__ import annotations

import polars as pl

from jixiao.contracts import Column, DataType, Role, Task
from jixiao.data.check_missing import outside
from jixiao.data.desk import Desk
from jixiao.data.labels import to_classes, to_scale
from jixiao.data.screens import to_search
from jixiao.data.typed import typed

_NUMBERISH = r"^\s*[-+]?[\d.,]+\s*%?\s*$"
_NUMERIC = (DataType.NUMBER, DataType.INTEGER)
_READ = (DataType.DATE, DataType.PERIOD, DataType.BOOLEAN)
_PROSE = 40


def misfits(values: pl.Series, column: Column, task: Task) -> pl.Series:
    """Return which filled cells cannot belong to a column; empty cells always may.

    Args:
        values: Cleaned strings.
        column: The column they are held against.
        task: Gives levels and classes of the target.
    """
    none = pl.repeat(False, len(values), eager=True, dtype=pl.Boolean)
    if column.role is Role.IGNORED:
        return none
    if column.role is Role.TARGET and task.levels and len(task.levels) > 1:
        mapped = to_scale(values, task.scale) if task.scale else to_classes(values, task)
        return mapped.index.is_null() & values.is_not_null()
    if column.role in (Role.TEXT, Role.GOAL):
        return values.str.contains(_NUMBERISH).fill_null(False)
    if column.type in (*_NUMERIC, *_READ):
        found = typed(values, column)
        ranged = outside(found.values, column) if column.type in _NUMERIC else none
        return found.failed | ranged
    if column.levels and not _strange(to_search(values), column):
        return none
    if column.levels:
        known = [_plain(level) for level in column.levels]
        plain = values.str.strip_chars().str.to_lowercase().str.replace_all(r"\s+", " ")
        return (~plain.is_in(known)).fill_null(False)
    if column.role in (Role.GROUP, Role.CATEGORY, Role.PROTECTED):
        return (values.str.len_chars() > _PROSE * 3).fill_null(False)
    return none


def own_misfits(desk: Desk, column: Column) -> pl.Series:
    """Return which cells of a table under check cannot belong to their own column."""
    if column.role is not Role.IGNORED and column.type in (*_NUMERIC, *_READ):
        if column.role is Role.TARGET and desk.contract.task.levels:
            return misfits(desk.cleaned[column.name], column, desk.contract.task)
        failed = desk.failed[column.name]
        is_ranged = column.type in _NUMERIC
        return failed | outside(desk.typed[column.name], column) if is_ranged else failed
    return misfits(desk.cleaned[column.name], column, desk.contract.task)


def _strange(values: pl.Series, column: Column) -> bool:
    known = {_plain(level) for level in column.levels}
    return any(_plain(value) not in known for value in values.drop_nulls().unique().to_list())


def _plain(value: str) -> str:
    return " ".join(value.split()).lower()


def is_open(column: Column) -> bool:
    """Return whether a column takes any cell, so that fitting it says nothing."""
    closed = column.levels or column.role in (Role.TEXT, Role.GOAL, Role.TARGET)
    return not closed and column.type in (DataType.TEXT, DataType.CATEGORY, DataType.ORDINAL)
