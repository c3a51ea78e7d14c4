"""Training curves: of a stored model, and of the training that is under way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jixiao.contracts.office import Job
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.viewer import Viewer
from jixiao.office.work.jobs import OPEN

MOST_POINTS = 24
"""Points of a curve that is drawn."""


@dataclass(frozen=True, slots=True)
class Curve:
    """How one part of a training went.

    Attributes:
        part: Part of the work; empty where there is only one.
        epochs: Passes over the data at each point, rising.
        losses: Mean loss on the training rows since the point before; lower is better.
        scores: Score on the validation rows; higher is better.
    """

    part: str
    epochs: tuple[float, ...]
    losses: tuple[float, ...]
    scores: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Training:
    """A training that waits or is under way.

    Attributes:
        job: The job.
        curves: As far as they have come.
    """

    job: Job
    curves: tuple[Curve, ...]


def model_curves(office: Office, model_id: str) -> tuple[Curve, ...]:
    """Return the curves of a stored model; none for models that are fitted in one go."""
    return _curves(office.workspace.curves(model_id))


def training_now(office: Office, viewer: Viewer) -> Training | None:
    """Return the training that waits or is under way, None where there is none.

    Raises:
        Forbidden: If the viewer may not see models.
    """
    require(viewer, "model.read")
    with office.reading() as read:
        open_ones = read.find(Job, state=OPEN, order="created")
    job = next((one for one in open_ones if one.kind == "train"), None)
    if job is None:
        return None
    begun = job.state == "running" and office.workspace.exists
    return Training(job, _curves(office.workspace.live_curves(job.created)) if begun else ())


def _curves(found: Mapping[str, Sequence[Mapping[str, Any]]]) -> tuple[Curve, ...]:
    drawn = ((part, _thinned(lines)) for part, lines in found.items())
    return tuple(
        Curve(
            "" if part == "." else part,
            tuple(float(one.get("epoch", one["step"])) for one in lines),
            tuple(float(one["train_loss"]) for one in lines),
            tuple(float(one["score"]) for one in lines),
        )
        for part, lines in drawn
        if lines
    )


def _thinned(lines: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return a few lines evenly, the first and last among them."""
    whole = [one for one in lines if "train_loss" in one and "score" in one]
    if len(whole) <= MOST_POINTS:
        return whole
    last = len(whole) - 1
    places = {round(place * last / (MOST_POINTS - 1)) for place in range(MOST_POINTS)}
    return [whole[place] for place in sorted(places)]
