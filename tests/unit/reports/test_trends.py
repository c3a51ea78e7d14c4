from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from jixiao.reports.trends import deviation, mean, median, quantile, slope

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=20)


@given(values=NUMBERS.filter(lambda values: max(values) - min(values) > 1e-3))
def test_slope_and_interval_agree_with_scipy(values):
    ours = slope(range(len(values)), values)
    theirs = stats.linregress(range(len(values)), values)
    reach = stats.t.ppf(0.975, len(values) - 2) * theirs.stderr
    scale = 1 + max(abs(v) for v in values)
    assert ours is not None
    assert ours.value == pytest.approx(theirs.slope, abs=1e-9 * scale)
    assert ours.low == pytest.approx(theirs.slope - reach, abs=1e-6 * scale)
    assert ours.high == pytest.approx(theirs.slope + reach, abs=1e-6 * scale)


@given(values=NUMBERS)
def test_small_statistics_agree_with_numpy(values):
    scale = 1e-9 * (1 + max(abs(v) for v in values))
    assert mean(values) == pytest.approx(np.mean(values), abs=scale)
    assert median(values) == pytest.approx(np.median(values), abs=scale)
    assert deviation(values) == pytest.approx(np.std(values, ddof=1), abs=scale)
    assert quantile(values, 0.25) == pytest.approx(np.quantile(values, 0.25), abs=scale)


def test_a_trend_needs_four_points():
    assert slope([0, 1, 2], [1.0, 2.0, 3.0]) is None


@pytest.mark.parametrize(
    ("values", "direction"),
    [([1, 2, 3, 4.1], "up"), ([4, 3, 2, 1.1], "down"), ([1, 5, 2, 4], "steady")],
)
def test_direction_follows_the_interval(values, direction):
    found = slope(range(4), values)
    assert found is not None
    assert found.direction == direction
