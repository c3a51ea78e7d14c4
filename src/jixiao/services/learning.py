"""Training as a use case: split once, fit, save with everything the model was made of."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from jixiao.contracts import (
    Examples,
    FitContext,
    Learner,
    ModelSettings,
    ModelStore,
    Predictor,
    ProgressFn,
    Settings,
    Task,
    TaskKind,
    WorkspaceStore,
)
from jixiao.core import DataError, ModelError, json_hash
from jixiao.data import FeatureSpec, Split, build_examples, feature_spec, label_suspects, make_split
from jixiao.models import rule_of
from jixiao.services.preparation import Prepared
from jixiao.services.results import TrainResult
from jixiao.services.scoring import score_table
from jixiao.training import LEARNERS, concat, cross_fitted, fit_best, make_folds, read_curves

VERSIONED = ("jixiao", "numpy", "polars", "scikit-learn", "lightgbm", "torch", "onnx", "openvino")
AUTO = "auto.v1"
FEWEST, MOST = 30, 20_000
"""Rows between which labels are cross-checked after training."""

N_FOLDS = 4
CROSS_CHECK_S, CROSS_CHECK_SHARE = 40.0, 0.15
"""Time after which the plain model of the cross-check tries nothing more, and its share of a
budget; it is left out when less than ``LEAST_CROSS_CHECK_S`` are left."""
LEAST_CROSS_CHECK_S = 3.0
_RUN = "train-"
"""Begin of the name of a run's unfinished work."""


@dataclass(frozen=True)
class Parts:
    """Examples of the three parts and what they were made with."""

    train: Examples
    validation: Examples
    test: Examples
    split: Split
    spec: FeatureSpec


def make_parts(prepared: Prepared, settings: Settings, store: WorkspaceStore) -> Parts:
    """Return the examples of train, validation and test; known rows keep their side.

    Raises:
        DataError: If no row is left to learn from.
    """
    frame, contract = prepared.frame, prepared.contract
    if not frame.height:
        raise DataError(
            "JX-E290",
            prepared.raw.file,
            expected="at least one usable row",
            got="none",
            hint="run: jixiao check DIR, mend the quarantine file and read it back in",
        )
    split = known_split(prepared, settings, store)
    store.write_json("split", split.to_json())
    spec = feature_spec(frame, contract, series=prepared.series)
    examples = build_examples(frame, contract, series=prepared.series, spec=spec)
    return Parts(
        train=examples.take(split.train),
        validation=examples.take(split.validation),
        test=examples.take(split.test),
        split=split,
        spec=spec,
    )


def train(
    prepared: Prepared,
    settings: Settings,
    *,
    store: WorkspaceStore,
    models: ModelStore,
    progress: ProgressFn,
    threads: int,
) -> TrainResult:
    """Train the model the settings name and make it the current one.

    A killed run goes on where it stood when the same command is given again.
    """
    started = time.monotonic()
    budget_s = settings.model.budget_s or 0.0
    end = started + budget_s if budget_s else None
    parts = make_parts(prepared, settings, store)
    task = prepared.contract.task
    name = LEARNERS.full_name(settings.model.name)
    run = _run_id(prepared, settings, parts.split)
    context = FitContext(
        seed=settings.seed,
        workdir=store.workdir(run),
        cache=store.cache(),
        deadline=None if end is None else end - min(CROSS_CHECK_S, CROSS_CHECK_SHARE * budget_s),
        threads=threads,
        progress=progress,
        options=learner_options(settings.model),
        trackers=settings.model.trackers,
    )
    learner = LEARNERS.get(name)()
    _refuse_unsupported(learner, parts, task)
    predictor = _fitted(learner, parts, task, context, settings.model)
    seconds = time.monotonic() - started
    story = _story(learner)
    manifest = _manifest(prepared, settings, parts, predictor, story)
    model_id = models.save(predictor, {**manifest, "seconds": round(seconds, 2)})
    scores, suspects = cross_check(parts, task=task, context=context, end=end)
    if scores is not None:
        store.write_frame(f"opinions/{model_id}", scores)
    keep_curves(store, run, model_id)
    store.clear_workdir(run)
    return TrainResult(
        model_id=model_id,
        name=predictor.name,
        reason=story.get("reason", "named in the settings"),
        seconds=seconds,
        sizes={
            "train": len(parts.train),
            "validation": len(parts.validation),
            "test": len(parts.test),
        },
        split=f"{parts.split.method}: {parts.split.reason}",
        bake_off=tuple(story.get("bake_off", ())),
        label_suspects=suspects,
    )


def keep_curves(store: WorkspaceStore, run: str, model_id: str) -> None:
    """Keep the training curves of a run that is over beside its model's other figures."""
    curves = curves_in(store.workdir(run))
    if curves:
        store.write_json(f"curves/{model_id}", {"curves": curves})


def curves_in(folder: Path) -> dict[str, list[dict[str, Any]]]:
    """Return the training curves below a folder: lines by the part of the work they belong to."""
    found = {
        str(path.parent.relative_to(folder)): read_curves(path)
        for path in sorted(folder.rglob("curves.jsonl"))
    }
    return {name: lines for name, lines in found.items() if lines}


def live_curves(store: WorkspaceStore, since: datetime) -> dict[str, list[dict[str, Any]]]:
    """Return the curves of the training under way, where it has written any since a moment."""
    for folder in store.unfinished(_RUN):
        written = [path.stat().st_mtime for path in folder.rglob("curves.jsonl")]
        if written and max(written) >= since.timestamp():
            return curves_in(folder)
    return {}


def _run_id(prepared: Prepared, settings: Settings, split: Split) -> str:
    """Return the name of this run's unfinished work: the same data and settings go on with it."""
    made_of = {
        "data": prepared.data_hash,
        "split": split.hash,
        "settings": settings.model_dump(mode="json"),
    }
    return f"{_RUN}{json_hash(made_of)[:16]}"


def learner_options(model: ModelSettings) -> dict[str, Any]:
    """Return the options of a learner that the settings name."""
    named = {
        "tuning": model.tuning,
        "folder": model.folder,
        "precision": None if model.precision == "auto" else model.precision,
    }
    return {key: value for key, value in named.items() if value is not None}


def _fitted(
    learner: Learner, parts: Parts, task: Task, context: FitContext, model: ModelSettings
) -> Predictor:
    """Fit a learner, or search its options where trials are asked for; auto does so by itself."""
    searched = replace(context, options={**context.options, "trials": model.trials})
    if not model.trials or learner.name == AUTO:
        context = searched if model.trials else context
        return learner.fit(parts.train, parts.validation, task=task, context=context)
    return fit_best(learner, parts.train, parts.validation, task=task, context=searched)


def _refuse_unsupported(learner: Learner, parts: Parts, task: Task) -> None:
    reason = learner.supports(parts.train, task)
    if reason:
        raise ModelError(
            "JX-E303",
            learner.name,
            expected="data it can be fitted to",
            got=reason,
            hint="choose another model, or auto",
        )


def _story(learner: Learner) -> Mapping[str, Any]:
    """Return why the model was chosen, where its learner says so."""
    story = getattr(learner, "story", None)
    return story if isinstance(story, Mapping) else {}


def _manifest(
    prepared: Prepared,
    settings: Settings,
    parts: Parts,
    predictor: Predictor,
    story: Mapping[str, Any],
) -> dict[str, Any]:
    return {
        "task": prepared.contract.task.model_dump(mode="json"),
        "contract": prepared.contract.model_dump(mode="json"),
        "features": parts.spec.to_json(),
        "split": parts.split.to_json(),
        "seed": settings.seed,
        "data_hash": prepared.data_hash,
        "settings": settings.model_dump(mode="json", exclude={"contract"}),
        "versions": {name: version(name) for name in VERSIONED},
        "decision_rule": rule_of(predictor).to_json(),
        "story": dict(story),
        "sizes": {"train": len(parts.train), "validation": len(parts.validation)},
    }


def known_split(prepared: Prepared, settings: Settings, store: WorkspaceStore) -> Split:
    """Return the split of the prepared rows; known records keep the side that is stored."""
    stored = store.read_json("split")
    return make_split(
        prepared.frame,
        prepared.contract,
        settings.split,
        seed=settings.seed,
        known=Split.from_json(stored) if stored else None,
    )


def cross_check(
    parts: Parts, *, task: Task, context: FitContext, end: float | None
) -> tuple[pl.DataFrame | None, tuple[dict[str, Any], ...]]:
    """Return cross-fitted scores of the rows trained on, and the labels they make suspect.

    A plain model is fitted again and again, each time without the rows it then scores; so its
    opinion of a row is independent of the row's own label. None for data that are too small, too
    large or have no levels.
    """
    examples = concat(parts.train, parts.validation)
    if end is not None and end - time.monotonic() < LEAST_CROSS_CHECK_S:
        return None, ()
    if task.kind not in (TaskKind.ORDINAL, TaskKind.CLASS) or not FEWEST <= len(examples) <= MOST:
        return None, ()
    folds = make_folds(examples, task, n_folds=N_FOLDS, seed=context.seed)
    soon = time.monotonic() + CROSS_CHECK_S
    context = replace(context, options={}, deadline=soon if end is None else min(soon, end))
    model, prediction = cross_fitted("linear.v1", examples, folds, task=task, context=context)
    assert examples.y is not None
    assert prediction.proba is not None
    scores = score_table(prediction, examples, task=task, predictor=model)
    ordered = task.kind is TaskKind.ORDINAL
    found = label_suspects(examples.y, prediction.proba, ordered=ordered)
    listed = tuple(
        {
            "row": int(examples.rows[suspect.position]),
            "given": task.levels[suspect.given],
            "likely": task.levels[suspect.likely],
            "confidence": round(suspect.confidence, 4),
            "margin": round(suspect.margin, 4),
        }
        for suspect in found
    )
    return scores, listed
