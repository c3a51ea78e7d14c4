"""Review cycles: planned, proposed, opened, reminded of, followed and closed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.charts import figure_text
from jixiao.app.web.days import day_of
from jixiao.app.web.rendering import language_of_request, page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.core import Conflict, JixiaoError, Missing
from jixiao.office import Office, Viewer
from jixiao.office.cycles.asked_pairs import asked_pairs
from jixiao.office.cycles.cycle_board import board_of, heard_of
from jixiao.office.cycles.cycle_clock import MOST_REMIND_DAYS, last_day, set_clock
from jixiao.office.cycles.cycles import (
    add_form,
    close_cycle,
    drop_form,
    get_cycle,
    list_cycles,
    open_cycle,
    plan_cycle,
    propose,
    remind,
)
from jixiao.office.cycles.questions import KINDS, Kind

routes = Routes("/cycles")
Text = Annotated[str, Form(max_length=200)]
Version = Annotated[int, Form()]


def _all(
    request: Request,
    office: Office,
    viewer: Viewer,
    *,
    status: int = 200,
    error: JixiaoError | None = None,
) -> Response:
    cycles = list_cycles(office, viewer)
    context = {"cycles": cycles, "kinds": KINDS, "last_day": last_day, "error": error}
    return page(request, "cycles.html", status=status, **context)


@routes.get("", "cycle.read")
def show(request: Request, office: Within, viewer: Asking) -> Response:
    """Show the cycles."""
    return _all(request, office, viewer)


@routes.post("", "cycle.manage")
def plan(
    request: Request,
    office: Within,
    viewer: Asking,
    name: Text,
    period: Text,
    due_self: Text = "",
    due_manager: Text = "",
    due_peer: Text = "",
    due_upward: Text = "",
) -> Response:
    """Plan a cycle; a part without a last day is left out."""
    given = (due_self, due_manager, due_peer, due_upward)
    days = zip(("self", "manager", "peer", "upward"), given, strict=True)
    try:
        told = {kind: day_of(day, "last day") for kind, day in days}
        due = {kind: day for kind, day in told.items() if day}
        cycle = plan_cycle(office, viewer, name, period=period, due=due)
    except Conflict as error:
        return _all(request, office, viewer, status=422, error=error)
    return RedirectResponse(f"/cycles/{cycle.id}", 303)


def _one(
    request: Request,
    office: Office,
    viewer: Viewer,
    cycle_id: str,
    *,
    status: int = 200,
    error: JixiaoError | None = None,
    reminded: int | None = None,
) -> Response:
    cycle = get_cycle(office, viewer, cycle_id)
    return page(
        request,
        "cycle.html",
        status=status,
        cycle=cycle,
        board=board_of(office, viewer, cycle),
        pairs=asked_pairs(office, viewer, cycle, text=request.query_params.get("q", "")[:100]),
        text=request.query_params.get("q", "")[:100],
        last_day=last_day(cycle),
        most_remind=MOST_REMIND_DAYS,
        error=error,
        reminded=reminded,
    )


@routes.get("/{cycle_id}", "cycle.read")
def one(request: Request, office: Within, viewer: Asking, cycle_id: str) -> Response:
    """Show one cycle: how far it has come, and who is asked."""
    return _one(request, office, viewer, cycle_id)


@routes.get("/{cycle_id}/people/{person_id}", "comment.read")
def heard(
    request: Request, office: Within, viewer: Asking, cycle_id: str, person_id: str
) -> Response:
    """Show what enough respondents said of a person."""
    found = heard_of(office, viewer, cycle_id, person_id)
    language = language_of_request(request, viewer)
    return page(
        request,
        "heard.html",
        person=found.person,
        cycle=found.cycle,
        heard=found.answers,
        number=lambda value: figure_text(value, language),
    )


@routes.post("/{cycle_id}/propose", "cycle.manage")
def suggest(
    office: Within,
    viewer: Asking,
    cycle_id: str,
    version: Version,
    peers: Annotated[int, Form(ge=1, le=15)] = 5,
) -> Response:
    """Propose who reviews whom."""
    propose(office, viewer, cycle_id, version=version, peers=peers)
    return RedirectResponse(f"/cycles/{cycle_id}", 303)


@routes.post("/{cycle_id}/forms", "cycle.manage")
def ask(
    request: Request,
    office: Within,
    viewer: Asking,
    cycle_id: str,
    kind: Annotated[Kind, Form()],
    reviewer: Text,
    subject: Text,
) -> Response:
    """Ask somebody about somebody."""
    try:
        add_form(office, viewer, cycle_id, kind=kind, reviewer=reviewer, subject=subject)
    except (Conflict, Missing) as error:
        return _one(request, office, viewer, cycle_id, status=422, error=error)
    return RedirectResponse(f"/cycles/{cycle_id}", 303)


@routes.post("/{cycle_id}/forms/{form_id}/drop", "cycle.manage")
def drop(office: Within, viewer: Asking, cycle_id: str, form_id: str) -> Response:
    """No longer ask."""
    drop_form(office, viewer, form_id)
    return RedirectResponse(f"/cycles/{cycle_id}", 303)


@routes.post("/{cycle_id}/open", "cycle.manage")
def begin(
    request: Request, office: Within, viewer: Asking, cycle_id: str, version: Version
) -> Response:
    """Open it; thresholds no longer change."""
    try:
        open_cycle(office, viewer, cycle_id, version=version)
    except Conflict as error:
        return _one(request, office, viewer, cycle_id, status=409, error=error)
    return RedirectResponse(f"/cycles/{cycle_id}", 303)


@routes.post("/{cycle_id}/clock", "cycle.manage")
def by_itself(
    request: Request,
    office: Within,
    viewer: Asking,
    cycle_id: str,
    version: Version,
    remind_days: Annotated[int, Form(ge=0, le=MOST_REMIND_DAYS)] = 0,
    closes: Annotated[str, Form(pattern="yes|no")] = "no",
) -> Response:
    """Choose what it does by itself."""
    try:
        set_clock(
            office,
            viewer,
            cycle_id,
            version=version,
            closes=closes == "yes",
            remind_days=remind_days,
        )
    except Conflict as error:
        return _one(request, office, viewer, cycle_id, status=409, error=error)
    return RedirectResponse(f"/cycles/{cycle_id}", 303)


@routes.post("/{cycle_id}/remind", "cycle.manage")
def nudge(request: Request, office: Within, viewer: Asking, cycle_id: str) -> Response:
    """Remind whoever has not sent a form."""
    count = remind(office, viewer, cycle_id)
    return _one(request, office, viewer, cycle_id, reminded=count)


@routes.post("/{cycle_id}/close", "cycle.manage")
def end(office: Within, viewer: Asking, cycle_id: str, version: Version) -> Response:
    """Close it for good."""
    close_cycle(office, viewer, cycle_id, version=version)
    return RedirectResponse(f"/cycles/{cycle_id}", 303)
