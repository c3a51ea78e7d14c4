"""Jobs and models for programs; the same use cases as the pages."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from jixiao.app.web.bodies import Body
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.contracts.office import Job
from jixiao.office.work.jobs import cancel_job, jobs, one_job, retry_job, start_job
from jixiao.office.work.models import ask_for_training, show_models

routes = Routes("/api/v1", pages=False)


class JobShown(BaseModel):
    """A job."""

    id: str
    kind: str
    state: str
    stage: str
    done: int
    total: int
    created: datetime
    ended: datetime | None
    result: dict[str, Any]


class Jobs(BaseModel):
    """A page of jobs; ``cursor`` is empty on the last."""

    items: list[JobShown]
    cursor: str


class Wanted(Body):
    """Which job."""

    kind: Literal["recheck", "report"]


class Training(Body):
    """Which model is to be trained."""

    name: Annotated[str, Field(max_length=40)] = "auto"
    method: Annotated[str, Field(max_length=40)] = "full"
    minutes: Annotated[float, Field(gt=0, le=1440)] = 5


class ModelLine(BaseModel):
    """A stored model."""

    id: str
    name: str
    current: bool
    sentences: list[str]


def _shown(job: Job) -> JobShown:
    return JobShown(
        id=job.id,
        kind=job.kind,
        state=job.state,
        stage=job.stage,
        done=job.done,
        total=job.total,
        created=job.created,
        ended=job.ended,
        result=job.result,
    )


@routes.get("/jobs", "job.read")
def all_jobs(
    office: Within,
    viewer: Asking,
    cursor: Annotated[str, Query(max_length=60)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Jobs:
    """Return jobs, the newest first."""
    found = jobs(office, viewer, limit=limit + 1, before=cursor)
    following = found[limit - 1].id if len(found) > limit else ""
    return Jobs(items=[_shown(one) for one in found[:limit]], cursor=following)


@routes.get("/jobs/{job_id}", "job.read")
def job(office: Within, viewer: Asking, job_id: str) -> JobShown:
    """Return a job."""
    return _shown(one_job(office, viewer, job_id))


@routes.post("/jobs", "job.read", status_code=202)
def ask(office: Within, viewer: Asking, body: Wanted) -> JobShown:
    """Ask for a check of the data, or for reports."""
    return _shown(start_job(office, viewer, body.kind, {}))


@routes.post("/jobs/{job_id}/cancel", "job.cancel")
def cancel(office: Within, viewer: Asking, job_id: str) -> JobShown:
    """Ask a job to stop."""
    return _shown(cancel_job(office, viewer, job_id))


@routes.post("/jobs/{job_id}/retry", "job.cancel")
def again(office: Within, viewer: Asking, job_id: str) -> JobShown:
    """Let a job be done after all."""
    return _shown(retry_job(office, viewer, job_id))


@routes.get("/models", "model.read")
def models(office: Within, viewer: Asking) -> list[ModelLine]:
    """Return every stored model, the newest first."""
    found = show_models(office, viewer, viewer.account.language)
    return [
        ModelLine(id=one.id, name=one.name, current=one.current, sentences=list(one.sentences))
        for one in found
    ]


@routes.post("/models/train", "model.train", status_code=202)
def train(office: Within, viewer: Asking, body: Training) -> dict[str, str]:
    """Ask for a training."""
    ask_for_training(office, viewer, name=body.name, method=body.method, minutes=body.minutes)
    return {"state": "waiting"}
