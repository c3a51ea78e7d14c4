"""How well a perfect model could do, given how well human raters agree with each other.

Assumptions, stated with every figure: true performance and rating error are normal and
independent; the share of each level is the one in the data; the model knows true performance
exactly. Computed by integration over true performance on a fixed grid.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from jixiao.contracts.examples import Floats
from jixiao.evaluation.metrics import METRICS

ASSUMPTIONS = (
    "normal true performance and rating error, independent; level shares as in these rows; "
    "a model that knows true performance exactly"
)
_N_GRID = 2001
_N_ROUNDS = 3


@lru_cache(maxsize=64)
def ceiling(agreement: float, shares: tuple[float, ...]) -> dict[str, float]:
    """Return the best figures that a perfect model can reach.

    Args:
        agreement: Correlation of two raters' ratings of the same people, in (0, 1).
        shares: Share of each level, lowest first, sums to 1.

    Returns:
        ``accuracy``, ``off_by_one``, ``mae``, ``mse`` (both in levels) and ``quadratic_kappa``,
        each with the decision rule that suits it best.
    """
    from scipy.stats import norm

    grid = norm.ppf((np.arange(_N_GRID) + 0.5) / _N_GRID)
    cuts = norm.ppf(np.clip(np.cumsum(shares)[:-1], 1e-9, 1 - 1e-9))
    spread = np.sqrt(1 - agreement)
    below = norm.cdf((cuts[None, :] - np.sqrt(agreement) * grid[:, None]) / spread)
    edges = np.hstack([np.zeros((_N_GRID, 1)), below, np.ones((_N_GRID, 1))])
    proba = np.diff(edges, axis=1)  # (grid, levels)
    levels = np.arange(len(shares))
    distance = np.abs(levels[:, None] - levels[None, :])
    return {
        "accuracy": float(proba.max(axis=1).mean()),
        "off_by_one": float((proba @ (distance <= 1)).max(axis=1).mean()),
        "mae": float((proba @ distance).min(axis=1).mean()),
        "mse": float((proba @ distance**2).min(axis=1).mean()),
        "quadratic_kappa": _best_kappa(proba),
    }


def _best_kappa(proba: Floats) -> float:
    """Return the largest quadratic kappa over rising cuts of true performance."""
    n_grid, n_levels = proba.shape
    mean = proba @ np.arange(n_levels)
    cuts = np.searchsorted(mean, np.arange(n_levels - 1) + 0.5)
    best = _kappa_at(proba, cuts)
    for _ in range(_N_ROUNDS):
        for at in range(len(cuts)):
            for place in range(0, n_grid, 20):
                tried = cuts.copy()
                tried[at] = place
                if (np.diff(tried) < 0).any():
                    continue
                if (kappa := _kappa_at(proba, tried)) > best:
                    best, cuts = kappa, tried
    return best


def _kappa_at(proba: Floats, cuts: Any) -> float:
    answers = np.searchsorted(cuts, np.arange(len(proba)), side="right")
    confusion = np.zeros((proba.shape[1], proba.shape[1]))
    np.add.at(confusion.T, answers, proba / len(proba))
    kappa = METRICS.get("quadratic_kappa.v1").confusion
    assert kappa is not None
    return float(kappa(confusion, np.arange(proba.shape[1], dtype=float)))


def share_of_ceiling(
    test: dict[str, float | None], agreement: float, shares: tuple[float, ...]
) -> dict[str, Any]:
    """Return the ceiling, the share of it that was reached, and whether it was exceeded.

    A model clearly above the ceiling has seen a leak or knows the raters' habits.
    """
    best = ceiling(round(agreement, 4), tuple(round(share, 6) for share in shares))
    reached = {
        name: value / best[name]
        for name in ("accuracy", "quadratic_kappa")
        if (value := test.get(name)) is not None and best[name] > 0
    }
    return {
        "agreement": agreement,
        "assumptions": ASSUMPTIONS,
        "best": best,
        "share": reached,
        "exceeded": any(share > 1.05 for share in reached.values()),
    }
