from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from jixiao.reports.series import LEVEL, change_of, season_of, trend_of

NUMBERS = st.lists(st.integers(-50, 50).map(float), min_size=5, max_size=30)


@given(values=NUMBERS)
def test_slope_agrees_with_scipy_and_turns_with_the_series(values):
    ours, back = trend_of(values), trend_of(values[::-1])
    theirs = stats.theilslopes(values)
    assert ours is not None
    assert back is not None
    assert ours.slope == pytest.approx(theirs.slope)
    assert ours.low <= ours.slope <= ours.high
    assert back.slope == pytest.approx(-ours.slope)
    turned = {"up": "down", "down": "up", "steady": "steady"}
    assert back.direction == turned[ours.direction]


@given(values=NUMBERS, factor=st.sampled_from([0.5, 2.0, 8.0]), add=st.integers(-9, 9))
def test_direction_depends_on_order_alone(values, factor, add):
    ours, theirs = trend_of(values), trend_of([value * factor + add for value in values])
    assert ours is not None
    assert theirs is not None
    assert ours.direction == theirs.direction


def test_a_trend_needs_five_figures_and_a_change_eight():
    assert trend_of([1.0, 2.0, 3.0, 4.0]) is None
    assert change_of([1.0] * 3 + [9.0] * 4) is None


@pytest.mark.parametrize(
    ("values", "direction"),
    [([1, 2, 3, 4.1, 5], "up"), ([5, 4, 3, 2, 1.1], "down"), ([1, 5, 2, 4, 3], "steady")],
)
def test_direction_follows_the_order(values, direction):
    found = trend_of(values)
    assert found is not None
    assert found.direction == direction


def test_chance_alone_is_called_a_trend_or_change_about_as_seldom_as_stated():
    dice = np.random.default_rng(5)
    series = [dice.normal(size=24).tolist() for _ in range(400)]
    trends = sum(
        found is not None and found.direction != "steady" for found in map(trend_of, series)
    )
    months = [step % 12 + 1 for step in range(24)]
    seasons = sum(season_of(own, months, cycle=12) is not None for own in series)
    changes = sum(change_of(own) is not None for own in series)
    assert trends <= 400 * LEVEL * 1.6
    assert seasons <= 400 * LEVEL * 1.6
    assert changes <= 400 * LEVEL * 1.6


def test_a_planted_season_is_found_with_its_months_and_its_height():
    dice = np.random.default_rng(7)
    months = [step % 12 + 1 for step in range(36)]
    bumps = {6: 5.0, 1: -4.0}
    values = [
        50 + 0.2 * step + bumps.get(m, 0.0) + dice.normal(0, 0.3) for step, m in enumerate(months)
    ]
    season = season_of(values, months, cycle=12)
    assert season is not None
    assert (season.top, season.bottom) == (6, 1)
    assert season.above == pytest.approx(5, abs=1)
    assert season.below == pytest.approx(-4, abs=1)


def test_a_season_needs_two_full_cycles():
    months = [step % 12 + 1 for step in range(23)]
    assert season_of([float(m) for m in months], months, cycle=12) is None


@given(
    before=st.integers(6, 12),
    after=st.integers(6, 12),
    jump=st.sampled_from([-6.0, -4.0, 4.0, 6.0]),
)
def test_a_planted_change_of_level_is_found_where_it_is(before, after, jump):
    wave = [0.1 * (step % 3) for step in range(before + after)]
    values = [w + (jump if step >= before else 0.0) for step, w in enumerate(wave)]
    found = change_of(values)
    assert found is not None
    assert found.place == before
    assert found.after - found.before == pytest.approx(jump, abs=0.2)


def test_a_straight_line_is_no_change_of_level():
    assert change_of([float(step) for step in range(20)]) is None
