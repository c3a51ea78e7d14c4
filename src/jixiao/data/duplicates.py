"""Rows that stand twice: exact copies, ids that should be unique, and contradicting answers.

Equal rows are copies only when chance does not make them: in a table of a few survey answers two
people may well say the same, and both count.
"""

from __future__ import annotations

import math

import numpy as np
import polars as pl

from jixiao.contracts import FEATURES, Column, Role
from jixiao.core import plural
from jixiao.data.codes import Effect
from jixiao.data.desk import Desk

_CHANCE = 0.05
_MOST_REPEATED = 0.2
_PER_LETTER = 0.25
_TELLING = 12
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
    held = desk.held_out
    frame = desk.cleaned.drop(held.column) if held and held.column else desk.cleaned
    hashes = frame.hash_rows(seed=7)
    repeated = hashes.is_in(_repeated(hashes).implode())
    twice = repeated & ~desk.settled
    if not twice.any():
        return
    twice = twice & ~_by_chance(frame, twice, _prose(desk))
    if held is not None:
        twice = twice & ~_copies_of_tests(desk, hashes, twice, held.rows)
    later = repeated.arg_true().filter(~hashes.filter(repeated).is_first_distinct())
    copies = twice & desk.none().scatter(later, values=True)
    count = int(hashes.filter(copies).n_unique()) if copies.any() else 0
    got = f"a copy of an earlier row ({plural(count, 'row')} copied)"
    desk.add("duplicate-row", copies, expected="each record once", got=got)
    desk.settled = desk.settled | copies


def _copies_of_tests(
    desk: Desk, hashes: pl.Series, twice: pl.Series, tests: pl.Series
) -> pl.Series:
    """Name copies with a twin in the declared test part; return all rows that are settled by it.

    Test rows are all kept. A row outside the test part that repeats one of them is left out.
    """
    of_tests = twice & hashes.is_in(hashes.filter(tests).unique().implode())
    outside = of_tests & ~tests
    desk.add(
        "copy-of-test-row",
        outside,
        expected="no training row that is also a test row",
        got=f"training rows that stand in the test part too: {int(outside.sum())}",
    )
    desk.settled = desk.settled | outside
    inside = of_tests & tests
    repeats = inside & desk.none().scatter(
        inside.arg_true().filter(~hashes.filter(inside).is_first_distinct()), values=True
    )
    desk.add(
        "repeated-test-row",
        repeats,
        expected="each test row once",
        got=f"test rows that repeat an earlier one: {int(repeats.sum())}; all are measured",
    )
    return of_tests


def _repeated(hashes: pl.Series) -> pl.Series:
    """Return the hashes that stand twice, each once; sorting numbers beats grouping them."""
    ranked = hashes.sort()
    return ranked.filter(ranked == ranked.shift(1)).unique()


def _prose(desk: Desk) -> frozenset[str]:
    return frozenset(c.name for c in desk.columns if c.role in (Role.TEXT, Role.GOAL))


def _is_identified(desk: Desk) -> pl.Series:
    """Return rows that say enough to be told apart: a text, or who was assessed and when."""
    told = desk.none()
    for column in desk.columns:
        if column.role is Role.TEXT:
            told = told | (desk.cleaned[column.name].str.len_chars() >= _TELLING).fill_null(False)
    subject = next((c for c in desk.columns if c.role is Role.SUBJECT), None)
    has_period = any(c.role is Role.PERIOD for c in desk.columns)
    if subject is not None and (subject.unique or (has_period and not _prose(desk))):
        told = told | desk.cleaned[subject.name].is_not_null()
    return told


def _by_chance(frame: pl.DataFrame, rows: pl.Series, prose: frozenset[str]) -> pl.Series:
    """Return rows so common, cell by cell, that another of them is to be expected by chance.

    A text is the rarer the longer it is, even when it stands in this table twice. The most varied
    columns speak first, and a row is dropped as soon as chance cannot explain it.
    """
    total = frame.height
    at = rows.arg_true()
    expected = pl.repeat(math.log(total), len(at), eager=True, dtype=pl.Float64)
    for name in _most_varied_first(frame):
        cells = frame[name].hash(seed=7).alias("cell")
        mine = cells.gather(at)
        counts = cells.filter(cells.is_in(mine.unique().implode())).value_counts(name="n")
        share = mine.to_frame().join(counts, on="cell", how="left", maintain_order="left")["n"]
        surprise = (share / total).log()
        if name in prose:
            length = frame[name].gather(at).str.len_chars().fill_null(0).to_numpy()
            surprise = pl.Series(np.minimum(surprise.to_numpy(), -_PER_LETTER * length))
        expected = expected + surprise
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
    if desk.held_out is not None:
        cells = pl.select(pl.struct(a=cells, b=desk.held_out.rows).hash(seed=7)).to_series()
    open_rows = values.is_not_null() & ~desk.settled
    still = _repeated(cells.filter(open_rows))
    if not len(still):
        return
    rows = open_rows & cells.is_in(still.implode())
    count = int(rows.sum())
    many = count > _MOST_REPEATED * desk.rows and desk.rows > 20
    got = f"{plural(len(still), 'value')} in {plural(count, 'row')}"
    desk.add(
        "duplicate-id",
        rows,
        column=column.name,
        expected="each value in one row only",
        got=got,
        effect=Effect.TOLD if many else None,
    )


def _conflicts(desk: Desk) -> None:
    """Name records that are the same but for their answer."""
    target = desk.contract.task.target
    if target not in desk.cleaned.columns or desk.column(target) is None:
        return
    if not any(c.role is Role.TARGET for c in desk.columns):
        return
    names = [c.name for c in desk.columns if c.role in FEATURES or c.role is Role.SUBJECT]
    if not names:
        return
    frame = desk.cleaned.select(names)
    same = frame.hash_rows(seed=11)
    repeated = _repeated(same.filter(~desk.settled))
    if not len(repeated):
        return
    twice = same.is_in(repeated.implode()) & ~desk.settled & _is_identified(desk)
    if not twice.any():
        return
    answers = pl.DataFrame({"same": same, "answer": desk.cleaned[target]})
    differ = answers.filter(twice).group_by("same").agg(pl.col("answer").n_unique().alias("n"))
    keys = differ.filter(pl.col("n") > 1)["same"]
    rows = twice & same.is_in(keys.implode())
    if rows.any():
        rows = rows & ~_by_chance(desk.cleaned.select(names), rows, _prose(desk))
    groups = same.filter(rows).n_unique() if rows.any() else 0
    got = f"{plural(int(rows.sum()), 'row')} in {plural(groups, 'group')}"
    desk.add(
        "conflicting-duplicate", rows, column=target, expected="one answer for equal rows", got=got
    )
