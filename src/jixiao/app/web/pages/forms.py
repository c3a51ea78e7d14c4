"""Forms: filled, saved, sent, and read by whoever may."""

from __future__ import annotations

from fastapi import Depends, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.core import Conflict, JixiaoError, Stale
from jixiao.office import Office, Viewer
from jixiao.office.cycles.filling import answer, own_forms, read_form
from jixiao.office.cycles.questions import STEPS

routes = Routes("/forms")


async def _fields(request: Request) -> dict[str, str]:
    """Return what was sent; only texts."""
    sent = await request.form()
    return {name: value for name, value in sent.items() if isinstance(value, str)}


def _one(
    request: Request,
    office: Office,
    viewer: Viewer,
    form_id: str,
    *,
    answers: dict[str, str] | None = None,
    error: JixiaoError | None = None,
    done: str = "",
) -> Response:
    found = read_form(office, viewer, form_id)
    return page(
        request,
        "form.html",
        status=409 if isinstance(error, Stale) else 422 if error else 200,
        found=found,
        answers=found.form.answers if answers is None else answers,
        steps=range(1, STEPS + 1),
        error=error,
        done=done,
    )


@routes.get("", "form.fill")
def show(request: Request, office: Within, viewer: Asking) -> Response:
    """Show the forms that wait for the viewer."""
    return page(request, "forms.html", forms=own_forms(office, viewer))


@routes.get("/{form_id}", "form.fill")
def one(request: Request, office: Within, viewer: Asking, form_id: str) -> Response:
    """Show one form."""
    return _one(request, office, viewer, form_id)


@routes.post("/{form_id}", "form.fill")
def keep(
    request: Request,
    office: Within,
    viewer: Asking,
    form_id: str,
    fields: dict[str, str] = Depends(_fields),  # noqa: B008
) -> Response:
    """Save or send the answers."""
    given = {key[2:]: value for key, value in fields.items() if key.startswith("q-")}
    send = fields.get("do") == "send"
    version = fields.get("version", "")
    try:
        number = int(version) if version.isdecimal() and len(version) < 10 else 0
        answer(office, viewer, form_id, given, version=number, send=send)
    except Conflict as error:
        return _one(request, office, viewer, form_id, answers=given, error=error)
    if send:
        return RedirectResponse("/", 303)
    return _one(request, office, viewer, form_id, done="saved")
