"""What waits for those who run a workspace."""

from dataclasses import replace
from datetime import timedelta

from tests.office_case import viewer

from jixiao.contracts.office import Entry, Upload
from jixiao.office import Office
from jixiao.office.people.refusals import record_notice
from jixiao.office.waiting import waiting_for
from jixiao.office.work.jobs import claim, end, start_job


def _kinds(office: Office, login: str) -> list[str]:
    return [pile.kind for pile in waiting_for(office, viewer(office, login))]


def test_an_analyst_is_led_through_the_steps_before_the_first_report(office: Office) -> None:
    assert _kinds(office, "analyst") == ["notice", "train", "make"]
    record_notice(office, viewer(office, "analyst"), None)
    assert _kinds(office, "analyst") == ["train", "make"]


def test_nobody_is_led_to_what_the_role_may_not_do(office: Office) -> None:
    assert _kinds(office, "administrator") == ["notice"]
    steps = {"roster", "notice", "train", "make"}
    for login in ("manager", "employee", "auditor"):
        assert not steps & set(_kinds(office, login)), login


def test_a_file_that_waits_and_work_that_failed_are_told_for_a_week(office: Office) -> None:
    job = start_job(office, viewer(office, "analyst"), "recheck", {})
    claimed = claim(office, "w")
    assert claimed is not None
    end(office, claimed, "failed", {})
    staged = Upload(
        id="u1",
        digest="d" * 64,
        ending=".csv",
        size=1,
        table="",
        by="",
        at=office.clock(),
        job=job.id,
    )
    with office.store.changing(Entry("test", "begin", "all")) as change:
        change.add(staged)
    assert {"file", "failed"} <= set(_kinds(office, "analyst"))
    now = office.clock() + timedelta(days=8)
    later = replace(office, clock=lambda: now)
    assert "failed" not in _kinds(later, "analyst")
