"""Bands of a distribution that hold nobody or enough people, alone and beside other bands.

Small bands are merged with their neighbours. All teams share the same bands, and so do all people
outside them, so that no difference of two distributions holds fewer. Nor may means, which are shown
beside them, tell how a band falls apart: see ``leftover``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise


@dataclass(frozen=True, slots=True)
class CommonBands:
    """Bands of levels (first, last) that several distributions share, and who may show them."""

    bands: tuple[tuple[int, int], ...]
    groups: frozenset[str]


def merged_bands(
    counts: Sequence[int], *, minimum: int, parts: Sequence[Sequence[int]] = ()
) -> list[tuple[int, int, int]]:
    """Return neighbouring levels joined until no band holds a few respondents only.

    Args:
        counts: Respondents at each level, lowest first.
        minimum: Fewest respondents in a band that is not empty.
        parts: Respondents at each level in groups among them whose means are shown.

    Returns:
        ``(first level, last level, respondents)`` in order; one band only when nothing finer can
        be shown.

    Examples:
        >>> merged_bands([1, 6, 20, 12], minimum=5)
        [(0, 2, 27), (3, 3, 12)]
        >>> merged_bands([0, 8, 9], minimum=5)
        [(0, 0, 0), (1, 1, 8), (2, 2, 9)]
    """
    bands = [(i, i, count) for i, count in enumerate(counts)]
    while len(bands) > 1:
        small = [i for i, band in enumerate(bands) if 0 < band[2] < minimum]
        told = _tell_few([*parts, _rest(counts, parts)], [band[:2] for band in bands], minimum)
        if not small and not told:
            break
        at = min(small or range(len(bands)), key=lambda i: (bands[i][2], i))
        other = _neighbour(bands, at)
        low, high = min(at, other), max(at, other)
        joined = (bands[low][0], bands[high][1], bands[low][2] + bands[high][2])
        bands[low : high + 1] = [joined]
    return bands


def leftover(counts: Sequence[int], bands: Sequence[tuple[int, int]]) -> int:
    """Return how few people the mean can be made to tell of beside the bands.

    The mean times all people, less one level's number for each person of a band, is a sum over
    the others of that band; fewest are left where the commonest level of every band is taken.

    Args:
        counts: People at each level, lowest first.
        bands: First and last level of each band.

    Examples:
        >>> leftover([1, 6, 20, 8], [(0, 1), (2, 2), (3, 3)])
        1
    """
    return sum(
        sum(counts[low : high + 1]) - max(counts[low : high + 1], default=0) for low, high in bands
    )


def _neighbour(bands: list[tuple[int, int, int]], at: int) -> int:
    beside = [i for i in (at - 1, at + 1) if 0 <= i < len(bands)]
    return min(beside, key=lambda i: (bands[i][2] == 0, bands[i][2], i))


def common_bands(
    counts: Mapping[str, Sequence[int]],
    total: Sequence[int],
    *,
    minimum: int,
    apart: Sequence[Sequence[int]] = (),
) -> CommonBands:
    """Return the bands that teams can show beside the whole without giving small groups away.

    Among all ways to join the whole's own bands, the one is taken that lets most people's teams
    show most bands. In it every shown team, and everybody outside the shown teams, has nobody or
    enough people in each band, and left over beside the means; sums of such cells are again such.

    Args:
        counts: People at each level in each team that may be shown at all.
        total: People at each level in the whole.
        minimum: Fewest people in a band that is not empty.
        apart: People at each level in groups outside the teams whose means can be told.

    Examples:
        >>> teams = {"A": [5, 5, 5, 5], "B": [3, 9, 2, 6]}
        >>> common = common_bands(teams, [8, 14, 7, 31], minimum=5)
        >>> common.bands, sorted(common.groups)
        (((0, 1), (2, 3)), ['A', 'B'])
    """
    whole = [(low, high) for low, high, _ in merged_bands(total, minimum=minimum)]
    best, score = CommonBands((), frozenset()), 0
    for bands in _groupings(whole):
        groups = _showable(_Counted(counts, total, apart), bands, minimum)
        people = sum(sum(counts[group]) for group in groups)
        if people * (len(bands) - 1) > score:
            best, score = CommonBands(bands, groups), people * (len(bands) - 1)
    return best


def safe_beside(
    counts: Mapping[str, Sequence[int]],
    total: Sequence[int],
    bands: Sequence[tuple[int, int]],
    *,
    minimum: int,
    apart: Sequence[Sequence[int]] = (),
) -> frozenset[str] | None:
    """Return the groups that can show given bands beside the whole; None where it cannot itself.

    Args:
        counts: People at each level in each group.
        total: People at each level in the whole.
        bands: First and last level of each band.
        minimum: Fewest people in a band that is not empty.
        apart: People at each level in groups outside the others whose means can be told.

    Examples:
        >>> bands = [(0, 1), (2, 3)]
        >>> teams = {"A": [5, 5, 5, 5], "B": [3, 9, 2, 1]}
        >>> safe_beside(teams, [18, 24, 17, 16], bands, minimum=5)
        frozenset({'A'})
        >>> safe_beside({}, [1, 2, 9, 9], bands, minimum=5) is None
        True
    """
    people = _Counted(counts, total, apart)
    shown = _showable(people, bands, minimum)
    return shown if _is_safe(people.outside(shown), bands, minimum) else None


def in_bands(counts: Sequence[int], bands: Sequence[tuple[int, int]]) -> list[int]:
    """Return how many people stand in each band."""
    return [sum(counts[low : high + 1]) for low, high in bands]


def _groupings(whole: Sequence[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], ...]]:
    for size in range(1, len(whole)):
        for cuts in combinations(range(1, len(whole)), size):
            edges = [0, *cuts, len(whole)]
            yield tuple((whole[a][0], whole[b - 1][1]) for a, b in pairwise(edges))


@dataclass(frozen=True, slots=True)
class _Counted:
    """People at each level: in each team, in the whole, and in groups outside the teams."""

    counts: Mapping[str, Sequence[int]]
    total: Sequence[int]
    apart: Sequence[Sequence[int]]

    def outside(self, shown: Collection[str]) -> list[Sequence[int]]:
        """Return the parts of everybody outside some teams, each with a mean of its own."""
        parts = [*self.counts.values(), *self.apart]
        hidden = [own for name, own in self.counts.items() if name not in shown]
        return [*hidden, *self.apart, _rest(self.total, parts)]


def _showable(people: _Counted, bands: Sequence[tuple[int, int]], minimum: int) -> frozenset[str]:
    counts = people.counts
    shown = {group for group, own in counts.items() if _is_safe([own], bands, minimum)}
    for group in sorted(shown, key=lambda name: (sum(counts[name]), name)):
        if _is_safe(people.outside(shown), bands, minimum):
            break
        shown.remove(group)
    return frozenset(shown)


def _is_safe(
    parts: Sequence[Sequence[int]], bands: Sequence[tuple[int, int]], minimum: int
) -> bool:
    """Return whether neither bands of parts together nor their means tell of a few people."""
    cells = (sum(cell) for cell in zip(*(in_bands(own, bands) for own in parts), strict=True))
    small = any(0 < cell < minimum for cell in cells)
    return not small and not _tell_few(parts, bands, minimum)


def _tell_few(
    parts: Sequence[Sequence[int]], bands: Sequence[tuple[int, int]], minimum: int
) -> bool:
    """Return whether the means of parts beside the bands of all together tell of a few people."""
    left = sum(leftover(own, bands) for own in parts)
    cells = (cell for own in parts for cell in in_bands(own, bands))
    return left < minimum if left else any(0 < cell < minimum for cell in cells)


def _rest(total: Sequence[int], parts: Sequence[Sequence[int]]) -> list[int]:
    return [whole - sum(own[at] for own in parts) for at, whole in enumerate(total)]
