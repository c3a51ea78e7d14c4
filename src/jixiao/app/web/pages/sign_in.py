"""Signing in and out, recovery links, and the language before anybody is signed in."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.cookies import device_of, forget, keep, keep_known
from jixiao.app.web.rendering import LANGUAGE_COOKIE, page
from jixiao.app.web.routing import PUBLIC, Asking, Routes, Within, office_of
from jixiao.core import Conflict, SignInNeeded, TooMany
from jixiao.office import Office, recover, show_second_factor, sign_in, sign_out
from jixiao.office.accounts.devices import remember

routes = Routes()
Text = Annotated[str, Form(max_length=300)]


@routes.get("/sign-in", PUBLIC)
def form(request: Request, office: Within, left: Annotated[bool, Query()] = False) -> Response:
    """Show the form; after a session of the provider's, also how to sign out there."""
    provider = _button(office)
    return page(
        request,
        "sign_in.html",
        error=None,
        wait_s=0,
        login="",
        provider=provider,
        left=provider if left else "",
    )


def _button(office: Office) -> str:
    """Return what the provider of sign-ins is called, empty where there is none."""
    return office.provider.settings.name if office.provider else ""


@routes.post("/sign-in", PUBLIC)
def enter(request: Request, office: Within, login: Text, password: Text) -> Response:
    """Open a session, or say that login and password do not fit."""
    try:
        opened = sign_in(office, login, password, device=device_of(request))
    except (SignInNeeded, TooMany) as error:
        return refused_sign_in(request, "sign_in.html", error, login=login)
    answer = RedirectResponse("/sign-in/code" if opened.second_needed else "/", 303)
    keep(request, answer, opened)
    return answer


def refused_sign_in(
    request: Request, template: str, error: SignInNeeded | TooMany, **more: str
) -> Response:
    """Return the form again, and how long to wait where that is what helps."""
    wait_s = error.wait_s if isinstance(error, TooMany) else 0
    status, provider = 429 if wait_s else 401, _button(office_of(request))
    shown = {"error": error, "wait_s": wait_s, "provider": provider, "left": ""}
    answer = page(request, template, status=status, **shown, **more)
    if wait_s:
        answer.headers["Retry-After"] = str(wait_s)
    return answer


@routes.get("/sign-in/code", PUBLIC)
def code_form(request: Request) -> Response:
    """Ask for the second factor."""
    return page(request, "sign_in_code.html", error=None, wait_s=0)


@routes.post("/sign-in/code", PUBLIC)
def code(request: Request, office: Within, code: Text) -> Response:
    """Complete the session."""
    try:
        opened = show_second_factor(office, code, device=device_of(request))
    except (SignInNeeded, TooMany) as error:
        return refused_sign_in(request, "sign_in_code.html", error)
    answer = RedirectResponse("/", 303)
    keep(request, answer, opened)
    return answer


@routes.get("/recover/{token}", PUBLIC)
def recover_form(request: Request, token: str) -> Response:
    """Show the form for a new password."""
    return page(request, "recover.html", error=None, token=token)


@routes.post("/recover/{token}", PUBLIC)
def set_password(request: Request, office: Within, token: str, password: Text) -> Response:
    """Set a new password once."""
    try:
        account = recover(office, token, password)
    except (SignInNeeded, Conflict) as error:
        return page(request, "recover.html", status=422, error=error, token=token)
    answer = RedirectResponse("/sign-in", 303)
    keep_known(request, answer, remember(office, device_of(request), account))
    return answer


@routes.post("/sign-out", "self.manage")
def leave(office: Within, viewer: Asking) -> Response:
    """End the session."""
    by_provider = sign_out(office, viewer)
    answer = RedirectResponse("/sign-in?left=true" if by_provider else "/sign-in", 303)
    forget(answer)
    return answer


@routes.post("/language", PUBLIC)
def language(language: Text) -> Response:
    """Choose the language of pages seen without an account."""
    answer = RedirectResponse("/sign-in", 303)
    chosen = "zh" if language == "zh" else "en"
    answer.set_cookie(LANGUAGE_COOKIE, chosen, max_age=31536000, samesite="lax", httponly=True)
    return answer
