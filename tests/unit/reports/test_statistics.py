from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.reports.statistics import deviation, mean, median, quantile

NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=4, max_size=20)


@given(values=NUMBERS)
def test_small_statistics_agree_with_numpy(values):
    scale = 1e-9 * (1 + max(abs(v) for v in values))
    assert mean(values) == pytest.approx(np.mean(values), abs=scale)
    assert median(values) == pytest.approx(np.median(values), abs=scale)
    assert deviation(values) == pytest.approx(np.std(values, ddof=1), abs=scale)
    assert quantile(values, 0.25) == pytest.approx(np.quantile(values, 0.25), abs=scale)
