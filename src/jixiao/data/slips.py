"""Figures that slipped: a few, far beyond all others, that a power of ten brings back.

Used before a range is learned, so that a slip does not widen what is believable, and where one
column holds the figures of many indicators.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from jixiao.contracts.examples import Floats

_FEWEST = 40
_FAR, _GAP = 8.0, 3.0
_MOST = 0.02
_FACTORS = (100.0, 1000.0, 10_000.0, 10.0)
_SHORT_SCALE = 5


def slipped(figures: Floats) -> npt.NDArray[np.bool_]:
    """Return which figures are usual ones times a power of ten, or a rating typed twice.

    Long tails are no slips: between the figures that slipped and the rest there must be a gap.

    Args:
        figures: Shape (n,), no NaN; fewer than 40 tell nothing.
    """
    none = np.zeros(len(figures), dtype=bool)
    if len(figures) < _FEWEST or figures.min() < 0:
        return none
    if (doubled := _typed_twice(figures)).any():
        return doubled
    low, high = (float(end) for end in np.quantile(figures, (0.02, 0.98)))
    far = figures > _FAR * high
    if high <= 0 or not far.any() or far.mean() > _MOST:
        return none
    if figures[far].min() < _GAP * figures[~far].max():
        return none
    back = none.copy()
    for factor in _FACTORS:
        back |= (figures / factor >= low / 2) & (figures / factor <= high * 2)
    return np.asarray(far & back)


def _typed_twice(figures: Floats) -> npt.NDArray[np.bool_]:
    """Return which answers on a short scale stand twice in their cell: 44 for 4."""
    doubled = np.isin(figures, [11.0 * level for level in range(1, _SHORT_SCALE + 1)])
    rest = figures[~doubled]
    if not doubled.any() or doubled.mean() > _MOST or not len(rest):
        return np.zeros(len(figures), dtype=bool)
    levels = np.unique(rest)
    is_scale = len(levels) >= 3 and levels[-1] <= _SHORT_SCALE and not (levels % 1).any()
    fits = np.isin(figures / 11, levels)
    return np.asarray(doubled & fits if is_scale else np.zeros(len(figures), dtype=bool))
