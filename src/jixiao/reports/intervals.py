"""Intervals of shares: how far a share, or the distance of two, could be off by chance alone."""

from __future__ import annotations

import math
from collections.abc import Sequence

Z = 1.959963984540054
"""Normal quantile of a 95 % interval."""


def wilson(count: int, total: int) -> tuple[float, float]:
    """Return the 95 % interval of a share.

    Args:
        count: Of those counted, between 0 and ``total``.
        total: All, at least 1.

    Returns:
        Low and high end between 0 and 1.

    References:
        Wilson (1927), JASA 22(158), doi:10.1080/01621459.1927.10502953.

    Examples:
        >>> [round(end, 4) for end in wilson(81, 263)]
        [0.2553, 0.3662]
    """
    share, spread = count / total, Z * Z / total
    centre = (share + spread / 2) / (1 + spread)
    reach = Z / (1 + spread) * math.sqrt(share * (1 - share) / total + spread / total / 4)
    return max(0.0, centre - reach), min(1.0, centre + reach)


def share_distance(a: tuple[int, int], b: tuple[int, int]) -> tuple[float, float]:
    """Return the 95 % interval of the share of ``a`` less that of ``b``, two separate samples.

    Args:
        a: Count and total.
        b: Count and total.

    References:
        Newcombe (1998), Statistics in Medicine 17(8), method 10.

    Examples:
        >>> [round(end, 4) for end in share_distance((56, 70), (48, 80))]
        [0.0524, 0.3339]
    """
    first, second = a[0] / a[1], b[0] / b[1]
    (low_a, high_a), (low_b, high_b) = wilson(*a), wilson(*b)
    below = math.hypot(first - low_a, high_b - second)
    above = math.hypot(high_a - first, second - low_b)
    return first - second - below, first - second + above


def net_promoters(promoters: int, detractors: int, total: int) -> tuple[float, float, float]:
    """Return the net promoter score with its 95 % interval, each between -100 and 100.

    The variance of one answer (+1, 0 or -1) is p + d - (p - d)².

    References:
        Rocks (2016), The American Statistician 70(4), doi:10.1080/00031305.2016.1198279.

    Examples:
        >>> [round(end, 2) for end in net_promoters(50, 20, 100)]
        [30.0, 14.69, 45.31]
    """
    up, down = promoters / total, detractors / total
    net = up - down
    reach = Z * math.sqrt(max(0.0, up + down - net * net) / total)
    return 100 * net, 100 * max(-1.0, net - reach), 100 * min(1.0, net + reach)


def are_uneven(shares: Sequence[tuple[int, int]], *, level: float = 0.05) -> bool:
    """Return whether several shares differ by more than chance, by the chi-squared test.

    Args:
        shares: Count and total of each, separate samples.
        level: Chance of calling even shares uneven.

    Examples:
        >>> are_uneven([(50, 100), (52, 100), (48, 100)]), are_uneven([(20, 100), (60, 100)])
        (False, True)
    """
    from scipy.special import chdtrc

    count, total = (sum(part) for part in zip(*shares, strict=True))
    if count in (0, total):
        return False
    expected = count / total
    score = math.fsum((c - n * expected) ** 2 / n for c, n in shares) / expected / (1 - expected)
    return bool(chdtrc(len(shares) - 1, score) < level)
