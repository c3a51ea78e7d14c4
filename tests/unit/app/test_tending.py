"""What goes on beside the server: schedules, deliveries, tidying, and a process for jobs."""

import io
import os
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from tests.office_case import make_office, viewer

from jixiao.app.cli.tending import Tender, end_with_parent
from jixiao.contracts.office import Job
from jixiao.gateways.sqlite_failure import full
from jixiao.office import Office
from jixiao.office.work.jobs import start_job
from jixiao.office.work.schedules import add_schedule


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return a fresh application."""
    made = make_office(tmp_path)
    yield made
    made.store.close()


def command(folder: Path) -> list[str]:
    """Return a worker's command that writes down that it began, and lasts until its input ends."""
    told = f"pathlib.Path(r'{folder}/began').open('a').write('x')"
    text = f"import sys, pathlib; {told}; sys.stdin.read()"
    return [sys.executable, "-c", text]


def began(folder: Path) -> int:
    path = folder / "began"
    return len(path.read_text()) if path.exists() else 0


@pytest.fixture
def tender(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tender]:
    """Return a tender that does nothing unless it is told to."""
    monkeypatch.setattr("jixiao.app.cli.tending.EVERY_S", 3600.0)
    with Tender(office, command(tmp_path)) as made:
        yield made


def until(condition: object, *, seconds: float = 20) -> bool:
    over = time.monotonic() + seconds
    while time.monotonic() < over:
        if condition():  # type: ignore[operator]
            return True
        time.sleep(0.05)
    return False


def test_no_process_is_begun_while_no_job_waits(tender: Tender, tmp_path: Path) -> None:
    tender.once()
    time.sleep(0.3)
    assert began(tmp_path) == 0


def test_one_process_at_a_time_is_begun_and_ends_with_the_server(
    office: Office, tender: Tender, tmp_path: Path
) -> None:
    start_job(office, "system", "recheck", {})
    for _ in range(3):
        tender.once()
    assert until(lambda: began(tmp_path) == 1)
    tender.once()
    assert began(tmp_path) == 1
    tender.__exit__(None, None, None)
    assert tender._worker is not None
    assert tender._worker.returncode == 0, "it ended by itself when its input was closed"


def test_a_schedule_that_is_due_is_asked_for_by_the_tender(office: Office, tender: Tender) -> None:
    yesterday = replace(office, clock=lambda: datetime.now(UTC) - timedelta(days=2))
    add_schedule(yesterday, viewer(office, "analyst"), "recheck", "daily")
    tender.once()
    with office.reading() as read:
        assert [one.kind for one in read.find(Job)] == ["recheck"]


def test_the_server_goes_on_when_something_beside_it_fails(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []

    def fail(_: Office) -> int:
        asked.append(1)
        raise OSError("disk")

    monkeypatch.setattr("jixiao.app.cli.tending.tick", fail)
    monkeypatch.setattr("jixiao.app.cli.tending.EVERY_S", 0.01)
    with Tender(office, command(tmp_path)):
        assert until(lambda: len(asked) > 2)


class Busy:
    """A worker whose job cannot be put back."""

    def __init__(self) -> None:
        self.abandoned = 0

    def abandon(self) -> None:
        """Fail as a full database does."""
        self.abandoned += 1
        raise full("the database")


def test_a_worker_ends_with_its_server_even_where_its_job_cannot_be_put_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = threading.Event()
    monkeypatch.setattr(os, "_exit", lambda _: ended.set())
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO()))
    worker = Busy()
    end_with_parent(worker)  # type: ignore[arg-type]
    assert ended.wait(5)
    assert worker.abandoned == 1
