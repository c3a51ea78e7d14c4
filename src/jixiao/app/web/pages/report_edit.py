"""A report as it is edited: each sentence with what the gate says of it as it is typed."""

from __future__ import annotations

from collections.abc import Collection

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.contracts.office import Person
from jixiao.core import Stale
from jixiao.office import Office, Viewer
from jixiao.office.papers.editing import check_sentence, edit, editable
from jixiao.office.papers.seeing import seen_paper
from jixiao.office.papers.shown import show

routes = Routes("/reports")


@routes.get("/{paper_id}/edit", "report.edit")
def edit_form(request: Request, office: Within, viewer: Asking, paper_id: str) -> Response:
    """Show the sentences to be edited, each with what the gate says of it."""
    return _edited(request, office, viewer, paper_id)


def _edited(
    request: Request,
    office: Office,
    viewer: Viewer,
    paper_id: str,
    *,
    sent: Collection[str] | None = None,
) -> Response:
    """Return the page to edit; sentences that were sent for an older text are told beside it."""
    seen = show(office, viewer, paper_id, how="page")
    with office.reading() as read:
        person = read.first(Person, id=seen.paper.person) if seen.paper.person else None
    who = person.name if person and person.name else seen.report.title
    sections = editable(seen)
    known = {text.strip() for section in sections for _, text in section.sentences}
    unkept = [one for one in sent or () if one.strip() and one.strip() not in known]
    context = {"seen": seen, "sections": sections, "who": who, "unkept": unkept}
    return page(request, "report_edit.html", status=200 if sent is None else 409, **context)


@routes.post("/{paper_id}/check", "report.edit")
async def check(request: Request, office: Within, viewer: Asking, paper_id: str) -> Response:
    """Say what the gate says of a sentence as it is typed."""
    form = await request.form()
    said = form.get(str(form.get("place", "")), "")  # the whole form comes with each sentence
    text = said[:2000] if isinstance(said, str) else ""
    with office.reading() as read:
        seen_paper(read, viewer, paper_id, "report.edit")  # also where nothing was typed
    checked = check_sentence(office, viewer, paper_id, text) if text.strip() else None
    return page(request, "report_checked.html", checked=checked)


@routes.post("/{paper_id}/edit", "report.edit")
async def keep(request: Request, office: Within, viewer: Asking, paper_id: str) -> Response:
    """Keep edited sentences: a new text that needs its own approval."""
    form = await request.form()
    sentences = {
        name[2:]: one
        for name, one in form.items()
        if name.startswith("s:") and isinstance(one, str) and (one.strip() or "new" not in name)
    }
    version = str(form.get("version", ""))
    number = int(version) if version.isdigit() else 0
    try:
        edit(office, viewer, paper_id, version=number, sentences=sentences)
    except Stale:
        return _edited(request, office, viewer, paper_id, sent=sentences.values())
    return RedirectResponse(f"/reports/{paper_id}", 303)
