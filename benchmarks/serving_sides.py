"""Processes that ``benchmarks.serving`` compares, each started on a core of its own.

    python -m benchmarks.serving_sides offline WORKSPACE ROWS.json
    python -m benchmarks.serving_sides naive WORKSPACE PORT

``offline`` scores all rows in one call and in calls of 64 and prints both in seconds; ``naive`` is
what is quickly written around a model: an endpoint that scores each request by itself.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from jixiao.bootstrap import open_workspace
from jixiao.services import LiveModel

AT_ONCE = 64


def offline(workspace: Path, rows_file: Path) -> dict[str, dict[str, float]]:
    """Return seconds of one call with all rows and of calls of 64, by clock and processor."""
    live = open_workspace(workspace).live()
    rows = json.loads(rows_file.read_text("utf-8"))
    live.score(rows[-AT_ONCE:])
    parts = [rows[at : at + AT_ONCE] for at in range(0, len(rows), AT_ONCE)]
    whole = _timed(live, [rows])
    return {"whole": whole, "parts": _timed(live, parts)}


def _timed(live: LiveModel, calls: list[list[dict[str, Any]]]) -> dict[str, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    for rows in calls:
        live.score(rows)
    return {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}


def naive(workspace: Path, port: int) -> None:
    """Serve the model by an endpoint of a few lines."""
    import uvicorn
    from fastapi import FastAPI

    live: LiveModel = open_workspace(workspace).live()
    app = FastAPI()

    @app.get("/readyz")
    def ready() -> dict[str, str]:
        return {}

    @app.post("/api/v1/scores")
    async def scores(body: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
        found = live.score(body["rows"])
        return [{"score": one.score, "probabilities": dict(one.probabilities)} for one in found]

    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


def main() -> None:
    """Be the side that the first argument names."""
    side, workspace, last = sys.argv[1:4]
    if side == "naive":
        naive(Path(workspace), int(last))
    else:
        print(json.dumps(offline(Path(workspace), Path(last))))


if __name__ == "__main__":
    main()
