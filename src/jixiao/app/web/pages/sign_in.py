"""Signing in and out, recovery links, and the language before anybody is signed in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.rendering import LANGUAGE_COOKIE, page
from jixiao.app.web.routing import (
    COOKIE,
    PLAIN_COOKIE,
    PUBLIC,
    Asking,
    Routes,
    Within,
    session_token,
)
from jixiao.core import Conflict, SignInNeeded, TooMany
from jixiao.office import recover, show_second_factor, sign_in, sign_out

routes = Routes()
Text = Annotated[str, Form(max_length=300)]


@routes.get("/sign-in", PUBLIC)
def form(request: Request) -> Response:
    """Show the form."""
    return page(request, "sign_in.html", error=None, login="")


@routes.post("/sign-in", PUBLIC)
def enter(request: Request, office: Within, login: Text, password: Text) -> Response:
    """Open a session, or say that login and password do not fit."""
    try:
        opened = sign_in(office, login, password, address=_address(request))
    except (SignInNeeded, TooMany) as error:
        status = 429 if isinstance(error, TooMany) else 401
        return page(request, "sign_in.html", status=status, error=error, login=login)
    answer = RedirectResponse("/sign-in/code" if opened.second_needed else "/", 303)
    _set_cookie(request, answer, opened.token)
    return answer


@routes.get("/sign-in/code", PUBLIC)
def code_form(request: Request) -> Response:
    """Ask for the second factor."""
    return page(request, "sign_in_code.html", error=None)


@routes.post("/sign-in/code", PUBLIC)
def code(request: Request, office: Within, code: Text) -> Response:
    """Complete the session."""
    try:
        show_second_factor(office, session_token(request), code, address=_address(request))
    except (SignInNeeded, TooMany) as error:
        status = 429 if isinstance(error, TooMany) else 401
        return page(request, "sign_in_code.html", status=status, error=error)
    return RedirectResponse("/", 303)


@routes.get("/recover/{token}", PUBLIC)
def recover_form(request: Request, token: str) -> Response:
    """Show the form for a new password."""
    return page(request, "recover.html", error=None, token=token)


@routes.post("/recover/{token}", PUBLIC)
def set_password(request: Request, office: Within, token: str, password: Text) -> Response:
    """Set a new password once."""
    try:
        recover(office, token, password)
    except (SignInNeeded, Conflict) as error:
        return page(request, "recover.html", status=422, error=error, token=token)
    return RedirectResponse("/sign-in", 303)


@routes.post("/sign-out", "self.manage")
def leave(office: Within, viewer: Asking) -> Response:
    """End the session."""
    sign_out(office, viewer)
    answer = RedirectResponse("/sign-in", 303)
    for name in (COOKIE, PLAIN_COOKIE):
        answer.delete_cookie(name, secure=name == COOKIE)
    return answer


@routes.post("/language", PUBLIC)
def language(language: Text) -> Response:
    """Choose the language of pages seen without an account."""
    answer = RedirectResponse("/sign-in", 303)
    chosen = "zh" if language == "zh" else "en"
    answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=31536000, samesite="lax", httponly=True)
    return answer


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _set_cookie(request: Request, answer: Response, token: str) -> None:
    secure = request.url.scheme == "https"
    name = COOKIE if secure else PLAIN_COOKIE
    answer.set_cookie(name, token, httponly=True, secure=secure, samesite="lax", path="/")
