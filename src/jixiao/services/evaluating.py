"""Evaluation as a use case: the test part, baselines beside it, and the result in words."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from jixiao.contracts import FitContext, Prediction, Predictor, Settings, WorkspaceStore
from jixiao.core import DataError
from jixiao.evaluation import Surroundings, describe, evaluate
from jixiao.models import decide, rule_of
from jixiao.services.learning import Parts
from jixiao.services.results import EvaluateResult
from jixiao.training import LEARNERS

BASELINE = "linear.v1"
"""The model every other one must beat."""

BASELINE_S = 30.0
"""Time after which the baseline tries no further way of fitting."""

_HEADINGS = {"en": "What the model is good and bad at", "zh": "模型擅长什么、不擅长什么"}


def evaluate_model(
    predictor: Predictor,
    manifest: Mapping[str, Any],
    parts: Parts,
    *,
    settings: Settings,
    store: WorkspaceStore,
    threads: int,
) -> EvaluateResult:
    """Measure a model on the test part and write figures and words down.

    Raises:
        DataError: If the split has no test rows.
    """
    if not len(parts.test) or parts.test.y is None:
        raise DataError(
            "JX-E294",
            "split",
            expected="rows held out for the test",
            got="none",
            hint="raise split.test in jixiao.yaml, or give more data",
        )
    task = settings.contract.task
    prediction = predictor.predict(parts.test)
    baseline = _baseline(predictor, parts, settings, store, threads)
    figures = evaluate(
        parts.test.y,
        prediction,
        task=task,
        answers=decide(prediction, task, rule_of(predictor)),
        around=Surroundings.of(
            parts.test,
            parts.train,
            baselines=baseline,
            seed=settings.seed,
            rater_agreement=settings.rater_agreement,
        ),
    )
    figures = finite(
        {
            **figures,
            "decision_rule": rule_of(predictor).to_json(),
            "model": {
                key: manifest[key] for key in ("id", "name", "data_hash", "seed", "versions")
            },
            "split": {"method": parts.split.method, "reason": parts.split.reason},
            "worst": [
                {**error, "row": int(parts.test.rows[error["position"]])}
                for error in figures["worst"]
            ],
        }
    )
    words = {language: _told(describe(figures, language)) for language in ("en", "zh")}
    paths = _write(figures, words, store)
    return EvaluateResult(figures, words, paths)


def _baseline(
    predictor: Predictor, parts: Parts, settings: Settings, store: WorkspaceStore, threads: int
) -> dict[str, Prediction]:
    """Return what the linear model says of the test rows, unless it is the model itself."""
    if predictor.name == BASELINE:
        return {}
    task = settings.contract.task
    learner = LEARNERS.get(BASELINE)()
    if learner.supports(parts.train, task):
        return {}
    context = FitContext(
        seed=settings.seed,
        workdir=store.workdir("baseline"),
        cache=store.cache(),
        threads=threads,
        deadline=time.monotonic() + BASELINE_S,
    )
    fitted = learner.fit(parts.train, parts.validation, task=task, context=context)
    return {"linear": fitted.predict(parts.test)}


def _told(sections: Mapping[str, Sequence[str]]) -> str:
    """Return the sentences of all sections, one a line."""
    return "\n".join(line for lines in sections.values() for line in lines)


def _write(
    figures: Mapping[str, Any], words: Mapping[str, str], store: WorkspaceStore
) -> tuple[Path, ...]:
    """Write the one file of figures and a page of words in each language."""
    paths = [store.write_json("evaluation", figures)]
    for language, text in words.items():
        lines = "\n".join(f"- {line}" for line in text.splitlines())
        page = f"# {_HEADINGS[language]}\n\n{lines}\n"
        paths.append(store.write_page(f"evaluation.{language}.md", page))
    return tuple(paths)


def finite(value: Any) -> Any:
    """Return a JSON value in which NaN and infinities are None."""
    if isinstance(value, Mapping):
        return {str(key): finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [finite(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
