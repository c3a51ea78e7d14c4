"""Text evidence for tree models: scores of models that read the texts, out of fold in training."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from jixiao.contracts import Examples, FitContext, Prediction, Predictor, Task
from jixiao.contracts.examples import Floats
from jixiao.models.evidence import score_columns
from jixiao.training.folds import Folds
from jixiao.training.linear import LinearLearner

Evidence = tuple[Predictor, Prediction]
"""A fitted model, and scores of the held-out rows of the folds by models that never saw them."""


@dataclass(frozen=True)
class Reading:
    """Models that read, and their out-of-fold scores of all rows as columns, one array per model.

    A row that was never held out has NaN.
    """

    readers: tuple[Predictor, ...]
    scores: tuple[Floats, ...]


def read_texts(examples: Examples, folds: Folds, *, task: Task, context: FitContext) -> Reading:
    """Return what is known from texts: given evidence, or else a linear model of the texts.

    Args:
        examples: Rows whose target is known.
        folds: Their folds.
        task: What is predicted.
        context: ``options["evidence"]`` may give pairs of ``Evidence`` for just these folds.
    """
    given: Sequence[Evidence] | None = context.options.get("evidence")
    if given is None:
        given = _linear_evidence(examples, folds, task=task, context=context)
    readers = tuple(predictor for predictor, _ in given)
    return Reading(readers, tuple(_spread(scores, folds, len(examples)) for _, scores in given))


def _spread(scores: Prediction, folds: Folds, n_rows: int) -> Floats:
    """Return scores of held-out rows as columns of all rows."""
    found = score_columns(scores)
    columns = np.full((n_rows, found.shape[1]), np.nan)
    columns[folds.rows] = found
    return columns


def _linear_evidence(
    examples: Examples, folds: Folds, *, task: Task, context: FitContext
) -> list[Evidence]:
    if not any(any(values) for values in examples.texts.values()):
        return []
    kept = {"objective": context.options["objective"]} if "objective" in context.options else {}
    inner = replace(context, options=kept)
    return [LinearLearner().crossfit(only_texts(examples), folds, task=task, context=inner)]


def only_texts(examples: Examples) -> Examples:
    """Return the examples without table columns and indicators."""
    return replace(
        examples,
        numbers=np.zeros((len(examples), 0)),
        number_names=(),
        categories={},
        series=None,
        series_names=(),
    )
