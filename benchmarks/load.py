"""Sends HTTP requests as fast as answers come, or at a steady pace, and times every answer.

A process of its own, so that it can be given a core of its own:
``python -m benchmarks.load PLAN.json`` reads what to send and prints one JSON document.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import numpy as np


@dataclass
class Plan:
    """What is sent.

    Attributes:
        port: Of the server on 127.0.0.1.
        requests: Whole HTTP/1.1 requests, each sent once, in this order, from the first again when
            ``seconds`` is given.
        connections: Connections that stay open.
        rate: Requests a second; 0 sends the next one as soon as a connection is free.
        seconds: How long; 0 until every request was sent once.
        core: The processor core to keep to; None for any.
    """

    port: int
    requests: list[str]
    connections: int
    rate: float = 0.0
    seconds: float = 0.0
    core: int | None = None

    def save(self, path: Path) -> Path:
        """Write it for a process of its own."""
        path.write_text(json.dumps(vars(self)), "utf-8")
        return path

    @classmethod
    def read(cls, path: Path) -> Self:
        """Return what was written."""
        return cls(**json.loads(path.read_text("utf-8")))


def request(method: str, path: str, headers: dict[str, str], body: Any = None) -> str:
    """Return one HTTP request; a body is sent as JSON."""
    content = "" if body is None else json.dumps(body)
    sent = {"host": "127.0.0.1", **headers}
    if body is not None:
        sent |= {"content-type": "application/json", "content-length": str(len(content))}
    lines = "".join(f"{name}: {value}\r\n" for name, value in sent.items())
    return f"{method} {path} HTTP/1.1\r\n{lines}\r\n{content}"


@dataclass
class Told:
    """What came back.

    Attributes:
        seconds: From the moment a request should have been sent to the end of its answer.
        statuses: HTTP statuses in the same order; 0 where the connection broke.
        wall: Seconds from the first request to the last answer.
    """

    seconds: list[float] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    wall: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """Return requests a second, percentiles in milliseconds and counts of statuses."""
        ms = np.array(self.seconds or [0.0]) * 1000
        counts: dict[str, int] = {}
        for status in self.statuses:
            counts[str(status)] = counts.get(str(status), 0) + 1
        cuts = {f"p{cut}": float(np.percentile(ms, cut)) for cut in (50, 95, 99)}
        rate = len(self.seconds) / self.wall if self.wall else 0.0
        return {"rate": rate, **cuts, "longest": float(ms.max()), "statuses": counts}


class Connection:
    """One connection that is kept open."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, sent: bytes) -> int:
        """Send a request, read the whole answer and return its status; 0 if it broke off."""
        try:
            if self._streams is None:
                self._streams = await asyncio.open_connection("127.0.0.1", self._port)
            reader, writer = self._streams
            writer.write(sent)
            head = await reader.readuntil(b"\r\n\r\n")
            await _body(reader, head.lower())
            return int(head[9:12])
        except (OSError, asyncio.IncompleteReadError):
            self._streams = None
            return 0


async def _body(reader: asyncio.StreamReader, head: bytes) -> None:
    if b"\r\ncontent-length:" in head:
        size = int(head.split(b"\r\ncontent-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(size)
        return
    while b"chunked" in head:
        size = int(await reader.readline(), 16)
        await reader.readexactly(size + 2)
        if not size:
            return


async def send(plan: Plan) -> Told:
    """Send everything and return what came back."""
    told, started = Told(), time.perf_counter()
    waiting = _due(plan, started)

    async def work(connection: Connection) -> None:
        for sent, due in waiting:
            now = time.perf_counter()
            if due > now:
                await asyncio.sleep(due - now)
            began = due if plan.rate else now
            status = await connection.ask(sent)
            told.seconds.append(time.perf_counter() - began)
            told.statuses.append(status)

    await asyncio.gather(*(work(Connection(plan.port)) for _ in range(plan.connections)))
    told.wall = time.perf_counter() - started
    return told


def _due(plan: Plan, started: float) -> Any:
    """Yield each request with the moment it should be sent."""
    sent = [one.encode() for one in plan.requests]
    at = 0
    while True:
        due = started + at / plan.rate if plan.rate else 0.0
        if plan.seconds and max(due, time.perf_counter()) > started + plan.seconds:
            return
        if not plan.seconds and at >= len(sent):
            return
        yield sent[at % len(sent)], due
        at += 1


def main() -> None:
    """Carry out the plan that the argument names."""
    plan = Plan.read(Path(sys.argv[1]))
    if plan.core is not None and hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {plan.core})
    print(json.dumps(asyncio.run(send(plan)).to_json()))


if __name__ == "__main__":
    main()
