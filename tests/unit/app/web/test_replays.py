from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.office_case import browser, viewer

from jixiao.app.web.api import jobs
from jixiao.contracts.office import ApiKey, Entry, Job, Replay
from jixiao.core import Stale
from jixiao.office import Office, make_key
from jixiao.office.once import LEASE, MADE, UNDER_WAY, asked_under
from jixiao.office.work.jobs import start_job


def _jobs(office: Office) -> int:
    with office.reading() as read:
        return read.count(Job)


def test_a_change_sent_twice_under_one_key_is_done_once_and_answered_twice(office: Office) -> None:
    client = browser(office, "analyst")
    asked = {"json": {"kind": "recheck"}, "headers": {"idempotency-key": "one"}}
    first = client.post("/api/v1/jobs", **asked)
    again = client.post("/api/v1/jobs", **asked)
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    assert "content-security-policy" in again.headers
    assert _jobs(office) == 1


def test_the_same_key_with_another_request_is_refused(office: Office) -> None:
    client = browser(office, "analyst")
    key = {"idempotency-key": "one"}
    assert client.post("/api/v1/jobs", json={"kind": "recheck"}, headers=key).status_code == 202
    other = client.post("/api/v1/jobs", json={"kind": "report"}, headers=key)
    assert other.status_code == 422
    assert other.json()["code"] == "JX-E767"
    assert _jobs(office) == 1


def test_a_request_that_is_still_being_answered_is_not_begun_again(office: Office) -> None:
    client = browser(office, "analyst")
    asked = {"json": {"kind": "recheck"}, "headers": {"idempotency-key": "one"}}
    client.post("/api/v1/jobs", **asked)
    with office.store.noting() as note:
        (known,) = note.find(Replay)
        note.replace(known, status=0, body="")
    assert client.post("/api/v1/jobs", **asked).status_code == 409
    assert _jobs(office) == 1


def test_two_accounts_may_use_the_same_key(office: Office) -> None:
    key = {"idempotency-key": "one"}
    for login in ("analyst", "administrator"):
        answer = browser(office, login).post("/api/v1/jobs/none/cancel", headers=key)
        assert answer.status_code == 404
        assert "idempotency-replayed" not in answer.headers


def test_a_key_that_was_taken_back_gets_no_old_answer(office: Office) -> None:
    made, secret = make_key(office, viewer(office, "analyst"), "n", scopes=["job.read"], days=1)
    program = browser(office)
    program.headers |= {"authorization": f"Bearer {secret}", "idempotency-key": "one"}
    assert program.post("/api/v1/jobs/none/cancel").status_code == 403
    with office.store.changing(Entry("test", "revoke", "key")) as change:
        change.replace(change.get(ApiKey, made.id), revoked=True)
    assert program.post("/api/v1/jobs/none/cancel").status_code == 401


def test_an_answer_that_may_differ_the_next_time_is_not_kept(office: Office) -> None:
    client = browser(office, "manager")
    asked = {"json": {"kind": "recheck"}, "headers": {"idempotency-key": "one"}}
    assert client.post("/api/v1/jobs", **asked).status_code == 403
    with office.reading() as read:
        assert read.count(Replay) == 0


ASKED: dict[str, Any] = {"json": {"kind": "recheck"}, "headers": {"idempotency-key": "one"}}


def _die(office: Office, *, status: int, ago: timedelta) -> Replay:
    """Leave the key as a server that died leaves it."""
    with office.store.noting() as note:
        (known,) = note.find(Replay)
        body = known.body if status == MADE else ""
        return note.replace(known, status=status, body=body, at=known.at - ago)


def _remove_jobs(office: Office) -> None:
    with office.store.changing(Entry("test", "remove", "job")) as change:
        change.remove(*change.find(Job))


def test_a_request_whose_server_died_before_the_change_is_done_after_a_minute(
    office: Office,
) -> None:
    client = browser(office, "analyst")
    client.post("/api/v1/jobs", **ASKED)
    _remove_jobs(office)
    _die(office, status=UNDER_WAY, ago=LEASE / 2)
    assert client.post("/api/v1/jobs", **ASKED).status_code == 409
    assert _jobs(office) == 0
    _die(office, status=UNDER_WAY, ago=LEASE)
    assert client.post("/api/v1/jobs", **ASKED).status_code == 202
    assert client.post("/api/v1/jobs", **ASKED).headers["idempotency-replayed"] == "true"
    assert _jobs(office) == 1


def test_a_change_that_was_made_is_never_made_again_where_its_answer_was_lost(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def made_and_lost(*given: Any, **more: Any) -> Job:
        start_job(*given, **more)
        raise RuntimeError("killed")

    monkeypatch.setattr(jobs, "start_job", made_and_lost)
    client = browser(office, "analyst")
    unlucky = TestClient(client.app, "https://testserver", raise_server_exceptions=False)
    unlucky.cookies, unlucky.headers = client.cookies, client.headers
    assert unlucky.post("/api/v1/jobs", **ASKED).status_code == 500
    monkeypatch.undo()
    assert client.post("/api/v1/jobs", **ASKED).status_code == 409
    _die(office, status=MADE, ago=LEASE * 2)
    told = client.post("/api/v1/jobs", **ASKED)
    assert told.status_code == 409
    assert told.json()["expected"] == "nothing more: the change was made"
    with office.reading() as read:
        (job,) = read.find(Job)
    assert told.json()["got"] == f"its answer lost: job.start job {job.id}"


def test_a_request_that_was_begun_anew_elsewhere_changes_nothing_any_more(office: Office) -> None:
    client = browser(office, "analyst")
    client.post("/api/v1/jobs", **ASKED)
    with office.reading() as read:
        (known,) = read.find(Replay)
    late = replace(known, at=known.at - LEASE)
    with asked_under(late), pytest.raises(Stale, match="one begun later"):
        start_job(office, viewer(office, "analyst"), "report", {})
    assert _jobs(office) == 1
