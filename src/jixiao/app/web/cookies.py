"""Cookies of a sign-in: the session, and what a browser keeps to be known the next time."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from jixiao.app.web.routing import COOKIE, PLAIN_COOKIE, session_token
from jixiao.office import Device, SignedIn
from jixiao.office.accounts.devices import KNOWN_DAYS

_DEVICE = "-device"
_DAY_S = 86_400


def device_of(request: Request) -> Device:
    """Return the browser that asks."""
    address = request.client.host if request.client else ""
    return Device(
        address=address,
        agent=request.headers.get("user-agent", "")[:400],
        known=kept(request, _DEVICE),
        token=session_token(request),
    )


def cookie_name(request: Request) -> str:
    """Return the name of the session's cookie, which every other cookie's begins with."""
    return COOKIE if request.url.scheme == "https" else PLAIN_COOKIE


def kept(request: Request, more: str) -> str:
    """Return what a cookie whose name ends so holds, empty where there is none."""
    return request.cookies.get(cookie_name(request) + more, "")


def keep(request: Request, answer: Response, opened: SignedIn) -> None:
    """Let the browser keep a session, and that it is known now."""
    set_cookie(request, answer, "", opened.token)
    if opened.known:
        keep_known(request, answer, opened.known)


def keep_known(request: Request, answer: Response, known: str) -> None:
    """Let the browser keep that accounts were used on it."""
    set_cookie(request, answer, _DEVICE, known, max_age=KNOWN_DAYS * _DAY_S)


def set_cookie(
    request: Request, answer: Response, more: str, value: str, *, max_age: int | None = None
) -> None:
    """Set a cookie that no script and, over HTTPS, no other host can read.

    Args:
        request: Asked with it.
        answer: Carries it.
        more: End of its name; empty for the session's.
        value: What it holds.
        max_age: Seconds it lasts; as long as the browser runs when None.
    """
    answer.set_cookie(
        cookie_name(request) + more,
        value,
        max_age=max_age,
        httponly=True,
        secure=request.url.scheme == "https",
        samesite="lax",
        path="/",
    )


def forget(answer: Response) -> None:
    """Let the browser forget its session; it stays known."""
    for name in (COOKIE, PLAIN_COOKIE):
        answer.delete_cookie(name, secure=name == COOKIE)
