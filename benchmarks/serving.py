"""Scores by the API against the same model offline and a naive endpoint; pages under steady load.

The server has one core, the load generator the other. Scoring: 64 connections, every text sent
once, on short texts (banking77) and long ones (three columns of a Glassdoor review); offline, ours
and the naive endpoint take turns, and the medians of the rounds are told. Reading: 100 requests a
second of pages and API lists, mixed, as five people of an invented organisation.

    python -m benchmarks.serving scoring --data ../shared/data [--rounds 3]
    python -m benchmarks.serving reading [--people 200] [--seconds 120]
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.load import Plan, request
from benchmarks.page import ROOT, data_folder, write_section
from benchmarks.serving_inputs import SETS, addresses, api_key, train

SERVER_CORE, LOAD_CORE = 1, 0
CONNECTIONS = 64
RATE = 100.0
OFFLINE_64 = "offline, calls of 64"
WARM = 64
"""Requests before the clock starts, by which the model is read."""
ONE_THREAD = {"OMP_NUM_THREADS": "1", "POLARS_MAX_THREADS": "1"}


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def serving(words: list[str], port: int) -> Iterator[int]:
    """Yield the id of a process that serves on a core of its own, once it is ready."""
    command = ["taskset", "-c", str(SERVER_CORE), sys.executable, "-m", *words]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, env={**os.environ, **ONE_THREAD}, cwd=ROOT, stderr=log)
        try:
            _wait(port, process)
            yield process.pid
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
        except (urllib.error.URLError, OSError):
            if process.poll() is not None:
                raise RuntimeError(f"the server ended with {process.returncode}") from None
            time.sleep(0.1)
        else:
            return
    raise RuntimeError("the server is not ready after a minute")


def processor_seconds(process: int) -> float:
    """Return how much processor time a process has used."""
    words = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def load(plan: Plan, folder: Path) -> dict[str, Any]:
    """Return what a load generator tells, run on the other core."""
    path = plan.save(folder / "plan.json")
    command = [sys.executable, "-m", "benchmarks.load", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def measure(words: list[str], port: int, requests: list[str], folder: Path) -> dict[str, float]:
    """Return requests a second, p50 and p99 in ms and processor ms a request of one server."""
    with serving(words, port) as process:
        load(Plan(port, requests[-WARM:], 8, core=LOAD_CORE), folder)
        before = processor_seconds(process)
        told = load(Plan(port, requests, CONNECTIONS, core=LOAD_CORE), folder)
        spent = processor_seconds(process) - before
    if set(told["statuses"]) != {"200"}:
        raise RuntimeError(f"not every request was answered: {told['statuses']}")
    return {
        **{name: told[name] for name in ("rate", "p50", "p99")},
        "ms": spent / len(requests) * 1000,
    }


def scoring_round(
    folder: Path, rows: list[dict[str, str]], key: str
) -> dict[str, dict[str, float]]:
    """Return the figures of the three sides, one after the other."""
    path = folder / "sent.json"
    path.write_text(json.dumps(rows), "utf-8")
    command = ["taskset", "-c", str(SERVER_CORE), sys.executable, "-m", "benchmarks.serving_sides"]
    done = subprocess.run(
        [*command, "offline", str(folder), str(path)],
        env={**os.environ, **ONE_THREAD},
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    offline = json.loads(done.stdout.splitlines()[-1])
    headers = {"authorization": f"Bearer {key}"}
    sent = [request("POST", "/api/v1/scores", headers, {"rows": [row]}) for row in rows]
    ports = free_port(), free_port()
    ours = measure(
        ["jixiao", "serve", str(folder), "--port", str(ports[0])], ports[0], sent, folder
    )
    words = ["benchmarks.serving_sides", "naive", str(folder), str(ports[1])]
    naive = measure(words, ports[1], sent, folder)
    return {
        "offline, one call": _offline(offline["whole"], len(rows)),
        OFFLINE_64: _offline(offline["parts"], len(rows)),
        "jixiao serve": ours,
        "naive endpoint": naive,
    }


def _offline(seconds: dict[str, float], count: int) -> dict[str, float]:
    return {"rate": count / seconds["wall_s"], "ms": seconds["cpu_s"] / count * 1000}


def scoring(data: Path, rounds: int) -> None:
    """Measure all sets and write the table."""
    table = []
    for name, make in SETS.items():
        target, rows, count = make(data)
        with tempfile.TemporaryDirectory() as held:
            folder = Path(held)
            train(folder, target, rows[:-count])
            sent = [{k: v for k, v in row.items() if k != target} for row in rows[-count:]]
            key = api_key(folder)
            found = [scoring_round(folder, sent, key) for _ in range(rounds)]
        table += _rows(name, found)
    write_section("Scores by the API", table, note=_SCORING_NOTE)


def _rows(name: str, found: list[dict[str, dict[str, float]]]) -> list[dict[str, Any]]:
    def middle(side: str, figure: str) -> float | None:
        values = [one[side][figure] for one in found if figure in one[side]]
        return statistics.median(values) if values else None

    made = []
    for side in found[0]:
        shares = [
            statistics.median(one[side]["rate"] / one[other]["rate"] for one in found)
            for other in ("offline, one call", OFFLINE_64)
        ]
        over = statistics.median(one[side]["ms"] - one[OFFLINE_64]["ms"] for one in found)
        made.append(
            {
                "texts": name,
                "side": side,
                "rows/s": middle(side, "rate"),
                "of one call": shares[0],
                "of calls of 64": shares[1],
                "p50 ms": middle(side, "p50"),
                "p99 ms": middle(side, "p99"),
                "CPU ms a row": middle(side, "ms"),
                "over calls of 64": over,
            }
        )
    return made


_SCORING_NOTE = (
    "One row a request, 64 connections, every row sent once; server and offline run on one core "
    "with one thread, the load generator on the other core. Offline scores all rows in one call, "
    "where texts of like length stand together, or in calls of 64, which is the most that 64 "
    "connections can have waiting. Short: 3,000 questions of banking77, 77 classes; long: 1,000 "
    "Glassdoor reviews of three texts. The naive endpoint calls the same model for each request. "
    "Medians of rounds in which the sides take turns."
)


def reading(people: int, seconds: float) -> None:
    """Read for a while at a steady pace and write the table."""
    from benchmarks.office_inputs import make_organisation, token_of

    with tempfile.TemporaryDirectory() as held:
        folder = Path(held)
        office = make_organisation(folder, people=people, quarters=5)
        wanted = addresses(office)
        cookies = {login: {"cookie": f"jixiao={token_of(office, login)}"} for login in wanted}
        office.store.close()
        chance = random.Random(0)
        sent = []
        for _ in range(2000):
            login = chance.choice(list(wanted))
            sent.append(request("GET", chance.choice(wanted[login]), cookies[login]))
        port = free_port()
        with serving(["jixiao", "serve", str(folder), "--port", str(port)], port):
            load(Plan(port, sent[:200], 4, core=LOAD_CORE), folder)
            told = load(Plan(port, sent, 32, rate=RATE, seconds=seconds, core=LOAD_CORE), folder)
    cells = {f"{cut} ms": told[cut] for cut in ("p50", "p95", "p99", "longest")}
    answers = ", ".join(f"{count} × {status}" for status, count in sorted(told["statuses"].items()))
    row = {"people": people, "requests/s": told["rate"], **cells, "answers": answers}
    write_section("Reading under load", [row], note=_READING_NOTE)


_READING_NOTE = (
    "Pages and lists read at a steady 100 requests a second as five roles, drawn at random; the "
    "server has one core, the load generator the other. A time counts from the moment a request "
    "was due, so that waiting in line is not hidden."
)


def main() -> None:
    """Measure one part and write its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("part", choices=("scoring", "reading"))
    parser.add_argument("--data")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=120.0)
    words = parser.parse_args()
    if words.part == "scoring":
        scoring(data_folder(words.data), words.rounds)
    else:
        reading(words.people, words.seconds)


if __name__ == "__main__":
    main()
