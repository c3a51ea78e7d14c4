"""The rows a model got most wrong, by position only; texts are fetched by whoever may see them."""

from __future__ import annotations

from typing import Any

import numpy as np

from jixiao.contracts import TaskKind
from jixiao.contracts.examples import Floats
from jixiao.evaluation.judged import Array, Judged

MOST = 20
"""Errors listed."""


def worst_errors(judged: Judged, positions: Array, *, most: int = MOST) -> list[dict[str, Any]]:
    """Return the worst errors, worst first.

    Args:
        judged: Rows with a known truth.
        positions: Shape (n,), position of each in the test part.
        most: Errors listed at most.

    Returns:
        ``position``, ``true`` and ``answer`` (level names, lists of them, or numbers),
        ``distance`` (in levels, classes or units) and ``p_true``, ``p_answer`` where known.
    """
    distance, sure = _distance(judged), _surprise(judged)
    order = np.lexsort((-sure, -distance))[:most]
    return [
        {
            "position": int(positions[at]),
            "true": _shown(judged, judged.y_true[at]),
            "answer": _shown(judged, judged.answers[at]),
            "distance": float(distance[at]),
            "p_true": _p(judged, at, judged.y_true),
            "p_answer": _p(judged, at, judged.answers),
        }
        for at in order.tolist()
        if distance[at] > 0
    ]


def _distance(judged: Judged) -> Floats:
    if judged.task.kind is TaskKind.CLASS:
        return np.asarray(judged.y_true != judged.answers, dtype=float)
    gap = np.abs(judged.y_true.astype(float) - judged.answers.astype(float))
    return np.asarray(gap.sum(axis=1) if gap.ndim == 2 else gap)


def _surprise(judged: Judged) -> Floats:
    """Return how sure the model was of its wrong answer, in [0, 1]."""
    if judged.proba is None:
        return np.zeros(len(judged))
    if judged.task.kind is TaskKind.CLASSES:
        return np.asarray(np.abs(judged.proba - judged.y_true).max(axis=1))
    return np.asarray(1 - judged.proba[np.arange(len(judged)), judged.y_true])


def _shown(judged: Judged, value: Any) -> str | float | list[str]:
    if judged.task.kind is TaskKind.NUMBER:
        return float(value)
    if judged.task.kind is TaskKind.CLASSES:
        return [level for level, held in zip(judged.task.levels, value, strict=True) if held]
    return judged.task.levels[int(value)]


def _p(judged: Judged, at: int, levels: Array) -> float | None:
    if judged.proba is None or judged.task.kind is TaskKind.CLASSES:
        return None
    return float(judged.proba[at, int(levels[at])])
