"""Fits ``linear.v1``: several ways of fitting are tried out of fold and the best is kept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from jixiao.contracts import Examples, FitContext, Prediction, Predictor, Task, TaskKind
from jixiao.core import ModelError
from jixiao.evaluation import Judged
from jixiao.models.decision import Rule, decide
from jixiao.models.features import TableEncoder
from jixiao.models.linear import Head, LinearFeatures, LinearModel
from jixiao.models.ngrams import Counts
from jixiao.models.text_features import TextFeatures, TextSettings
from jixiao.training.folds import Folds, Positions, concat, folds_of, is_later, known
from jixiao.training.one_thread import one_thread
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
    Candidate("logistic", 1.0, cumulative=True),
    Candidate("logistic", 0.3, cumulative=True),
    Candidate("shared", 0.3),
)
_NUMBER = tuple(Candidate("ridge", strength) for strength in (1.0, 0.1, 10.0, 0.01, 0.001))
Parts = list[tuple[Positions, Positions]]
Heads = tuple[Head, ...]
_MANY_LEVELS = 20
_ROWS_FOR_FOLDS = 20_000
_N_FOLDS = 4
_FINALISTS = 4
_OPTIONS = {"objective", "refit", "texts", "candidates"}


@dataclass(frozen=True)
class Trial:
    """One candidate, judged on rows held out.

    Attributes:
        candidate: The way of fitting.
        heads: The heads it found, one per part.
        scaled: A head of one weight and K shifts: what the candidate's logits are scaled with.
        prediction: Scores of the held-out rows, in the order of the parts.
        rule: The decision rule that suits it.
        worth: How good it is for the objective; higher is better.
    """

    candidate: Candidate
    heads: Heads
    scaled: Head
    prediction: Prediction
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

    @one_thread
    def fit(
        self, train: Examples, validation: Examples, *, task: Task, context: FitContext
    ) -> Predictor:
        """Fit on train; ways of fitting, scale and rule are chosen on rows held out."""
        refuse_unknown(context, _OPTIONS, self.name)
        train, validation = known(train, task), known(validation, task)
        both = concat(train, validation)
        fitted = both if context.options.get("refit") else train
        features = fit_features(fitted, context.options.get("texts"))
        search = _Search(features, both, context=context)
        folds = _folds(train, validation, task, seed=context.seed)
        best = search.best(_candidates(task, context), list(folds.parts), task)
        return search.model(best, np.arange(len(fitted)), task)

    @one_thread
    def crossfit(
        self, examples: Examples, folds: Folds, *, task: Task, context: FitContext
    ) -> tuple[LinearModel, Prediction]:
        """Return the model of all rows, and scores of the held-out rows by models without them.

        Args:
            examples: Rows whose target is known.
            folds: Their folds.
            task: What is predicted.
            context: Options as in ``fit``.
        """
        features = fit_features(examples, context.options.get("texts"))
        search = _Search(features, examples, context=context)
        best = search.best(_candidates(task, context), list(folds.parts), task)
        model = search.model(best, np.arange(len(examples)), task)
        return model, folds.in_row_order(best.prediction)


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

    def __init__(self, features: LinearFeatures, both: Examples, *, context: FitContext) -> None:
        assert both.y is not None
        self.features, self.y, self.context = features, both.y, context
        self.matrix: Counts = features.transform(both)

    def best(self, candidates: Sequence[Candidate], parts: Parts, task: Task) -> Trial:
        """Return the trial that is worth most on the held-out rows.

        Every candidate is judged on the first part; the ``_FINALISTS`` best on all of them.
        """
        first = self._trials([(one, ()) for one in candidates], parts[:1], task)
        if len(parts) == 1:
            return first[0]
        heads = {trial.candidate: trial.heads for trial in first[:_FINALISTS]}
        return self._trials(list(heads.items()), parts, task)[0]

    def _trials(
        self, entries: Sequence[tuple[Candidate, Heads]], parts: Parts, task: Task
    ) -> list[Trial]:
        """Return a trial of each candidate the time allows, best first."""
        found: list[Trial] = []
        began = time.monotonic()
        for at, (candidate, heads) in enumerate(entries):
            fresh = [self.fit(candidate, rest, task) for rest, _ in parts[len(heads) :]]
            found.append(self._judge(candidate, (*heads, *fresh), parts, task))
            self.context.progress("linear", at + 1, len(entries))
            each = (time.monotonic() - began) / (at + 1)
            if self.context.deadline and time.monotonic() + 2 * each > self.context.deadline:
                break
        return sorted(found, key=lambda trial: -trial.worth)

    def _judge(self, candidate: Candidate, heads: Heads, parts: Parts, task: Task) -> Trial:
        pairs = zip(heads, parts, strict=True)
        logits = np.concatenate([head.logits(self.matrix[held]) for head, (_, held) in pairs])
        y: Array = np.concatenate([self.y[held] for _, held in parts])
        plain = replace(
            heads[0], weights=np.ones((1, 1), np.float32), bias=np.zeros(logits.shape[1])
        )
        scaled = calibrated(plain, logits, y)
        prediction = plain.prediction(logits * float(scaled.weights[0, 0]) + scaled.bias, task)
        objective, seed = str(self.context.options.get("objective", "balanced")), self.context.seed
        rule = choose_rule(prediction, y, task, objective=objective, seed=seed)
        judged = Judged(task, y, decide(prediction, task, rule), prediction.proba)
        worth = utility(judged, objective)
        return Trial(candidate, heads, scaled=scaled, prediction=prediction, rule=rule, worth=worth)

    def fit(self, candidate: Candidate, rows: Positions, task: Task) -> Head:
        """Return the head a candidate finds on some rows."""
        shape = Shape(task, self.features.text.width, self.context.seed)
        return fit_head(self.matrix[rows], self.y[rows], candidate=candidate, shape=shape)

    def model(self, best: Trial, rows: Positions, task: Task) -> LinearModel:
        """Return the model of the best candidate fitted on some rows, scaled as in its trial."""
        head, scale = self.fit(best.candidate, rows, task), best.scaled.weights[0, 0]
        if head.kind != "identity":
            bias = head.bias * float(scale) + best.scaled.bias
            head = replace(head, weights=head.weights * scale, bias=bias)
        chosen = {"candidate": best.candidate.label(), "worth": best.worth, "n": len(rows)}
        return LinearModel(task, self.features, head, best.rule, chosen)


def _folds(train: Examples, validation: Examples, task: Task, *, seed: int) -> Folds:
    """Return folds of all rows, or one part only for many rows or levels."""
    both, ordered = concat(train, validation), is_later(train, validation)
    if len(both) <= _ROWS_FOR_FOLDS and len(task.levels) <= _MANY_LEVELS:
        return folds_of(both, task, n_folds=_N_FOLDS, seed=seed, in_time_order=ordered)
    if len(validation) >= 500:
        return Folds(((np.arange(len(train)), np.arange(len(train), len(both))),))
    folds = folds_of(both, task, n_folds=7, seed=seed, in_time_order=ordered)
    return replace(folds, parts=folds.parts[-1:])


LEARNERS.register("linear.v1")(LinearLearner)
