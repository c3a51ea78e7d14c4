"""Rows that stand twice: exact copies, ids that should be unique, and contradicting answers.

Equal rows are copies only when chance does not make them: in a table of a few survey answers two
people may well say the same, and both count.
"""

from __future__ import annotations

import math

import polars as pl

from jixiao.contracts import FEATURES, Column, Role
from jixiao.data.codes import Effect
from jixiao.data.desk import Desk

_CHANCE = 0.05
_MOST_REPEATED = 0.2
_SAMPLE = 1000


def check_duplicates(desk: Desk) -> None:
    """Name exact copies, repeated ids and equal records with different answers."""
    if desk.rows < 2:
        return
    _copies(desk)
    for column in desk.columns:
        if column.unique:
            _repeated_id(desk, column)
    _conflicts(desk)


def _copies(desk: Desk) -> None:
    frame = desk.cleaned
    hashes = frame.hash_rows(seed=7)
    twice = hashes.is_duplicated() & ~desk.settled
    if not twice.any():
        return
    twice = twice & ~_by_chance(frame, twice)
    copies = twice & ~hashes.is_first_distinct()
    count = int(hashes.filter(copies).n_unique()) if copies.any() else 0
    got = f"a copy of an earlier row ({count} rows have copies)"
    desk.add("duplicate-row", copies, expected="each record once", got=got)
    desk.settled = desk.settled | copies


def _by_chance(frame: pl.DataFrame, rows: pl.Series) -> pl.Series:
    """Return rows so common, cell by cell, that another of them is to be expected by chance.

    The most varied columns speak first; a row is dropped as soon as chance cannot explain it.
    """
    total = frame.height
    at = rows.arg_true()
    expected = pl.repeat(math.log(total), len(at), eager=True, dtype=pl.Float64)
    for name in _most_varied_first(frame):
        cells = frame[name].hash(seed=7).alias("cell")
        mine = cells.gather(at)
        counts = cells.filter(cells.is_in(mine.unique().implode())).value_counts(name="n")
        share = mine.to_frame().join(counts, on="cell", how="left", maintain_order="left")["n"]
        expected = expected + (share / total).log()
        likely = expected > math.log(_CHANCE)
        at, expected = at.filter(likely), expected.filter(likely)
        if not len(at):
            break
    return pl.repeat(False, total, eager=True, dtype=pl.Boolean).scatter(at, values=True)


def _most_varied_first(frame: pl.DataFrame) -> list[str]:
    sample = frame.head(_SAMPLE)
    return sorted(frame.columns, key=lambda name: -sample[name].n_unique())


def _repeated_id(desk: Desk, column: Column) -> None:
    values = desk.cleaned[column.name]
    cells = values.hash(seed=7)
    open_rows = values.is_not_null() & ~desk.settled
    left = cells.filter(open_rows)
    if left.n_unique() == len(left):
        return
    still = left.filter(left.is_duplicated()).unique()
    rows = open_rows & cells.is_in(still.implode())
    count = int(rows.sum())
    many = count > _MOST_REPEATED * desk.rows and desk.rows > 20
    got = f"{len(still)} values that stand {count} times"
    desk.add(
        "duplicate-id",
        rows,
        column=column.name,
        expected="each value in one row only",
        got=got,
        effect=Effect.NOTE if many else None,
    )


def _conflicts(desk: Desk) -> None:
    """Name records that are the same but for their answer."""
    target = desk.contract.task.target
    if target not in desk.cleaned.columns or desk.column(target) is None:
        return
    if not any(c.role is Role.TARGET for c in desk.columns):
        return
    names = [c.name for c in desk.columns if c.role in FEATURES or c.role is Role.SUBJECT]
    if not names or not any(c.role in (Role.TEXT, Role.SUBJECT) for c in desk.columns):
        return
    frame = desk.cleaned.select(names)
    same = frame.hash_rows(seed=11)
    twice = same.is_duplicated() & ~desk.settled
    if not twice.any():
        return
    answers = pl.DataFrame({"same": same, "answer": desk.cleaned[target]})
    differ = answers.filter(twice).group_by("same").agg(pl.col("answer").n_unique().alias("n"))
    keys = differ.filter(pl.col("n") > 1)["same"]
    rows = twice & same.is_in(keys.implode())
    if rows.any():
        rows = rows & ~_by_chance(desk.cleaned.select(names), rows)
    got = f"{int(rows.sum())} rows in {rows.sum() and same.filter(rows).n_unique()} groups"
    desk.add(
        "conflicting-duplicate", rows, column=target, expected="one answer for equal rows", got=got
    )
