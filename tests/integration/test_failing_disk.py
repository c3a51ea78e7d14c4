"""A disk that is full or fails at any write: nothing half, no false "saved", and all goes on."""

from __future__ import annotations

import errno
import hashlib
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.e2e.conftest import write_reviews
from tests.failing_disk import FailingDisk, failing, writes_of
from tests.office_case import browser, make_office, viewer
from tests.paper_case import current, with_paper

from jixiao.bootstrap import main
from jixiao.contracts.office import Approval, AuditEntry, Job, Upload
from jixiao.core import Unavailable
from jixiao.office import Office, back_up, verify_trail
from jixiao.office.cycles.judging import judge
from jixiao.office.papers.reviews import submit
from jixiao.office.papers.shown import show
from jixiao.office.work.jobs import LEASE_S, retry_job, start_job
from jixiao.office.work.worker import Worker
from jixiao.services import unpack

DISKS = [
    pytest.param(errno.ENOSPC, True, id="full"),
    pytest.param(errno.EIO, False, id="one-fault"),
]
STATUS = {errno.ENOSPC: 507, errno.EIO: 503}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace of six people."""
    folder = tmp_path_factory.mktemp("failing-disk")
    data = write_reviews(folder / "reviews.csv", people=6, periods=2)
    assert main(["init", str(folder / "w"), "--data", str(data), "--quiet"]) == 0
    return folder / "w"


@pytest.fixture
def office(workspace: Path, tmp_path: Path) -> Iterator[Office]:
    """Return an application over a copy of it."""
    folder = tmp_path / "w"
    shutil.copytree(workspace, folder)
    made = make_office(folder)
    yield made
    made.store.close()


def assert_sound(office: Office) -> None:
    """Database, log and every document under its final name are whole."""
    assert office.store.check() == []
    assert verify_trail(office.store).faults == ()
    base = office.workspace.store.base
    for path in base.rglob("*.json"):
        if not any(part.startswith(".") for part in path.relative_to(base).parts):
            json.loads(path.read_text(encoding="utf-8"))


def entries(office: Office, action: str) -> int:
    with office.reading() as read:
        return read.count(AuditEntry, action=action)


def bring(client: TestClient, workspace: Path) -> Any:
    content = (workspace.parent / "reviews.csv").read_bytes()
    return client.post("/data/uploads", files={"file": ("reviews.csv", content)})


@pytest.mark.parametrize(("number", "lasting"), DISKS)
def test_a_file_is_brought_whole_or_the_answer_says_that_it_was_not(
    office: Office, workspace: Path, number: int, lasting: bool
) -> None:
    client = browser(office, "analyst")
    count = writes_of(office, lambda: bring(client, workspace))
    assert count >= 6
    kept = 1
    for at in range(1, count + 1):
        with failing(office, FailingDisk(number, at, lasting)):
            answer = bring(client, workspace)
        with office.reading() as read:
            uploads, jobs = read.find(Upload), read.find(Job)
        if answer.status_code == 303:
            kept += 1
        else:
            assert answer.status_code == STATUS[number], at
        assert len(uploads) == len(jobs) == entries(office, "data.upload") == kept
        assert all((office.workspace.store.base / one.file).is_file() for one in uploads)
    assert_sound(office)
    assert bring(client, workspace).status_code == 303


def in_review(office: Office) -> Any:
    """Return a report that a manager has judged and seen."""
    paper = with_paper(office)
    submit(office, viewer(office, "analyst"), paper.id, version=paper.version)
    judge(office, viewer(office, "manager"), paper.id, rating="3", reason="Output held up.")
    return show(office, viewer(office, "manager"), paper.id, how="page")


@pytest.mark.parametrize(("number", "lasting"), DISKS)
def test_an_approval_is_kept_whole_or_the_answer_says_that_it_was_not(
    office: Office, number: int, lasting: bool
) -> None:
    shown = in_review(office)
    client = browser(office, "manager")
    address = f"/api/v1/reports/{shown.paper.id}"

    def give_word() -> Any:
        seen = client.get(address)
        if seen.status_code != 200:  # that it was seen could not be noted
            return seen
        word = {name: seen.json()[name] for name in ("version", "text")}
        return client.post(f"{address}/approve", json=word)

    approved, refused = 0, 0
    for at in range(1, 40):
        with failing(office, FailingDisk(number, at, lasting)):
            answer = give_word()
        with office.reading() as read:
            standing = read.count(Approval, paper=shown.paper.id, void=None)
        state = current(office).state
        if answer.status_code == 200:
            approved += 1
            assert (state, standing, entries(office, "report.approve")) == ("approved", 1, approved)
            version = current(office).version
            undo = client.post(f"{address}/withdraw", json={"version": version})
            submitted = client.post(f"{address}/submit", json={"version": undo.json()["version"]})
            assert submitted.status_code == 200
        else:
            refused += 1
            assert answer.status_code == STATUS[number], answer.text
            assert (state, standing) == ("in_review", 0)
    assert refused >= 5
    assert approved >= 1
    assert_sound(office)
    assert give_word().status_code == 200


def finish(office: Office, job: Job) -> Job:
    """Let a job be done on a sound disk, as a worker and whoever asks for it would."""
    with office.reading() as read:
        now = read.get(Job, job.id)
    if now.state == "failed":
        assert now.result["error"]["code"] in ("JX-E406", "JX-E407", "JX-E408"), now.result
        retry_job(office, viewer(office, "analyst"), job.id)
    later = replace(office, clock=lambda: datetime.now(UTC) + timedelta(seconds=LEASE_S + 1))
    while now.state != "done":
        assert Worker(later).one()
        with office.reading() as read:
            now = read.get(Job, job.id)
    return now


def work(office: Office) -> None:
    """Do a job; what a worker meets when even its end cannot be kept is what it waits for."""
    try:
        Worker(office).one()
    except (Unavailable, OSError):
        return


def sweep(
    office: Office,
    disk: tuple[int, bool],
    ask: Callable[[], Job],
    look: Callable[[Job, str], None],
    *,
    step: int = 1,
) -> int:
    """Let a job's disk fail at one write after another; return at how many it did."""
    first = ask()
    count = writes_of(office, lambda: Worker(office).one())
    look(first, "done")
    points = range(1, count + 1, step)
    for at in points:
        job = ask()
        with failing(office, FailingDisk(disk[0], at, disk[1])):
            work(office)
        with office.reading() as read:
            look(job, read.get(Job, job.id).state)
        assert_sound(office)
        look(finish(office, job), "done")
    return len(points)


@pytest.mark.parametrize(("number", "lasting"), DISKS)
def test_a_table_is_taken_in_whole_or_not_at_all(
    office: Office, workspace: Path, number: int, lasting: bool
) -> None:
    client = browser(office, "analyst")
    lines = (workspace.parent / "reviews.csv").read_bytes()
    turn = iter(range(10_000))

    def ask() -> Job:
        content = lines + b"N1,E000,2025Q2,M1,Sales/South,met the plan in week %d,100,3\n" % next(
            turn
        )
        answer = client.post("/data/uploads", files={"file": ("reviews.csv", content)})
        assert Worker(office).one()
        assert client.post(f"{answer.headers['location']}/take").status_code == 303
        with office.reading() as read:
            return read.find(Job, order="-created", limit=1)[0]

    def look(job: Job, state: str) -> None:
        with office.reading() as read:
            upload = read.get(Upload, job.arguments["upload"])
            taken = read.count(AuditEntry, action="data.import", object=upload.id)
        source = office.workspace.settings().contract.tables[0].source
        assert taken == (upload.state == "imported")
        if state == "done":
            assert upload.state == "imported"
        if upload.state == "imported":
            assert source.endswith(upload.file)
        assert (office.workspace.store.base / source).is_file()

    assert sweep(office, (number, lasting), ask, look, step=2) >= 5


@pytest.mark.parametrize(("number", "lasting"), DISKS)
def test_reports_are_made_whole_or_the_job_says_that_they_were_not(
    office: Office, number: int, lasting: bool
) -> None:
    base = office.workspace.store.base

    def ask() -> Job:
        shutil.rmtree(base / "reports", ignore_errors=True)
        return start_job(office, "system", "report", {"languages": ["en"]})

    def look(job: Job, state: str) -> None:
        found = sorted((base / "reports" / "en").glob("*.html"))
        if state == "done":
            assert len(found) >= 6
        assert all("</html>" in path.read_text(encoding="utf-8") for path in found)

    assert sweep(office, (number, lasting), ask, look, step=17) >= 3


@pytest.mark.parametrize(("number", "lasting"), DISKS)
def test_a_backup_is_whole_or_there_is_none(
    office: Office, tmp_path: Path, number: int, lasting: bool
) -> None:
    out = tmp_path / "backups" / "b.tar"
    out.parent.mkdir()
    office.workspace.store.signing_key()

    def make() -> object:
        return back_up(office, "command line", out)

    count = writes_of(office, make)
    for at in range(1, count + 1):
        out.unlink(missing_ok=True)
        with failing(office, FailingDisk(number, at, lasting)):
            try:
                make()
                is_made = True
            except (Unavailable, OSError):
                is_made = False
        assert out.exists() == is_made
        for part in (one for one in out.parent.iterdir() if one != out):
            # only its last step failed, the name: the log tells that it is whole
            assert part == out.with_name("b.tar.part")
            sha256 = hashlib.sha256(part.read_bytes()).hexdigest()
            with office.reading() as read:
                (entry,) = read.find(AuditEntry, action="backup.make", order="-id", limit=1)
            assert entry.detail["sha256"] == sha256
            part.unlink()
    out.unlink(missing_ok=True)
    make()
    again = tmp_path / f"again-{number}"
    assert unpack(out, again, force=False).is_file()
    assert_sound(office)
