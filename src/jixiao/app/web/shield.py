"""Headers of every answer, the size of every request, and a line of log without names."""

from __future__ import annotations

import logging
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jixiao.app.web.routing import SPENT

MOST_BODY_MB = 64
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
    "base-uri 'none'"
)
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "strict-transport-security": "max-age=63072000; includeSubDomains",
}
Count = Callable[[str, str, int, float], None]
Answer = Callable[[Request, Exception], Response]
_LOG = logging.getLogger("jixiao.web")


class Shield:
    """Wraps the application.

    Args:
        app: What is wrapped.
        unknown: Makes the answer to an error that nothing within has answered.
        count: Told method, route, status and seconds of every request.
    """

    def __init__(self, app: ASGIApp, unknown: Answer, count: Count) -> None:
        self._app, self._unknown, self._count = app, unknown, count

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0
        size = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
        if not size.isdigit() or int(size) > MOST_BODY_MB * 2**20:
            await _too_large(send)
            return

        body = _Bounded(receive)

        async def answer(message: Message) -> None:
            nonlocal status
            if body.is_over:
                if not status:
                    status = 413
                    await _too_large(send)
                return
            if message["type"] == "http.response.start":
                status = message["status"]
                message = {**message, "headers": _with_headers(message["headers"], scope)}
            await send(message)

        try:
            await self._app(scope, body.read, answer)
        except Exception as error:
            if body.is_over:
                await answer({"type": "http.response.start"})
                return
            _LOG.error("unexpected %s at %s", type(error).__name__, _places(error))
            if not status:
                await self._unknown(Request(scope), error)(scope, receive, answer)
        route = str(getattr(scope.get("route"), "path", "-"))
        seconds = time.perf_counter() - began
        self._count(scope["method"], route, status, seconds)
        told = {"method": scope["method"], "route": route, "status": status}
        ms = round(seconds * 1000, 1)
        _LOG.info("%s %s %d", scope["method"], route, status, extra={**told, "ms": ms})


def _places(error: Exception) -> str:
    """Return the lines of the program an error came through; values are never told."""
    frames = traceback.extract_tb(error.__traceback__)[-4:]
    return " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(frames))


def _with_headers(headers: Any, scope: Scope) -> list[tuple[bytes, bytes]]:
    given = {name.lower() for name, _ in headers}
    more = [(k.encode(), v.encode()) for k, v in HEADERS.items() if k.encode() not in given]
    if b"cache-control" not in given:
        lasting = scope["path"].startswith("/static/")
        kept = b"public, max-age=3600" if lasting else b"no-store"
        more.append((b"cache-control", kept))
    return [*headers, *more, *scope.get(SPENT, ())]


class _Bounded:
    """A stream that ends the request when more comes than it may hold."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._seen = receive, 0

    @property
    def is_over(self) -> bool:
        """Whether more came than may."""
        return self._seen > MOST_BODY_MB * 2**20

    async def read(self) -> Message:
        """Return the next piece."""
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        return {"type": "http.disconnect"} if self.is_over else message


async def _too_large(send: Send) -> None:
    plain = [(b"content-type", b"text/plain"), (b"content-length", b"0")]
    headers = _with_headers(plain, {"path": ""})
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
