import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.office_case import viewer
from tests.paper_case import with_scale

from jixiao.contracts.office import Job
from jixiao.core import Conflict, Forbidden
from jixiao.office import Office
from jixiao.office.work import work as works
from jixiao.office.work.jobs import (
    LEASE_S,
    MOST_ATTEMPTS,
    Lost,
    cancel_job,
    claim,
    end,
    one_job,
    renew,
    retry_job,
    start_job,
)
from jixiao.office.work.models import ask_for_training
from jixiao.office.work.work import Work
from jixiao.office.work.worker import Worker
from jixiao.services import Workspace


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let a kind of work note each job it did."""
    done: list[str] = []

    def run(office: Office, job: Job, tell: Any) -> dict[str, Any]:
        tell("counting", 1, 2)
        done.append(job.id)
        return {"n": len(done)}

    monkeypatch.setitem(works.WORK, "count", Work(run, "data.change"))
    return done


def later(office: Office, seconds: float) -> Office:
    """Return the application some time from now."""
    return replace(office, clock=lambda: datetime.now(UTC) + timedelta(seconds=seconds))


def test_a_job_is_done_once_with_an_entry_for_its_start_and_its_end(
    office: Office, counted: list[str]
) -> None:
    job = start_job(office, viewer(office, "analyst"), "count", {})
    worker = Worker(office)
    assert worker.one()
    assert not worker.one()
    assert counted == [job.id]
    found = one_job(office, viewer(office, "analyst"), job.id)
    assert (found.state, found.result) == ("done", {"n": 1})
    actions = [one.action for one in office.store.entries() if one.object == job.id]
    assert actions == ["job.start", "job.end"]


def test_a_job_of_a_dead_worker_is_taken_over_and_the_dead_one_cannot_end_it(
    office: Office, counted: list[str]
) -> None:
    start_job(office, "system", "count", {})
    first = claim(office, "first")
    assert first is not None
    assert claim(office, "second") is None
    second = claim(later(office, LEASE_S + 1), "second")
    assert second is not None
    assert second.id == first.id
    with pytest.raises(Lost):
        renew(office, first, stage="counting", done=1, total=2)
    with pytest.raises(Lost):
        end(office, first, "done", {})
    assert end(office, second, "done", {}).state == "done"


def test_eight_workers_at_once_do_every_job_exactly_once(
    office: Office, counted: list[str]
) -> None:
    asked = {start_job(office, "system", "count", {}).id for _ in range(24)}
    workers = [
        threading.Thread(target=lambda: [None for _ in range(24) if Worker(office).one()])
        for _ in range(8)
    ]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sorted(counted) == sorted(asked)


def test_a_job_that_never_comes_to_an_end_fails_with_a_hint(
    office: Office, counted: list[str]
) -> None:
    job = start_job(office, "system", "count", {})
    for turn in range(MOST_ATTEMPTS):
        assert claim(later(office, turn * (LEASE_S + 1)), f"w{turn}") is not None
    assert claim(later(office, MOST_ATTEMPTS * (LEASE_S + 1)), "last") is None
    found = one_job(office, viewer(office, "analyst"), job.id)
    assert found.state == "failed"
    assert found.result["error"]["code"] == "JX-E763"
    again = retry_job(office, viewer(office, "analyst"), job.id)
    assert (again.state, again.attempts) == ("waiting", 0)


def test_a_waiting_job_is_cancelled_at_once_and_never_done(
    office: Office, counted: list[str]
) -> None:
    job = start_job(office, "system", "count", {})
    assert cancel_job(office, viewer(office, "analyst"), job.id).state == "cancelled"
    assert not Worker(office).one()
    assert counted == []
    with pytest.raises(Conflict):
        cancel_job(office, viewer(office, "analyst"), job.id)


def test_an_error_in_the_work_is_told_without_what_it_said(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(office: Office, job: Job, tell: Any) -> dict[str, Any]:
        raise ValueError("Name of E3 earns 1")

    monkeypatch.setitem(works.WORK, "break", Work(run, "data.change"))
    job = start_job(office, "system", "break", {})
    Worker(office).one()
    found = one_job(office, viewer(office, "analyst"), job.id)
    assert found.state == "failed"
    assert "E3" not in str(found.result)


def test_nobody_but_analysts_may_ask_for_training(office: Office) -> None:
    for login in ("manager", "employee", "auditor", "administrator"):
        with pytest.raises(Forbidden):
            start_job(office, viewer(office, login), "train", {})


@pytest.mark.parametrize(
    ("name", "method", "tuning"),
    [("encoder", "lora", "lora"), ("decoder", "adapter", "adapter"), ("linear", "lora", None)],
)
def test_a_training_is_tuned_as_it_was_asked_for(
    office: Office, monkeypatch: pytest.MonkeyPatch, name: str, method: str, tuning: str | None
) -> None:
    ask_for_training(office, viewer(office, "analyst"), name=name, method=method, minutes=2)
    seen: list[Any] = []

    def train(workspace: Workspace, change: Any) -> Any:
        seen.append(change(workspace.settings()).model)
        raise Conflict("JX-E761", "x", expected="x", got="x")

    monkeypatch.setattr(Workspace, "train", train)
    with_scale(office)
    assert Worker(office).one()
    assert [(one.name, one.tuning, one.budget_s) for one in seen] == [(name, tuning, 120.0)]
