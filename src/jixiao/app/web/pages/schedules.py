"""Schedules: listed with their next moment, added, changed, paused, run, removed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.core import Conflict
from jixiao.office import Office, Viewer
from jixiao.office.work.schedules import (
    add_schedule,
    change_schedule,
    remove_schedule,
    run_schedule,
    schedules,
)
from jixiao.office.work.timetable import KINDS, WHENS

routes = Routes("/jobs/schedules")
Word = Annotated[str, Form(max_length=20)]
Number = Annotated[int, Form(ge=0, le=31)]
Version = Annotated[int, Form(ge=1, le=2**31)]


def _page(
    request: Request,
    office: Office,
    viewer: Viewer,
    *,
    ran: int | None = None,
    error: Conflict | None = None,
) -> Response:
    found = schedules(office, viewer)
    status = 422 if error else 200
    context = {"schedules": found, "kinds": (*KINDS, "import"), "whens": WHENS, "ran": ran}
    return page(request, "schedules.html", status=status, **context, error=error)


@routes.get("", "job.read")
def show(
    request: Request,
    office: Within,
    viewer: Asking,
    ran: Annotated[int | None, Query(ge=0, le=10**6)] = None,
) -> Response:
    """Show every schedule."""
    return _page(request, office, viewer, ran=ran)


@routes.post("", "data.change")
def add(
    request: Request,
    office: Within,
    viewer: Asking,
    kind: Word,
    when: Word,
    hour: Number = 6,
    day: Number = 1,
) -> Response:
    """Add a schedule; of the watched folder the files decide when."""
    when = "new data" if kind == "import" else when
    try:
        add_schedule(office, viewer, kind, when, hour=hour, day=day)
    except Conflict as error:
        return _page(request, office, viewer, error=error)
    return RedirectResponse("/jobs/schedules", 303)


@routes.post("/{schedule_id}", "data.change")
def change(
    request: Request,
    office: Within,
    viewer: Asking,
    schedule_id: str,
    version: Version,
    when: Word,
    hour: Number = 6,
    day: Number = 1,
) -> Response:
    """Change when it is due."""
    try:
        change_schedule(office, viewer, schedule_id, version=version, when=when, hour=hour, day=day)
    except Conflict as error:
        return _page(request, office, viewer, error=error)
    return RedirectResponse("/jobs/schedules", 303)


@routes.post("/{schedule_id}/pause", "data.change")
def pause(
    office: Within,
    viewer: Asking,
    schedule_id: str,
    version: Version,
    paused: Annotated[str, Form(pattern="yes|no")],
) -> Response:
    """Pause a schedule, or let it go on."""
    change_schedule(office, viewer, schedule_id, version=version, paused=paused == "yes")
    return RedirectResponse("/jobs/schedules", 303)


@routes.post("/{schedule_id}/run", "data.change")
def run(office: Within, viewer: Asking, schedule_id: str) -> Response:
    """Ask now for what it asks for."""
    count = run_schedule(office, viewer, schedule_id)
    return RedirectResponse(f"/jobs/schedules?ran={count}", 303)


@routes.post("/{schedule_id}/remove", "data.change")
def remove(office: Within, viewer: Asking, schedule_id: str) -> Response:
    """Remove a schedule."""
    remove_schedule(office, viewer, schedule_id)
    return RedirectResponse("/jobs/schedules", 303)
