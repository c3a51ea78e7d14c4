"""Runs a peer's script in its own environment and returns its answer.

A script gets two paths: a JSON request to read and a JSON answer to write. What it prints goes
to a log beside them.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.peers.build import HERE, build, python_of

_QUIET = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
    "PYTHONWARNINGS": "ignore",
}


def run_peer(
    name: str, script: str, request: dict[str, Any], *, threads: int = 2, timeout_s: float = 3600
) -> dict[str, Any]:
    """Return what a peer's script answers.

    Args:
        name: The peer: the stem of its requirements file.
        script: File name beside this one.
        request: What the script reads; JSON.
        threads: Processor threads its libraries may use.
        timeout_s: Seconds after which it is stopped.

    Raises:
        RuntimeError: If the script fails; with the end of its log.
    """
    build(name)
    with tempfile.TemporaryDirectory() as folder:
        asked, answered = Path(folder) / "request.json", Path(folder) / "answer.json"
        asked.write_text(json.dumps(request), "utf-8")
        command = [str(python_of(name)), str(HERE / script), str(asked), str(answered)]
        log = Path(folder) / "log.txt"
        with log.open("w", encoding="utf-8") as out:
            done = subprocess.run(
                command,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=peer_environment(dict(os.environ), threads),
                cwd=folder,
                timeout=timeout_s,
                check=False,
            )
        if done.returncode or not answered.is_file():
            end = log.read_text("utf-8", errors="replace")[-2000:]
            raise RuntimeError(f"peer {name} failed ({done.returncode}):\n{end}")
        answer: dict[str, Any] = json.loads(answered.read_text("utf-8"))
        return answer


def peer_environment(outer: dict[str, str], threads: int) -> dict[str, str]:
    """Return the environment of a peer's process: offline, quiet, with so many threads."""
    kept = {key: value for key, value in outer.items() if not key.startswith("PYTHON")}
    threading = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(threads))
    return {**kept, **_QUIET, **threading}
