"""How well cells fit a column of the contract: the common measure of shifted and swapped cells."""

from __future__ import annotations

import polars as pl

from jixiao.contracts import Column, DataType, Role, Task
from jixiao.data.check_missing import outside
from jixiao.data.desk import Desk
from jixiao.data.labels import to_classes, to_scale
from jixiao.data.screens import Look
from jixiao.data.typed import typed

_NUMBERISH = r"^\s*[-+]?[\d.,]+\s*%?\s*$"
_NUMERIC = (DataType.NUMBER, DataType.INTEGER)
_READ = (DataType.DATE, DataType.PERIOD, DataType.BOOLEAN)
_PROSE = 40
_WORDED = (Role.IGNORED, Role.TEXT, Role.GOAL)


def misfits(values: pl.Series, column: Column, task: Task) -> pl.Series:
    """Return which filled cells cannot belong to a column; empty cells always may.

    Args:
        values: Cleaned strings.
        column: The column they are held against.
        task: Gives levels and classes of the target.
    """
    if _is_answer(column, task):
        return _index(values, task).is_null() & values.is_not_null()
    if column.role not in _WORDED and column.type in (*_NUMERIC, *_READ):
        found = typed(values, column)
        is_ranged = column.type in _NUMERIC
        return found.failed | outside(found.values, column) if is_ranged else found.failed
    return _strange(Look(values), column)


def own_misfits(desk: Desk, column: Column) -> pl.Series:
    """Return which cells of a table under check cannot belong to their own column."""
    task, cleaned = desk.contract.task, desk.cleaned[column.name]
    if _is_answer(column, task):
        return levels_of(desk, column).is_null() & cleaned.is_not_null()
    if column.role is Role.TARGET and task.levels:
        return misfits(cleaned, column, task)
    if column.role is not Role.IGNORED and column.type in (*_NUMERIC, *_READ):
        failed = desk.failed[column.name]
        is_ranged = column.type in _NUMERIC
        return failed | outside(desk.typed[column.name], column) if is_ranged else failed
    return _strange(desk.as_cleaned(column.name), column)


def levels_of(desk: Desk, column: Column) -> pl.Series:
    """Return the index of the level of each answer, read once; null where there is none."""
    if column.name not in desk.levels:
        values, few = desk.cleaned[column.name], desk.as_cleaned(column.name).few
        if few is None:
            found = _index(values, desk.contract.task)
        else:
            found = values.replace_strict(
                few, _index(few, desk.contract.task), default=None, return_dtype=pl.Int64
            )
        desk.levels[column.name] = found
    return desk.levels[column.name]


def _index(values: pl.Series, task: Task) -> pl.Series:
    return (to_scale(values, task.scale) if task.scale else to_classes(values, task)).index


def _is_answer(column: Column, task: Task) -> bool:
    return column.role is Role.TARGET and len(task.levels) > 1


def _strange(seen: Look, column: Column) -> pl.Series:
    """Return which words cannot belong to a column that is not read as another type."""
    if column.role in (Role.TEXT, Role.GOAL):
        return seen.rows_that(lambda values: values.str.contains(_NUMBERISH))
    if column.role is not Role.IGNORED and column.levels:
        known = [" ".join(level.split()).lower() for level in column.levels]
        return seen.rows_that(lambda values: ~_folded(values).is_in(known))
    if column.role in (Role.GROUP, Role.CATEGORY, Role.PROTECTED):
        return seen.rows_that(lambda values: values.str.len_chars() > _PROSE * 3)
    return pl.repeat(False, len(seen.values), eager=True, dtype=pl.Boolean)


def _folded(values: pl.Series) -> pl.Series:
    return values.str.strip_chars().str.to_lowercase().str.replace_all(r"\s+", " ")


def is_open(column: Column) -> bool:
    """Return whether a column takes any cell, so that fitting it says nothing."""
    closed = column.levels or column.role in (Role.TEXT, Role.GOAL, Role.TARGET)
    return not closed and column.type in (DataType.TEXT, DataType.CATEGORY, DataType.ORDINAL)
