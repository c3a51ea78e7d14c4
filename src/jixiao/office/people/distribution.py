"""How the ratings of units spread over bands of levels that all of them share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from jixiao.contracts.office import Person, Post
from jixiao.core import Period
from jixiao.office.cycles.ratings import Book
from jixiao.office.groups import WHOLE, finest, is_below, remainders, shown_groups
from jixiao.office.people.teams import Scene, base_shown, units_of
from jixiao.reports.bands import in_bands


@dataclass(frozen=True)
class Distribution:
    """How ratings spread over bands of levels.

    Attributes:
        bands: First and last level of each band.
        rows: Path of each unit with the people in each band; the whole first.
    """

    bands: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class _Spread:
    """What anybody may be shown: bands by place of the levels, and the units that show them."""

    bands: tuple[tuple[int, int], ...]
    units: frozenset[str]


def distribution(at: Scene) -> Distribution | None:
    """Return the distribution of ratings of the finest units that may be shown, and of the whole.

    All of them share the same bands, so that no difference of two tells of a few people; each
    level is a band of its own where the viewer sees everybody in them one by one. None where there
    are no levels or nothing may be shown.
    """
    book = at.book
    whole = [WHOLE] if WHOLE in at.units and at.unit == WHOLE else []
    wanted = [*whole, *(one for one in finest(at.shown) if one and is_below(one, at.unit))]
    if not book.levels or not wanted:
        return None
    opened = [one for one in wanted if at.shown[one] <= at.insight.opened]
    if opened == wanted:
        bands = tuple((level, level) for level in range(len(book.levels)))
    else:
        bands, safe = _shared(at)
        below = {one for one in safe & at.shown.keys() if is_below(one, at.unit)}
        wanted = sorted(below if not bands else {*opened, *below})
    if at.unit != WHOLE or WHOLE not in at.units:
        wanted = [one for one in wanted if one != WHOLE]
    levels = book.levels
    rows = tuple((one, tuple(in_bands(_counts(at, at.shown[one]), bands))) for one in wanted)
    return Distribution(tuple((levels[a], levels[b]) for a, b in bands), rows) if rows else None


def _shared(at: Scene) -> tuple[tuple[tuple[int, int], ...], frozenset[str]]:
    """Return the bands of a period, and the units that may show them to the viewer."""
    with at.office.reading() as read:
        base = base_shown(read, at.book, at.period)
        name = ("distribution", at.book.stamp, at.period)
        spread = read.kept(name, (Person, Post), lambda: _spread(at, base))
    known = at.insight.known
    if not known or not spread.units:
        return spread.bands, spread.units
    policy, units = at.book.policy, units_of(at.book.in_period(at.period), at.key_unit)
    safe = shown_groups(units, policy, known)
    told = {unit: people - known for unit, people in base.items() if unit in safe}
    if WHOLE not in told:
        return spread.bands, frozenset()
    parts = _Parts.of(at, told)
    kept = policy.safe_beside(parts.counts, parts.total, spread.bands, parts.apart)
    return spread.bands, frozenset() if kept is None else spread.units & {WHOLE, *kept}


@dataclass(frozen=True)
class _Parts:
    """People at each level: in each finest unit, in all, and in what is left of units above."""

    counts: Mapping[str, list[int]]
    total: list[int]
    apart: list[list[int]]

    @classmethod
    def of(cls, at: Scene, shown: Mapping[str, frozenset[str]]) -> _Parts:
        """Return the parts of units that are shown, some people left out."""
        counts = {unit: _counts(at, shown[unit]) for unit in finest(shown) if unit}
        apart = [_counts(at, rest) for rest in remainders(shown)]
        return cls(counts, _counts(at, shown[WHOLE]), apart)


def _spread(at: Scene, shown: Mapping[str, frozenset[str]]) -> _Spread:
    """Return what may be shown of everybody, and of every finest unit that may be shown."""
    if not shown:
        return _Spread((), frozenset())
    policy, parts = at.book.policy, _Parts.of(at, shown)
    common = policy.common_bands(parts.counts, parts.total, parts.apart)
    alone = policy.merged_bands(parts.total, [*parts.counts.values(), *parts.apart])
    return _Spread(common.bands or tuple((a, b) for a, b, _ in alone), common.groups | {WHOLE})


def _counts(at: Scene, keys: Iterable[str]) -> list[int]:
    return level_counts(at.book, keys, at.period)


def level_counts(book: Book, keys: Iterable[str], period: Period) -> list[int]:
    """Return how many people stand nearest to each level."""
    counts, rated = [0] * len(book.levels), book.in_period(period)
    for key in keys:
        counts[book.level_at(rated[key].value)] += 1
    return counts
