"""Long work: how far it is, cancelled, tried again."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.contracts.office import Job
from jixiao.office.work.jobs import OPEN, cancel_job, jobs, retry_job, start_job

routes = Routes("/jobs")
PAGE = 25


def shown(job: Job) -> dict[str, Any]:
    """Return a job as templates show it."""
    return {
        "id": job.id,
        "kind": job.kind,
        "state": "stopping" if job.stop and job.state in OPEN else job.state,
        "open": job.state in OPEN,
        "stage": job.stage,
        "done": job.done,
        "total": job.total,
        "created": job.created.strftime("%Y-%m-%d %H:%M"),
        "error": job.result.get("error"),
        "again": job.state in ("failed", "cancelled"),
    }


@routes.get("", "job.read")
def show(
    request: Request, office: Within, viewer: Asking, before: Annotated[str, Query()] = ""
) -> Response:
    """Show jobs, the newest first; the part with the rows alone where htmx asks."""
    found = jobs(office, viewer, limit=PAGE + 1, before=before)
    rows = [shown(one) for one in found[:PAGE]]
    older = found[PAGE - 1].id if len(found) > PAGE else ""
    part = bool(request.headers.get("hx-request"))
    template = "jobs_rows.html" if part else "jobs.html"
    moving = any(one["open"] for one in rows)
    return page(request, template, rows=rows, older=older, moving=moving)


@routes.post("/reports", "report.make")
def make_reports(office: Within, viewer: Asking) -> Response:
    """Ask for reports about everybody."""
    start_job(office, viewer, "report", {})
    return RedirectResponse("/jobs", 303)


@routes.post("/{job_id}/cancel", "job.cancel")
def cancel(office: Within, viewer: Asking, job_id: str) -> Response:
    """Ask a job to stop."""
    cancel_job(office, viewer, job_id)
    return RedirectResponse("/jobs", 303)


@routes.post("/{job_id}/retry", "job.cancel")
def retry(office: Within, viewer: Asking, job_id: str) -> Response:
    """Let a job be done after all."""
    retry_job(office, viewer, job_id)
    return RedirectResponse("/jobs", 303)
