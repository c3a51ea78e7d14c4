"""Many people edit the same reports while data are taken in: no edit is written over."""

from __future__ import annotations

import random
import shutil
import threading
import time
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import httpx
import pytest
from tests.e2e.conftest import write_reviews
from tests.load_case import Ledger, Load
from tests.served_case import Server, settle_in, with_papers

from jixiao.bootstrap import main, open_office
from jixiao.contracts.office import AuditEntry, Paper
from jixiao.office import verify_trail

BASES = pytest.mark.parametrize("base", ["sqlite", "postgresql"])
LETTERS = "abcdefghijklmnopqrstuvwxyz"
BEGINNING = "The reviewer notes point "


def word(number: int) -> str:
    """Return a number in letters, as figures would be held against the facts."""
    return "".join(LETTERS[number // 26**place % 26] for place in (2, 1, 0))


def number(text: str) -> int:
    """Return the number that ``word`` wrote."""
    found = 0
    for letter in text:
        found = found * 26 + LETTERS.index(letter)
    return found


class Editors:
    """Clients that each read a report, count its sentence up by one, and send it.

    Args:
        client: Makes a client.
        papers: The reports.
        n_edits: Edits of each client.
    """

    def __init__(self, client: Callable[[], httpx.Client], papers: list[str], n_edits: int) -> None:
        self._client, self._papers, self._n_edits = client, papers, n_edits
        self.answers: Counter[int] = Counter()
        self.kept: Counter[str] = Counter()
        self.times: list[float] = []
        self.faults: list[str] = []
        self._lock = threading.Lock()

    def prepare(self) -> None:
        """Give every report a sentence that counts from nought."""
        with self._client() as client:
            for paper in self._papers:
                seen = client.get(f"/api/v1/reports/{paper}").json()
                told = self._send(client, paper, seen, 0)
                assert told.status_code == 200, told.text

    def run(self, n_clients: int) -> None:
        """Let them all edit at once."""
        threads = [threading.Thread(target=self._edit, args=(at,)) for at in range(n_clients)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()

    def counts(self) -> dict[str, int]:
        """Return what each report's sentence says now."""
        with self._client() as client:
            return {one: self._number(client.get(f"/api/v1/reports/{one}")) for one in self._papers}

    def _edit(self, seed: int) -> None:
        draw = random.Random(seed)
        try:
            with self._client() as client:
                for _ in range(self._n_edits):
                    self._one(client, draw.choice(self._papers))
        except Exception as error:
            self.faults.append(f"{type(error).__name__}: {error}")

    def _one(self, client: httpx.Client, paper: str) -> None:
        seen = client.get(f"/api/v1/reports/{paper}")
        began = time.perf_counter()
        answer = self._send(client, paper, seen.json(), self._number(seen) + 1)
        with self._lock:
            self.times.append(time.perf_counter() - began)
            self.answers[answer.status_code] += 1
            if answer.status_code == 200:
                self.kept[paper] += 1
            elif answer.status_code != 409:
                self.faults.append(answer.text)

    @staticmethod
    def _send(client: httpx.Client, paper: str, seen: dict, count: int) -> httpx.Response:
        place = f"{seen['report']['sections'][0]['id']}/0"
        body = {
            "version": seen["version"],
            "sentences": {place: f"{BEGINNING}{word(count)} for the talk."},
        }
        return client.put(f"/api/v1/reports/{paper}/sentences", json=body)

    @staticmethod
    def _number(answer: httpx.Response) -> int:
        text = answer.json()["report"]["sections"][0]["claims"][0]["text"]
        return number(text.removeprefix(BEGINNING).partition(" ")[0])


def chained(entries: list[AuditEntry]) -> bool:
    """Return whether each edit was made to the text that the one before it left."""
    return all(
        later.detail["before"] == earlier.detail["text"] for earlier, later in pairwise(entries)
    )


def run(folder: Path, url: str | None, *, records: int, clients: int, edits: int) -> None:
    data = write_reviews(folder / "reviews.csv", people=max(6, records))
    workspace = folder / "w"
    assert main(["init", str(workspace), "--data", str(data), "--quiet"]) == 0
    keys = settle_in(workspace, url)
    with_papers(workspace, url)
    office = open_office(workspace, url)
    with office.reading() as read:
        papers = read.find(Paper, level="employee", language="en", limit=records)
    office.store.close()
    server = Server(workspace, url, log=folder / "log")
    load = Load(
        lambda: server.client(keys["manager"]),
        lambda: server.client(keys["analyst"]),
        Ledger(),
        [],
        data.read_bytes(),
    )
    editors = Editors(load.reviewer, [one.id for one in papers], edits)
    server.start()
    try:
        editors.prepare()
        load.begin(0, asks=False)
        while not (load.ledger.taken or load.ledger.faults):
            time.sleep(0.05)
        began = time.monotonic()
        editors.run(clients)
        seconds = time.monotonic() - began
        load.end()
        counts = editors.counts()
    finally:
        load.end()
        server.stop()
    assert editors.faults + load.ledger.faults == []
    assert set(editors.answers) <= {200, 409}
    assert editors.answers.total() == clients * edits
    assert editors.answers[409] > 0
    assert counts == {one.id: editors.kept[one.id] for one in papers}
    told = (folder / "log").read_text(encoding="utf-8")
    assert "locked" not in told
    assert '"level": "error"' not in told
    office = open_office(workspace, url)
    with office.reading() as read:
        for one in papers:
            made = read.find(AuditEntry, action="report.edit", object=one.id)
            assert len(made) == editors.kept[one.id] + 1
            assert chained(made)
        imports = read.count(AuditEntry, action="data.import")
    assert office.store.check() == []
    assert verify_trail(office.store).faults == ()
    office.store.close()
    times = sorted(editors.times)
    print(
        f"{clients * edits} edits in {seconds:.0f} s: {dict(editors.answers)}, "
        f"median {times[len(times) // 2] * 1000:.0f} ms, "
        f"p95 {times[int(len(times) * 0.95)] * 1000:.0f} ms, {imports} imports meanwhile"
    )
    shutil.rmtree(workspace)


@pytest.mark.slow
@BASES
def test_nobody_writes_over_another_ones_edit(
    request: pytest.FixtureRequest, tmp_path: Path, base: str
) -> None:
    url = request.getfixturevalue("postgres")() if base == "postgresql" else None
    run(tmp_path, url, records=3, clients=8, edits=8)


@pytest.mark.long
@BASES
def test_ten_thousand_edits_of_fifty_people_lose_none(
    request: pytest.FixtureRequest, tmp_path: Path, base: str
) -> None:
    url = request.getfixturevalue("postgres")() if base == "postgresql" else None
    run(tmp_path, url, records=20, clients=50, edits=200)
