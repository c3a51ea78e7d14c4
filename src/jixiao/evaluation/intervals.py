"""Intervals by bootstrap, for a figure and for the difference of two models on the same rows.

Whole subjects are drawn, not rows, so that several reviews of one person do not count as
independent evidence. All resamples share one matrix of weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from jixiao.contracts.examples import Floats
from jixiao.core.seeds import rng
from jixiao.evaluation.judged import Judged
from jixiao.evaluation.metrics import METRICS, Metric, plain_name

Interval = tuple[float, float]
_FREE_RESAMPLES = 200
_MOST_WEIGHTS = 20_000_000


class Resamples:
    """Bootstrap weights of n rows, drawn by subject.

    Args:
        n_rows: Rows in the test part.
        subjects: Subject of each row; None when every row is its own.
        seed: Seed of the draws.
        n_resamples: How many; fewer for large test parts, never below 200.
    """

    def __init__(
        self, n_rows: int, subjects: Sequence[Any] | None, *, seed: int, n_resamples: int = 1000
    ) -> None:
        draw = rng(seed, "bootstrap")
        if subjects is None:
            unit_of = np.arange(n_rows)
        else:
            _, unit_of = np.unique(np.asarray([str(s) for s in subjects]), return_inverse=True)
        n_units = int(unit_of.max()) + 1 if n_rows else 0
        self.n_units = n_units
        self._known: dict[int, list[tuple[Judged, Floats]]] = {}
        size = min(n_resamples, max(200, _MOST_WEIGHTS // max(n_rows, 1)))
        self.weights = np.zeros((size, n_rows), dtype=np.float32)
        for at in range(size if n_units else 0):
            drawn = np.bincount(draw.integers(0, n_units, n_units), minlength=n_units)
            self.weights[at] = drawn[unit_of]

    def compute(self, one: Metric, judged: Judged) -> Floats:
        """Return the figure in every resample, shape (n_resamples,) (fewer for slow metrics)."""
        known = self._known.setdefault(id(one), [])
        for seen, figures in known:
            if seen is judged:
                return figures
        known.append((judged, self._compute(one, judged)))
        return known[-1][1]

    def _compute(self, one: Metric, judged: Judged) -> Floats:
        if one.confusion and one.uses_confusion(judged):
            return one.confusion(self._confusions(judged), judged.level_values)
        if one.rows and one.finish:
            statistics = one.rows(judged)
            totals = self.weights.sum(axis=1, keepdims=True)
            return one.finish(self.weights @ statistics / totals)
        assert one.free is not None
        found = [
            one.free(judged.take(np.repeat(np.arange(len(judged)), weights.astype(np.int64))))
            for weights in self.weights[:_FREE_RESAMPLES]
        ]
        return np.array(found)

    def _confusions(self, judged: Judged) -> Floats:
        """Return weighted confusion shares, shape (n_resamples, K, K)."""
        n_levels = judged.n_levels
        cells = judged.y_true * n_levels + judged.answers
        size = n_levels**2
        counted = np.stack([np.bincount(cells, w, minlength=size) for w in self.weights])
        shares = counted / self.weights.sum(axis=1, keepdims=True)
        return np.asarray(shares.reshape(-1, n_levels, n_levels))


def _bounds(values: Floats, level: float) -> Interval | None:
    known = values[np.isfinite(values)]
    if len(known) < len(values) / 2 or not len(known):
        return None
    low, high = np.quantile(known, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def intervals(
    judged: Judged, resamples: Resamples, *, level: float = 0.95
) -> dict[str, list[float] | None]:
    """Return ``[low, high]`` of every metric by plain name; None where it does not apply."""
    found: dict[str, list[float] | None] = {}
    for name in METRICS:
        one = METRICS.get(name)
        usable = len(judged) > 1 and one.applies(judged)
        bounds = _bounds(resamples.compute(one, judged), level) if usable else None
        found[plain_name(name)] = list(bounds) if bounds else None
    return found


def differences(
    ours: Judged, theirs: Judged, resamples: Resamples, *, level: float = 0.95
) -> dict[str, dict[str, float] | None]:
    """Return, per metric, ours minus theirs with its paired interval.

    Args:
        ours: Answers of one model.
        theirs: Answers of another to the same rows in the same order.
        resamples: Weights of those rows.
        level: Share of resamples inside the interval.

    Returns:
        Plain metric name to ``difference``, ``low``, ``high``; None where it does not apply to
        both.
    """
    found: dict[str, dict[str, float] | None] = {}
    for name in METRICS:
        one = METRICS.get(name)
        found[plain_name(name)] = None
        if len(ours) < 2 or not (one.applies(ours) and one.applies(theirs)):
            continue
        gap = one.compute(ours) - one.compute(theirs)
        bounds = _bounds(resamples.compute(one, ours) - resamples.compute(one, theirs), level)
        if bounds and np.isfinite(gap):
            found[plain_name(name)] = {"difference": gap, "low": bounds[0], "high": bounds[1]}
    return found
