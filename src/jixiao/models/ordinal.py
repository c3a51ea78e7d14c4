"""Ordinal heads in numpy: from K-1 cumulative logits to the probabilities of K levels and back."""

from __future__ import annotations

import numpy as np

from jixiao.contracts.examples import Floats


def sigmoid(logits: Floats) -> Floats:
    """Return 1 / (1 + exp(-logits)) without overflow, any shape."""
    return 0.5 * (1 + np.tanh(0.5 * np.asarray(logits, dtype=np.float64)))


def softmax(logits: Floats) -> Floats:
    """Return row-wise softmax, shape (n, K)."""
    shifted = logits - logits.max(axis=1, keepdims=True)
    powers = np.exp(shifted)
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def proba_of_exceedance(above: Floats) -> Floats:
    """Return level probabilities (n, K) from P(y > k), shape (n, K-1), made non-increasing.

    A column that exceeds the one before it is lowered to it.
    """
    falling = np.minimum.accumulate(np.clip(above, 0.0, 1.0), axis=1)
    ones = np.ones((len(falling), 1))
    edges = np.hstack([ones, falling, 0 * ones])
    return np.asarray(edges[:, :-1] - edges[:, 1:])


def cumulative_proba(logits: Floats) -> Floats:
    """Return level probabilities from cumulative logits.

    Args:
        logits: Shape (n, K-1); ``sigmoid(logits[:, k])`` is P(y > k).

    Returns:
        Shape (n, K), rows sum to 1.

    Examples:
        >>> cumulative_proba(np.array([[0.0, 0.0]])).tolist()
        [[0.5, 0.0, 0.5]]
    """
    return proba_of_exceedance(sigmoid(logits))


def exceedance(proba: Floats) -> Floats:
    """Return P(y > k), shape (n, K-1), of level probabilities (n, K)."""
    return np.clip(1 - np.cumsum(proba, axis=1)[:, :-1], 0.0, 1.0)
