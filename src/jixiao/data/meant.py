"""Reads a first file as it was meant, so that its contract does not take its faults for granted.

The contract is learned from a copy of the table in which columns that changed places stand right,
columns in an impossible unit are brought back, and cells that belong nowhere near the rest of
their column are left out. The check then holds the file itself against that contract and names
what differs. Nothing of the copy is ever used as data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from jixiao.contracts import Contract
from jixiao.data.check_swaps import check_swaps
from jixiao.data.check_types import type_columns
from jixiao.data.desk import Desk
from jixiao.data.exchanged import exchanged
from jixiao.data.meant_units import part_off, whole_factor
from jixiao.data.odd_levels import odd_levels
from jixiao.data.profile import Profile, profile
from jixiao.data.sources import RawTable
from jixiao.data.values import parse_numbers

_FEWEST = 20
_NUMBERS = 0.95


@dataclass(frozen=True)
class Meant:
    """A table as it was probably meant.

    Attributes:
        raw: The table to learn a contract from.
        swaps: Names of the columns that were put right, in pairs.
    """

    raw: RawTable
    swaps: tuple[tuple[str, str], ...] = ()


def meant(raw: RawTable) -> Meant:
    """Return a table as it was probably meant; as it is where nothing speaks against it.

    Args:
        raw: A table as read.
    """
    if raw.frame.height < _FEWEST:
        return Meant(raw)
    frame = raw.frame
    profiles = {name: profile(frame[name], raw.kinds.get(name, "")) for name in frame.columns}
    swaps = exchanged(list(profiles.values()))
    kinds = raw.kinds
    if swaps:
        there = {a: b for pair in swaps for a, b in (pair, pair[::-1])}
        frame = frame.select(pl.col(there.get(name, name)).alias(name) for name in frame.columns)
        profiles = {n: replace(profiles[there.get(n, n)], name=n) for n in profiles}
        kinds = {there.get(name, name): kind for name, kind in kinds.items()}
    frame = frame.with_columns(_changed(frame, profiles))
    return Meant(replace(raw, frame=frame, kinds=kinds), tuple(swaps))


def is_confirmed(raw: RawTable, contract: Contract, swaps: Sequence[tuple[str, str]]) -> bool:
    """Return whether a check of a table against its contract names just these exchanged columns.

    A swap that the check would not name must not stand in the contract: nobody would be told.
    """
    if not swaps:
        return True
    tidy = raw.frame.with_columns(pl.all().str.strip_chars())
    desk = Desk(raw, tidy, contract)
    type_columns(desk)
    check_swaps(desk)
    found = {problem.column for problem in desk.problems}
    return all(found & set(pair) for pair in swaps)


def _changed(frame: pl.DataFrame, profiles: Mapping[str, Profile]) -> list[pl.Series]:
    """Return the columns that are brought back to their unit or rid of odd cells."""
    changed = []
    for name, column in profiles.items():
        if column.number_share >= _NUMBERS and (factor := whole_factor(column)) is not None:
            changed.append(_rescaled(frame[name], factor))
        elif column.number_share >= _NUMBERS and (off := part_off(column)).any():
            changed.append(_without(frame[name], column.levels["value"].filter(off)))
        elif odd := odd_levels(column, list(profiles.values()), frame):
            changed.append(_without(frame[name], odd))
    return changed


def _without(values: pl.Series, odd: Sequence[str] | pl.Series) -> pl.Series:
    """Return a column without some of its values, blanks around them not counted."""
    known = pl.Series(odd, dtype=pl.String)
    found = values.str.strip_chars().is_in(known.implode()).fill_null(False)
    return values.set(found, None)


def _rescaled(values: pl.Series, factor: float) -> pl.Series:
    """Return numbers divided by a factor and written as plain text again."""
    numbers = parse_numbers(values).values / factor
    whole = (numbers == numbers.round()).fill_null(False).all()
    written = numbers.cast(pl.Int64) if whole else numbers.round(9)
    return written.cast(pl.String).alias(values.name)
