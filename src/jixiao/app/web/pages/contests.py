"""Objections: read by both sides, decided by somebody else than the approver."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.contracts.office import Person
from jixiao.office import Reach, reach
from jixiao.office.papers.contests import contest_counts, contests_for, seen_contest, settle

routes = Routes("/contests")
OUTCOMES = ("stands", "changed", "withdrawn")


@routes.get("", "contest.read")
def show(request: Request, office: Within, viewer: Asking) -> Response:
    """Show the objections the viewer may see; an auditor sees counts."""
    is_group = reach(viewer, "contest.read") is Reach.GROUPS
    with office.reading() as read:
        found = [] if is_group else contests_for(read, viewer)
        counts = contest_counts(read, viewer) if is_group else {}
        people = {paper.person for _, paper in found if paper.person}
        names = {one.id: one.name for one in read.find(Person, id=people)}
    context: dict[str, Any] = {"counts": counts, "is_group": is_group, "names": names}
    return page(request, "contests.html", found=found, **context)


@routes.get("/{contest_id}", "contest.read")
def one(request: Request, office: Within, viewer: Asking, contest_id: str) -> Response:
    """Show an objection and, to whoever may decide, the form for it."""
    with office.reading() as read:
        found, paper = seen_contest(read, viewer, contest_id)
    may_decide = bool(reach(viewer, "contest.decide")) and found.state == "open"
    context: dict[str, Any] = {"contest": found, "paper": paper, "may_decide": may_decide}
    return page(request, "contest.html", **context, outcomes=OUTCOMES)


@routes.post("/{contest_id}/settle", "contest.decide")
def decide(
    office: Within,
    viewer: Asking,
    contest_id: str,
    version: Annotated[int, Form(ge=1)],
    outcome: Annotated[str, Form(pattern="stands|changed|withdrawn")],
    reply: Annotated[str, Form(max_length=8000)],
) -> Response:
    """Decide an objection, with the reasons as told to the person."""
    chosen = next(one for one in OUTCOMES if one == outcome)
    settle(office, viewer, contest_id, version=version, outcome=chosen, reply=reply)  # type: ignore[arg-type]
    return RedirectResponse(f"/contests/{contest_id}", 303)
