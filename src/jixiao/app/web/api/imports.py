"""Data that programs bring: sent, checked by a job, then taken in or left out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Form, UploadFile
from pydantic import BaseModel

from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.contracts.office import Job, Upload
from jixiao.office import Office, Viewer
from jixiao.office.work.imports import discard, found_in, one_upload, show_data, take, upload

routes = Routes("/api/v1/imports", pages=False)


class JobState(BaseModel):
    """The job that last worked on a file."""

    id: str
    kind: str
    state: str
    error: dict[str, Any] | None


class Checked(BaseModel):
    """What the check found; a blocked file cannot be taken in."""

    table: str
    counts: dict[str, int]
    findings: list[dict[str, Any]]
    blocked: bool


class ImportOut(BaseModel):
    """A file that was brought; ``check`` is null until a job has checked it."""

    id: str
    state: str
    table: str
    digest: str
    size: int
    at: datetime
    job: JobState | None
    check: Checked | None


def _job(job: Job | None) -> JobState | None:
    if job is None:
        return None
    return JobState(id=job.id, kind=job.kind, state=job.state, error=job.result.get("error"))


def _out(office: Office, viewer: Viewer, upload_id: str) -> ImportOut:
    brought, job = one_upload(office, viewer, upload_id)
    found = found_in(office, viewer, brought)
    return ImportOut(
        id=brought.id,
        state=brought.state,
        table=brought.table,
        digest=brought.digest,
        size=brought.size,
        at=brought.at,
        job=_job(job),
        check=None if found is None else Checked(**{n: found[n] for n in Checked.model_fields}),
    )


@routes.get("", "data.read")
def waiting(office: Within, viewer: Asking) -> list[ImportOut]:
    """Return the files that wait to be taken in, the newest first."""
    return [_out(office, viewer, one.id) for one in show_data(office, viewer).staged]


@routes.post("", "data.change", status_code=202)
def bring(
    office: Within,
    viewer: Asking,
    file: UploadFile,
    table: Annotated[str, Form(max_length=200)] = "",
) -> ImportOut:
    """Send a file: CSV, TSV, XLSX, Parquet or JSON lines; a job checks it.

    ``table`` names the table of jixiao.yaml that it stands in for; told by name or columns when
    empty. Nothing is taken in yet.
    """
    made: Upload = upload(office, viewer, file.file, file.filename or "", table)
    return _out(office, viewer, made.id)


@routes.get("/{upload_id}", "data.read")
def one(office: Within, viewer: Asking, upload_id: str) -> ImportOut:
    """Return a file with what its check found."""
    return _out(office, viewer, upload_id)


@routes.post("/{upload_id}/take", "data.change", status_code=202)
def take_in(office: Within, viewer: Asking, upload_id: str) -> ImportOut:
    """Let a job take a checked file in; rows in quarantine stay out."""
    take(office, viewer, upload_id)
    return _out(office, viewer, upload_id)


@routes.post("/{upload_id}/discard", "data.change")
def leave_out(office: Within, viewer: Asking, upload_id: str) -> ImportOut:
    """Leave a file out."""
    discard(office, viewer, upload_id)
    return _out(office, viewer, upload_id)
