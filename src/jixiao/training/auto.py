"""Learner ``auto.v1``: candidates that fit the data, a measured bake-off, and the reason in words.

Cheap candidates are fitted first, out of fold on all rows, and the costly one with the time that
is left. What is best on rows no candidate was fitted to is chosen, be it one model or several
combined.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from jixiao.contracts import (
    Examples,
    FitContext,
    Learner,
    Prediction,
    Predictor,
    Task,
    TaskKind,
)
from jixiao.core import ModelError
from jixiao.evaluation import compute_all, judge
from jixiao.models import decide, rule_of
from jixiao.training.folds import concat, known, make_folds
from jixiao.training.registry import LEARNERS
from jixiao.training.rules import utility
from jixiao.training.stack import combine, cross_fitted

DEFAULT_BUDGET_S = 300.0
"""Time a bake-off takes when the settings name none."""

TOKENS_PER_S = 2_500
"""Tokens a second and thread that full tuning of the embedded encoder takes, both ways; a guess
that only decides whether it is tried at all: the loop measures its own speed."""

RESERVE = 0.06
"""Share of the budget kept back for export, scoring and fusion."""

FEWEST_TO_TUNE = 400
"""Rows below which tuning an encoder is not tried."""

FOREST_ROWS = 5_000
"""Rows up to which random forests are tried."""

N_FOLDS = 4
_PLAIN = ("linear.v1", "boosted.v1", "forest.v1", "frozen.v1")
_FIGURES = ("accuracy", "macro_f1", "quadratic_kappa", "mae", "log_loss")


@dataclass(frozen=True)
class Candidate:
    """A learner worth trying.

    Attributes:
        name: Registered name.
        why: Why it is tried.
        share: Share of the time that is left when its turn comes.
        needs_s: Seconds it needs at least; it is skipped when fewer are left.
        options: What differs from its tested defaults.
    """

    name: str
    why: str
    share: float = 1.0
    needs_s: float = 0.0
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """A fitted candidate and what it says of rows it was not fitted to.

    Attributes:
        candidate: What was tried.
        predictor: The model, fitted on all rows where it could be.
        held: Its scores of all rows out of fold, or of the validation part.
        is_crossfit: Whether ``held`` covers all rows.
        seconds: Time it took.
    """

    candidate: Candidate
    predictor: Predictor
    held: Prediction
    is_crossfit: bool
    seconds: float


@LEARNERS.register("auto.v1")
class AutoLearner:
    """Chooses a model by measuring; ``story`` then says which, why and beside what."""

    name = "auto.v1"

    def __init__(self) -> None:
        self.story: dict[str, Any] = {}

    def supports(self, examples: Examples, task: Task) -> str:
        """Return ``""`` when any candidate can be fitted, else why the plainest cannot."""
        if candidates(examples, task, {}):
            return ""
        return LEARNERS.get("linear.v1")().supports(examples, task)

    def fit(
        self, train: Examples, validation: Examples, *, task: Task, context: FitContext
    ) -> Predictor:
        """Fit the candidates and return what is best on rows they were not fitted to.

        Raises:
            ModelError: If no candidate can be fitted.
        """
        bakery = _Bakery(known(train, task), known(validation, task), task, context)
        trials: list[Trial] = []
        skipped: list[dict[str, Any]] = []
        for candidate in candidates(train, task, context.options):
            left = bakery.left_s()
            if trials and left < candidate.needs_s:
                told = f"needs about {candidate.needs_s:.0f} s, {max(left, 0):.0f} s are left"
                skipped.append({"model": candidate.name, "skipped": told})
                continue
            trials.append(bakery.bake(candidate, trials))
        if not trials:
            raise ModelError(
                "JX-E320",
                "auto",
                expected="text, table columns or indicator series to learn from",
                got="none of them",
                hint="check the roles in jixiao.yaml: ids, protected columns and leaks never enter",
            )
        predictor, self.story = bakery.choose(trials, skipped)
        return predictor


def candidates(examples: Examples, task: Task, options: dict[str, Any]) -> list[Candidate]:
    """Return what is worth trying on such data, in the order it is tried.

    Args:
        examples: The training part.
        task: What is predicted.
        options: ``folder`` names a user's own encoder, which is then tried in any language.
    """
    has_text = any(any(texts) for texts in examples.texts.values())
    has_table = bool(examples.number_names or examples.categories or examples.series_names)
    own = {"folder": options["folder"]} if options.get("folder") else {}
    english = has_text and (bool(own) or english_share(examples) >= 0.8)
    found = [Candidate("linear.v1", "n-grams and table columns: the model to beat", 0.2)]
    if english and not has_table:
        why = "the encoder's embeddings with n-grams, each text encoded once"
        found.append(Candidate("frozen.v1", why, 0.4, 5.0, own))
    if has_table:
        found.append(Candidate("boosted.v1", "trees over the table, texts read out of fold", 0.25))
    if has_table and len(examples) <= FOREST_ROWS:
        found.append(Candidate("forest.v1", "few rows: forests vary least", 0.4, 3.0))
    if english and len(examples) >= FEWEST_TO_TUNE:
        why = "the encoder tuned on texts, table and series together"
        found.append(Candidate("encoder.v1", why, 1.0, 1.2 * epoch_s(examples), own))
    if not has_text and examples.series is not None and len(examples) >= FEWEST_TO_TUNE:
        found.append(Candidate("lstm.v1", "indicator series", 0.5, 30.0))
    return [one for one in found if one.options or not _refusal(one, examples, task)]


def _refusal(one: Candidate, examples: Examples, task: Task) -> str:
    return LEARNERS.get(one.name)().supports(examples, task)


def english_share(examples: Examples) -> float:
    """Return the share of texts that are English, among rows with text; 0 without any."""
    spoken = [language for language in examples.languages if language]
    return sum(language == "en" for language in spoken) / len(spoken) if spoken else 0.0


def epoch_s(examples: Examples, *, threads: int = 2) -> float:
    """Return about how many seconds one pass of full tuning takes over the examples."""
    sample = examples.joined_texts()[:: max(1, len(examples) // 500)]
    tokens = float(np.mean([min(len(text) / 4.2, 128.0) for text in sample])) * len(examples)
    return tokens / (TOKENS_PER_S * threads)


class _Bakery:
    """Fits candidates on the same rows within the same time, and chooses."""

    def __init__(
        self, train: Examples, validation: Examples, task: Task, context: FitContext
    ) -> None:
        self.train, self.validation, self.task = train, validation, task
        self.context = context
        default = "mae" if task.kind is TaskKind.NUMBER else "balanced"
        self.objective = str(context.options.get("objective", default))
        self.whole = concat(train, validation)
        now = time.monotonic()
        end = context.deadline or now + DEFAULT_BUDGET_S
        self.deadline = end - RESERVE * (end - now)
        self.ordered = _is_later(train, validation)
        self.folds = make_folds(
            self.whole, task, n_folds=min(N_FOLDS, len(self.whole)), seed=context.seed
        )

    def left_s(self) -> float:
        """Return the seconds left for fitting."""
        return self.deadline - time.monotonic()

    def bake(self, candidate: Candidate, before: Sequence[Trial]) -> Trial:
        """Fit one candidate and return what it says of rows it was not fitted to."""
        started = time.monotonic()
        self.context.progress(f"trying {candidate.name}", 0, 1)
        learner = LEARNERS.get(candidate.name)()
        workdir = self.context.workdir / candidate.name
        workdir.mkdir(parents=True, exist_ok=True)
        deadline = started + max(candidate.share * self.left_s(), 1.0)
        options = dict(candidate.options)
        if candidate.name in _PLAIN:
            options["objective"] = self.objective
        own = replace(self.context, workdir=workdir, deadline=deadline, options=options)
        crossfits = hasattr(learner, "crossfit") and not self.ordered
        bake = self._crossfit if crossfits else self._fit
        predictor, held = bake(learner, own, before)
        self.context.progress(f"trying {candidate.name}", 1, 1)
        return Trial(candidate, predictor, held, crossfits, time.monotonic() - started)

    def _crossfit(
        self, learner: Learner, context: FitContext, before: Sequence[Trial]
    ) -> tuple[Predictor, Prediction]:
        """Fit on all rows, and once per fold; trees read what the plain model read."""
        read = [(one.predictor, one.held) for one in before if one.candidate.name == "linear.v1"]
        if learner.name in ("boosted.v1", "forest.v1") and read and self.whole.texts:
            context = replace(context, options={**context.options, "evidence": read})
        return cross_fitted(learner.name, self.whole, self.folds, task=self.task, context=context)

    def _fit(
        self, learner: Learner, context: FitContext, before: Sequence[Trial]
    ) -> tuple[Predictor, Prediction]:
        """Fit on train and score validation; in time order, then refit on both where cheap."""
        del before
        ordered = {"hold": "validation"} if learner.name == "boosted.v1" else {}
        own = replace(context, options={**context.options, **(ordered if self.ordered else {})})
        fitted = learner.fit(self.train, self.validation, task=self.task, context=own)
        held = fitted.predict(self.validation)
        if learner.name in _PLAIN:
            again = replace(own, options={**own.options, "refit": True})
            fitted = learner.fit(self.train, self.validation, task=self.task, context=again)
        return fitted, held

    def choose(
        self, trials: Sequence[Trial], skipped: Sequence[dict[str, Any]]
    ) -> tuple[Predictor, dict[str, Any]]:
        """Return the best model or combination, and the story of the choice."""
        everywhere = all(trial.is_crossfit for trial in trials)
        rows = self.whole if everywhere else self.validation
        held = [self._held(trial, everywhere=everywhere) for trial in trials]
        assert rows.y is not None
        worths = [self._worth(t.predictor, h, rows) for t, h in zip(trials, held, strict=True)]
        table = [
            {
                "model": trial.candidate.name,
                "why": trial.candidate.why,
                "seconds": round(trial.seconds, 1),
                **figures,
            }
            for trial, (_, figures) in zip(trials, worths, strict=True)
        ]
        best = int(np.argmax([worth for worth, _ in worths]))
        chosen: Predictor = trials[best].predictor
        judged_on = f"{len(rows)} rows {'out of fold' if everywhere else 'of the validation part'}"
        reason = f"{trials[best].candidate.name} was best on {judged_on}"
        if len(trials) > 1:
            pooled = combine(
                [trial.predictor for trial in trials],
                held,
                rows.y,
                task=self.task,
                context=replace(self.context, options={"objective": self.objective}),
            )
            worth, figures = self._worth(pooled, pooled.pool.apply(held, self.task), rows)
            weights = [round(float(weight), 3) for weight in pooled.pool.weights]
            names = [trial.candidate.name for trial in trials]
            table.append(
                {"model": "combined", "weights": dict(zip(names, weights, strict=True)), **figures}
            )
            if worth >= worths[best][0]:
                chosen = pooled
                reason = f"{' + '.join(names)} combined were best on {judged_on}"
        return chosen, {"reason": reason + _limits(self.train), "bake_off": [*table, *skipped]}

    def _held(self, trial: Trial, *, everywhere: bool) -> Prediction:
        """Return a trial's scores of the rows the choice is made on."""
        if everywhere or not trial.is_crossfit:
            return trial.held
        last = slice(len(self.train), None)
        proba, value = trial.held.proba, trial.held.value
        return Prediction(
            None if proba is None else proba[last], None if value is None else value[last]
        )

    def _worth(
        self, predictor: Predictor, held: Prediction, rows: Examples
    ) -> tuple[float, dict[str, Any]]:
        assert rows.y is not None
        answers = decide(held, self.task, rule_of(predictor))
        judged = judge(rows.y, held, task=self.task, answers=answers)
        figures = {
            name: None if value is None else round(value, 4)
            for name, value in compute_all(judged).items()
            if name in _FIGURES
        }
        return utility(judged, self.objective), figures


def _is_later(train: Examples, validation: Examples) -> bool:
    """Return whether every validation row lies after every row of train."""
    if "period" not in train.keys.columns or not len(validation):
        return False
    last, first = train.keys["period"].max(), validation.keys["period"].min()
    return last is not None and first is not None and bool(first >= last)  # type: ignore[operator]


def _limits(train: Examples) -> str:
    """Return what a reader should know about the languages of the texts."""
    if any(train.languages) and english_share(train) < 0.8:
        return (
            "; no Chinese encoder is embedded: name a folder with one (--weights) to try tuning it"
        )
    return ""
