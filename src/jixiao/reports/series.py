"""What a series of figures does over time: trend, season and one change of level.

Rank methods throughout, because indicator series are short and hold outliers. They take the
figures as independent once trend and season are told apart; a strong memory from one period to
the next makes them speak too often. Nothing is said of fewer than ``FEWEST`` figures.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from jixiao.reports.intervals import Z
from jixiao.reports.statistics import mean, median

FEWEST, FEWEST_CHANGE = 5, 8
"""Fewest figures for a trend, and for a change of level."""
_FEWEST_BESIDE = 3
LEVEL = 0.05
"""Chance of speaking of a trend, season or change where there is none."""

Direction = Literal["up", "down", "steady"]


@dataclass(frozen=True, slots=True)
class Trend:
    """Theil–Sen slope a step with its 95 % interval; the direction by the Mann–Kendall test."""

    slope: float
    low: float
    high: float
    direction: Direction


@dataclass(frozen=True, slots=True)
class Season:
    """Where in the cycle figures are usually highest and lowest, and by how much.

    Attributes:
        top: Place in the cycle, as given.
        above: Usual distance of that place from the trend.
        bottom: Place in the cycle.
        below: Usual distance, negative.
        effects: Usual distance of every place.
    """

    top: int
    above: float
    bottom: int
    below: float
    effects: dict[int, float]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of level: the place where the new level begins, and both medians."""

    place: int
    before: float
    after: float


def trend_of(values: Sequence[float]) -> Trend | None:
    """Return the trend of figures in order of time; None with too few.

    References:
        Mann (1945), Econometrica 13; Sen (1968), JASA 63(324), doi:10.1080/01621459.1968.10480934.

    Examples:
        >>> trend_of([1.0, 2.0, 3.0, 4.0, 5.0])
        Trend(slope=1.0, low=1.0, high=1.0, direction='up')
    """
    return _trend(tuple(values)) if len(values) >= FEWEST else None


@lru_cache(maxsize=4096)
def _trend(values: tuple[float, ...]) -> Trend:
    n = len(values)
    slopes = sorted(
        (values[j] - values[i]) / (j - i) for i in range(n - 1) for j in range(i + 1, n)
    )
    score = sum([slope > 0 for slope in slopes]) - sum([slope < 0 for slope in slopes])
    ties = sum(t * (t - 1) * (2 * t + 5) for t in Counter(values).values() if t > 1)
    spread = math.sqrt((n * (n - 1) * (2 * n + 5) - ties) / 18)
    reach, count = Z * spread, len(slopes)
    low = slopes[max(0, math.floor((count - reach) / 2) - 1)]
    high = slopes[min(count - 1, math.ceil((count + reach) / 2))]
    is_sure = spread > 0 and math.erfc(max(0, abs(score) - 1) / spread / math.sqrt(2)) < LEVEL
    direction: Direction = "steady"
    if is_sure and low > 0:
        direction = "up"
    elif is_sure and high < 0:
        direction = "down"
    middle = count // 2
    slope = slopes[middle] if count % 2 else (slopes[middle - 1] + slopes[middle]) / 2
    return Trend(slope, low, high, direction)


def season_of(values: Sequence[float], places: Sequence[int], *, cycle: int) -> Season | None:
    """Return the season of figures; None without two full cycles, or where none is to be seen.

    The places are compared by a Kruskal–Wallis test once the Theil–Sen line is taken away.

    Args:
        values: In order of time.
        places: Place in the cycle of each value, such as its month.
        cycle: Places of the cycle, at least 2.

    References:
        Kruskal and Wallis (1952), JASA 47(260), doi:10.1080/01621459.1952.10483441.
    """
    counts = Counter(places)
    if len(counts) < cycle or min(counts.values()) < 2:
        return None
    line = _trend(tuple(values)).slope
    left = [value - line * step for step, value in enumerate(values)]
    centre = median(left)
    by_place: dict[int, list[float]] = defaultdict(list)
    for value, place in zip(left, places, strict=True):
        by_place[place].append(value - centre)
    if _kruskal([*by_place.values()]) >= LEVEL:
        return None
    effects = {place: median(own) for place, own in by_place.items()}
    top = min(effects, key=lambda place: (-effects[place], place))
    bottom = min(effects, key=lambda place: (effects[place], place))
    return Season(top, effects[top], bottom, effects[bottom], effects)


def _kruskal(groups: Sequence[Sequence[float]]) -> float:
    """Return the chance of ranks as uneven as these between the groups, ties corrected."""
    from scipy.special import chdtrc

    everything = sorted(value for group in groups for value in group)
    n, counts = len(everything), Counter(everything)
    first: dict[float, int] = {}
    for place, value in enumerate(everything):
        first.setdefault(value, place)
    rank = {value: first[value] + (counts[value] + 1) / 2 for value in first}
    sums = math.fsum(sum(rank[v] for v in group) ** 2 / len(group) for group in groups)
    ties = 1 - sum(t**3 - t for t in counts.values()) / (n**3 - n)
    if ties == 0:
        return 1.0
    score = (12 / (n * (n + 1)) * sums - 3 * (n + 1)) / ties
    return float(chdtrc(len(groups) - 1, max(0.0, score)))


def change_of(values: Sequence[float]) -> Change | None:
    """Return the one change of level that explains the figures better than a line; or None.

    Pettitt's test says whether there is one, least squares where; three figures stand on each side.

    References:
        Pettitt (1979), Applied Statistics 28(2), doi:10.2307/2346729.

    Examples:
        >>> change_of([5.0, 5.2, 4.9, 5.1, 5.0, 5.1, 8.1, 7.9, 8.2, 8.0, 8.1, 8.0])
        Change(place=6, before=5.05, after=8.05)
    """
    return _change(tuple(values)) if len(values) >= FEWEST_CHANGE else None


@lru_cache(maxsize=4096)
def _change(values: tuple[float, ...]) -> Change | None:
    n = len(values)
    score = best = 0
    for own in values[:-1]:
        score += sum([own < other for other in values]) - sum([own > other for other in values])
        best = max(best, abs(score))
    if not best or 2 * math.exp(-6 * best * best / (n**3 + n**2)) >= LEVEL:
        return None
    left, at = min((_left(values[:at]) + _left(values[at:]), at) for at in _cuts(n))
    if left >= _left_of_line(values):
        return None
    return Change(at, median(values[:at]), median(values[at:]))


def _cuts(n: int) -> range:
    return range(_FEWEST_BESIDE, n - _FEWEST_BESIDE + 1)


def _left(values: Sequence[float]) -> float:
    centre = mean(values)
    return math.fsum((value - centre) ** 2 for value in values)


def _left_of_line(values: Sequence[float]) -> float:
    slope = _trend(tuple(values)).slope
    return _left([value - slope * step for step, value in enumerate(values)])
