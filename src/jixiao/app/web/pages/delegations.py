"""Rights lent to somebody else until a day."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.core import Conflict, JixiaoError, Missing
from jixiao.office import Office, Viewer
from jixiao.office.people.standing_in import delegate, delegations_of, end_delegation

routes = Routes("/delegations")


def _all(
    request: Request, office: Office, viewer: Viewer, error: JixiaoError | None = None
) -> Response:
    return page(
        request,
        "delegations.html",
        status=422 if error else 200,
        lent=delegations_of(office, viewer),
        today=office.clock().date(),
        error=error,
    )


@routes.get("", "self.manage")
def show(request: Request, office: Within, viewer: Asking) -> Response:
    """Show what the viewer has lent and been lent."""
    return _all(request, office, viewer)


@routes.post("", "delegation.set")
def lend(
    request: Request,
    office: Within,
    viewer: Asking,
    taker: Annotated[str, Form(max_length=200)],
    start: Annotated[date, Form()],
    end: Annotated[date, Form()],
) -> Response:
    """Lend one's rights."""
    try:
        delegate(office, viewer, taker, start=start, end=end)
    except (Conflict, Missing) as error:
        return _all(request, office, viewer, error)
    return RedirectResponse("/delegations", 303)


@routes.post("/{delegation_id}/end", "delegation.set")
def take_back(office: Within, viewer: Asking, delegation_id: str) -> Response:
    """Take them back."""
    end_delegation(office, viewer, delegation_id)
    return RedirectResponse("/delegations", 303)
