"""Levels, classes and categories: unknown ones, and spellings that are the same."""

from __future__ import annotations

import polars as pl

from jixiao.contracts import HIDDEN, Column, DataType, Role, TaskKind
from jixiao.core import plural
from jixiao.data.desk import Desk
from jixiao.data.fits import levels_of
from jixiao.data.labels import split_classes
from jixiao.data.screens import Look

_SPELLED = {DataType.CATEGORY, DataType.ORDINAL}
_MOST_NEW = 0.5
_MOST_SPELLINGS = 5000


def check_levels(desk: Desk) -> None:
    """Name unknown levels, classes and categories, case twins and stray blanks."""
    for column in desk.columns:
        if column.role is Role.TARGET:
            _target(desk, column)
        elif column.role is not Role.IGNORED and column.type in _SPELLED and column.levels:
            _category(desk, column)
        if column.role is not Role.IGNORED and (
            column.type in _SPELLED or column.role in (Role.ID, Role.SUBJECT, Role.RATER)
        ):
            _spellings(desk, column)


def _target(desk: Desk, column: Column) -> None:
    task, values = desk.contract.task, desk.cleaned[column.name]
    if task.kind is TaskKind.NUMBER:
        return
    if task.kind is TaskKind.CLASSES:
        known = pl.Series(split_classes(values, task).known)
    else:
        known = levels_of(desk, column).is_not_null()
    unknown = ~known & values.is_not_null() & desk.open_cells(column.name)
    shown = ", ".join(task.levels[:12]) + (", …" if len(task.levels) > 12 else "")
    desk.add("unknown-level", unknown, column=column.name, expected=f"one of {shown}")


def _category(desk: Desk, column: Column) -> None:
    values = desk.cleaned[column.name]
    distinct = desk.as_cleaned(column.name).seen.drop_nulls().unique()
    known = {_plain(level) for level in column.levels}
    new = [value for value in distinct if _plain(value) not in known]
    if not new:
        return
    rows = values.is_in(new).fill_null(False) & desk.open_cells(column.name)
    shown = ", ".join(column.levels[:8]) + (", …" if len(column.levels) > 8 else "")
    if column.role in HIDDEN:
        shown = f"its {len(column.levels)} known values"
    if column.type is DataType.ORDINAL:
        desk.add("unknown-level", rows, column=column.name, expected=f"one of {shown}")
    else:
        desk.add("new-category", rows, column=column.name, expected=f"one of {shown}")


def _plain(value: str) -> str:
    return " ".join(value.split()).casefold()


def _spellings(desk: Desk, column: Column) -> None:
    seen = desk.as_read(column.name)
    raw = seen.values
    if column.type not in _SPELLED and not _has_edges(seen):
        return
    distinct = seen.seen.drop_nulls().unique()
    edged = distinct.filter(distinct.str.contains(r"^\s|\s$") & (distinct.str.strip_chars() != ""))
    if len(edged):
        rows = raw.is_in(edged.implode()).fill_null(False) & ~desk.settled
        got = f"{plural(int(rows.sum()), 'cell')} with a blank at the beginning or end"
        desk.add("stray-blanks", rows, column=column.name, expected="no outer blanks", got=got)
    if column.type not in _SPELLED or len(distinct) > _MOST_SPELLINGS:
        return
    stripped = distinct.str.strip_chars()
    if stripped.str.to_lowercase().str.replace_all(r"\s+", " ").n_unique() == stripped.n_unique():
        return
    spelled = raw.alias("raw").value_counts(name="n").drop_nulls()
    spelled = spelled.with_columns(pl.col("raw").str.strip_chars().alias("value"))
    counts = spelled.group_by("value").agg(pl.col("n").sum())
    ranked = counts.sort(["n", "value"], descending=[True, False])["value"]
    folded = ranked.str.to_lowercase().str.replace_all(r"\s+", " ")
    twins = ranked.filter(folded.is_duplicated() & ~folded.is_first_distinct())
    if len(twins):
        written = spelled.filter(pl.col("value").is_in(twins.implode()))["raw"]
        rows = raw.is_in(written.implode()).fill_null(False) & ~desk.settled
        got = f"{len(twins)} other spellings of values that are there"
        desk.add("case-twins", rows, column=column.name, expected="one spelling a value", got=got)


def _has_edges(seen: Look) -> bool:
    """Return whether some value begins or ends with a blank."""
    return not seen.is_plain and seen.holds(lambda value: value.str.contains(r"^\s|\s$"))
