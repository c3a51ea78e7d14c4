"""The server killed at any moment under load: what was answered is kept, and all work goes on."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import pytest
from tests.load_case import Ledger, Load, open_jobs, wrong_jobs
from tests.served_case import Server, settle_in, with_papers

from jixiao.bootstrap import open_office
from jixiao.contracts.office import AuditEntry, Paper, Upload
from jixiao.office import Office, verify_trail

MOST_RESTART_S = 5.0


@dataclass
class Sweep:
    """Kills, each followed by a restart and a look at everything.

    Attributes:
        server: What is killed.
        load: What asks it meanwhile.
        draw: Says when.
        restarts: Seconds of each restart.
    """

    server: Server
    load: Load
    draw: random.Random
    restarts: list[float]

    def kill(self, *, alone: bool) -> None:
        """Let the load run for a moment, kill, start again and look."""
        self.load.begin()
        time.sleep(self.draw.uniform(0.3, 6.0))
        self.server.kill(alone=alone)
        self.load.end()
        self.restarts.append(self.server.start())
        office = open_office(self.server.folder, self.server.url)
        try:
            assert self.load.ledger.check(office) == []
            assert office.store.check() == []
            assert verify_trail(office.store).faults == ()
            assert_whole(office)
        finally:
            office.store.close()

    def settle(self) -> None:
        """Wait until every job has ended and look whether each did once."""
        with self.load.analyst() as client:
            until = time.monotonic() + 240
            while open_jobs(client) and time.monotonic() < until:
                time.sleep(0.2)
        office = open_office(self.server.folder, self.server.url)
        try:
            with office.reading() as read:
                assert wrong_jobs(read) == []
                states = {read.get(Upload, one).state for one in self.load.ledger.taken}
            assert states <= {"imported"}
            assert verify_trail(office.store).faults == ()
            assert_last_import(office)
        finally:
            office.store.close()


def assert_whole(office: Office) -> None:
    """The table in use is a file as somebody brought it, whole; every document can be read."""
    source = office.workspace.store.base / office.workspace.settings().contract.tables[0].source
    if source.parent.name == "uploads":
        digest = hashlib.sha256(source.read_bytes()).hexdigest()
        assert source.name.startswith(digest[:32])
    for path in office.workspace.store.base.rglob("*.json"):
        if not any(part.startswith(".") for part in path.parts):
            json.loads(path.read_text(encoding="utf-8"))


def assert_last_import(office: Office) -> None:
    """The table in use is the file of the last entry that took one in."""
    with office.reading() as read:
        entries = read.find(AuditEntry, action="data.import", order="-id", limit=1)
        if not entries:
            return
        upload = read.get(Upload, entries[0].object)
    assert office.workspace.settings().contract.tables[0].source.endswith(upload.file)


def sweep_of(company: Path, folder: Path, url: str | None, seed: int) -> Sweep:
    """Return a served copy of the company under a load that has not begun."""
    shutil.copytree(company / "w", folder)
    keys = settle_in(folder, url)
    with_papers(folder, url)
    office = open_office(folder, url)
    with office.reading() as read:
        papers = [one.id for one in read.find(Paper, level="employee")]
    office.store.close()
    server = Server(folder, url, log=folder.with_suffix(".log"))
    load = Load(
        lambda: server.client(keys["manager"]),
        lambda: server.client(keys["analyst"]),
        Ledger(),
        papers,
        (company / "reviews.csv").read_bytes(),
    )
    return Sweep(server, load, random.Random(seed), [])


def run(sweep: Sweep, *, pairs: int) -> None:
    """Kill the server twice, once with its worker, and let all work end; so many times."""
    sweep.server.start()
    try:
        sweep.load.begin()
        time.sleep(2)
        sweep.load.end()
        sweep.settle()
        for _ in range(pairs):
            for alone in (True, False):
                sweep.kill(alone=alone)
            sweep.settle()
    finally:
        sweep.server.stop()
    ledger = sweep.load.ledger
    told = {action: 0 for _, action in ledger.done}
    for (_, action), count in ledger.done.items():
        told[action] += count
    print(f"restarts: median {median(sweep.restarts):.1f} s, most {max(sweep.restarts):.1f} s")
    print(f"answered: {told}, files {len(ledger.uploads)}, taken in {len(ledger.taken)}")
    assert min(told["report.approve"], told["job.start"], len(ledger.taken)) > 0
    assert max(sweep.restarts) <= MOST_RESTART_S


@pytest.mark.slow
def test_a_killed_server_loses_nothing_it_has_answered(company: Path, tmp_path: Path) -> None:
    run(sweep_of(company, tmp_path / "w", None, seed=1), pairs=1)


@pytest.mark.long
@pytest.mark.parametrize("seed", [2, 3])
def test_sixteen_kills_on_sqlite_lose_nothing(company: Path, tmp_path: Path, seed: int) -> None:
    run(sweep_of(company, tmp_path / "w", None, seed), pairs=8)


@pytest.mark.long
def test_ten_kills_on_postgresql_lose_nothing(
    company: Path, tmp_path: Path, postgres: Callable[[], str]
) -> None:
    run(sweep_of(company, tmp_path / "w", postgres(), seed=4), pairs=5)
