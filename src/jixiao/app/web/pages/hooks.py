"""Hooks: listed with their last deliveries, added, changed, paused, tried, removed."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.refusals import refused_status
from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.contracts.office import Delivery
from jixiao.core import Conflict, Forbidden, OfficeError, TooMany
from jixiao.office import Office, Viewer
from jixiao.office.accounts.confirming import confirm
from jixiao.office.work.hooks import (
    EVENTS,
    add_hook,
    change_hook,
    hooks,
    pause_hook,
    remove_hook,
    try_hook,
)

routes = Routes("/settings/hooks")
Url = Annotated[str, Form(max_length=500)]
Again = Annotated[str, Form(max_length=300)]
Version = Annotated[int, Form(ge=1, le=2**31)]
Events = Annotated[list[str], Form(alias="event", default_factory=list, max_length=len(EVENTS))]


def _page(
    request: Request,
    office: Office,
    viewer: Viewer,
    *,
    secret: str = "",
    tried: Delivery | None = None,
    error: OfficeError | None = None,
) -> Response:
    found = hooks(office, viewer)
    status = 200 if error is None else refused_status(error)
    context = {"hooks": found, "events": EVENTS, "secret": secret, "tried": tried, "error": error}
    return page(request, "hooks.html", status=status, **context)


@routes.get("", "hook.manage")
def show(request: Request, office: Within, viewer: Asking) -> Response:
    """Show every hook."""
    return _page(request, office, viewer)


@routes.post("", "hook.manage")
def add(
    request: Request, office: Within, viewer: Asking, url: Url, events: Events, again: Again = ""
) -> Response:
    """Add a hook and show its secret once."""
    try:
        confirm(office, viewer, again)
        _, secret = add_hook(office, viewer, url.strip(), events)
    except (Conflict, Forbidden, TooMany) as error:
        return _page(request, office, viewer, error=error)
    return _page(request, office, viewer, secret=secret)


@routes.post("/{hook_id}", "hook.manage")
def change(
    request: Request,
    office: Within,
    viewer: Asking,
    hook_id: str,
    url: Url,
    version: Version,
    events: Events,
    again: Again = "",
) -> Response:
    """Give a hook another address or other events."""
    try:
        confirm(office, viewer, again)
        change_hook(office, viewer, hook_id, url=url.strip(), events=events, version=version)
    except (Conflict, Forbidden, TooMany) as error:
        return _page(request, office, viewer, error=error)
    return RedirectResponse("/settings/hooks", 303)


@routes.post("/{hook_id}/pause", "hook.manage")
def pause(
    office: Within,
    viewer: Asking,
    hook_id: str,
    version: Version,
    paused: Annotated[str, Form(pattern="yes|no")],
) -> Response:
    """Pause a hook, or let it go on."""
    pause_hook(office, viewer, hook_id, paused=paused == "yes", version=version)
    return RedirectResponse("/settings/hooks", 303)


@routes.post("/{hook_id}/try", "hook.manage")
def send_trial(request: Request, office: Within, viewer: Asking, hook_id: str) -> Response:
    """Send a hook a message that tells of nothing, and show what came of it."""
    try:
        tried = try_hook(office, viewer, hook_id)
    except Conflict as error:
        return _page(request, office, viewer, error=error)
    return _page(request, office, viewer, tried=tried)


@routes.post("/{hook_id}/remove", "hook.manage")
def remove(office: Within, viewer: Asking, hook_id: str) -> Response:
    """Remove a hook."""
    remove_hook(office, viewer, hook_id)
    return RedirectResponse("/settings/hooks", 303)
