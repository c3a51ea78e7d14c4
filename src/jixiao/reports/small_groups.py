"""The one policy about small groups: what may be shown, and what could be worked out from it.

Three rules, with a threshold of ``min_scores`` respondents:

1. A figure about fewer respondents is never shown.
2. Complementary: the respondents of all hidden groups together must be as many too; otherwise
   total minus shown groups would give them away, so the smallest shown group is hidden as well.
3. Bands of a distribution hold nobody or at least the threshold; smaller ones are merged.

A person's own records are that person's own report and are not counted here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def hidden_groups(sizes: Mapping[str, int], *, total: int, minimum: int) -> frozenset[str]:
    """Return the groups of a partition whose figures must not be shown.

    Args:
        sizes: Respondents of each group.
        total: Respondents of the whole, which is shown itself; respondents without a group count
            as a hidden rest.
        minimum: Fewest respondents behind a figure.

    Examples:
        >>> sorted(hidden_groups({"A": 3, "B": 9, "C": 6}, total=18, minimum=5))
        ['A', 'C']
        >>> sorted(hidden_groups({"A": 3, "B": 4, "C": 6}, total=13, minimum=5))
        ['A', 'B']
    """
    hidden = {name for name, size in sizes.items() if size < minimum}
    shown = sorted((size, name) for name, size in sizes.items() if name not in hidden)
    rest = total - sum(size for size, _ in shown)
    while 0 < rest < minimum and shown:
        size, name = shown.pop(0)
        hidden.add(name)
        rest += size
    return frozenset(hidden)


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
        if not small:
            break
        at = min(small, key=lambda i: (bands[i][2], i))
        other = _neighbour(bands, at)
        low, high = min(at, other), max(at, other)
        joined = (bands[low][0], bands[high][1], bands[low][2] + bands[high][2])
        bands[low : high + 1] = [joined]
    return bands


def _neighbour(bands: list[tuple[int, int, int]], at: int) -> int:
    beside = [i for i in (at - 1, at + 1) if 0 <= i < len(bands)]
    return min(beside, key=lambda i: (bands[i][2] == 0, bands[i][2], i))
