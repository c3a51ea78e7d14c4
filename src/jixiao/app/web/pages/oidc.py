"""Signing in at a provider: out to it, back from it, and out of it."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.cookies import device_of, keep, kept, set_cookie
from jixiao.app.web.pages.sign_in import refused_sign_in
from jixiao.app.web.routing import PUBLIC, Routes, Within
from jixiao.core import Missing, SignInNeeded, TooMany
from jixiao.office.accounts.oidc import FLOW_MIN, begin_at_provider, finish_at_provider

routes = Routes("/sign-in/oidc")
FLOW = "-oidc"
"""End of the cookie that binds a sign-in to the browser it was begun in."""
_KNOWN = ("code", "state", "iss", "error")


@routes.get("", PUBLIC)
def begin(request: Request, office: Within, again: Annotated[bool, Query()] = False) -> Response:
    """Send the browser to the provider."""
    try:
        address, sealed = begin_at_provider(office, again=again)
    except SignInNeeded as error:
        return refused_sign_in(request, "sign_in.html", error, login="")
    answer = RedirectResponse(address, 303)
    set_cookie(request, answer, FLOW, sealed, max_age=FLOW_MIN * 60)
    return answer


@routes.get("/callback", PUBLIC)
def back(request: Request, office: Within) -> Response:
    """Open a session for whom the provider vouches; the page that comes next is always ours."""
    query = request.query_params
    sent = {name: query[name] for name in _KNOWN if len(query.getlist(name)) == 1}
    try:
        opened = finish_at_provider(office, kept(request, FLOW), sent, device=device_of(request))
    except (SignInNeeded, TooMany) as error:
        answer = refused_sign_in(request, "sign_in.html", error, login="")
    else:
        answer = RedirectResponse("/sign-in/code" if opened.second_needed else "/", 303)
        keep(request, answer, opened)
    set_cookie(request, answer, FLOW, "", max_age=0)
    return answer


@routes.get("/leave", PUBLIC)
def leave(office: Within) -> Response:
    """Send the browser to sign out at the provider too."""
    address = office.provider.sign_out_address() if office.provider else ""
    if not address:
        raise Missing("JX-E704", "provider of sign-ins", expected="one to sign out of", got="none")
    return RedirectResponse(address, 303)
