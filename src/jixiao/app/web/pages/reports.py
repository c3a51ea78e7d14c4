"""Reports on their way: found, read with their evidence, judged, edited, approved, released."""

from __future__ import annotations

from typing import Annotated, Any, get_args

from fastapi import Form, Query, Request
from fastapi.responses import PlainTextResponse, RedirectResponse, Response
from markupsafe import Markup

from jixiao.app.web.paging import PageNumber, given_part, part_of
from jixiao.app.web.rendering import page, say
from jixiao.app.web.routing import PUBLIC, Asking, Routes, Within
from jixiao.contracts.office import PaperState, Person, Reading
from jixiao.office import Office, Viewer
from jixiao.office.cycles.judging import decide, judge, scale_of
from jixiao.office.papers.comparing import changed_by_person, since_last_period, versions
from jixiao.office.papers.contests import contest
from jixiao.office.papers.exporting import export
from jixiao.office.papers.paper_list import Wanted, list_papers
from jixiao.office.papers.remarks import remark, remarks_on, who_saw
from jixiao.office.papers.review_queue import tasks_for
from jixiao.office.papers.reviews import approve, contest_of, release, steps_for, submit, withdraw
from jixiao.office.papers.seeding import told_to
from jixiao.office.papers.shown import Shown, show
from jixiao.office.people.refusals import refused, set_refusal
from jixiao.reports import FORMATS, PageParts, parts_style, words_of

routes = Routes("/reports")
Short = Annotated[str, Query(max_length=200)]
Text = Annotated[str, Form(max_length=8000)]
Version = Annotated[int, Form(ge=1)]
PAGE = 50
LEVELS = ("employee", "team", "organisation", "customer", "product")
TYPES = {
    "html": "text/html; charset=utf-8",
    "json": "application/json",
    "md": "text/markdown; charset=utf-8",
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@routes.get("", "report.read")
def found(
    request: Request,
    office: Within,
    viewer: Asking,
    q: Short = "",
    level: Short = "",
    unit: Short = "",
    period: Short = "",
    state: Short = "",
    start: PageNumber = 1,
) -> Response:
    """Show the reports the viewer may see, in the language of the pages where they have it."""
    wanted = Wanted(level, unit, period, state, text=q, prefers=viewer.account.language)
    listed = list_papers(office, viewer, wanted, limit=PAGE, offset=(start - 1) * PAGE)
    pages = max(1, -(-listed.total // PAGE))
    part = given_part(request, listed.rows, min(start, pages), (listed.total, pages))
    context: dict[str, Any] = {"listed": listed, "wanted": wanted, "part": part}
    return page(request, "reports.html", **context, levels=LEVELS, states=get_args(PaperState))


@routes.get("/queue", "report.read")
def queue(request: Request, office: Within, viewer: Asking, start: PageNumber = 1) -> Response:
    """Show every step that waits for the viewer."""
    part = part_of(request, tasks_for(office, viewer), start, size=PAGE)
    return page(request, "queue.html", part=part)


@routes.get("/parts.css", PUBLIC)
def parts() -> Response:
    """Style of the parts of a report."""
    return PlainTextResponse(parts_style(".report"), media_type="text/css")


@routes.get("/{paper_id}", "report.read")
def one(request: Request, office: Within, viewer: Asking, paper_id: str) -> Response:
    """Show a report as the viewer may see it, and what can be done with it."""
    seen = show(office, viewer, paper_id, how="page")
    with office.reading() as read:
        context = _around(read, viewer, seen)
    context["levels"] = scale_of(office) if "judge" in context["may_do"] else ()
    return page(request, "report.html", seen=seen, sections=_sections(seen), **context)


def _around(read: Reading, viewer: Viewer, seen: Shown) -> dict[str, Any]:
    paper, side = seen.paper, seen.standing.side
    steps = set(steps_for(read, viewer, paper))
    if side == "line" and paper.person is not None:
        steps.add("judge")
    is_own = paper.person is not None and paper.person == viewer.person
    person = read.first(Person, id=paper.person) if paper.person else None
    return {
        "who": person.name if person and person.name else seen.report.title,
        "person": person,
        "may_do": steps,
        "is_own": is_own,
        "remarks": remarks_on(read, viewer, seen),
        "saw": who_saw(read, viewer, paper) if is_own else [],
        "contest": contest_of(read, paper),
        "refuses": bool(is_own and refused(read, [paper.person or ""])),
        "formats": FORMATS,
        "planted": told_to(read, viewer, paper),
        "changed": changed_by_person(read, seen),
        "versions": versions(read, seen),
        "last": since_last_period(read, viewer, seen),
    }


def _sections(seen: Shown) -> list[dict[str, Any]]:
    language = seen.report.language
    marks = dict.fromkeys(seen.own, say("review.own", language))
    drawn = PageParts(seen.report, words_of(language), marks=marks)
    return [
        {
            "id": section.id,
            "title": section.title,
            "claims": Markup(drawn.claims(section)),
            "charts": Markup(drawn.charts(section)),
            "sentences": [claim.text for claim in section.claims],
        }
        for section in seen.report.sections
    ]


@routes.post("/{paper_id}/judge", "judgement.give")
def give_rating(
    office: Within, viewer: Asking, paper_id: str, rating: Text, reason: Text
) -> Response:
    """Store an own rating; the second opinion is shown afterwards."""
    judge(office, viewer, paper_id, rating=rating, reason=reason)
    return _back(paper_id)


@routes.post("/{paper_id}/decide/{judgement_id}", "judgement.give")
def final(
    office: Within,
    viewer: Asking,
    paper_id: str,
    judgement_id: str,
    version: Version,
    rating: Text,
    reason: Text = "",
) -> Response:
    """Keep the own rating or change it after the second opinion, with a reason."""
    decide(office, viewer, judgement_id, version=version, final=rating, reason=reason)
    return _back(paper_id)


@routes.post("/{paper_id}/submit", "report.submit")
def hand_in(office: Within, viewer: Asking, paper_id: str, version: Version) -> Response:
    """Hand a draft in for review."""
    submit(office, viewer, paper_id, version=version)
    return _back(paper_id)


@routes.post("/{paper_id}/approve", "report.approve")
def give_word(
    office: Within, viewer: Asking, paper_id: str, version: Version, text: Text
) -> Response:
    """Approve exactly the text that was shown."""
    approve(office, viewer, paper_id, version=version, text=text)
    return _back(paper_id)


@routes.post("/{paper_id}/release", "report.release")
def hand_out(office: Within, viewer: Asking, paper_id: str, version: Version) -> Response:
    """Release an approved report to its subject."""
    release(office, viewer, paper_id, version=version)
    return _back(paper_id)


@routes.post("/{paper_id}/withdraw", "report.submit")
def take_back(office: Within, viewer: Asking, paper_id: str, version: Version) -> Response:
    """Make a report a draft again."""
    withdraw(office, viewer, paper_id, version=version)
    return _back(paper_id)


@routes.post("/{paper_id}/remark", "remark.write")
def say_something(office: Within, viewer: Asking, paper_id: str, text: Text = "") -> Response:
    """Acknowledge a report, or comment on it."""
    remark(office, viewer, paper_id, text=text)
    return _back(paper_id)


@routes.post("/{paper_id}/contest", "contest.open")
def object_to(
    office: Within, viewer: Asking, paper_id: str, version: Version, text: Text
) -> Response:
    """Object to a released report."""
    contest(office, viewer, paper_id, version=version, text=text)
    return _back(paper_id)


@routes.post("/{paper_id}/refusal", "refusal.set")
def refuse(office: Within, viewer: Asking, paper_id: str, refuses: Text) -> Response:
    """Refuse automated scoring, or take that back."""
    set_refusal(office, viewer, refuses=refuses == "yes")
    return _back(paper_id)


@routes.get("/{paper_id}/file.{kind}", "report.read")
def file(office: Within, viewer: Asking, paper_id: str, kind: str) -> Response:
    """Return a report as a signed file."""
    return _file(office, viewer, paper_id, kind)


def _file(office: Office, viewer: Viewer, paper_id: str, kind: str) -> Response:
    if kind not in FORMATS:
        return PlainTextResponse("", 404)
    name, content = export(office, viewer, paper_id, kind)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=TYPES[kind], headers=headers)


def _back(paper_id: str) -> Response:
    return RedirectResponse(f"/reports/{paper_id}", 303)
