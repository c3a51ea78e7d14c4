"""Fits ``stack.v1``: models combined by weights found on rows none of them was fitted to."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from jixiao.contracts import Examples, FitContext, Learner, Prediction, Predictor, Task
from jixiao.core import ModelError
from jixiao.models.stack import StackModel
from jixiao.training.folds import Folds, concat, folds_of, is_later, known
from jixiao.training.linear import refuse_unknown
from jixiao.training.pools import fit_pool
from jixiao.training.registry import LEARNERS
from jixiao.training.rules import choose_rule

_OPTIONS = {"bases", "objective", "folds", "of_base"}
_SMALL = 5000
_N_FOLDS = 5
_NOWHERE = Path()


class StackLearner:
    """Out-of-fold combination of registered learners.

    Options: ``bases`` (names; by default ``linear`` and ``boosted``, up to 5,000 rows ``forest``
    too), ``objective`` (see ``rules``), ``folds`` (their number), ``of_base`` (name to the
    options of that learner). Every row of train and validation is used: folds replace the
    validation part, and no subject stands on two sides of one. Where validation is later than
    train, so are the rows of each fold than those its models are fitted to.
    """

    name = "stack.v1"

    def supports(self, examples: Examples, task: Task) -> str:
        """Return why none of the default models can be fitted to such data, or ``""``."""
        reasons = [
            LEARNERS.get(name)().supports(examples, task) for name in _bases({}, len(examples))
        ]
        return "" if "" in reasons else reasons[0]

    def fit(
        self, train: Examples, validation: Examples, *, task: Task, context: FitContext
    ) -> Predictor:
        """Fit every model on all rows, with weights found out of fold."""
        refuse_unknown(context, _OPTIONS, self.name)
        whole = concat(known(train, task), known(validation, task))
        n_folds, ordered = int(context.options.get("folds", _N_FOLDS)), is_later(train, validation)
        folds = folds_of(whole, task, n_folds=n_folds, seed=context.seed, in_time_order=ordered)
        names = [
            name
            for name in _bases(context.options, len(whole))
            if not LEARNERS.get(name)().supports(whole, task)
        ]
        fitted = []
        for at, name in enumerate(names):
            inner = _context_of(name, context, left=len(names) - at)
            fitted.append(cross_fitted(name, whole, folds, task=task, context=inner))
            context.progress("stack", at + 1, len(names))
            if context.deadline and time.monotonic() > context.deadline:
                break
        assert whole.y is not None
        chosen = {
            "bases": [predictor.name for predictor, _ in fitted],
            "folds": len(folds.parts),
            "in_time_order": folds.in_time_order,
        }
        return combine(
            [predictor for predictor, _ in fitted],
            [scores for _, scores in fitted],
            whole.y[folds.rows],
            task=task,
            context=replace(context, options={**context.options, "chosen": chosen}),
        )


def _bases(options: dict[str, Any], n_rows: int) -> list[str]:
    small = ["forest.v1"] if n_rows <= _SMALL else []
    names = options.get("bases") or ["linear.v1", "boosted.v1", *small]
    return [LEARNERS.full_name(name) for name in names]


def _context_of(name: str, context: FitContext, *, left: int) -> FitContext:
    """Return a model's own context: its options, folder and share of the time."""
    now = time.monotonic()
    deadline = None if context.deadline is None else now + (context.deadline - now) / left
    options = dict(context.options.get("of_base", {}).get(name, {}))
    if "objective" in context.options and name in ("linear.v1", "boosted.v1", "forest.v1"):
        options.setdefault("objective", context.options["objective"])
    workdir = context.workdir / name
    return replace(context, options=options, workdir=workdir, deadline=deadline)


def cross_fitted(
    name: str, examples: Examples, folds: Folds, *, task: Task, context: FitContext
) -> tuple[Predictor, Prediction]:
    """Return a model of all rows, and scores of the held-out rows by models without them.

    Learners with a ``crossfit`` of their own do it in one go; any other is fitted once per fold
    and once more, each time with a part of its rows as validation.
    """
    learner = LEARNERS.get(name)()
    own = getattr(learner, "crossfit", None)
    if own is not None:
        predictor, scores = own(examples, folds, task=task, context=context)
        return predictor, scores
    fit = partial(_fitted, learner, ordered=folds.in_time_order, task=task)
    found = []
    for at, (rest, held) in enumerate(folds.parts):
        inner = replace(context, workdir=context.workdir / f"fold.{at}")
        found.append(fit(examples.take(rest), context=inner).predict(examples.take(held)))
    return fit(examples, context=context), folds.in_row_order(_stacked(found))


def _fitted(
    learner: Learner, rows: Examples, *, ordered: bool, task: Task, context: FitContext
) -> Predictor:
    """Fit on most rows with the others as validation: the last ones where rows are in order."""
    context.workdir.mkdir(parents=True, exist_ok=True)
    folds = folds_of(rows, task, n_folds=7, seed=context.seed, in_time_order=ordered)
    rest, held = folds.parts[-1]
    return learner.fit(rows.take(rest), rows.take(held), task=task, context=context)


def _stacked(parts: Sequence[Prediction]) -> Prediction:
    proba = [part.proba for part in parts if part.proba is not None]
    value = [part.value for part in parts if part.value is not None]
    return Prediction(
        proba=np.concatenate(proba) if proba else None,
        value=np.concatenate(value) if value else None,
    )


def combine(
    predictors: Sequence[Predictor],
    scores: Sequence[Prediction],
    y: Any,
    *,
    task: Task,
    context: FitContext,
) -> StackModel:
    """Return the stack of fitted models whose weights suit held-out scores best.

    Args:
        predictors: Fitted models.
        scores: Their scores of the same held-out rows.
        y: The truth of those rows, all known.
        task: What is predicted.
        context: Seed and ``options["objective"]``.
    """
    pool = fit_pool(scores, y, task, seed=context.seed)
    objective = str(context.options.get("objective", "balanced"))
    pooled = pool.apply(scores, task)
    rule = choose_rule(pooled, y, task, objective=objective, seed=context.seed)
    chosen = {**context.options.get("chosen", {}), "weights": list(pool.weights)}
    return StackModel(task, list(predictors), pool, rule, chosen)


def fuse(
    predictors: Sequence[Predictor],
    validation: Examples,
    task: Task,
    *,
    objective: str = "balanced",
    seed: int = 0,
) -> StackModel:
    """Return fitted models combined by weights found on the validation part alone.

    For models that cost too much to be fitted once per fold. None may have been fitted to the
    validation rows; having stopped on them is tolerable.

    Raises:
        ModelError: If there is no model or no validation row with a target.
    """
    rows = known(validation, task)
    if not predictors or not len(rows):
        raise ModelError(
            "JX-E312",
            "late fusion",
            expected="at least one model and one validation row with a target",
            got=f"{len(predictors)} models and {len(rows)} rows",
            hint="keep a validation part, or use stack",
        )
    scores = [predictor.predict(rows) for predictor in predictors]
    context = FitContext(
        seed=seed,
        workdir=_NOWHERE,
        cache=_NOWHERE,
        options={"objective": objective, "chosen": {"fused_on": len(rows)}},
    )
    return combine(predictors, scores, rows.y, task=task, context=context)


LEARNERS.register("stack.v1")(StackLearner)
