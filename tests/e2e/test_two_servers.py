"""Two server processes on one PostgreSQL: one service, whichever of them answers."""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from tests.load_case import open_jobs, wrong_jobs
from tests.office_case import PASSWORD
from tests.served_case import Server, settle_in

from jixiao.bootstrap import open_office
from jixiao.contracts.office import AuditEntry, Job
from jixiao.office import verify_trail

pytestmark = pytest.mark.slow
HELD_S = 5.0
"""Seconds within which the stop switch must hold everywhere."""


@dataclass
class Pair:
    """Two servers of one workspace.

    Attributes:
        first: One.
        second: The other.
        keys: A key of each login.
    """

    first: Server
    second: Server
    keys: dict[str, str]


@pytest.fixture(scope="module")
def pair(
    company: Path, tmp_path_factory: pytest.TempPathFactory, postgres: Callable[[], str]
) -> Iterator[Pair]:
    """Serve a copy of the company twice, and look at its log at the end."""
    folder, url = tmp_path_factory.mktemp("pair") / "w", postgres()
    shutil.copytree(company / "w", folder)
    keys = settle_in(folder, url)
    servers = [Server(folder, url, log=folder.with_suffix(f".{n}.log")) for n in (1, 2)]
    try:
        for one in servers:
            one.start()
        yield Pair(*servers, keys)
    finally:
        for one in servers:
            one.stop()
    for one in servers:
        assert one.log is not None
        assert '"level": "error"' not in one.log.read_text(encoding="utf-8")
    office = open_office(folder, url)
    assert verify_trail(office.store).faults == ()
    office.store.close()


def test_a_session_opened_at_one_holds_at_the_other_and_ends_at_both(pair: Pair) -> None:
    with (
        httpx.Client(base_url=pair.first.base) as first,
        httpx.Client(base_url=pair.second.base) as second,
    ):
        first.get("/sign-in")
        first.post("/sign-in", data={"login": "manager", "password": PASSWORD})
        second.cookies.update(first.cookies)
        assert second.get("/account").status_code == 200
        page = second.get("/account").text
        token = page.partition('name="csrf" value="')[2].partition('"')[0]
        assert second.post("/sign-out", data={"csrf": token}).status_code == 303
        left = first.get("/account")
        assert left.status_code == 303
        assert left.headers["location"].startswith("/sign-in")


def test_the_stop_switch_pulled_at_one_holds_at_the_other(pair: Pair) -> None:
    row = {"Employee ID": "E001", "Quarter": "2025Q4", "Comments": "delivered early", "Sales": 100}
    with (
        pair.first.client(pair.keys["administrator"]) as boss,
        pair.second.client(pair.keys["analyst"]) as analyst,
    ):

        def score() -> int:
            return analyst.post("/api/v1/scores", json={"rows": [row]}).status_code

        assert score() == 200
        for stopped, expected in (("yes", 409), ("no", 200)):
            told = boss.post("/settings/stop", data={"stopped": stopped, "reason": "a fault"})
            assert told.status_code == 303
            began = time.monotonic()
            while score() != expected:
                assert time.monotonic() - began < HELD_S
                time.sleep(0.05)
            print(f"stopped {stopped}: {time.monotonic() - began:.2f} s")


def test_an_option_set_at_one_counts_at_the_other(pair: Pair, company: Path) -> None:
    lines = (company / "reviews.csv").read_text(encoding="utf-8").splitlines()
    many = "\n".join([lines[0], *(lines[1:] * 20), ""]).encode()
    with (
        pair.first.client(pair.keys["administrator"]) as boss,
        pair.second.client(pair.keys["analyst"]) as analyst,
    ):

        def bring() -> httpx.Response:
            return analyst.post("/data/uploads", files={"file": ("reviews.csv", many)})

        assert bring().status_code == 303
        given = {"upload_rows": "1000", "version-upload_rows": "0"}
        assert boss.post("/settings", data=given).status_code == 303
        refused = bring()
        assert refused.status_code == 422
        assert "1,000 rows" in refused.text


def test_jobs_asked_for_at_both_are_each_done_once(pair: Pair) -> None:
    def ask(server: Server) -> None:
        with server.client(pair.keys["analyst"]) as client:
            for _ in range(4):
                assert client.post("/api/v1/jobs", json={"kind": "recheck"}).status_code == 202

    threads = [threading.Thread(target=ask, args=(one,)) for one in (pair.first, pair.second)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    with pair.second.client(pair.keys["analyst"]) as client:
        until = time.monotonic() + 200
        while open_jobs(client) and time.monotonic() < until:
            time.sleep(0.2)
    office = open_office(pair.first.folder, pair.first.url)
    with office.reading() as read:
        assert wrong_jobs(read) == []
        made = read.find(Job)
        assert read.count(AuditEntry, action="job.end") == len(made)
    assert sum(one.kind == "recheck" for one in made) == 8
    workers = {one.worker for one in made}
    office.store.close()
    print(f"{len(workers)} workers did them")
