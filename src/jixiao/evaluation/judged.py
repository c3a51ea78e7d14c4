"""What a metric sees: the truth, the answers and the probabilities behind them, in one order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Prediction, Task, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.core import ModelError

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Judged:
    """n rows with a known truth.

    Attributes:
        task: What was predicted.
        y_true: Level or class indices (n,), 0/1 (n, n_classes), or numbers (n,).
        answers: Predicted, same shape and meaning as ``y_true``.
        proba: Shape (n, n_levels); None for a number or where only answers are known.
    """

    task: Task
    y_true: Array
    answers: Array
    proba: Floats | None = None

    def __len__(self) -> int:
        return len(self.y_true)

    @property
    def n_levels(self) -> int:
        """Number of levels or classes; 0 for a number."""
        return len(self.task.levels)

    @property
    def level_values(self) -> Floats:
        """Number each level stands for; 0, 1, 2… for classes."""
        return np.asarray(self.task.values or range(self.n_levels), dtype=np.float64)

    def take(self, index: Array) -> Judged:
        """Return the rows at integer positions, in that order."""
        proba = None if self.proba is None else self.proba[index]
        return Judged(self.task, self.y_true[index], self.answers[index], proba)


def most_probable(prediction: Prediction, task: Task) -> Array:
    """Return the plain answers: most probable level, p ≥ 0.5 for several classes, the number."""
    if task.kind is TaskKind.NUMBER:
        return np.asarray(prediction.value, dtype=np.float64)
    proba = np.asarray(prediction.proba)
    if task.kind is TaskKind.CLASSES:
        return (proba >= 0.5).astype(np.int64)
    return np.asarray(proba.argmax(axis=1), dtype=np.int64)


def known_rows(y_true: Array, task: Task) -> Array:
    """Return the positions of rows whose truth is known: not -1, not NaN."""
    if task.kind is TaskKind.NUMBER:
        return np.flatnonzero(np.isfinite(y_true))
    if task.kind is TaskKind.CLASSES:
        return np.flatnonzero((y_true >= 0).all(axis=1))
    return np.flatnonzero(y_true >= 0)


def judge(
    y_true: Array, prediction: Prediction, *, task: Task, answers: Array | None = None
) -> Judged:
    """Return the pairs of truth and answer, all rows kept.

    Raises:
        ModelError: If truth and prediction differ in length.
    """
    given = most_probable(prediction, task) if answers is None else np.asarray(answers)
    if len(given) != len(y_true):
        raise ModelError(
            "JX-E330",
            "evaluation",
            expected=f"{len(y_true)} predictions, one per row with a truth",
            got=str(len(given)),
            hint="predict the same rows, in the same order",
        )
    return Judged(task, np.asarray(y_true), given, prediction.proba)
