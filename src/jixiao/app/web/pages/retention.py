"""Retention: days for each kind of record, what would go now, the legal hold."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.core import Conflict, JixiaoError, WorkspaceError
from jixiao.office import Office, Viewer
from jixiao.office.options import KEPT, set_options, show_options
from jixiao.office.safety.holding import set_hold
from jixiao.office.safety.retention import apply_retention, show_retention

routes = Routes("/settings/retention")


def _page(
    request: Request,
    office: Office,
    viewer: Viewer,
    *,
    went: int | None = None,
    error: JixiaoError | None = None,
) -> Response:
    return page(
        request,
        "retention.html",
        status=422 if error else 200,
        found=show_retention(office, viewer),
        options=show_options(office, viewer),
        bounds=KEPT,
        went=went,
        error=error,
    )


@routes.get("", "option.read")
def show(request: Request, office: Within, viewer: Asking) -> Response:
    """Show what is kept for how long, and what would go now."""
    return _page(request, office, viewer)


@routes.post("", "option.change")
async def change(request: Request, office: Within, viewer: Asking) -> Response:
    """Set days."""
    form = await request.form()
    values = {name: str(form[name]) for name in KEPT if name in form}
    seen = {name: str(form.get(f"version-{name}", "0")) for name in values}
    versions = {name: int(text) if text.isdigit() else 0 for name, text in seen.items()}
    try:
        set_options(office, viewer, values, versions)
    except Conflict as error:
        return _page(request, office, viewer, error=error)
    return RedirectResponse("/settings/retention", 303)


@routes.post("/apply", "option.change")
def apply(request: Request, office: Within, viewer: Asking) -> Response:
    """Let go now what is older than the days say."""
    try:
        went = apply_retention(office, viewer)
    except (Conflict, WorkspaceError) as error:
        return _page(request, office, viewer, error=error)
    return _page(request, office, viewer, went=sum((went or {}).values()))


@routes.post("/hold", "option.change")
def hold(
    request: Request,
    office: Within,
    viewer: Asking,
    is_on: Annotated[str, Form(pattern="yes|no")],
    reason: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Hold everything that would go, or end that."""
    try:
        set_hold(office, viewer, is_on=is_on == "yes", reason=reason)
    except Conflict as error:
        return _page(request, office, viewer, error=error)
    return RedirectResponse("/settings/retention", 303)
