"""Combining the scores of several models for the same rows into one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from jixiao.contracts import Prediction, Task, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.models.ordinal import sigmoid, softmax

PoolKind = Literal["convex", "logarithmic"]
_SMALLEST = 1e-6


@dataclass(frozen=True)
class Pool:
    """Weights of models.

    Attributes:
        kind: ``convex``: the weighted mean of probabilities or numbers (weights sum to 1), right
            for models that see the same things. ``logarithmic``: the normalised product of powers
            of probabilities (weights of any sum), right for models that see different things.
        weights: One per model, not negative.

    References:
        Genest and Zidek (1986), "Combining Probability Distributions", Statistical Science 1(1).
    """

    kind: PoolKind
    weights: tuple[float, ...]

    def apply(self, predictions: Sequence[Prediction], task: Task) -> Prediction:
        """Return the combined scores of predictions for the same rows."""
        weights = np.asarray(self.weights)
        if task.kind is TaskKind.NUMBER:
            values = np.stack([np.asarray(one.value, dtype=np.float64) for one in predictions])
            return Prediction(proba=None, value=weights @ values)
        proba = np.stack([np.asarray(one.proba, dtype=np.float64) for one in predictions])
        pooled = pooled_proba(proba, weights, kind=self.kind, several=task.kind is TaskKind.CLASSES)
        return Prediction.of(pooled, task)

    def to_json(self) -> dict[str, Any]:
        """Return plain keys."""
        return {"kind": self.kind, "weights": list(self.weights)}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Pool:
        """Return the pool ``to_json`` describes."""
        return cls(saved["kind"], tuple(float(weight) for weight in saved["weights"]))


def pooled_proba(proba: Floats, weights: Floats, *, kind: PoolKind, several: bool) -> Floats:
    """Return pooled probabilities.

    Args:
        proba: Shape (n_models, n, K).
        weights: Shape (n_models,).
        kind: How they are pooled.
        several: Whether each of K classes stands by itself.

    Returns:
        Shape (n, K).
    """
    if kind == "convex":
        return np.asarray(np.tensordot(weights, proba, axes=1))
    logs = np.log(np.clip(proba, _SMALLEST, 1))
    if several:
        logs = logs - np.log(np.clip(1 - proba, _SMALLEST, 1))
        return sigmoid(np.tensordot(weights, logs, axes=1))
    return softmax(np.tensordot(weights, logs, axes=1))
