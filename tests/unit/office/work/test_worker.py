"""What a worker does while disk or database fail."""

from __future__ import annotations

import errno
import threading
import time
from typing import Any

import pytest
from tests.office_case import viewer

from jixiao.contracts.office import Job
from jixiao.core import Held
from jixiao.gateways.database import SqlStore
from jixiao.gateways.sqlite_failure import full
from jixiao.office import Office
from jixiao.office.work import work as works
from jixiao.office.work import worker
from jixiao.office.work.jobs import one_job, start_job
from jixiao.office.work.work import Work
from jixiao.office.work.worker import Worker


def with_work(monkeypatch: pytest.MonkeyPatch, run: Any) -> None:
    monkeypatch.setitem(works.WORK, "some", Work(run, "data.change"))


def found(office: Office, job: Job) -> Job:
    return one_job(office, viewer(office, "analyst"), job.id)


def test_jobs_wait_while_the_database_is_full_and_are_done_when_there_is_room(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_work(monkeypatch, lambda *_: {"n": 1})
    monkeypatch.setattr(worker, "PAUSE_S", 0.05)
    job = start_job(office, "system", "some", {})
    until = threading.Event()
    noting, refused = SqlStore.noting, []

    def no_room(*_: object) -> None:
        refused.append(1)
        raise full("the database")

    monkeypatch.setattr(SqlStore, "noting", no_room)
    thread = threading.Thread(target=Worker(office).work, kwargs={"until": until})
    thread.start()
    try:
        while len(refused) < 3:
            time.sleep(0.01)
        assert (found(office, job).state, found(office, job).attempts) == ("waiting", 0)
        monkeypatch.setattr(SqlStore, "noting", noting)
        for _ in range(400):
            if found(office, job).state == "done":
                break
            time.sleep(0.02)
    finally:
        until.set()
        thread.join()
    assert found(office, job).state == "done"


def test_a_job_that_finds_no_room_fails_with_a_hint_and_can_be_tried_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object) -> dict[str, Any]:
        raise OSError(errno.ENOSPC, "No space left on device", "/srv/w/reports/a.html")

    with_work(monkeypatch, run)
    job = start_job(office, "system", "some", {})
    assert Worker(office).one()
    error = found(office, job).result["error"]
    assert found(office, job).state == "failed"
    assert (error["code"], error["place"], error["got"]) == (
        "JX-E406",
        "a.html",
        "No space left on device",
    )


def test_a_job_whose_workspace_is_held_waits_without_losing_a_beginning(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object) -> dict[str, Any]:
        raise Held("JX-E402", "w", expected="a workspace nobody writes to", got="another one")

    with_work(monkeypatch, run)
    job = start_job(office, "system", "some", {})
    assert Worker(office).one()
    assert (found(office, job).state, found(office, job).attempts) == ("waiting", 0)


def test_an_end_that_cannot_be_kept_is_not_told_and_the_job_is_taken_up_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(office: Office, *_: object) -> dict[str, Any]:
        monkeypatch.setattr(SqlStore, "changing", no_room)
        return {"n": 1}

    def no_room(*_: object) -> None:
        raise full("the database")

    with_work(monkeypatch, run)
    job = start_job(office, "system", "some", {})
    changing = SqlStore.changing
    with pytest.raises(Exception, match="room on its disk"):
        Worker(office).one()
    monkeypatch.setattr(SqlStore, "changing", changing)
    now = found(office, job)
    assert now.state == "running"
    assert now.result == {}
    assert now.lease is not None
