"""Finding the weights that combine models, on rows none of them was fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Prediction, Task, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.core.seeds import rng
from jixiao.models.pool import Pool, PoolKind, pooled_proba
from jixiao.training.one_thread import one_thread

Array = npt.NDArray[Any]
_SMALLEST = 1e-7
_NEGLIGIBLE = 0.02
_PULL = 2.0


@one_thread
def fit_pool(predictions: Sequence[Prediction], y: Array, task: Task, *, seed: int = 0) -> Pool:
    """Return the weights of least loss: log loss, or mean absolute error for a number.

    Args:
        predictions: Scores of the same rows by each model, none of which was fitted to them.
        y: Their truth, all known.
        task: What is predicted.
        seed: Seed of the halves on which the two kinds of pool are compared.
    """
    if len(predictions) == 1:
        return Pool("convex", (1.0,))
    if task.kind is TaskKind.NUMBER:
        values = np.stack([np.asarray(one.value, dtype=np.float64) for one in predictions])
        weights = _convex_weights(lambda w: _absolute(w @ values, y), len(values), n_rows=len(y))
        return Pool("convex", weights)
    proba = np.stack([np.asarray(one.proba, dtype=np.float64) for one in predictions])
    order = rng(seed, "pool").permutation(len(y))
    halves = (order[: len(y) // 2], order[len(y) // 2 :])
    losses = dict.fromkeys(get_args(PoolKind), 0.0)
    for kind in losses:
        for ours, other in (halves, halves[::-1]):
            weights = _weights(proba[:, ours], y[ours], task, kind=kind)
            losses[kind] += _loss(proba[:, other], y[other], weights, kind=kind, task=task)
    best: PoolKind = "convex" if losses["convex"] <= losses["logarithmic"] else "logarithmic"
    return Pool(best, _weights(proba, y, task, kind=best))


def _weights(proba: Floats, y: Array, task: Task, *, kind: PoolKind) -> tuple[float, ...]:
    from scipy import optimize

    def loss(weights: Floats) -> float:
        return _loss(proba, y, weights, kind=kind, task=task)

    n_models = len(proba)
    if kind == "convex":
        return _convex_weights(loss, n_models, n_rows=len(y))
    start = np.full(n_models, 1 / n_models)
    near = 0.5 / max(len(y), 1)  # a weak pull towards the plain mean of logs
    found = optimize.minimize(
        lambda w: loss(w) + near * ((w - start) ** 2).sum() * n_models,
        start,
        method="L-BFGS-B",
        bounds=[(0.0, 3.0)] * n_models,
    ).x
    return tuple(float(weight) if weight > _NEGLIGIBLE else 0.0 for weight in found) or (1.0,)


def _convex_weights(loss: Any, n_models: int, *, n_rows: int) -> tuple[float, ...]:
    """Return weights that sum to 1, from every single model and their mean as starts.

    A pull towards equal weights, worth ``_PULL`` rows, keeps few rows from naming one winner.
    """
    from scipy import optimize

    def pulled(parameters: Floats) -> float:
        weights = shares(parameters)
        return float(loss(weights) - _PULL / n_rows * np.log(weights + 1e-9).mean())

    def shares(parameters: Floats) -> Floats:
        powers = np.exp(parameters - parameters.max())
        return np.asarray(powers / powers.sum())

    starts = [np.zeros(n_models), *(2.0 * np.eye(n_models))]
    found = [optimize.minimize(pulled, s, method="L-BFGS-B") for s in starts]
    weights = shares(min(found, key=lambda result: float(result.fun)).x)
    weights = np.where(weights > _NEGLIGIBLE, weights, 0.0)
    return tuple(float(weight) for weight in weights / weights.sum())


def _absolute(value: Floats, y: Array) -> float:
    return float(np.abs(value - y).mean())


def _loss(proba: Floats, y: Array, weights: Any, *, kind: PoolKind, task: Task) -> float:
    several = task.kind is TaskKind.CLASSES
    pooled = pooled_proba(proba, np.asarray(weights), kind=kind, several=several)
    pooled = np.clip(pooled, _SMALLEST, 1)
    if several:
        other = np.log(np.clip(1 - pooled, _SMALLEST, 1))
        return float(-np.where(y == 1, np.log(pooled), other).mean())
    return float(-np.log(pooled[np.arange(len(y)), y]).mean())
