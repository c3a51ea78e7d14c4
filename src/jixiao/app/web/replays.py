"""Idempotency keys: a change sent twice under one key is done once, and answered twice.

A program that lost an answer sends the same request again with the same ``Idempotency-Key`` and
gets the first answer. The same key with another request is refused. Only answers to changes that
were done or refused for good are kept, for a day; what failed on our side may be tried again, but
for a change that was made. Where the server died meanwhile, the request is begun anew after a
minute if nothing was changed; else it is told that the change was made and its answer lost.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from jixiao.app.web.routing import signed_in
from jixiao.app.web.shield import MOST_BODY_MB
from jixiao.contracts.office import Replay
from jixiao.core import JixiaoError, Stale, Taken
from jixiao.office import Office
from jixiao.office.once import MADE, UNDER_WAY, asked_under, is_left

HEADER = b"idempotency-key"
LONGEST_KEY = 200
MOST_BODY = 2 << 20
"""Bytes of a request that can be repeated."""
MOST_FILE = MOST_BODY_MB << 20
"""Bytes of a request that brings a file."""
FILES = b"multipart/form-data"
_PASSING = frozenset({401, 403, 408, 429})
"""Answers that may be others the next time."""


class Replays:
    """Wraps the application.

    Args:
        app: What is wrapped.
        office: Keeps the answers.
    """

    def __init__(self, app: ASGIApp, office: Office) -> None:
        self._app, self._office = app, office

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        headers = dict(scope["headers"]) if scope["type"] == "http" else {}
        key = headers.get(HEADER, b"")
        is_change = scope["type"] == "http" and scope["method"] in ("POST", "PUT", "DELETE")
        if not key or not is_change or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        if len(key) > LONGEST_KEY:
            await _problem(send, 422, f"an Idempotency-Key of 1 to {LONGEST_KEY} characters")
            return
        whose = await run_in_threadpool(_whose, scope)
        if not whose:
            await self._app(scope, receive, send)  # which asks to sign in
            return
        kind = headers.get(b"content-type", b"")
        most = MOST_FILE if kind.startswith(FILES) else MOST_BODY
        body = await _whole(receive, most)
        if body is None:
            await _problem(send, 413, f"a body of at most {most >> 20} MB with an Idempotency-Key")
            return
        told = f"{scope['method']} {scope['path']}?".encode() + scope["query_string"] + b"\n"
        told += _lasting(body, kind)
        replay_id = hashlib.sha256(whose.encode() + b"\n" + key).hexdigest()
        request = hashlib.sha256(told).hexdigest()
        found, is_ours = await run_in_threadpool(self._begin, replay_id, request)
        if is_ours:
            with asked_under(found):
                await self._first(found, (body, receive), scope, send)
        else:
            await _again(found, request, send, is_left=is_left(found, self._office.clock()))

    def _begin(self, replay_id: str, request: str) -> tuple[Replay, bool]:
        """Return what is known under a key, and whether it is ours to answer."""
        now = self._office.clock()
        fresh = Replay(id=replay_id, request=request, status=UNDER_WAY, at=now)
        try:
            with self._office.store.noting() as note:
                known = note.first(Replay, id=replay_id)
                if known is None:
                    note.add(fresh)
                    return fresh, True
                dead = known.status == UNDER_WAY and is_left(known, now)
                if dead and known.request == request:
                    return note.replace(known, at=now), True
                return known, False
        except (Stale, Taken):
            with self._office.reading() as read:
                return read.first(Replay, id=replay_id) or fresh, False

    async def _first(
        self, asked: Replay, sent: tuple[bytes, Receive], scope: Scope, send: Send
    ) -> None:
        status, parts, is_json, unread = 500, bytearray(), False, True

        async def receive() -> Message:
            nonlocal unread
            if not unread:
                return await sent[1]()
            unread = False
            return {"type": "http.request", "body": sent[0], "more_body": False}

        async def watch(message: Message) -> None:
            nonlocal status, is_json
            if message["type"] == "http.response.start":
                status = message["status"]
                kind = dict(message["headers"]).get(b"content-type", b"")
                is_json = b"json" in kind
            elif message["type"] == "http.response.body":
                parts.extend(message.get("body", b""))
            await send(message)

        try:
            await self._app(scope, receive, watch)
        finally:
            lasting = status < 500 and status not in _PASSING and (is_json or not parts)
            text = parts.decode() if lasting else None
            await run_in_threadpool(self._end, asked, status, text)

    def _end(self, asked: Replay, status: int, text: str | None) -> None:
        """Keep an answer, or forget the key where nothing was changed and it may be tried again."""
        try:
            with self._office.store.noting() as note:
                known = note.first(Replay, id=asked.id)
                if known is None or known.at != asked.at:
                    return
                if text is None and known.status != MADE:
                    note.remove(known)
                elif text is not None:
                    note.replace(known, status=status, body=text)
        except Stale:
            return


def _whose(scope: Scope) -> str:
    """Return whose key it is, with the rights it is used by; empty where nobody is signed in."""
    try:
        viewer = signed_in(Request(scope))
    except JixiaoError:
        return ""
    return f"{viewer.account.id} {viewer.account.version} {viewer.scopes}"


def _lasting(body: bytes, kind: bytes) -> bytes:
    """Return what of a body is the same when it is sent again: all but the boundary of its parts.

    Every sending draws another boundary.
    """
    _, _, boundary = kind.partition(b"boundary=")
    boundary = boundary.partition(b";")[0].strip(b' "')
    if not kind.startswith(FILES) or not boundary:
        return body
    return body.replace(b"--" + boundary, b"--")


async def _whole(receive: Receive, most: int) -> bytes | None:
    body = bytearray()
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > most:
            return None
        if not message.get("more_body", False):
            return bytes(body)


async def _again(known: Replay, request: str, send: Send, *, is_left: bool) -> None:
    if known.request != request:
        await _problem(send, 422, "the same request as the first one under this Idempotency-Key")
    elif known.status == MADE and is_left:
        made = " ".join(str(one) for one in json.loads(known.body).values() if one)
        await _problem(
            send, 409, "nothing more: the change was made", got=f"its answer lost: {made}"
        )
    elif known.status in (UNDER_WAY, MADE):
        await _problem(send, 409, "the first request under this Idempotency-Key to be answered")
    else:
        kind = b"application/json" if known.status < 400 else b"application/problem+json"
        more = [(b"idempotency-replayed", b"true")]
        await _answer(send, known.status, known.body.encode(), kind, more)


async def _problem(send: Send, status: int, expected: str, *, got: str = "") -> None:
    told: dict[str, Any] = {
        "type": "about:blank",
        "title": "Idempotency-Key",
        "status": status,
        "code": "JX-E767",
        "place": "Idempotency-Key",
        "expected": expected,
        "got": got or ("another request" if status == 422 else "something else"),
    }
    await _answer(send, status, json.dumps(told).encode(), b"application/problem+json", [])


async def _answer(
    send: Send, status: int, body: bytes, kind: bytes, more: list[tuple[bytes, bytes]]
) -> None:
    size = str(len(body)).encode()
    headers = [*more, (b"content-length", size), *([(b"content-type", kind)] if body else [])]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
