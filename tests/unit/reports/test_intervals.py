from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from jixiao.reports.intervals import are_uneven, net_promoters, share_distance, wilson

SHARES = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(share=SHARES)
def test_wilson_agrees_with_scipy_and_holds_the_share(share):
    count, total = share
    theirs = stats.binomtest(count, total).proportion_ci(method="wilson")
    low, high = wilson(count, total)
    assert (low, high) == pytest.approx((theirs.low, theirs.high), abs=1e-9)
    assert low - 1e-12 <= count / total <= high + 1e-12


@given(a=SHARES, b=SHARES)
def test_the_distance_turns_its_sign_with_its_sides(a, b):
    low, high = share_distance(a, b)
    assert share_distance(b, a) == pytest.approx((-high, -low))
    assert low <= a[0] / a[1] - b[0] / b[1] <= high


@given(up=st.integers(0, 60), middle=st.integers(0, 60), down=st.integers(0, 60))
def test_net_promoters_agree_with_the_mean_of_plus_and_minus_one(up, middle, down):
    total = up + middle + down
    if not total:
        return
    answers = np.array([1] * up + [0] * middle + [-1] * down)
    net, low, high = net_promoters(up, down, total)
    reach = 1.959963984540054 * answers.std() / np.sqrt(total)
    assert net == pytest.approx(100 * answers.mean())
    assert low == pytest.approx(100 * max(-1, answers.mean() - reach))
    assert high == pytest.approx(100 * min(1, answers.mean() + reach))


@given(shares=st.lists(SHARES, min_size=2, max_size=6))
def test_unevenness_agrees_with_the_chi_squared_test_of_scipy(shares):
    count = sum(c for c, _ in shares)
    if count in (0, sum(n for _, n in shares)):
        assert not are_uneven(shares)
        return
    table = [[c for c, _ in shares], [n - c for c, n in shares]]
    found = stats.chi2_contingency(table, correction=False)
    assert are_uneven(shares) == bool(found.pvalue < 0.05)
