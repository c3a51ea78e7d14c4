"""One's own keys for programs: made, shown once, taken back."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.refusals import refused_status
from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.core import Conflict, Forbidden, OfficeError, TooMany
from jixiao.office import ACTIONS, make_key, reach, revoke_key
from jixiao.office.accounts.confirming import confirm
from jixiao.office.accounts.keys import own_keys

routes = Routes("/account/keys")


def _page(
    request: Request,
    office: Within,
    viewer: Asking,
    *,
    secret: str = "",
    error: OfficeError | None = None,
) -> Response:
    keys = own_keys(office, viewer)
    scopes = [one for one in sorted(ACTIONS) if reach(viewer, one)]
    status = 200 if error is None else refused_status(error)
    return page(
        request, "keys.html", status=status, keys=keys, scopes=scopes, secret=secret, error=error
    )


@routes.get("", "self.manage")
def show(request: Request, office: Within, viewer: Asking) -> Response:
    """Show the keys that work."""
    return _page(request, office, viewer)


@routes.post("", "self.manage")
async def make(request: Request, office: Within, viewer: Asking) -> Response:
    """Make a key and show its secret once."""
    form = await request.form()
    scopes = [one for one in form.getlist("scope") if isinstance(one, str)]
    days = str(form.get("days", ""))
    number = int(days) if days.isdigit() else 0
    try:
        confirm(office, viewer, str(form.get("again", "")))
        _, secret = make_key(office, viewer, str(form.get("name", "")), scopes=scopes, days=number)
    except (Conflict, Forbidden, TooMany) as error:
        return _page(request, office, viewer, error=error)
    return _page(request, office, viewer, secret=secret)


@routes.post("/{key_id}/revoke", "self.manage")
def take_back(office: Within, viewer: Asking, key_id: str) -> Response:
    """Take a key back."""
    revoke_key(office, viewer, key_id)
    return RedirectResponse("/account/keys", 303)
