from __future__ import annotations

import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from jixiao.models.calibration import Calibration
from jixiao.models.quantise import _rounded, calibration_points, embedded_calibration
from jixiao.models.weights import find_encoder


def test_the_embedded_ranges_cover_every_point() -> None:
    found = embedded_calibration()
    assert sorted(found.ranges) == sorted(calibration_points(find_encoder()))
    assert min(found.ranges.values()) > 0
    widths = {name.rsplit(".", 1)[1]: len(value) for name, value in found.smoothing.items()}
    assert widths == {"input": 384, "context": 384, "middle": 384, "wide": 1536}


def test_a_calibration_survives_json() -> None:
    found = embedded_calibration()
    again = Calibration.from_json(json.loads(json.dumps(found.to_json())))
    assert again.ranges == found.ranges
    for name, value in found.smoothing.items():
        np.testing.assert_array_equal(again.smoothing[name], value)
        np.testing.assert_array_equal(again.means[name], found.means[name])


@given(arrays(np.float64, st.integers(1, 20), elements=st.floats(1e-5, 1e5)))
def test_rounding_keeps_four_digits(values: np.ndarray) -> None:
    np.testing.assert_allclose(_rounded(values), values, rtol=6e-4)
