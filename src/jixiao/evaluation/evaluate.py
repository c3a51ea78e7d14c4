"""One dict that holds every figure of a model on its test rows; nothing else states one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from jixiao.contracts import Examples, Prediction, Task, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.evaluation.baselines import last_period, prior
from jixiao.evaluation.calibration import calibration
from jixiao.evaluation.ceiling import share_of_ceiling
from jixiao.evaluation.intervals import Resamples, differences, intervals
from jixiao.evaluation.judged import Array, Judged, judge, known_rows
from jixiao.evaluation.metrics import compute_all, confusion_counts, f1_of, precision_of, recall_of
from jixiao.evaluation.slices import MIN_ROWS, slices_of
from jixiao.evaluation.worst import worst_errors


@dataclass(frozen=True)
class Surroundings:
    """What a figure is compared with and cut by; every part may be left out.

    Attributes:
        train_y: Targets of train, for the majority (or median) baseline.
        previous: Shape (n,), last period's rating as level value, NaN where unknown.
        baselines: Name to the prediction of another model for the same rows, such as ``linear``.
        subjects: Subject of each row; intervals then draw whole subjects.
        slices: Column name to one value per row.
        rater_agreement: Correlation of two raters' ratings of the same people, in (0, 1).
        seed: Seed of resamples and noise floor.
        n_resamples: Bootstrap resamples.
        min_rows: Fewest rows of a slice that is judged.
    """

    train_y: Array | None = None
    previous: Floats | None = None
    baselines: Mapping[str, Prediction] = field(default_factory=dict)
    subjects: Sequence[Any] | None = None
    slices: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    rater_agreement: float | None = None
    seed: int = 0
    n_resamples: int = 1000
    min_rows: int = MIN_ROWS

    @classmethod
    def of(cls, test: Examples, train: Examples | None = None, **others: Any) -> Surroundings:
        """Return the surroundings that examples carry: subjects, slices, previous ratings."""
        columns = {name: test.keys[name].to_list() for name in test.keys.columns}
        days = [name for name, kind in test.keys.schema.items() if kind in (pl.Date, pl.Datetime)]
        left_out = {"subject", *days} - {"period"}
        slices = {name: values for name, values in columns.items() if name not in left_out}
        if test.languages:
            slices["language"] = test.languages
        return cls(
            train_y=None if train is None else train.y,
            previous=test.previous,
            subjects=columns.get("subject"),
            slices=slices,
            **others,
        )


def evaluate(
    y_true: Array,
    prediction: Prediction,
    *,
    task: Task,
    answers: Array | None = None,
    around: Surroundings | None = None,
) -> dict[str, Any]:
    """Return every figure as plain JSON values; None where one does not apply.

    Args:
        y_true: Truth as in ``Examples.y``; rows without one are left out and counted.
        prediction: Scores of the same rows in the same order.
        task: What was predicted.
        answers: Answers by the model's own decision rule; the most probable level when None.
        around: What to compare with and cut by.

    Returns:
        ``n``, ``n_without_truth``, ``task``, ``levels``, ``test``, ``intervals``, ``per_class``,
        ``confusion``, ``calibration``, ``baselines``, ``differences``, ``slices``, ``ceiling``
        and ``worst``.

    Raises:
        ModelError: If truth and prediction differ in length.
    """
    around = around or Surroundings()
    everything = judge(np.asarray(y_true), prediction, task=task, answers=answers)
    rows = known_rows(everything.y_true, task)
    judged = everything.take(rows)
    subjects = None if around.subjects is None else [around.subjects[i] for i in rows.tolist()]
    resamples = Resamples(len(judged), subjects, seed=around.seed, n_resamples=around.n_resamples)
    others = _baselines(everything, around)
    test = compute_all(judged)
    return {
        "task": task.kind.value,
        "target": task.target,
        "levels": list(task.levels),
        "n": len(judged),
        "n_without_truth": len(everything) - len(judged),
        "n_subjects": None if subjects is None else len(set(subjects)),
        "test": test,
        "intervals": intervals(judged, resamples),
        "baselines": {name: compute_all(other.take(rows)) for name, other in others.items()},
        "differences": {
            name: differences(judged, other.take(rows), resamples) for name, other in others.items()
        },
        "per_class": per_class(judged),
        "confusion": _confusion(judged),
        "calibration": _calibration(judged, around.seed),
        "slices": _slices(judged, rows, around, subjects),
        "ceiling": _ceiling(judged, test, around.rater_agreement),
        "worst": worst_errors(judged, rows),
    }


def _baselines(everything: Judged, around: Surroundings) -> dict[str, Judged]:
    """Return the baselines on the same rows: given ones, majority or median, last period."""
    task, n_rows = everything.task, len(everything)
    found: dict[str, Prediction] = {}
    if around.train_y is not None and len(around.train_y):
        name = "median" if task.kind is TaskKind.NUMBER else "majority"
        found[name] = prior(around.train_y, n_rows, task)
        if around.previous is not None:
            earlier = last_period(around.previous, around.train_y, task)
            found |= {} if earlier is None else {"last_period": earlier}
    found |= dict(around.baselines)
    return {
        name: judge(everything.y_true, prediction, task=task) for name, prediction in found.items()
    }


def per_class(judged: Judged) -> dict[str, dict[str, float]] | None:
    """Return precision, recall, F1 and number of rows by level; None for a number."""
    if judged.task.kind is TaskKind.NUMBER or not len(judged):
        return None
    if judged.task.kind is TaskKind.CLASSES:
        hits, answered, true = (
            part.sum(axis=0).astype(float)
            for part in (judged.y_true * judged.answers, judged.answers, judged.y_true)
        )
        above = (hits, hits, 2 * hits)
        below = (answered, true, answered + true)
        found = [
            np.where(b > 0, a / np.maximum(b, 1), 0.0) for a, b in zip(above, below, strict=True)
        ]
        precision, recall, f1 = found
    else:
        confusion = confusion_counts(judged)
        precision, recall, f1 = precision_of(confusion), recall_of(confusion), f1_of(confusion)
        true = confusion.sum(axis=1)
    return {
        level: {
            "precision": float(precision[at]),
            "recall": float(recall[at]),
            "f1": float(f1[at]),
            "n": int(true[at]),
        }
        for at, level in enumerate(judged.task.levels)
    }


def _is_levelled(judged: Judged) -> bool:
    return judged.task.kind in (TaskKind.ORDINAL, TaskKind.CLASS)


def _confusion(judged: Judged) -> list[list[int]] | None:
    if not _is_levelled(judged):
        return None
    counts: list[list[int]] = confusion_counts(judged).astype(int).tolist()
    return counts


def _calibration(judged: Judged, seed: int) -> dict[str, Any] | None:
    if not _is_levelled(judged) or judged.proba is None:
        return None
    return calibration(judged.proba, judged.y_true, seed=seed)


def _slices(
    judged: Judged, rows: Array, around: Surroundings, subjects: Sequence[Any] | None
) -> dict[str, Any]:
    columns = {name: [values[i] for i in rows.tolist()] for name, values in around.slices.items()}
    return slices_of(judged, columns, seed=around.seed, min_rows=around.min_rows, subjects=subjects)


def _ceiling(
    judged: Judged, test: dict[str, float | None], agreement: float | None
) -> dict[str, Any] | None:
    if agreement is None or judged.task.kind is not TaskKind.ORDINAL or not len(judged):
        return None
    shares = confusion_counts(judged).sum(axis=1) / len(judged)
    return share_of_ceiling(test, agreement, tuple(float(share) for share in shares))
