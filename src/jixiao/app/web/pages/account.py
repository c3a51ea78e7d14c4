"""One's own account: language, password, second factor."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.cookies import forget
from jixiao.app.web.refusals import status_of
from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.core import Conflict, Forbidden, TooMany
from jixiao.office import (
    change_password,
    offer_second_factor,
    set_second_factor,
    sign_out,
)
from jixiao.office.accounts.own_account import set_language

routes = Routes("/account")
Text = Annotated[str, Form(max_length=300)]
Long = Annotated[str, Form(max_length=600)]


@routes.get("", "self.manage")
def show(request: Request) -> Response:
    """Show the account."""
    return page(request, "account.html", error=None, done="")


@routes.post("/language", "self.manage")
def language(office: Within, viewer: Asking, language: Text) -> Response:
    """Choose the language of all pages."""
    set_language(office, viewer, "zh" if language == "zh" else "en")
    return RedirectResponse("/account", 303)


@routes.post("/password", "self.manage")
def password(request: Request, office: Within, viewer: Asking, old: Text, new: Text) -> Response:
    """Change the password."""
    try:
        change_password(office, viewer, old, new)
    except (Conflict, Forbidden, TooMany) as error:
        return page(request, "account.html", status=status_of(error), error=error, done="")
    return page(request, "account.html", error=None, done="password")


@routes.get("/second-factor", "self.manage")
def second_factor_form(request: Request, office: Within, viewer: Asking) -> Response:
    """Offer a second factor."""
    offer = offer_second_factor(office, viewer)
    return page(request, "second_factor.html", offer=offer, error=None, codes=())


@routes.post("/second-factor", "self.manage")
def second_factor(
    request: Request, office: Within, viewer: Asking, sealed: Long, code: Text, again: Text = ""
) -> Response:
    """Turn the second factor on, and show the codes for its loss once."""
    try:
        codes = set_second_factor(office, viewer, sealed, code, again=again)
    except (Forbidden, TooMany) as error:
        offer, status = offer_second_factor(office, viewer), status_of(error)
        return page(
            request, "second_factor.html", status=status, offer=offer, error=error, codes=()
        )
    return page(request, "second_factor.html", offer=None, error=None, codes=codes)


@routes.post("/sign-out-everywhere", "self.manage")
def everywhere(office: Within, viewer: Asking) -> Response:
    """End every session of the account."""
    sign_out(office, viewer, everywhere=True)
    answer = RedirectResponse("/sign-in", 303)
    forget(answer)
    return answer
