"""Solvers of linear heads on dense features such as embeddings; deterministic, in matrix products.

Features are float32 and should have a like spread; the regularisation is the same for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Task, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.models.linear import Head

Array = npt.NDArray[Any]
Loss = Literal["softmax", "sigmoid", "shared"]
STRENGTHS = (0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0)
"""Tried values of C, weak to strong fit; each starts where the last one ended."""
_STEPS = 200


def fit_path(
    features: npt.NDArray[np.float32],
    y: Array,
    *,
    task: Task,
    strengths: Iterable[float] = STRENGTHS,
    shared: bool = False,
) -> Iterable[tuple[float, Head]]:
    """Yield (strength, head) from strong to weak regularisation.

    Args:
        features: Shape (n, d), float32.
        y: Targets as in ``Examples.y``, all known.
        task: Decides the head: K-1 cumulative logits for ratings, softmax for classes, sigmoid
            for several classes, least squares for a number.
        strengths: Values of C, rising: the weight of the data against the penalty.
        shared: Ratings only: one weight vector for all thresholds (proportional odds).
    """
    if task.kind is TaskKind.NUMBER:
        yield from _ridge_path(features, y, strengths)
        return
    loss: Loss = "softmax" if task.kind is TaskKind.CLASS else "sigmoid"
    targets = _targets(y, task)
    if shared and task.kind is TaskKind.ORDINAL:
        loss = "shared"
    kind = {TaskKind.CLASS: "softmax", TaskKind.ORDINAL: "cumulative"}.get(task.kind, "sigmoid")
    start: Floats | None = None
    for strength in strengths:
        start = _minimise(features, targets, strength, loss=loss, start=start)
        weights, bias = _unpacked(start, features.shape[1], targets.shape[1], loss)
        yield strength, Head(kind, weights.T.astype(np.float32), bias.copy())  # type: ignore[arg-type]


def _targets(y: Array, task: Task) -> npt.NDArray[np.float32]:
    """Return 0/1 targets, shape (n, n_outputs)."""
    if task.kind is TaskKind.CLASSES:
        return np.asarray(y, dtype=np.float32)
    n_levels = len(task.levels)
    if task.kind is TaskKind.ORDINAL:
        return np.asarray(y[:, None] > np.arange(n_levels - 1), dtype=np.float32)
    return np.asarray(y[:, None] == np.arange(n_levels), dtype=np.float32)


def _unpacked(flat: Floats, n_features: int, n_outputs: int, loss: Loss) -> tuple[Floats, Floats]:
    """Return weights (n_features, 1 or n_outputs) and bias (n_outputs,)."""
    columns = 1 if loss == "shared" else n_outputs
    split = n_features * columns
    return flat[:split].reshape(n_features, columns), flat[split:]


def _minimise(
    features: npt.NDArray[np.float32],
    targets: npt.NDArray[np.float32],
    strength: float,
    *,
    loss: Loss,
    start: Floats | None,
) -> Floats:
    """Return the flat weights and bias that minimise ``strength * loss + |w|² / 2``."""
    from scipy import optimize

    n_features, n_outputs = features.shape[1], targets.shape[1]
    if start is None:
        shares = np.clip(targets.mean(axis=0), 1e-3, 1 - 1e-3).astype(np.float64)
        bias = np.log(shares) if loss == "softmax" else np.log(shares / (1 - shares))
        columns = 1 if loss == "shared" else n_outputs
        start = np.concatenate([np.zeros(n_features * columns), bias])

    def slope(flat: Floats) -> tuple[float, Floats]:
        weights, bias = _unpacked(flat, n_features, n_outputs, loss)
        narrow = weights.astype(np.float32)
        logits = features @ narrow + bias.astype(np.float32)
        value, pull = (_softmax_loss if loss == "softmax" else _sigmoid_loss)(logits, targets)
        into = pull.sum(axis=1, keepdims=True) if loss == "shared" else pull
        down = strength * (features.T @ into).astype(np.float64) + weights
        total = strength * value + 0.5 * float((weights**2).sum())
        sums = strength * pull.sum(axis=0, dtype=np.float64)
        return total, np.concatenate([down.ravel(), sums])

    options = {"maxiter": _STEPS, "maxcor": 10, "ftol": 1e-6}
    found = optimize.minimize(slope, start, jac=True, method="L-BFGS-B", options=options)
    return np.asarray(found.x)


def _softmax_loss(
    logits: npt.NDArray[np.float32], targets: npt.NDArray[np.float32]
) -> tuple[float, npt.NDArray[np.float32]]:
    """Return the summed negative log likelihood and its gradient by logit."""
    logits = logits - logits.max(axis=1, keepdims=True)
    powers = np.exp(logits)
    sums = powers.sum(axis=1, keepdims=True)
    value = np.log(sums).sum(dtype=np.float64) - (logits * targets).sum(dtype=np.float64)
    return float(value), powers / sums - targets


def _sigmoid_loss(
    logits: npt.NDArray[np.float32], targets: npt.NDArray[np.float32]
) -> tuple[float, npt.NDArray[np.float32]]:
    """Return the summed binary cross-entropy and its gradient by logit."""
    value = np.logaddexp(0, logits).sum(dtype=np.float64) - (logits * targets).sum(dtype=np.float64)
    return float(value), np.float32(0.5) * (1 + np.tanh(logits / 2)) - targets


def _ridge_path(
    features: npt.NDArray[np.float32], y: Array, strengths: Iterable[float]
) -> Iterable[tuple[float, Head]]:
    """Yield least-squares heads; answers stay within the range of ``y``."""
    wide = features.astype(np.float64)
    means, centre, spread = wide.mean(axis=0), float(y.mean()), float(y.std()) or 1.0
    wide -= means
    values, vectors = np.linalg.eigh(wide.T @ wide)
    projected = vectors.T @ (wide.T @ ((y - centre) / spread))
    for strength in strengths:
        weights = vectors @ (projected / (np.maximum(values, 0) + 1 / strength)) * spread
        bias = np.array([centre - float(means @ weights)])
        narrow = weights[None, :].astype(np.float32)
        yield strength, Head("identity", narrow, bias, float(y.min()), float(y.max()))
