"""What a figure must be compared with: the majority or mean, and the last period's rating."""

from __future__ import annotations

import numpy as np

from jixiao.contracts import Prediction, Task, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.evaluation.judged import Array


def prior(train_y: Array, n_rows: int, task: Task) -> Prediction:
    """Return the shares of train for every row, or the median of train for a number."""
    if task.kind is TaskKind.NUMBER:
        known = train_y[np.isfinite(train_y)]
        return Prediction(proba=None, value=np.full(n_rows, np.median(known)))
    if task.kind is TaskKind.CLASSES:
        shares = train_y.mean(axis=0)
    else:
        counts = np.bincount(train_y[train_y >= 0], minlength=len(task.levels)).astype(float)
        shares = (counts + 1) / (counts + 1).sum()
    return Prediction.of(np.tile(shares, (n_rows, 1)), task)


def last_period(previous: Floats, train_y: Array, task: Task) -> Prediction | None:
    """Return each subject's rating of the period before; the train's median where unknown.

    Args:
        previous: Shape (n,), level values, NaN where unknown.
        train_y: Level indices of train.
        task: An ordinal or number task.

    Returns:
        None when no row knows its previous rating or the task has no order.
    """
    known = np.isfinite(previous)
    if not known.any():
        return None
    if task.kind is TaskKind.NUMBER:
        middle = np.median(train_y[np.isfinite(train_y)])
        return Prediction(proba=None, value=np.where(known, previous, middle))
    if task.kind is not TaskKind.ORDINAL:
        return None
    values = np.asarray(task.values)
    middle = values[int(np.median(train_y[train_y >= 0]))]
    near = np.abs(np.where(known, previous, middle)[:, None] - values[None, :]).argmin(axis=1)
    n_levels = len(values)
    proba = np.full((len(near), n_levels), 0.1 / max(n_levels - 1, 1))
    proba[np.arange(len(near)), near] = 0.9
    return Prediction.of(proba, task)
