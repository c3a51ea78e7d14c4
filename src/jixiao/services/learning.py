"""Training as a use case: split once, fit, save with everything the model was made of."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

import polars as pl

from jixiao.contracts import (
    Examples,
    FitContext,
    ModelSettings,
    ModelStore,
    Predictor,
    ProgressFn,
    Settings,
    Task,
    WorkspaceStore,
)
from jixiao.core import DataError, json_hash
from jixiao.data import FeatureSpec, Split, build_examples, feature_spec, label_suspects, make_split
from jixiao.services.preparation import Prepared
from jixiao.services.results import TrainResult
from jixiao.training import LEARNERS, cross_fit

VERSIONED = ("jixiao", "numpy", "polars", "scikit-learn", "lightgbm", "torch", "onnx", "openvino")
SUSPECT_ROWS = 20_000
"""Most rows for which labels are cross-checked during training."""


@dataclass(frozen=True)
class Parts:
    """Examples of the three parts and what they were made with."""

    train: Examples
    validation: Examples
    test: Examples
    split: Split
    spec: FeatureSpec


def make_parts(
    prepared: Prepared, settings: Settings, store: WorkspaceStore, *, save: bool = True
) -> Parts:
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
    stored = store.read_json("split")
    split = make_split(
        frame,
        contract,
        settings.split,
        seed=settings.seed,
        known=Split.from_json(stored) if stored else None,
    )
    if save:
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
    parts = make_parts(prepared, settings, store)
    task = prepared.contract.task
    name = LEARNERS.full_name(settings.model.name)
    run = json_hash(
        {
            "data": prepared.data_hash,
            "split": parts.split.hash,
            "settings": settings.model_dump(mode="json"),
        }
    )[:16]
    context = FitContext(
        seed=settings.seed,
        workdir=store.workdir(f"train-{run}"),
        cache=store.cache(),
        deadline=_deadline(settings.model, started),
        threads=threads,
        progress=progress,
        options=learner_options(settings.model),
        trackers=settings.model.trackers,
    )
    predictor = LEARNERS.get(name)().fit(parts.train, parts.validation, task=task, context=context)
    seconds = time.monotonic() - started
    manifest = _manifest(prepared, settings, parts, predictor)
    model_id = models.save(predictor, {**manifest, "seconds": round(seconds, 2)})
    store.clear_workdir(f"train-{run}")
    story = _story(predictor)
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
    )


def learner_options(model: ModelSettings) -> dict[str, Any]:
    """Return the options of a learner that the settings name."""
    named = {
        "tuning": model.tuning,
        "folder": model.folder,
        "trials": model.trials or None,
        "precision": None if model.precision == "auto" else model.precision,
    }
    return {key: value for key, value in named.items() if value is not None}


def _deadline(model: ModelSettings, started: float) -> float | None:
    return None if model.budget_s is None else started + model.budget_s


def _story(predictor: Predictor) -> Mapping[str, Any]:
    """Return why the model was chosen, where its learner says so."""
    story = getattr(predictor, "story", None)
    return story if isinstance(story, Mapping) else {}


def _manifest(
    prepared: Prepared, settings: Settings, parts: Parts, predictor: Predictor
) -> dict[str, Any]:
    return {
        "task": prepared.contract.task.model_dump(mode="json"),
        "contract": prepared.contract.model_dump(mode="json"),
        "features": parts.spec.to_json(),
        "split": parts.split.hash,
        "seed": settings.seed,
        "data_hash": prepared.data_hash,
        "settings": settings.model_dump(mode="json", exclude={"contract"}),
        "versions": {name: version(name) for name in VERSIONED},
        "story": dict(_story(predictor)),
        "sizes": {"train": len(parts.train), "validation": len(parts.validation)},
    }


def suspects(
    parts: Parts, prepared: Prepared, *, task: Task, context: FitContext
) -> list[dict[str, Any]]:
    """Return rows whose label a cross-fitted linear model finds hard to believe, worst first."""
    examples = parts.train
    if task.kind not in ("ordinal", "class") or not 30 <= len(examples) <= SUSPECT_ROWS:
        return []
    proba = cross_fit(LEARNERS.get("linear"), examples, task=task, context=context)
    assert examples.y is not None
    found = label_suspects(examples.y, proba)
    rows = pl.Series(examples.rows)
    return [
        {
            "row": int(rows[suspect.position]),
            "given": task.levels[suspect.given],
            "likely": task.levels[suspect.likely],
            "confidence": round(suspect.confidence, 4),
        }
        for suspect in found
    ]
