"""Columns of a first file that have changed places, by what their names promise.

A claim needs a broken promise and exactly one other column that keeps it and has no better use
for its values. Numbers that merely lie in an unusual range are no broken promise.
"""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.data.profile import Profile
from jixiao.data.promises import PROMISES, Promise

_BROKEN, _KEPT, _MOSTLY = 0.1, 0.8, 0.95
_FEWEST, _VARIED, _LEVELS = 20, 8, 3
_HARDLY, _RATHER = 0.3, 0.6


def exchanged(columns: Sequence[Profile]) -> list[tuple[str, str]]:
    """Return the pairs of names that stand above each other's values, no name twice.

    Args:
        columns: Every column of one table.
    """
    told = [column for column in columns if column.filled >= _FEWEST]
    found: list[tuple[str, str]] = []
    for pairs in (_mutual(told), _one_sided(told)):
        for left, right in pairs:
            taken = {name for pair in found for name in pair}
            if not taken & {left, right}:
                found.append((left, right))
    return found


def _broken(column: Profile, most: float) -> list[Promise]:
    return [p for p in PROMISES if p.made_by(column) and p.kept(column) <= most]


def _mutual(columns: Sequence[Profile]) -> list[tuple[str, str]]:
    """Return pairs in which each breaks a promise that the other one keeps."""
    suspects = [(column, _broken(column, _HARDLY)) for column in columns]
    suspects = [(column, broken) for column, broken in suspects if broken]
    return [
        (left.name, right.name)
        for at, (left, ours) in enumerate(suspects)
        for right, theirs in suspects[at + 1 :]
        if _is_kept(ours, right) and _is_kept(theirs, left)
    ]


def _is_kept(promises: Sequence[Promise], column: Profile) -> bool:
    return any(promise.kept(column) >= _RATHER for promise in promises)


def _one_sided(columns: Sequence[Profile]) -> list[tuple[str, str]]:
    """Return columns that break a promise with the only other column that could keep it."""
    pairs = []
    for column in columns:
        for promise in _broken(column, _BROKEN):
            if promise.is_mutual or column.is_boolean or column.distinct < _LEVELS:
                continue
            able = [one for one in columns if one is not column and _gives(one, column, promise)]
            if len(able) == 1:
                pairs.append((column.name, able[0].name))
                break
    return pairs


def _gives(one: Profile, column: Profile, promise: Promise) -> bool:
    """Return whether a column keeps another's promise and its own only as well as the other."""
    if promise.made_by(one) or promise.kept(one) < _MOSTLY:
        return False
    if promise.kind in ("a quantity", "an age", "days away") and one.distinct < _VARIED:
        return False
    own = [p for p in PROMISES if p.made_by(one)]
    if any(p.kept(one) >= _KEPT > p.kept(column) for p in own):
        return False
    return all(p.kept(column) >= 0.5 for p in own)
