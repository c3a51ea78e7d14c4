"""A language model behind an OpenAI-compatible address: one host, one verb, nothing followed.

Redirects are errors, proxies of the environment are not used, every request's host is compared
with the list of the settings, answers are read up to a size and a time. The key travels in a
header and stands in no message.
"""

from __future__ import annotations

import json
import random
import threading
import time
from typing import Any

import httpx

from jixiao.contracts import (
    Answer,
    Question,
    WriterSettings,
    is_listed,
    origin_of,
    tokens_at_most,
)
from jixiao.core import EndpointError, NoAnswer

LARGEST_BYTES = 4_000_000
"""Most bytes of one answer."""
LONGEST_WAIT_S = 60.0
"""Most seconds between two tries, whatever the endpoint asks for."""
_BUSY = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_THIS_ONE = frozenset({400, 413, 422})
"""Statuses that may speak of one question only."""
_CONNECT_S = 10.0


class EndpointChat:
    """Asks one model at one address.

    Args:
        settings: Address, model, list of hosts, time-outs and tries; checked already.
        key: Secret of the endpoint; empty where it wants none.
        first_wait_s: Seconds before the second try; each further wait doubles.
    """

    def __init__(self, settings: WriterSettings, key: str = "", first_wait_s: float = 1.0) -> None:
        self._settings = settings
        self._wait_s = first_wait_s
        self._closed = threading.Event()
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        self._client = httpx.Client(
            headers=headers,
            timeout=httpx.Timeout(settings.timeout_s, connect=min(_CONNECT_S, settings.timeout_s)),
            follow_redirects=False,
            trust_env=False,
            limits=httpx.Limits(max_connections=settings.concurrency),
            event_hooks={"request": [self._guard]},
        )

    @property
    def model(self) -> str:
        """Name of the model."""
        return self._settings.model

    def close(self) -> None:
        """Close all connections and try nothing further."""
        self._closed.set()
        self._client.close()

    def ask(self, question: Question) -> Answer:
        """Return the answer of the endpoint.

        Raises:
            NoAnswer: If it stays busy, silent or unreadable through all tries.
            EndpointError: If it refuses, redirects, or cannot be reached at all.
        """
        body = _body(question)
        trouble = ""
        for turn in range(self._settings.retries + 1):
            if turn and self._closed.wait(self._pause_s(turn, trouble)):
                break
            try:
                status, content, wait = self._once(body)
            except httpx.ConnectError:
                raise self._unreachable() from None
            except httpx.HTTPError as error:
                trouble = _named(error)
                continue
            except RuntimeError:  # the client was closed under way
                break
            if status in _BUSY:
                trouble = f"status {status}" + (f" {wait}" if wait else "")
                continue
            return self._read(status, content, question)
        raise self._error(NoAnswer, "JX-E603", "an answer", trouble or "none before the run ended")

    def _guard(self, request: httpx.Request) -> None:
        origin = origin_of(str(request.url.copy_with(query=None)))
        if origin is None or not is_listed(origin, self._settings.hosts):
            raise self._error(
                EndpointError, "JX-E601", "a host of writer.hosts", repr(request.url.host)
            )

    def _once(self, body: dict[str, Any]) -> tuple[int, bytes, str]:
        """Return status, content and the wished pause of one request, within time and size."""
        end = time.monotonic() + self._settings.timeout_s
        url = f"{self._settings.base_url.rstrip('/')}/chat/completions"
        with self._client.stream("POST", url, json=body) as response:
            parts, size = [], 0
            for part in response.iter_bytes():
                parts.append(part)
                size += len(part)
                if size > LARGEST_BYTES:
                    raise httpx.ReadError("answer too large")
                if time.monotonic() > end:
                    raise httpx.ReadTimeout("answer too slow")
            return response.status_code, b"".join(parts), response.headers.get("retry-after", "")

    def _pause_s(self, turn: int, trouble: str) -> float:
        """Return the wait before a try: what was asked for, or twice the last with some chance."""
        asked = trouble.rpartition(" ")[2]
        if trouble.startswith("status 429 ") and asked.isdigit():
            return float(min(int(asked), LONGEST_WAIT_S))
        return float(min(self._wait_s * 2 ** (turn - 1) * random.uniform(0.8, 1.2), LONGEST_WAIT_S))

    def _read(self, status: int, content: bytes, question: Question) -> Answer:
        if 300 <= status < 400:
            raise self._error(EndpointError, "JX-E602", "an answer", f"a redirect ({status})")
        if status in (401, 403):
            expected = f"a key that is accepted ({self._settings.key_env or 'no key_env'})"
            raise self._error(EndpointError, "JX-E604", expected, f"status {status}")
        if status != 200:
            kind = NoAnswer if status in _THIS_ONE else EndpointError
            hint = (
                "check base_url and model; where JSON schemas are unknown set answer_format: none"
            )
            raise self._error(kind, "JX-E605", "status 200", f"status {status}", hint)
        try:
            return _answer(json.loads(content), question)
        except (ValueError, KeyError, IndexError, TypeError, RecursionError):
            raise self._error(
                NoAnswer, "JX-E606", "choices[0].message.content in JSON", "something else"
            ) from None

    def _unreachable(self) -> EndpointError:
        hint = "start the server, or mend base_url; finished answers are kept"
        return self._error(EndpointError, "JX-E607", "a server that listens", "no connection", hint)

    def _error(
        self, kind: type[EndpointError], code: str, expected: str, got: str, hint: str = ""
    ) -> EndpointError:
        return kind(code, "writer.base_url", expected=expected, got=got, hint=hint)


def _named(error: httpx.HTTPError) -> str:
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    return f"a broken connection ({type(error).__name__})"


def _body(question: Question) -> dict[str, Any]:
    body: dict[str, Any] = {
        "model": question.model,
        "messages": [message.model_dump() for message in question.messages],
        "temperature": question.temperature,
        "max_tokens": question.answer_tokens,
        "stream": False,
    }
    if question.answer_format == "json_schema":
        named = {"name": "sentences", "strict": True, "schema": question.answer_schema}
        body["response_format"] = {"type": "json_schema", "json_schema": named}
    elif question.answer_format == "json_object":
        body["response_format"] = {"type": "json_object"}
    return body


def _answer(value: Any, question: Question) -> Answer:
    choice = value["choices"][0]
    text = choice["message"]["content"] or ""
    if not isinstance(text, str):
        raise TypeError("content is no text")
    text = text.encode("utf-8", "replace").decode()
    usage = value.get("usage") if isinstance(value.get("usage"), dict) else {}
    read, written = usage.get("prompt_tokens"), usage.get("completion_tokens")
    counted = all(type(count) is int and count >= 0 for count in (read, written))
    return Answer(
        text=text,
        finish=str(choice.get("finish_reason") or "")[:20],
        tokens_read=read if counted else tokens_at_most(question),
        tokens_written=written if counted else min(len(text.encode()), question.answer_tokens),
        is_counted=counted,
    )
