"""Fits ``linear.v1``: several ways of fitting are tried out of fold and the best is kept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from jixiao.contracts import Examples, FitContext, Predictor, Task, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.core import ModelError
from jixiao.evaluation import Judged
from jixiao.models.decision import Rule, decide
from jixiao.models.features import TableEncoder
from jixiao.models.linear import Head, LinearFeatures, LinearModel
from jixiao.models.ngrams import Counts
from jixiao.models.text_features import TextFeatures, TextSettings
from jixiao.training.folds import Positions, concat, known, make_folds, splits
from jixiao.training.registry import LEARNERS
from jixiao.training.rules import choose_rule, utility
from jixiao.training.solvers import Array, Candidate, Shape, calibrated, fit_head

_CLASS = (
    Candidate("svm", 0.3),
    Candidate("logistic", 5.0),
    Candidate("svm", 0.3, ratios=True),
    Candidate("svm", 1.0),
    Candidate("logistic", 30.0),
    Candidate("svm", 1.0, ratios=True),
    Candidate("logistic", 0.5),
)
_RATING = (
    Candidate("svm", 0.3, ratios=True, cumulative=True),
    Candidate("logistic", 3.0, cumulative=True),
    Candidate("shared", 3.0),
    Candidate("svm", 0.3, cumulative=True),
    Candidate("logistic", 30.0, cumulative=True),
    Candidate("svm", 0.3, ratios=True),
    Candidate("shared", 30.0),
    Candidate("svm", 1.0, cumulative=True),
    Candidate("logistic", 0.3, cumulative=True),
    Candidate("shared", 0.3),
)
_NUMBER = tuple(Candidate("ridge", strength) for strength in (1.0, 0.1, 10.0, 0.01, 0.001))
Parts = list[tuple[Positions, Positions]]
_MANY_LEVELS = 20
_ROWS_FOR_FOLDS = 20_000
_N_FOLDS = 4


@dataclass(frozen=True)
class Trial:
    """One candidate with the logits it gave to held-out rows.

    Attributes:
        candidate: The way of fitting.
        logits: Shape (n_held, n_outputs).
        rule: The decision rule that suits it.
        worth: How good it is for the objective; higher is better.
    """

    candidate: Candidate
    logits: Floats
    rule: Rule
    worth: float


class LinearLearner:
    """TF-IDF of words and characters with table columns, through a linear head.

    Options: ``objective`` (see ``rules.OBJECTIVES``), ``refit`` (fit the final weights on train
    and validation together), ``texts`` (a ``TextSettings``), ``candidates``.
    """

    name = "linear.v1"

    def supports(self, examples: Examples, task: Task) -> str:
        """Return why it cannot be fitted to such data, or ``""``."""
        return why_not(examples, task)

    def fit(
        self, train: Examples, validation: Examples, *, task: Task, context: FitContext
    ) -> Predictor:
        """Fit on train; ways of fitting, scale and rule are chosen on rows held out."""
        refuse_unknown(context, {"objective", "refit", "texts", "candidates"}, self.name)
        train, validation = known(train, task), known(validation, task)
        both = concat(train, validation)
        fitted = both if context.options.get("refit") else train
        features = fit_features(fitted, context.options.get("texts"))
        search = _Search(features, both, n_train=len(train), context=context)
        best, held_y = search.best(_candidates(task, context), task)
        head = search.fit(best.candidate, np.arange(len(fitted)), task)
        head = calibrated(head, best.logits, held_y)
        chosen = {"candidate": best.candidate.label(), "worth": best.worth, "n": len(fitted)}
        return LinearModel(task, features, head, best.rule, chosen)


def why_not(examples: Examples, task: Task) -> str:
    """Return why a model of texts and tables cannot be fitted to such data, or ``""``."""
    has_text = any(any(values) for values in examples.texts.values())
    has_table = bool(examples.number_names or examples.categories or examples.series_names)
    if not has_text and not has_table:
        return "there is no text, table column or indicator to learn from"
    if examples.y is None:
        return "the rows carry no target"
    if task.kind in (TaskKind.ORDINAL, TaskKind.CLASS):
        levels = np.unique(examples.y[examples.y >= 0])
        if len(levels) < 2:
            return "the target has fewer than two different values"
    return "" if len(known(examples, task)) >= 10 else "fewer than ten rows have a target"


def refuse_unknown(context: FitContext, names: set[str], place: str) -> None:
    """Refuse options that a learner does not know.

    Raises:
        ModelError: If an option is unknown; names the known ones.
    """
    if unknown := sorted(set(context.options) - names):
        raise ModelError(
            "JX-E311",
            f"options of {place}",
            expected=f"any of {', '.join(sorted(names))}",
            got=", ".join(unknown),
            hint="remove the unknown option",
        )


def fit_features(examples: Examples, settings: TextSettings | None = None) -> LinearFeatures:
    """Return text and table features learnt from these rows."""
    text = TextFeatures.fit(examples, settings)
    table = TableEncoder().fit(examples)
    return LinearFeatures(text, table, 0.5 if text.width else 1.0)


def _candidates(task: Task, context: FitContext) -> Sequence[Candidate]:
    given: Sequence[Candidate] | None = context.options.get("candidates")
    if given is not None:
        return given
    if task.kind is TaskKind.NUMBER:
        return _NUMBER
    if task.kind is TaskKind.ORDINAL:
        return _RATING
    plain = [one for one in _CLASS if not one.ratios]
    return plain[:3] if len(task.levels) > _MANY_LEVELS else _CLASS


class _Search:
    """Tries candidates on rows held out, within the time there is."""

    def __init__(
        self, features: LinearFeatures, both: Examples, *, n_train: int, context: FitContext
    ) -> None:
        assert both.y is not None
        self.both, self.y, self.context = both, both.y, context
        self.n_text = features.text.width
        self.matrix: Counts = features.transform(both)
        self.n_train = n_train

    def best(self, candidates: Sequence[Candidate], task: Task) -> tuple[Trial, Array]:
        """Return the best trial and the targets of the rows it was judged on."""
        parts = _parts(self.both, self.n_train, task=task, seed=self.context.seed)
        held_y: Array = np.concatenate([self.y[held] for _, held in parts])
        best: Trial | None = None
        for at, candidate in enumerate(candidates):
            began = time.monotonic()
            trial = self._try(candidate, parts, held_y, task)
            if best is None or trial.worth > best.worth:
                best = trial
            self.context.progress("linear", at + 1, len(candidates))
            took = time.monotonic() - began
            if self.context.deadline and time.monotonic() + 2 * took > self.context.deadline:
                break
        assert best is not None
        return best, held_y

    def _try(self, candidate: Candidate, parts: Parts, held_y: Array, task: Task) -> Trial:
        logits = []
        for rest, held in parts:
            head = self.fit(candidate, rest, task)
            logits.append(head.logits(self.matrix[held]))
        stacked = np.concatenate(logits)
        scale_free = Head(head.kind, np.ones((1, 1), np.float32), np.zeros(stacked.shape[1]))
        scaled = calibrated(scale_free, stacked, held_y)
        shifted = stacked * float(scaled.weights[0, 0]) + scaled.bias
        prediction = head.prediction(shifted, task)
        objective = str(self.context.options.get("objective", "balanced"))
        seed = self.context.seed
        rule = choose_rule(prediction, held_y, task, objective=objective, seed=seed)
        answers = decide(prediction, task, rule)
        worth = utility(Judged(task, held_y, answers, prediction.proba), objective)
        return Trial(candidate, stacked, rule, worth)

    def fit(self, candidate: Candidate, rows: Positions, task: Task) -> Head:
        """Return the head a candidate finds on some rows."""
        shape = Shape(task, self.n_text, self.context.seed)
        return fit_head(self.matrix[rows], self.y[rows], candidate=candidate, shape=shape)


def _parts(both: Examples, n_train: int, *, task: Task, seed: int) -> Parts:
    """Return (fit, held out) positions: folds of all rows, or for many rows one part only."""
    n_rows = len(both)
    if n_rows <= _ROWS_FOR_FOLDS and len(task.levels) <= _MANY_LEVELS:
        n_folds = min(_N_FOLDS, n_rows)
        return list(splits(make_folds(both, task, n_folds=n_folds, seed=seed), n_rows))
    if n_rows - n_train >= 500:
        return [(np.arange(n_train), np.arange(n_train, n_rows))]
    return list(splits(make_folds(both, task, n_folds=7, seed=seed), n_rows))[:1]


LEARNERS.register("linear.v1")(LinearLearner)
