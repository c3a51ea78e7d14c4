"""Bands of a distribution that hold nobody or enough people, alone and beside other bands.

Small bands are merged with their neighbours. All teams share the same bands, and so do all people
outside them, so that no difference of two distributions holds fewer. Nor may the mean, which is
shown beside them, tell how a band falls apart: see ``leftover``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise


@dataclass(frozen=True, slots=True)
class CommonBands:
    """Bands of levels (first, last) that several distributions share, and who may show them."""

    bands: tuple[tuple[int, int], ...]
    groups: frozenset[str]


def merged_bands(counts: Sequence[int], *, minimum: int) -> list[tuple[int, int, int]]:
    """Return neighbouring levels joined until no band holds a few respondents only.

    Args:
        counts: Respondents at each level, lowest first.
        minimum: Fewest respondents in a band that is not empty.

    Returns:
        ``(first level, last level, respondents)`` in order; one band only when nothing finer can
        be shown.

    Examples:
        >>> merged_bands([1, 6, 20, 2], minimum=5)
        [(0, 1, 7), (2, 3, 22)]
        >>> merged_bands([0, 8, 9], minimum=5)
        [(0, 0, 0), (1, 1, 8), (2, 2, 9)]
    """
    bands = [(i, i, count) for i, count in enumerate(counts)]
    while len(bands) > 1:
        small = [i for i, band in enumerate(bands) if 0 < band[2] < minimum]
        told = 0 < leftover(counts, [band[:2] for band in bands]) < minimum
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
    counts: Mapping[str, Sequence[int]], total: Sequence[int], *, minimum: int
) -> CommonBands:
    """Return the bands that teams can show beside the whole without giving small groups away.

    Among all ways to join the whole's own bands, the one is taken that lets most people's teams
    show most bands. In it every shown team, and everybody outside the shown teams, has nobody or
    enough people in each band, and left over beside the mean; sums of such cells are again such.

    Args:
        counts: People at each level in each team that may be shown at all.
        total: People at each level in the whole.
        minimum: Fewest people in a band that is not empty.

    Examples:
        >>> common = common_bands({"A": [5, 5, 0], "B": [1, 9, 5]}, [6, 14, 25], minimum=5)
        >>> common.bands, sorted(common.groups)
        (((0, 1), (2, 2)), ['A', 'B'])
    """
    whole = [(low, high) for low, high, _ in merged_bands(total, minimum=minimum)]
    best, score = CommonBands((), frozenset()), 0
    for bands in _groupings(whole):
        groups = _showable(counts, total, bands, minimum)
        people = sum(sum(counts[group]) for group in groups)
        if people * (len(bands) - 1) > score:
            best, score = CommonBands(bands, groups), people * (len(bands) - 1)
    return best


def in_bands(counts: Sequence[int], bands: Sequence[tuple[int, int]]) -> list[int]:
    """Return how many people stand in each band."""
    return [sum(counts[low : high + 1]) for low, high in bands]


def _groupings(whole: Sequence[tuple[int, int]]) -> Iterator[tuple[tuple[int, int], ...]]:
    for size in range(1, len(whole)):
        for cuts in combinations(range(1, len(whole)), size):
            edges = [0, *cuts, len(whole)]
            yield tuple((whole[a][0], whole[b - 1][1]) for a, b in pairwise(edges))


def _showable(
    counts: Mapping[str, Sequence[int]],
    total: Sequence[int],
    bands: Sequence[tuple[int, int]],
    minimum: int,
) -> frozenset[str]:
    shown = {group for group, own in counts.items() if _is_safe(own, bands, minimum)}
    rest = list(total)
    for group in shown:
        rest = [left - count for left, count in zip(rest, counts[group], strict=True)]
    for group in sorted(shown, key=lambda name: (sum(counts[name]), name)):
        if _is_safe(rest, bands, minimum):
            break
        shown.remove(group)
        rest = [left + count for left, count in zip(rest, counts[group], strict=True)]
    return frozenset(shown)


def _is_safe(counts: Sequence[int], bands: Sequence[tuple[int, int]], minimum: int) -> bool:
    """Return whether neither a band nor the mean beside the bands tells of a few people."""
    cells = [*in_bands(counts, bands), leftover(counts, bands)]
    return not any(0 < cell < minimum for cell in cells)
