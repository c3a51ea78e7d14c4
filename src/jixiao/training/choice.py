"""Chooses among fitted candidates by what they say of rows they were not fitted to.

Candidates with scores of every fold are compared, alone and combined, on all of those rows. A
costly candidate has scores of the validation part only. It joins when the combination with it
gains there by more than one standard error, each half of those rows being judged by weights and a
rule that were chosen on the other: with so few rows, a combination that is judged on the rows it
was fitted to always looks better than it is.

References:
    Breiman et al. (1984), Classification and Regression Trees, section 3.4.3: the one-standard-
    error rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Prediction, Predictor
from jixiao.core.seeds import rng
from jixiao.evaluation import Judged, compute_all, judge
from jixiao.models import decide, rule_of
from jixiao.models.stack import StackModel
from jixiao.training.bake_off import Bakery, Trial
from jixiao.training.folds import subjects_of
from jixiao.training.rules import paired_gain, utility
from jixiao.training.stack import combine

Array = npt.NDArray[Any]
Positions = npt.NDArray[np.int64]
FEWEST_TO_JUDGE = 40
"""Validation rows below which a costly candidate cannot be judged."""

_FIGURES = ("accuracy", "macro_f1", "quadratic_kappa", "mae", "log_loss")


@dataclass(frozen=True)
class Best:
    """What is ahead so far.

    Attributes:
        predictor: The model.
        name: What it is called in the story.
        held: Its scores of some rows.
        rows: Positions of those rows in train, then validation.
        reason: Why it is ahead.
    """

    predictor: Predictor
    name: str
    held: Prediction
    rows: Positions
    reason: str


class Choice:
    """Compares trials; ``table`` then holds the figures of each.

    Args:
        bakery: Where the trials were made.
    """

    def __init__(self, bakery: Bakery) -> None:
        self.bakery = bakery
        self.task, self.objective = bakery.task, bakery.objective
        self.table: list[dict[str, Any]] = []

    def best(self, trials: Sequence[Trial]) -> Best:
        """Return the best model or combination."""
        cheap = [trial for trial in trials if trial.is_crossfit]
        best = self._first(cheap) if cheap else None
        for trial in trials:
            if not trial.is_crossfit:
                best = self._challenged(best, trial)
        assert best is not None, "something was tried"
        return best

    def _first(self, trials: Sequence[Trial]) -> Best:
        """Return what is best on the held-out rows of the folds."""
        rows, y = self.bakery.folds.rows, self._truth(self.bakery.folds.rows)
        found = [self._judged(trial.predictor, trial.held, y) for trial in trials]
        self.table += [_entry(t, judged) for t, judged in zip(trials, found, strict=True)]
        worths = [utility(judged, self.objective) for judged in found]
        at = int(np.argmax(worths))
        name, kind = trials[at].candidate.label, "out of fold"
        if self.bakery.folds.in_time_order:
            kind = "each later than the rows fitted to"
        told = f"best on {len(rows)} rows, {kind}"
        best = Best(trials[at].predictor, name, trials[at].held, rows, f"{name} was {told}")
        if len(trials) == 1:
            return best
        held = [trial.held for trial in trials]
        pooled = self._combined([trial.predictor for trial in trials], held, y)
        scores = pooled.pool.apply(held, self.task)
        judged = self._judged(pooled, scores, y)
        names = [trial.candidate.label for trial in trials]
        self.table.append({"model": "combined", **_weights(names, pooled), **_figures(judged)})
        if utility(judged, self.objective) < max(worths):
            return best
        weighed = zip(names, pooled.pool.weights, strict=True)
        name = " + ".join(one for one, weight in weighed if weight > 0)
        return Best(pooled.without_idle(), name, scores, rows, f"{name} combined were {told}")

    def _challenged(self, best: Best | None, trial: Trial) -> Best:
        """Return the best so far, or its combination with a costly candidate that gains by it."""
        n_train, name = len(self.bakery.train), trial.candidate.name
        rows = np.arange(n_train, len(self.bakery.whole))
        alone = self._judged(trial.predictor, trial.held, self._truth(rows))
        self.table.append(_entry(trial, alone))
        if best is None:
            only = f"{name} alone could be fitted"
            return Best(trial.predictor, name, trial.held, rows, only)
        inside = np.flatnonzero(best.rows >= n_train)
        rows = best.rows[inside]
        if len(rows) < FEWEST_TO_JUDGE:
            told = f"{best.reason}; {len(rows)} validation rows are too few to judge {name}"
            return replace(best, reason=told)
        scores = [_take(best.held, inside), _take(trial.held, rows - n_train)]
        return self._compared(best, trial, rows, scores)

    def _compared(
        self, best: Best, trial: Trial, rows: Positions, scores: list[Prediction]
    ) -> Best:
        """Return the best so far or its combination with a trial, by scores of the same rows."""
        name, y = trial.candidate.name, self._truth(rows)
        joined = self._by_halves(scores, y)
        gain, error = paired_gain(
            joined,
            self._judged(best.predictor, scores[0], y),
            self.objective,
            subjects=subjects_of(self.bakery.whole.take(rows)),
        )
        pooled = self._combined([best.predictor, trial.predictor], scores, y)
        measured = {"gain": round(gain, 4), "standard_error": round(error, 4)}
        weights = _weights([best.name, name], pooled)
        entry = {"model": f"combined with {name}", **weights, **measured, **_figures(joined)}
        self.table.append(entry)
        size = f"{gain:+.3f} ± {error:.3f} ({self.objective}) on {len(rows)} validation rows"
        if gain <= error:
            told = f"{best.reason}; {name} adds no more than chance would, {size}"
            return replace(best, reason=told)
        told = f"{best.reason}; combined with {name} they gain {size}"
        held = pooled.pool.apply(scores, self.task)
        return Best(pooled.without_idle(), f"{best.name} + {name}", held, rows, told)

    def _by_halves(self, scores: Sequence[Prediction], y: Array) -> Judged:
        """Return answers of a combination to each half of the rows, as fitted on the other."""
        order = rng(self.bakery.context.seed, "challenge").permutation(len(y))
        halves = (order[: len(y) // 2], order[len(y) // 2 :])
        answers, proba = np.zeros_like(y), None
        if scores[0].proba is not None:
            proba = np.zeros_like(scores[0].proba, dtype=np.float64)
        for fitted, held in (halves, halves[::-1]):
            pooled = self._combined([], [_take(one, fitted) for one in scores], y[fitted])
            found = pooled.pool.apply([_take(one, held) for one in scores], self.task)
            answers[held] = decide(found, self.task, pooled.rule)
            if proba is not None:
                proba[held] = found.proba
        return Judged(self.task, y, answers, proba)

    def _combined(
        self, predictors: Sequence[Predictor], scores: Sequence[Prediction], y: Array
    ) -> StackModel:
        context = replace(self.bakery.context, options={"objective": self.objective})
        return combine(predictors, scores, y, task=self.task, context=context)

    def _judged(self, predictor: Predictor, held: Prediction, y: Array) -> Judged:
        answers = decide(held, self.task, rule_of(predictor))
        return judge(y, held, task=self.task, answers=answers)

    def _truth(self, rows: Positions) -> Array:
        assert self.bakery.whole.y is not None
        return np.asarray(self.bakery.whole.y[rows])


def _take(scores: Prediction, rows: Positions) -> Prediction:
    proba, value = scores.proba, scores.value
    return Prediction(
        None if proba is None else proba[rows], None if value is None else value[rows]
    )


def _entry(trial: Trial, judged: Judged) -> dict[str, Any]:
    candidate = trial.candidate
    told = {"model": candidate.label, "why": candidate.why, "seconds": round(trial.seconds, 1)}
    return told | _figures(judged)


def _weights(names: Sequence[str], pooled: StackModel) -> dict[str, Any]:
    weights = [round(float(weight), 3) for weight in pooled.pool.weights]
    return {"weights": dict(zip(names, weights, strict=True))}


def _figures(judged: Judged) -> dict[str, Any]:
    """Return the figures of a line of the table, and on how many rows they stand."""
    found = compute_all(judged)
    shown = {name: found[name] for name in _FIGURES}
    rounded = {name: None if one is None else round(one, 4) for name, one in shown.items()}
    return {"rows": len(judged), **rounded}
