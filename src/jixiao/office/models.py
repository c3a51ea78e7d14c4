"""The models of the workspace: what was trained on what, how good it is, and which one is used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from jixiao.contracts import Language
from jixiao.core import Conflict
from jixiao.office.access import require
from jixiao.office.jobs import start_job
from jixiao.office.office import Office
from jixiao.office.viewer import Viewer

KINDS = ("auto", "linear", "boosted", "stack", "frozen", "encoder", "lstm", "decoder")
"""Models that can be asked for."""
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
    """

    id: str
    name: str
    current: bool
    seconds: float
    rows: Mapping[str, int]
    data_hash: str
    sentences: tuple[str, ...]


def show_models(office: Office, viewer: Viewer, language: Language) -> list[ModelShown]:
    """Return every stored model, the newest first.

    Raises:
        Forbidden: If the viewer may not see models.
    """
    require(viewer, "model.read")
    models = office.workspace.models
    current = models.current()
    return [_shown(office, one, one == current, language) for one in [*models.ids()][::-1]]


def _shown(office: Office, model_id: str, current: bool, language: Language) -> ModelShown:
    manifest = office.workspace.models.manifest(model_id)
    return ModelShown(
        id=model_id,
        name=str(manifest["name"]),
        current=current,
        seconds=float(manifest.get("seconds", 0.0)),
        rows=manifest.get("sizes", {}),
        data_hash=str(manifest["data_hash"])[:12],
        sentences=_sentences(office, model_id, language),
    )


def _sentences(office: Office, model_id: str, language: Language) -> tuple[str, ...]:
    """Return what a model is good and bad at, measured by a job or on the command line."""
    store = office.workspace.store
    found = store.read_json(f"evaluations/{model_id}")
    if found is not None:
        return tuple(found["words"][language].splitlines())
    last = store.read_json("evaluation")
    if last is None or last["model"]["id"] != model_id:
        return ()
    text = store.read_texts(".", f".{language}.md").get(f"evaluation.{language}.md", "")
    return tuple(line[2:] for line in text.splitlines() if line.startswith("- "))


def ask_for_training(
    office: Office, viewer: Viewer, *, name: str, method: str, minutes: float
) -> None:
    """Let a job train a model, measure it and make it the one in use.

    Args:
        office: The application.
        viewer: Who asks.
        name: One of ``KINDS``.
        method: One of ``METHODS``; counts for encoders and decoders.
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
    wanted = {"name": name, "method": method, "budget_s": minutes * 60}
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
