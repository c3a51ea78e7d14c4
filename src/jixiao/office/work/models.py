"""The models of the workspace: what was trained on what, how good it is, and which one is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from jixiao.contracts import Language
from jixiao.core import Conflict
from jixiao.evaluation import describe, is_beaten
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.people.group_figures import ByAttribute, for_viewer, group_figures
from jixiao.office.viewer import Viewer
from jixiao.office.work.curves import Curve, model_curves
from jixiao.office.work.jobs import start_job
from jixiao.reports import SmallGroups

KINDS = ("auto", "linear", "boosted", "stack", "frozen", "encoder", "lstm", "decoder")
"""Models that can be asked for."""
TUNED = ("encoder", "decoder")
"""Models whose tuning can be chosen."""
METHODS = ("full", "lora", "adapter")
LONGEST_S = 24 * 3600


@dataclass(frozen=True)
class ModelShown:
    """A stored model.

    Attributes:
        id: Its id.
        name: Registered name.
        current: Whether it is the one in use.
        seconds: Wall time of the training.
        rows: Rows of each part of the data.
        data_hash: What it was trained on.
        sentences: What it is good and bad at, in words; empty before it was measured.
        beaten: Whether a simple model is clearly better by the same measure.
        curves: How its training went; none where it is fitted in one go.
        groups: For whom it is worse, by protected attribute; for auditors alone.
    """

    id: str
    name: str
    current: bool
    seconds: float
    rows: Mapping[str, int]
    data_hash: str
    sentences: tuple[str, ...]
    beaten: bool
    curves: tuple[Curve, ...]
    groups: tuple[ByAttribute, ...]


def show_models(office: Office, viewer: Viewer, language: Language) -> list[ModelShown]:
    """Return every stored model, the newest first.

    Raises:
        Forbidden: If the viewer may not see models.
    """
    require(viewer, "model.read")
    models = office.workspace.models
    current = models.current()
    policy = SmallGroups.of(office.workspace.settings().privacy) if models.ids() else SmallGroups()
    shown = []
    for model_id in [*models.ids()][::-1]:
        figures = _figures(office, model_id)
        told = for_viewer(viewer, figures, policy) if figures else {}
        manifest = models.manifest(model_id)
        shown.append(
            ModelShown(
                id=model_id,
                name=str(manifest["name"]),
                current=model_id == current,
                seconds=float(manifest.get("seconds", 0.0)),
                rows=manifest.get("sizes", {}),
                data_hash=str(manifest["data_hash"])[:12],
                sentences=_sentences(told, language),
                beaten=bool(figures) and is_beaten(figures),
                curves=model_curves(office, model_id),
                groups=group_figures(viewer, figures, policy),
            )
        )
    return shown


def _sentences(told: Mapping[str, Any], language: Language) -> tuple[str, ...]:
    """Return in words what may be told of a model; nothing where nothing may."""
    by_kind = describe(told, language) if told else {}
    return tuple(line for lines in by_kind.values() for line in lines)


def _figures(office: Office, model_id: str) -> dict[str, Any]:
    """Return a model's figures, measured by a job or on the command line; empty before that."""
    store = office.workspace.store
    found = store.read_json(f"evaluations/{model_id}")
    if found is None:
        last = store.read_json("evaluation")
        found = last if last is not None and last["model"]["id"] == model_id else {}
    return dict(found)


def ask_for_training(
    office: Office, viewer: Viewer, *, name: str, method: str, minutes: float
) -> None:
    """Let a job train a model, measure it and make it the one in use.

    Args:
        office: The application.
        viewer: Who asks.
        name: One of ``KINDS``.
        method: One of ``METHODS``; counts for those of ``TUNED``.
        minutes: Wall time it may take.

    Raises:
        Forbidden: If the viewer may not train.
        Conflict: If there is no such model or method, or the time is none.
    """
    if name not in KINDS or method not in METHODS or not 0 < minutes * 60 <= LONGEST_S:
        raise Conflict(
            "JX-E758",
            "model",
            expected=f"one of {', '.join(KINDS)}, a method and up to {LONGEST_S // 60} minutes",
            got="something else",
        )
    tuning = method if name in TUNED else None
    wanted = {"name": name, "tuning": tuning, "budget_s": minutes * 60}
    start_job(office, viewer, "train", wanted)


def use_model(office: Office, viewer: Viewer, model_id: str) -> None:
    """Let a stored model be the one in use.

    Raises:
        Forbidden: If the viewer may not choose.
        ModelError: If there is none of that id.
    """
    require(viewer, "model.train")
    with office.changing(viewer, "model.use", "model", model_id):
        office.workspace.models.make_current(model_id)
