"""Learner ``auto.v1``: candidates that fit the data, a measured bake-off, and the reason in words.

Cheap candidates are fitted first and the costly one with the time that is left. What wins on the
validation part wins, be it a single model or a fusion of several; a fusion must be better by more
than nothing, because it costs more to keep.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from jixiao.contracts import Examples, FitContext, Prediction, Predictor, Task, TaskKind
from jixiao.core import ModelError
from jixiao.evaluation import compute_all, judge
from jixiao.models import decide, rule_of
from jixiao.training.registry import LEARNERS
from jixiao.training.rules import utility
from jixiao.training.stack import fuse

DEFAULT_BUDGET_S = 300.0
"""Time a bake-off takes when the settings name none."""

SMALL = 1_500
"""Rows below which only an out-of-fold blend is tried: a validation part is too small to choose by."""

TOKENS_PER_S = 1_000
"""Tokens a second and thread that full tuning of the embedded encoder takes, both ways; a guess
that only decides whether it is tried at all: the loop measures its own speed."""

RESERVE_S = 15.0
"""Time kept back for export, scoring and fusion."""


@dataclass(frozen=True)
class Candidate:
    """A learner worth trying.

    Attributes:
        name: Registered name.
        why: Why it is tried.
        options: What differs from its tested defaults.
        needs_s: Seconds it needs at least; it is skipped when fewer are left.
    """

    name: str
    why: str
    options: dict[str, Any] = field(default_factory=dict)
    needs_s: float = 0.0


@dataclass
class Trial:
    """A candidate that was fitted, and what it said of the validation part."""

    candidate: Candidate
    predictor: Predictor
    prediction: Prediction
    worth: float
    figures: dict[str, float | None]
    seconds: float


@LEARNERS.register("auto.v1")
class AutoLearner:
    """Chooses a model by measuring; ``story`` then says which, why and beside what."""

    name = "auto.v1"

    def __init__(self) -> None:
        self.story: dict[str, Any] = {}

    def supports(self, examples: Examples, task: Task) -> str:
        """Return ``""`` when any candidate can be fitted, else why none can."""
        return "" if candidates(examples, task, {}) else "no learner can use such columns"

    def fit(
        self, train: Examples, validation: Examples, *, task: Task, context: FitContext
    ) -> Predictor:
        """Fit the candidates and return what is best on ``validation``.

        Raises:
            ModelError: If no candidate can be fitted.
        """
        started = time.monotonic()
        deadline = context.deadline or started + DEFAULT_BUDGET_S
        context = replace(context, deadline=deadline)
        skipped: list[dict[str, Any]] = []
        trials: list[Trial] = []
        for candidate in candidates(train, task, context.options):
            left = deadline - time.monotonic() - RESERVE_S
            if trials and left < candidate.needs_s:
                reason = f"needs about {candidate.needs_s:.0f} s, {max(left, 0):.0f} s are left"
                skipped.append({"model": candidate.name, "skipped": reason})
                continue
            trials.append(_try(candidate, train, validation, task=task, context=context))
        if not trials:
            raise ModelError(
                "JX-E320",
                "auto",
                expected="text, table columns or indicator series to learn from",
                got="none of them",
                hint="check the roles in jixiao.yaml: ids, protected columns and leaks are no inputs",
            )
        return self._choose(trials, validation, task, skipped)

    def _choose(
        self,
        trials: Sequence[Trial],
        validation: Examples,
        task: Task,
        skipped: Sequence[dict[str, Any]],
    ) -> Predictor:
        best = max(trials, key=lambda trial: trial.worth)
        chosen, worth = best.predictor, best.worth
        reason = f"{best.candidate.name} was best on {len(validation)} validation rows"
        rows = [_row(trial) for trial in trials]
        if len(trials) > 1 and len(validation):
            fused = fuse([trial.predictor for trial in trials], validation, task)
            judged = _worth(fused, fused.predict(validation), validation, task)
            rows.append({"model": fused.name, "worth": round(judged[0], 4), **judged[1]})
            if judged[0] > worth:
                chosen = fused
                names = ", ".join(trial.candidate.name for trial in trials)
                reason = f"the fusion of {names} was best on {len(validation)} validation rows"
        self.story = {"reason": reason, "bake_off": [*rows, *skipped]}
        return chosen


def candidates(examples: Examples, task: Task, options: dict[str, Any]) -> list[Candidate]:
    """Return what is worth trying on such data, cheapest first.

    Args:
        examples: The training part.
        task: What is predicted.
        options: ``folder`` names a user's own encoder, which is then tried in any language.
    """
    found = [Candidate("linear.v1", "n-grams and table columns; the model to beat")]
    has_table = bool(examples.number_names or examples.categories)
    has_series = examples.series is not None
    if len(examples) < SMALL:
        found = [Candidate("stack.v1", "few rows: an out-of-fold blend of plain models")]
    elif has_table or has_series:
        found.append(Candidate("boosted.v1", "table columns, with text evidence out of fold"))
    if examples.texts and (options.get("folder") or english_share(examples) >= 0.8):
        own = {"folder": options["folder"]} if options.get("folder") else {}
        found.append(
            Candidate("frozen.v1", "English text: the embedded encoder, encoded once", own)
        )
        found.append(
            Candidate("encoder.v1", "English text: the encoder tuned", own, epoch_s(examples))
        )
    elif has_series and not examples.texts and len(examples) >= SMALL:
        found.append(Candidate("lstm.v1", "indicator series", {}, 60.0))
    return [one for one in found if not _refusal(one, examples, task)]


def _refusal(candidate: Candidate, examples: Examples, task: Task) -> str:
    return LEARNERS.get(candidate.name)().supports(examples, task)


def english_share(examples: Examples) -> float:
    """Return the share of texts that are English, among rows with text; 0 without any."""
    known = [language for language in examples.languages if language]
    return sum(language == "en" for language in known) / len(known) if known else 0.0


def epoch_s(examples: Examples, *, threads: int = 2) -> float:
    """Return about how many seconds one pass of full tuning takes over the examples."""
    sample = examples.joined_texts()[:: max(1, len(examples) // 500)]
    tokens = np.mean([min(len(text) / 4.2, 128.0) for text in sample]) * len(examples)
    return float(tokens / (TOKENS_PER_S * threads))


def _try(
    candidate: Candidate, train: Examples, validation: Examples, *, task: Task, context: FitContext
) -> Trial:
    started = time.monotonic()
    assert context.deadline is not None
    workdir = context.workdir / candidate.name
    workdir.mkdir(parents=True, exist_ok=True)
    own = replace(
        context,
        workdir=workdir,
        deadline=context.deadline - RESERVE_S,
        options={**candidate.options},
    )
    context.progress(f"trying {candidate.name}", 0, 1)
    predictor = LEARNERS.get(candidate.name)().fit(train, validation, task=task, context=own)
    prediction = predictor.predict(validation)
    worth, figures = _worth(predictor, prediction, validation, task)
    seconds = time.monotonic() - started
    return Trial(candidate, predictor, prediction, worth, figures, seconds)


def _worth(
    predictor: Predictor, prediction: Prediction, validation: Examples, task: Task
) -> tuple[float, dict[str, float | None]]:
    assert validation.y is not None
    answers = decide(prediction, task, rule_of(predictor))
    judged = judge(validation.y, prediction, task=task, answers=answers)
    kept = ("accuracy", "macro_f1", "quadratic_kappa", "mae", "log_loss")
    figures = {name: value for name, value in compute_all(judged).items() if name in kept}
    objective = "mae" if task.kind is TaskKind.NUMBER else "balanced"
    return utility(judged, objective), figures


def _row(trial: Trial) -> dict[str, Any]:
    return {
        "model": trial.candidate.name,
        "why": trial.candidate.why,
        "seconds": round(trial.seconds, 1),
        "worth": round(trial.worth, 4),
        **trial.figures,
    }
