"""Options of the application, and the stop switch."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.core import Conflict
from jixiao.office.options import HOSTS, KEPT, NUMBERS, set_options, show_options
from jixiao.office.safety.stop import set_stop, stop_state

routes = Routes("/settings")
GENERAL = {name: bounds for name, bounds in NUMBERS.items() if name not in KEPT}
"""Whole numbers of this page; how long records are kept has a page of its own."""


@routes.get("", "option.read")
def show(request: Request, office: Within, viewer: Asking) -> Response:
    """Show every option and the stop switch."""
    return _page(request, office, viewer, None)


def _page(request: Request, office: Within, viewer: Asking, error: Conflict | None) -> Response:
    options = show_options(office, viewer)
    with office.reading() as read:
        stop = stop_state(read)
    status = 200 if error is None else 422
    context = {"options": options, "numbers": GENERAL, "hosts": HOSTS, "stop": stop}
    return page(request, "settings.html", status=status, **context, error=error)


@routes.post("", "option.change")
async def change(request: Request, office: Within, viewer: Asking) -> Response:
    """Set options."""
    form = await request.form()
    given = {name: str(form[name]) for name in (*GENERAL, HOSTS) if name in form}
    values = {n: t.split() if n == HOSTS else t for n, t in given.items()}
    seen = {name: str(form.get(f"version-{name}", "0")) for name in given}
    versions = {name: int(text) if text.isdigit() else 0 for name, text in seen.items()}
    try:
        set_options(office, viewer, values, versions)
    except Conflict as error:
        return _page(request, office, viewer, error)
    return RedirectResponse("/settings", 303)


@routes.post("/stop", "stop.pull")
def stop(
    office: Within,
    viewer: Asking,
    stopped: Annotated[str, Form(pattern="yes|no")],
    reason: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Stop every output of AI, or let it go on."""
    set_stop(office, viewer, stopped=stopped == "yes", reason=reason)
    return RedirectResponse("/settings", 303)
