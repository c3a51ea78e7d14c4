"""A chat endpoint on the loopback for tests and benchmarks: a function says what it answers."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass
class Said:
    """What the endpoint sends: status, headers and a body, in pieces with pauses between."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pieces: int = 1
    pause_s: float = 0.0


def chat(text: str, *, usage: tuple[int, int] | None = (100, 20), finish: str = "stop") -> Said:
    """Return a well-formed answer of a chat model."""
    value: dict[str, Any] = {
        "id": "x",
        "object": "chat.completion",
        "choices": [
            {
                "index": 0,
                "finish_reason": finish,
                "message": {"role": "assistant", "content": text},
            }
        ],
    }
    if usage:
        value["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1]}
    return Said(json.dumps(value).encode())


class LocalEndpoint:
    """A server on a free port of 127.0.0.1.

    Args:
        answer: Gets the request's JSON and returns what is sent.
    """

    def __init__(self, answer: Callable[[dict[str, Any]], Said]) -> None:
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                size = int(self.headers.get("content-length", 0))
                asked = json.loads(self.rfile.read(size) or b"{}")
                endpoint.requests.append(asked)
                endpoint.headers.append(dict(self.headers))
                said = answer(asked)
                try:
                    self._send(said)
                except (BrokenPipeError, ConnectionResetError):
                    self.close_connection = True

            do_GET = do_POST

            def _send(self, said: Said) -> None:
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(said.body)))
                self.end_headers()
                step = -(-len(said.body) // said.pieces) or 1
                for at in range(0, len(said.body), step):
                    self.wfile.write(said.body[at : at + step])
                    self.wfile.flush()
                    if said.pause_s:
                        endpoint._stop.wait(said.pause_s)

            def log_message(self, *args: object) -> None:
                del args

        self._stop = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.02,), daemon=True
        )

    @property
    def port(self) -> int:
        """Port it listens on."""
        return int(self._server.server_address[1])

    @property
    def base_url(self) -> str:
        """Root of the address."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        del error
        self._stop.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(timeout=5)
