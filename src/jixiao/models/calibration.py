"""Ranges of an encoder's activations, from which its int8 form is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Calibration:
    """How activations are brought onto int8.

    Attributes:
        ranges: Point to the largest absolute value that int8 must hold there, after smoothing.
        smoothing: Point to the divisor of each channel, shape (width,); the weights that follow
            are multiplied by it, so that fp32 results would not change.
        means: Point to the mean of each channel before smoothing, shape (width,); by them the
            bias makes up for what rounding the weights does to the mean output.
    """

    ranges: Mapping[str, float]
    smoothing: Mapping[str, Array]
    means: Mapping[str, Array]

    def to_json(self) -> dict[str, Any]:
        """Return plain keys."""
        return {
            "ranges": {name: float(value) for name, value in self.ranges.items()},
            "smoothing": {name: np.asarray(v).tolist() for name, v in self.smoothing.items()},
            "means": {name: np.asarray(v).tolist() for name, v in self.means.items()},
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Calibration:
        """Return what ``to_json`` gave."""
        smoothing, means = (
            {name: np.asarray(v, dtype=np.float32) for name, v in value[part].items()}
            for part in ("smoothing", "means")
        )
        return cls(ranges=dict(value["ranges"]), smoothing=smoothing, means=means)
