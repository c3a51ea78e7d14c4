"""Small statistics that facts are made of: means, medians, spread and a slope with its interval."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Slope:
    """Change per period by least squares, with its 95 % interval."""

    value: float
    low: float
    high: float

    @property
    def direction(self) -> str:
        """``up`` or ``down`` where the interval leaves out zero, else ``steady``."""
        if self.low > 0:
            return "up"
        return "down" if self.high < 0 else "steady"


def mean(values: Sequence[float]) -> float:
    """Return the mean of at least one value."""
    return math.fsum(values) / len(values)


def median(values: Sequence[float]) -> float:
    """Return the median of at least one value."""
    return quantile(values, 0.5)


def quantile(values: Sequence[float], share: float) -> float:
    """Return the linearly interpolated quantile of at least one value.

    Args:
        values: In any order.
        share: Between 0 and 1.
    """
    ordered = sorted(values)
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)


def deviation(values: Sequence[float]) -> float:
    """Return the sample standard deviation of at least two values."""
    centre = mean(values)
    return math.sqrt(math.fsum((v - centre) ** 2 for v in values) / (len(values) - 1))


def slope(steps: Sequence[float], values: Sequence[float]) -> Slope | None:
    """Return the least-squares slope, or None with fewer than four points.

    Args:
        steps: Place of each value on the time axis, in periods.
        values: As many as steps.

    Examples:
        >>> slope([0, 1, 2, 3], [1.0, 2.0, 3.0, 4.0])
        Slope(value=1.0, low=1.0, high=1.0)
    """
    n = len(values)
    if n < 4:
        return None
    mean_x, mean_y = mean(steps), mean(values)
    spread = math.fsum((x - mean_x) ** 2 for x in steps)
    if spread == 0:
        return None
    value = math.fsum((x - mean_x) * (y - mean_y) for x, y in zip(steps, values, strict=True))
    value /= spread
    left = math.fsum(
        (y - mean_y - value * (x - mean_x)) ** 2 for x, y in zip(steps, values, strict=True)
    )
    reach = _student(n - 2) * math.sqrt(left / (n - 2) / spread)
    return Slope(value, value - reach, value + reach)


@lru_cache(maxsize=256)
def _student(freedom: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(freedom, 0.975))
