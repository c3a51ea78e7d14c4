"""Columns that have changed places: each fits the other's description and not its own."""

from __future__ import annotations

from itertools import combinations

import polars as pl

from jixiao.contracts import Column, DataType, Role
from jixiao.data.desk import Desk
from jixiao.data.fits import misfits
from jixiao.data.typed import share

_BAD, _GOOD = 0.5, 0.1
_FEW = 8
_MOST = 2000
_FAR, _NEAR, _IMPOSSIBLE = 0.6, 0.25, 5.0
_NUMERIC = (DataType.NUMBER, DataType.INTEGER)


def check_swaps(desk: Desk) -> None:
    """Name pairs of columns that have changed places; such a file cannot be used."""
    if desk.rows < _FEW:
        return
    columns = [c for c in desk.columns if c.role is not Role.IGNORED]
    at = (~desk.settled).arg_true()
    sample = desk.cleaned[at.gather_every(max(1, len(at) // _MOST))]
    own = {c.name: _bad_share(desk, sample, (c, c)) for c in columns}
    taken: set[str] = set()
    pairs = [
        (left, right)
        for left, right in combinations(columns, 2)
        if max(own[left.name], own[right.name]) >= _BAD or _are_far(desk, left, right)
    ]
    for left, right in sorted(pairs, key=lambda pair: -min(own[pair[0].name], own[pair[1].name])):
        if taken & {left.name, right.name} or not _fit_swapped(desk, sample, (left, right)):
            continue
        taken |= {left.name, right.name}
        _told(desk, left, right)


def _told(desk: Desk, left: Column, right: Column) -> None:
    desk.add(
        "swapped-columns",
        None,
        column=left.name,
        expected=f"values of {left.name!r}",
        got=f"values of {right.name!r}, and the other way round",
    )
    for column in (left, right):
        desk.explain(column.name, ~desk.none())
        desk.failed[column.name] = desk.none()


def _bad_share(desk: Desk, frame: pl.DataFrame, pair: tuple[Column, Column]) -> float:
    """Share of the filled cells of the first column that cannot belong to the second."""
    values = frame[pair[0].name].drop_nulls()
    if len(values) < _FEW:
        return 0.0
    return share(misfits(values, pair[1], desk.contract.task))


def _fit_swapped(desk: Desk, frame: pl.DataFrame, pair: tuple[Column, Column]) -> bool:
    left, right = pair
    filled = min(len(frame[c.name].drop_nulls()) for c in pair)
    if filled < _FEW:
        return False
    there = _bad_share(desk, frame, (left, right))
    here = _bad_share(desk, frame, (right, left))
    if there > _GOOD or here > _GOOD:
        return False
    if left.type in _NUMERIC and right.type in _NUMERIC:
        return _are_far(desk, left, right)
    return _same_kind(frame, left, right) and _are_usual(desk, left, right)


def _are_usual(desk: Desk, left: Column, right: Column) -> bool:
    """Return whether what stands in for a number is a usual one: an id may be any number."""
    for own, other in ((left, right), (right, left)):
        is_number = own.type in _NUMERIC and own.usual is not None
        if is_number and desk.quantiles(other.name) is not None:
            return _distances(desk, other, own)[0] < _FAR
    return True


def _same_kind(frame: pl.DataFrame, left: Column, right: Column) -> bool:
    """Return whether lengths do not speak against it: prose does not stand in a short column."""
    if left.type is not DataType.TEXT and right.type is not DataType.TEXT:
        return True
    total = {c.name: int(frame[c.name].str.len_chars().sum()) for c in (left, right)}
    filled = {c.name: max(1, len(frame[c.name].drop_nulls())) for c in (left, right)}
    lengths = {name: total[name] / filled[name] for name in total}
    prose = [c for c in (left, right) if c.role in (Role.TEXT, Role.GOAL)]
    if len(prose) != 1:
        return True
    other = left if prose[0] is right else right
    return lengths[other.name] > 2 * lengths[prose[0].name]


def _are_far(desk: Desk, left: Column, right: Column) -> bool:
    """Return whether two numeric columns look like each other and not like themselves."""
    if left.usual is None or right.usual is None:
        return False
    if left.type not in _NUMERIC or right.type not in _NUMERIC:
        return False
    own = max(_distances(desk, left, left)[1], _distances(desk, right, right)[1])
    if own <= _FAR:
        return False
    other = max(_distances(desk, left, right)[0], _distances(desk, right, left)[0])
    return other < (_NEAR if own < _IMPOSSIBLE else 2 * _NEAR)


def _distances(desk: Desk, column: Column, usual_of: Column) -> list[float]:
    """How far three quantiles of a column are from the usual ones of another, farthest first.

    In spreads of the usual values. In columns of few values one quantile may jump by chance; two
    seldom do.
    """
    usual, found = usual_of.usual, desk.quantiles(column.name)
    if usual is None or found is None:
        return [0.0, 0.0, 0.0]
    spread = max(usual[2] - usual[0], abs(usual[1]) * 0.05, 1e-9)
    apart = (abs(new - old) / spread for new, old in zip(found, usual, strict=True))
    return sorted(apart, reverse=True)
