"""A server whose disk runs full: it says so, people read on, and all goes on when there is room."""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from tests.e2e.conftest import write_reviews
from tests.load_case import open_jobs, wrong_jobs
from tests.served_case import Server, settle_in, with_papers

from jixiao.bootstrap import main, open_office
from jixiao.contracts.office import Paper
from jixiao.office import verify_trail

Fill = Callable[[Server], None]
ROOM_MB = 24


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Give a file system of its own, which only a superuser can do."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={ROOM_MB}m", "tmpfs", str(folder)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here; a limit on file sizes stands in for one")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture(params=["limit", "disk"])
def place(
    request: pytest.FixtureRequest, tmp_path: Path
) -> Iterator[tuple[Path, Callable[[Server], None], Callable[[Server], None]]]:
    """Give a folder, what leaves its server no room, and what gives it room again."""
    if request.param == "limit":
        yield tmp_path / "w", lambda one: _limit(one, 1), lambda one: _limit(one, -1)
        return
    with small_disk(tmp_path / "disk") as disk:
        ballast = disk / "ballast"
        yield disk / "w", lambda _: _fill(ballast), lambda _: ballast.unlink()


def _limit(server: Server, size: int) -> None:
    """Let the server write no byte beyond that place of any file."""
    assert server.process is not None
    limits = (size, resource.RLIM_INFINITY)
    resource.prlimit(server.process.pid, resource.RLIMIT_FSIZE, limits)


def _fill(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        for size in (2**20, 2**12, 1):
            try:
                while file.write(b"\0" * size) == size:
                    pass
            except OSError:
                continue


def changes(client: httpx.Client, paper: str, version: int, file: bytes) -> list[httpx.Response]:
    """Ask for one change of each kind."""
    return [
        client.post(f"/api/v1/reports/{paper}/submit", json={"version": version}),
        client.post("/data/uploads", files={"file": ("reviews.csv", file)}),
        client.post("/api/v1/jobs", json={"kind": "report"}),
        client.post("/api/v1/models/train", json={"name": "linear", "minutes": 0.1}),
    ]


@pytest.mark.slow
def test_a_full_disk_is_told_and_nothing_is_lost(
    place: tuple[Path, Fill, Fill], tmp_path: Path
) -> None:
    folder, fill, free = place
    data = write_reviews(tmp_path / "reviews.csv", people=8, periods=2)
    assert main(["init", str(folder), "--data", str(data), "--quiet"]) == 0
    keys = settle_in(folder)
    with_papers(folder)
    office = open_office(folder)
    with office.reading() as read:
        paper = read.find(Paper, level="employee")[0]
    office.store.close()
    server = Server(folder)
    server.start()
    try:
        with server.client(keys["analyst"]) as client:
            fill(server)
            for answer in changes(client, paper.id, paper.version, data.read_bytes()):
                assert answer.status_code in (503, 507), answer.text
                if answer.request.url.path.startswith("/api"):
                    assert answer.headers["content-type"] == "application/problem+json"
                    assert answer.json()["hint"]
                else:
                    assert "JX-E40" in answer.text
            for address in ("/api/v1/reports", "/api/v1/jobs", "/data", "/jobs", "/readyz"):
                assert client.get(address).status_code == 200, address
            free(server)
            done = changes(client, paper.id, paper.version, data.read_bytes())
            assert [one.status_code for one in done] == [200, 303, 202, 202]
            until = time.monotonic() + 200
            while open_jobs(client) and time.monotonic() < until:
                time.sleep(0.3)
    finally:
        server.stop()
    office = open_office(folder)
    with office.reading() as read:
        assert read.get(Paper, paper.id).state == "in_review"
        assert wrong_jobs(read) == []
    assert office.store.check() == []
    assert verify_trail(office.store).faults == ()
    office.store.close()


@pytest.mark.slow
def test_a_backup_that_finds_no_room_leaves_nothing_and_says_so(tmp_path: Path) -> None:
    data = write_reviews(tmp_path / "reviews.csv", people=8, periods=2)
    assert main(["init", str(tmp_path / "w"), "--data", str(data), "--quiet"]) == 0
    open_office(tmp_path / "w").store.close()

    def back_up(out: Path) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "jixiao", "backup", str(tmp_path / "w"), str(out)]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)

    with small_disk(tmp_path / "disk") as disk:
        _fill(disk / "ballast")
        answer = back_up(disk / "b.tar")
        assert answer.returncode == 2
        assert "JX-E40" in answer.stderr
        assert [one.name for one in disk.iterdir()] == ["ballast"]
        (disk / "ballast").unlink()
        assert back_up(disk / "b.tar").returncode == 0
        shutil.copy(disk / "b.tar", tmp_path / "b.tar")
    words = ["restore", str(tmp_path / "b.tar"), str(tmp_path / "again"), "--quiet"]
    assert main(words) == 0
