"""Built-in metrics beyond the confusion matrix: numbers, probabilities and several classes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from jixiao.contracts.examples import Floats
from jixiao.evaluation.calibration import calibration_error
from jixiao.evaluation.judged import Judged
from jixiao.evaluation.metrics import (
    CLASS,
    CLASSES,
    METRICS,
    NUMBER,
    RATING,
    Metric,
    f1_of,
    precision_of,
    recall_of,
)

SMALLEST_PROBABILITY = 1e-7
"""Probabilities are raised to this before their logarithm is taken."""


def _over_seen(of: Callable[[Floats], Floats], confusion: Floats, _: Floats) -> Floats:
    """Return the mean over the levels that occur in truth or answers."""
    seen = (confusion.sum(axis=-1) + confusion.sum(axis=-2)) > 0
    return _ratio((of(confusion) * seen).sum(axis=-1), seen.sum(axis=-1))


def _number_pair(judged: Judged) -> tuple[Floats, Floats]:
    """Return truth and answer as numbers: ratings stand for their level values."""
    if judged.task.kind is NUMBER:
        return judged.y_true.astype(float), judged.answers.astype(float)
    values = judged.level_values
    return values[judged.y_true], values[judged.answers]


def _absolute(judged: Judged) -> Floats:
    truth, answer = _number_pair(judged)
    return np.abs(truth - answer)[:, None]


def _squared(judged: Judged) -> Floats:
    truth, answer = _number_pair(judged)
    return ((truth - answer) ** 2)[:, None]


def _squared_with_spread(judged: Judged) -> Floats:
    truth, answer = _number_pair(judged)
    away = truth - truth.mean()
    return np.column_stack([(truth - answer) ** 2, away, away**2])


def _r2(means: Floats) -> Floats:
    spread = means[..., 2] - means[..., 1] ** 2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(spread > 0, 1 - means[..., 0] / spread, np.nan))


def _expected_absolute(judged: Judged) -> Floats:
    """Return the distance of the mean level value from the truth."""
    assert judged.proba is not None
    values = judged.level_values
    return np.abs(judged.proba @ values - values[judged.y_true])[:, None]


def _log_loss(judged: Judged) -> Floats:
    assert judged.proba is not None
    proba = np.clip(judged.proba, SMALLEST_PROBABILITY, 1.0)
    if judged.task.kind is CLASSES:
        other = np.clip(1 - judged.proba, SMALLEST_PROBABILITY, 1.0)
        logs = np.where(judged.y_true == 1, np.log(proba), np.log(other))
        return np.asarray(-logs.mean(axis=1, keepdims=True))
    proba = proba / proba.sum(axis=1, keepdims=True)
    return np.asarray(-np.log(proba[np.arange(len(judged)), judged.y_true])[:, None])


def _first(means: Floats) -> Floats:
    return means[..., 0]


def _root(means: Floats) -> Floats:
    return np.sqrt(means[..., 0])


def _set_counts(judged: Judged) -> Floats:
    """Return hits, answered and true per class, shape (n, 3 · n_classes)."""
    truth, answer = judged.y_true, judged.answers
    return np.hstack([truth * answer, answer, truth]).astype(float)


def _ratio(above: Floats, below: Floats) -> Floats:
    return np.asarray(np.where(below > 0, above / np.where(below > 0, below, 1), 0.0))


def _set_parts(means: Floats) -> tuple[Floats, Floats, Floats]:
    third = means.shape[-1] // 3
    return means[..., :third], means[..., third : 2 * third], means[..., 2 * third :]


def _macro_f1_of_sets(means: Floats) -> Floats:
    hits, answered, true = _set_parts(means)
    return np.asarray(_ratio(2 * hits, answered + true).mean(axis=-1))


def _micro_f1_of_sets(means: Floats) -> Floats:
    hits, answered, true = (part.sum(axis=-1) for part in _set_parts(means))
    return _ratio(2 * hits, answered + true)


def _macro_ratio_of_sets(means: Floats, *, over: int) -> Floats:
    parts = _set_parts(means)
    return np.asarray(_ratio(parts[0], parts[over]).mean(axis=-1))


def _samples_f1(judged: Judged) -> Floats:
    hits = (judged.y_true * judged.answers).sum(axis=1)
    size = judged.y_true.sum(axis=1) + judged.answers.sum(axis=1)
    return _ratio(2 * hits, size)[:, None]


def _same_set(judged: Judged) -> Floats:
    return np.asarray((judged.y_true == judged.answers).all(axis=1).astype(float)[:, None])


def _auc(judged: Judged) -> float:
    """Return the area under the ROC curve of the second of two classes; NaN for other tasks."""
    if judged.n_levels != 2 or judged.proba is None:
        return float("nan")
    positive = judged.y_true == 1
    n_positive, n_negative = int(positive.sum()), int((~positive).sum())
    if not n_positive or not n_negative:
        return float("nan")
    _, inverse, counts = np.unique(judged.proba[:, 1], return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    above = ranks[positive].sum() - n_positive * (n_positive + 1) / 2
    return float(above / (n_positive * n_negative))


def _ece(judged: Judged) -> float:
    assert judged.proba is not None
    sure = judged.proba.max(axis=1)
    return calibration_error(sure, judged.proba.argmax(axis=1) == judged.y_true)


def register_all() -> None:
    """Register the metrics of this file; called once by the room."""
    add, numbers, levels = METRICS.register, (RATING, NUMBER), (RATING, CLASS)
    add("mae.v1")(Metric(numbers, False, rows=_absolute, finish=_first))
    add("mse.v1")(Metric(numbers, False, rows=_squared, finish=_first))
    add("rmse.v1")(Metric(numbers, False, rows=_squared, finish=_root))
    add("r2.v1")(Metric((NUMBER,), True, rows=_squared_with_spread, finish=_r2))
    add("mae_expected.v1")(
        Metric((RATING,), False, rows=_expected_absolute, finish=_first, needs_proba=True)
    )
    everything = (RATING, CLASS, CLASSES)
    add("log_loss.v1")(Metric(everything, False, rows=_log_loss, finish=_first, needs_proba=True))
    add("ece.v1")(Metric(levels, False, free=_ece, needs_proba=True))
    add("auc.v1")(Metric(levels, True, free=_auc, needs_proba=True))
    add("macro_f1.v1")(_averaged(f1_of, _macro_f1_of_sets))
    add("macro_precision.v1")(_averaged(precision_of, partial(_macro_ratio_of_sets, over=1)))
    add("macro_recall.v1")(_averaged(recall_of, partial(_macro_ratio_of_sets, over=2)))
    _register_sets()


def _averaged(of: Callable[[Floats], Floats], of_sets: Callable[[Floats], Floats]) -> Metric:
    """Return the metric that averages a figure of each class, for one answer or several."""
    kinds = (RATING, CLASS, CLASSES)
    mean = partial(_over_seen, of)
    return Metric(kinds, True, confusion=mean, rows=_set_counts, finish=of_sets)


def _register_sets() -> None:
    add, sets = METRICS.register, (CLASSES,)
    add("micro_f1.v1")(Metric(sets, True, rows=_set_counts, finish=_micro_f1_of_sets))
    add("samples_f1.v1")(Metric(sets, True, rows=_samples_f1, finish=_first))
    add("subset_accuracy.v1")(Metric(sets, True, rows=_same_set, finish=_first))
