"""A small table of invented reviews as people keep them, and the command line as they type it."""

from __future__ import annotations

import csv
import io
import json
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from jixiao.bootstrap import main

if TYPE_CHECKING:
    from tests.filled_case import Site

    from jixiao.office import Office

WORDS = {
    1: "missed deadlines and left errors in the release",
    2: "needed reminders and finished some of the plan late",
    3: "met the plan and answered colleagues in time",
    4: "delivered early and helped the team with tests",
    5: "delivered far ahead of plan and taught the whole team",
}
EXTRA = ("in the spring", "during the audit", "on the billing project", "for two clients")


@dataclass(frozen=True)
class Answer:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def write_reviews(path: Path, *, seed: int = 0, people: int = 60, periods: int = 4) -> Path:
    """Write reviews of invented people: an id, period, rater, team, text, figure and rating."""
    draw = random.Random(seed)
    with path.open("w", newline="", encoding="utf-8") as file:
        out = csv.writer(file)
        out.writerow(
            [
                "Review ID",
                "Employee ID",
                "Quarter",
                "Reviewer",
                "Team",
                "Comments",
                "Sales",
                "Rating",
            ]
        )
        for person in range(people):
            level = draw.gauss(3, 1)
            for period in range(periods):
                rating = min(5, max(1, round(level + draw.gauss(0, 0.4))))
                told = WORDS[rating].capitalize()
                text = f"{told} {draw.choice(EXTRA)}, note {draw.randrange(999)}."
                out.writerow(
                    [
                        f"R{person:03d}-{period}",
                        f"E{person:03d}",
                        f"2025Q{period + 1}",
                        f"M{person % 6}",
                        f"Sales/{'North' if person % 2 else 'South'}",
                        text,
                        round(100 + 20 * level + draw.gauss(0, 8), 1),
                        rating,
                    ]
                )
    return path


@pytest.fixture
def reviews(tmp_path: Path) -> Path:
    """A clean file of 240 reviews."""
    return write_reviews(tmp_path / "reviews.csv")


@pytest.fixture
def jixiao() -> Callable[..., Answer]:
    """Run one command in this process."""

    def run(*words: object) -> Answer:
        out, err = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            try:
                code = main([str(word) for word in words])
            except SystemExit as left:
                code = int(left.code or 0)
        return Answer(code, out.getvalue(), err.getvalue())

    return run


@pytest.fixture(scope="session")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace of the small table with a linear model, evaluated; copy it before changing it."""
    folder = tmp_path_factory.mktemp("trained")
    data = write_reviews(folder / "reviews.csv")
    workspace = folder / "workspace"
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        assert main(["init", str(workspace), "--data", str(data)]) == 0
        assert main(["train", str(workspace), "--model", "linear", "--budget", "20s"]) == 0
        assert main(["evaluate", str(workspace)]) == 0
    return workspace


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a table of 16 people and a workspace ``w`` with a linear model of it."""
    folder = tmp_path_factory.mktemp("company")
    data = write_reviews(folder / "reviews.csv", people=16)
    workspace = str(folder / "w")
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        assert main(["init", workspace, "--data", str(data)]) == 0
        assert main(["train", workspace, "--model", "linear", "--budget", "6s"]) == 0
    return folder


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A company in the middle of its year, with something of everything that pages show."""
    from tests.filled_case import make_filled

    return make_filled(tmp_path_factory.mktemp("filled"))


@pytest.fixture
def site(filled: Office, tmp_path: Path, chromium: str) -> Iterator[Site]:
    """Serve it."""
    import uvicorn
    from playwright.sync_api import sync_playwright
    from tests.filled_case import Site

    from jixiao.app.web import create_app

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(filled), port=port, log_level="error"))
    closing = filled.store.close
    filled.store.close = lambda: None  # type: ignore[method-assign]  # further tests use it
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield Site(f"http://127.0.0.1:{port}", filled, browser, tmp_path)
        browser.close()
    server.should_exit = True
    thread.join(timeout=10)
    filled.store.close = closing  # type: ignore[method-assign]
