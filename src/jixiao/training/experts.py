"""Adds the logits of several experts: how much each counts is fitted on rows none was fitted to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from jixiao.contracts.examples import Floats
from jixiao.models.linear import Head

Array = npt.NDArray[Any]
_MOST_SHIFTED = 10
_ROWS_FOR_SHIFTS = 100


@dataclass(frozen=True)
class Mix:
    """Factors of experts' logits and what is added to their sum.

    Attributes:
        factors: Shape (n_experts,), 0 or more.
        shift: Shape (n_outputs,).
        loss: Mean loss on the rows it was fitted to: negative log likelihood, or for a number
            the squared error over the variance.
    """

    factors: Floats
    shift: Floats
    loss: float

    def apply(self, logits: Sequence[Floats]) -> Floats:
        """Return the joined logits, shape (n, n_outputs)."""
        parts = [factor * part for factor, part in zip(self.factors, logits, strict=True)]
        return np.asarray(sum(parts) + self.shift)

    def scaled(self, heads: Sequence[Head]) -> list[Head]:
        """Return heads whose logits simply add up; the first carries the shift."""
        made = [
            replace(
                head, weights=(head.weights * factor).astype(np.float32), bias=head.bias * factor
            )
            for factor, head in zip(self.factors, heads, strict=True)
        ]
        return [replace(made[0], bias=made[0].bias + self.shift), *made[1:]]


def fit_mix(logits: Sequence[Floats], y: Array, kind: str) -> Mix:
    """Return the mix with the least loss on these rows.

    Args:
        logits: One array of shape (n, n_outputs) per expert.
        y: Truth of the rows, as in ``Examples.y``.
        kind: Kind of the heads: ``softmax``, ``cumulative``, ``sigmoid`` or ``identity``.
    """
    from scipy import optimize

    n_experts, n_outputs = len(logits), logits[0].shape[1]
    shifts = n_outputs if n_outputs <= _MOST_SHIFTED and len(y) >= _ROWS_FOR_SHIFTS else 0
    start = np.concatenate([np.full(n_experts, 1.0 / n_experts), np.zeros(shifts)])

    def loss(flat: Floats) -> tuple[float, Floats]:
        shift = np.zeros(n_outputs)
        shift[:shifts] = flat[n_experts:]
        joined = sum(f * part for f, part in zip(flat, logits, strict=False)) + shift
        value, pull = _loss(np.asarray(joined), y, kind)
        down = [float((pull * part).sum()) for part in logits]
        penalty = 0.5 * float((flat[n_experts:] ** 2).sum()) / len(y)
        slope = np.concatenate([down, pull.sum(axis=0)[:shifts] + flat[n_experts:] / len(y)])
        return value + penalty, slope

    bounds = [(0.0, None)] * n_experts + [(None, None)] * shifts
    found = optimize.minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds)
    shift = np.zeros(n_outputs)
    shift[:shifts] = found.x[n_experts:]
    return Mix(found.x[:n_experts], shift, float(found.fun))


def _loss(logits: Floats, y: Array, kind: str) -> tuple[float, Floats]:
    """Return the mean loss and its gradient by logit."""
    n_rows = len(y)
    if kind == "identity":
        away = logits - y[:, None]
        variance = float(np.var(y)) or 1.0
        return float((away**2).mean() / variance), 2 * away / (n_rows * variance)
    if kind == "softmax":
        shifted = logits - logits.max(axis=1, keepdims=True)
        powers = np.exp(shifted)
        sums = powers.sum(axis=1, keepdims=True)
        rows = np.arange(n_rows)
        value = (np.log(sums[:, 0]) - shifted[rows, y]).mean()
        pull = powers / sums
        pull[rows, y] -= 1
        return float(value), pull / n_rows
    true = (y if kind == "sigmoid" else y[:, None] > np.arange(logits.shape[1])).astype(np.float64)
    value = (np.logaddexp(0, logits) - true * logits).sum(axis=1).mean()
    return float(value), (0.5 * (1 + np.tanh(logits / 2)) - true) / n_rows
