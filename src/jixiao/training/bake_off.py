"""Fits the candidates of ``auto`` on the same rows, within the same time."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from jixiao.contracts import Examples, FitContext, Learner, Prediction, Predictor, Task, TaskKind
from jixiao.training.folds import concat, folds_of, is_later
from jixiao.training.readers import only_texts
from jixiao.training.registry import LEARNERS
from jixiao.training.search import SPACES, best_options
from jixiao.training.stack import cross_fitted

DEFAULT_BUDGET_S = 300.0
"""Time a bake-off takes when the settings name none."""

RESERVE = 0.06
"""Share of the budget kept back for export, scoring and combining."""

N_FOLDS = 4
TREES = ("boosted.v1", "forest.v1")
PLAIN = ("linear.v1", "frozen.v1", *TREES)


@dataclass(frozen=True)
class Candidate:
    """A learner worth trying.

    Attributes:
        name: Registered name.
        why: Why it is tried.
        share: Share of the time that is left when its turn comes.
        needs_s: Seconds it needs at least; it is skipped when fewer are left.
        options: What differs from its tested defaults.
        texts_alone: Whether it is shown the texts and no table, so that trees can read it.
    """

    name: str
    why: str
    share: float = 1.0
    needs_s: float = 0.0
    options: dict[str, Any] = field(default_factory=dict)
    texts_alone: bool = False

    @property
    def label(self) -> str:
        """What it is called in the story."""
        return f"{self.name} of texts" if self.texts_alone else self.name


@dataclass(frozen=True)
class Trial:
    """A fitted candidate and what it says of rows it was not fitted to.

    Attributes:
        candidate: What was tried.
        predictor: The model, fitted on all rows where it could be.
        held: Its scores of the held-out rows of the folds, or of the validation part.
        is_crossfit: Whether ``held`` is of the folds.
        seconds: Time it took.
    """

    candidate: Candidate
    predictor: Predictor
    held: Prediction
    is_crossfit: bool
    seconds: float


class Bakery:
    """Fits candidates, cheap ones in every fold and costly ones on train alone.

    Args:
        train: Rows with a known target.
        validation: Others; later ones where the split is by time.
        task: What is predicted.
        context: Time, seed and options: ``objective``, ``trials`` (of each candidate's search).
    """

    def __init__(
        self, train: Examples, validation: Examples, task: Task, context: FitContext
    ) -> None:
        self.train, self.validation, self.task = train, validation, task
        self.context = context
        default = "mae" if task.kind is TaskKind.NUMBER else "balanced"
        self.objective = str(context.options.get("objective", default))
        self.trials = int(context.options.get("trials") or 0)
        self.whole = concat(train, validation)
        now = time.monotonic()
        end = context.deadline or now + DEFAULT_BUDGET_S
        self.deadline = end - RESERVE * (end - now)
        ordered = is_later(train, validation)
        self.folds = folds_of(
            self.whole, task, n_folds=N_FOLDS, seed=context.seed, in_time_order=ordered
        )

    def left_s(self) -> float:
        """Return the seconds left for fitting."""
        return self.deadline - time.monotonic()

    def bake(self, candidate: Candidate, before: Sequence[Trial]) -> Trial:
        """Fit one candidate and return what it says of rows it was not fitted to."""
        started = time.monotonic()
        self.context.progress(f"trying {candidate.label}", 0, 1)
        learner = LEARNERS.get(candidate.name)()
        own = self._context(candidate, before)
        crossfits = hasattr(learner, "crossfit")
        bake = self._crossfit if crossfits else self._fit
        predictor, held = bake(learner, candidate, own)
        self.context.progress(f"trying {candidate.label}", 1, 1)
        return Trial(candidate, predictor, held, crossfits, time.monotonic() - started)

    def _context(self, candidate: Candidate, before: Sequence[Trial]) -> FitContext:
        """Return a candidate's own folder, share of the time and options."""
        workdir = self.context.workdir / candidate.label.replace(" ", "-")
        workdir.mkdir(parents=True, exist_ok=True)
        deadline = time.monotonic() + max(candidate.share * self.left_s(), 1.0)
        options = dict(candidate.options)
        if candidate.name in PLAIN:
            options["objective"] = self.objective
        if candidate.name in TREES:
            read = [(one.predictor, one.held) for one in before if one.candidate.texts_alone]
            options |= {"evidence": read} if read else {}
        return replace(self.context, workdir=workdir, deadline=deadline, options=options)

    def _crossfit(
        self, learner: Learner, candidate: Candidate, context: FitContext
    ) -> tuple[Predictor, Prediction]:
        """Fit on all rows, and once per fold; options are searched for on validation before."""
        if self.trials and learner.name in SPACES:
            half = time.monotonic() + 0.5 * candidate.share * self.left_s()
            plain = {k: v for k, v in context.options.items() if k != "evidence"}
            searching = replace(context, deadline=half, options={**plain, "trials": self.trials})
            found = best_options(
                learner, self.train, self.validation, task=self.task, context=searching
            )
            context = replace(context, options={**context.options, **found})
        rows = only_texts(self.whole) if candidate.texts_alone else self.whole
        return cross_fitted(learner.name, rows, self.folds, task=self.task, context=context)

    def _fit(
        self, learner: Learner, candidate: Candidate, context: FitContext
    ) -> tuple[Predictor, Prediction]:
        """Fit on train and score validation; with trials, the best of a search."""
        del candidate
        if self.trials and learner.name in SPACES:
            context = replace(context, options={**context.options, "trials": self.trials})
        fitted = learner.fit(self.train, self.validation, task=self.task, context=context)
        return fitted, fitted.predict(self.validation)
