"""How many units go to each side: sizes and levels in their shares, small levels looked after."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from jixiao.contracts.examples import Floats
from jixiao.core import parse_period
from jixiao.core.errors import ContractError, DataError
from jixiao.data.split_units import Units

Ints = npt.NDArray[np.int64]

_SIDES = 3
_WORDS = {
    0: ("train", "training", "fit", "all", "训练", "训练集"),
    1: ("validation", "valid", "val", "dev", "development", "验证", "验证集"),
    2: ("test", "testing", "holdout", "hold-out", "eval", "evaluation", "测试", "测试集"),
}
_SIDE_OF = {word: side for side, words in _WORDS.items() for word in words}
TEST_WORDS = _WORDS[2]
"""What a column that names the part may call the test part, in lower case."""


def assign(units: Units, levels: Ints, *, shares: tuple[float, float, float], fixed: Ints) -> Ints:
    """Return a side for each unit.

    Units of several rows go first, the largest first, each to the side that lacks most of what it
    brings and still has room; single rows then fill what is missing of each level.

    Args:
        units: Units of the rows.
        levels: Stratum of each row, shape (n_rows,), counted from 0.
        shares: Share of the rows for train, validation and test.
        fixed: Side of each unit that is already known, -1 for new ones.
    """
    counts = np.zeros((len(units), int(levels.max(initial=0)) + 1), dtype=np.int64)
    np.add.at(counts, (units.of_row, levels), 1)
    wanted = np.outer(shares, counts.sum(axis=0)).astype(np.float64)
    sides = fixed.copy()
    placed = np.zeros_like(wanted)
    for side in range(_SIDES):
        placed[side] = counts[sides == side].sum(axis=0)
    sizes = counts.sum(axis=1)
    order = np.asarray(units.order)
    new = np.flatnonzero(sides < 0)
    large = new[sizes[new] > 1]
    for unit in large[np.lexsort((order[large], -sizes[large]))].tolist():
        side = _side_for(counts[unit], wanted, placed)
        sides[unit] = side
        placed[side] += counts[unit]
    single = new[sizes[new] == 1]
    _fill(sides, single[np.argsort(order[single])], counts, needs=wanted - placed)
    _leave_none_empty(sides, sizes, order, fixed=fixed, shares=shares)
    return sides


def _side_for(unit: Ints, wanted: Floats, placed: Floats) -> int:
    """Return the side for a unit of several rows: room first, then what its levels lack."""
    room = (wanted - placed).sum(axis=1)
    lacking = (wanted - placed) / np.maximum(wanted, 1e-9)
    score = np.where(wanted.sum(axis=1) > 0, lacking @ unit / unit.sum(), -np.inf)
    fits = room >= unit.sum() - 0.5
    if fits.any():
        return int(np.argmax(np.where(fits, score, -np.inf)))
    return int(np.argmax(room))


def _fill(sides: Ints, single: Ints, counts: Ints, *, needs: Floats) -> None:
    """Give single rows, in their order, to the sides that lack their level; changes ``sides``."""
    level_of = counts[single].argmax(axis=1) if len(single) else np.zeros(0, np.int64)
    carry = np.zeros(_SIDES)
    for level in np.unique(level_of).tolist():
        members = single[level_of == level]
        need = np.maximum(needs[:, level], 0.0)
        need = need if need.sum() > 0 else np.asarray([1.0, 0.0, 0.0])
        ideal = need / need.sum() * len(members)
        given = np.floor(ideal + 1e-9).astype(np.int64)
        left = len(members) - int(given.sum())
        for side in np.argsort(-(ideal - given + carry), kind="stable")[:left].tolist():
            given[side] += 1
        carry += ideal - given
        test, validation = int(given[2]), int(given[1])
        sides[members[:test]] = 2
        sides[members[test : test + validation]] = 1
        sides[members[test + validation :]] = 0


def _leave_none_empty(
    sides: Ints,
    sizes: Ints,
    order: npt.NDArray[np.str_],
    *,
    fixed: Ints,
    shares: tuple[float, float, float],
) -> None:
    """Move the smallest new unit to a side that got none; changes ``sides``."""
    for side in (0, 2, 1):
        if shares[side] <= 0 or (sides == side).any():
            continue
        held = np.bincount(sides, minlength=_SIDES)
        donors = np.flatnonzero((fixed < 0) & (held[sides] > 1))
        if len(donors):
            sides[donors[np.lexsort((order[donors], sizes[donors]))[0]]] = side


def days_of(values: pl.Series) -> pl.Series:
    """Return the first day of dates, moments or written periods; null where there is none."""
    if values.dtype == pl.Date:
        return values
    if values.dtype == pl.Datetime:
        return values.cast(pl.Date)
    written = values.cast(pl.String)
    unique = written.drop_nulls().unique().to_list()
    spans = [parse_period(text) for text in unique]
    starts = pl.Series([None if span is None else span.start for span in spans], dtype=pl.Date)
    return written.replace_strict(unique, starts, default=None, return_dtype=pl.Date)


def time_sides(
    values: pl.Series, shares: tuple[float, float, float], *, cuts: tuple[str, ...] = ()
) -> tuple[Ints, tuple[str, str]]:
    """Return sides by time, and the first days of validation and test.

    Rows without a day are taken as past. A day is never divided.

    Args:
        values: When each record was made.
        shares: Share of the rows for train, validation and test.
        cuts: Stored first days, to be used again.

    Raises:
        DataError: If there are fewer than three different days.
    """
    days = days_of(values)
    if not cuts:
        counts = days.drop_nulls().value_counts(name="n").sort(days.name)
        if counts.height < _SIDES:
            raise DataError(
                "JX-E225.days",
                f"column {values.name}",
                expected="at least 3 different dates or periods to split by time",
                got=f"{counts.height}",
                hint="use split.method subject or stratified",
            )
        cuts = _cuts(counts[days.name].to_list(), counts["n"].to_numpy(), shares)
    first, last = date.fromisoformat(cuts[0]), date.fromisoformat(cuts[1])
    side = (days >= first).cast(pl.Int64) + (days >= last).cast(pl.Int64)
    return side.fill_null(0).to_numpy(), (cuts[0], cuts[1])


def _cuts(days: list[date], rows: Ints, shares: tuple[float, float, float]) -> tuple[str, str]:
    """Return the days at which validation and test begin, nearest to the shares."""
    after = rows.sum() - np.concatenate([[0], np.cumsum(rows)[:-1]])
    test = 2 + int(np.argmin(np.abs(after[2:] - shares[2] * rows.sum())))
    held = (shares[1] + shares[2]) * rows.sum()
    validation = 1 + int(np.argmin(np.abs(after[1:test] - held)))
    return days[validation].isoformat(), days[test].isoformat()


def declared_sides(parts: pl.Series, name: str) -> Ints:
    """Return the sides that a column names; a blank cell means train.

    Raises:
        ContractError: If a word is not known, or nothing is left to train on or to test.
    """
    written = parts.cast(pl.String).str.strip_chars().str.to_lowercase().fill_null("train")
    unknown = sorted(set(written.unique().to_list()) - set(_SIDE_OF) - {""})
    sides = written.replace_strict(_SIDE_OF, default=0, return_dtype=pl.Int64).to_numpy()
    if unknown or not (sides == 0).any() or not (sides == 2).any():
        got = ", ".join(repr(word) for word in unknown[:5]) or "only one part"
        raise ContractError(
            "JX-E123.parts",
            f"split column {name}",
            expected="train, validation and test (validation may be missing)",
            got=got,
            hint="write one of these words in every row",
        )
    return np.array(sides, dtype=np.int64)
