"""A peer's script that stays alive and answers request by request, for interleaved rounds."""

from __future__ import annotations

import json
import os
import subprocess
from types import TracebackType
from typing import Any, Self

from benchmarks.peers.build import HERE, build, python_of
from benchmarks.peers.run import peer_environment


class LivePeer:
    """A running script that reads a JSON request a line and writes a JSON answer a line.

    Args:
        name: The peer: the stem of its requirements file.
        script: File name beside this one.
        threads: Processor threads its libraries may use.
    """

    def __init__(self, name: str, script: str, *, threads: int = 2) -> None:
        build(name)
        self._process = subprocess.Popen(
            [str(python_of(name)), str(HERE / script)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=peer_environment(dict(os.environ), threads),
            text=True,
        )
        self.about = self._answer()

    def ask(self, request: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a request.

        Raises:
            RuntimeError: If the script has ended.
        """
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the peer's script ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(timeout=30)
