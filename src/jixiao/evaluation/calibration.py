"""Whether probabilities mean what they say: expected calibration error and its noise floor."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from jixiao.contracts.examples import Floats
from jixiao.core.seeds import rng

N_BINS = 10


def _bins(sure: Floats) -> list[npt.NDArray[np.int64]]:
    """Return the rows of each of up to ten bins of equal size, least sure first."""
    order = np.argsort(sure, kind="stable")
    return [part for part in np.array_split(order, N_BINS) if len(part)]


def calibration_error(sure: Floats, hit: npt.NDArray[np.bool_]) -> float:
    """Return the mean gap between stated and observed hit rates over ten bins of equal size.

    Args:
        sure: Shape (n,), probability of the answer given.
        hit: Shape (n,), whether it was right.

    Returns:
        Expected calibration error in [0, 1]; NaN for no rows.

    References:
        Naeini et al. (2015), AAAI, bins of equal mass.
    """
    if not len(sure):
        return float("nan")
    gaps = [abs(sure[rows].mean() - hit[rows].mean()) * len(rows) for rows in _bins(sure)]
    return float(sum(gaps) / len(sure))


def noise_floor(sure: Floats, *, seed: int, n_rounds: int = 200) -> dict[str, float]:
    """Return the error that a perfectly calibrated model would show with these probabilities.

    Args:
        sure: Shape (n,), probability of the answer given.
        seed: Seed of the simulated hits.
        n_rounds: Simulated test sets.

    Returns:
        ``mean`` and ``p95`` over the rounds.
    """
    draw = rng(seed, "calibration", "floor")
    rounds = np.array(
        [calibration_error(sure, draw.random(len(sure)) < sure) for _ in range(n_rounds)]
    )
    return {"mean": float(rounds.mean()), "p95": float(np.quantile(rounds, 0.95))}


def calibration(proba: Floats, y_true: npt.NDArray[Any], *, seed: int) -> dict[str, Any] | None:
    """Return error, noise floor, verdict and the bins; None without rows.

    Args:
        proba: Shape (n, K).
        y_true: Shape (n,), level indices.
        seed: Seed of the noise floor.
    """
    if not len(y_true):
        return None
    sure, hit = proba.max(axis=1), proba.argmax(axis=1) == y_true
    error, floor = calibration_error(sure, hit), noise_floor(sure, seed=seed)
    bins = [
        {"stated": float(sure[rows].mean()), "observed": float(hit[rows].mean()), "n": len(rows)}
        for rows in _bins(sure)
    ]
    lean = float(sure.mean() - hit.mean())
    return {
        "ece": error,
        "noise_floor": floor,
        "calibrated": error <= floor["p95"] + 0.01,
        "overconfidence": lean,
        "bins": bins,
    }
