"""What waits for somebody, told by kind; what waits for those who run a workspace."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.office_case import viewer

from jixiao.contracts.office import Entry, Upload
from jixiao.office import Office, waiting
from jixiao.office.people.refusals import record_notice
from jixiao.office.waiting import Waiting, waiting_for
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


def test_things_to_do_lie_in_piles_by_kind_with_the_soonest_first(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = [
        Waiting("release", "/reports/1", "B"),
        Waiting("form_peer", "/forms/1", "C", due=date(2026, 2, 1)),
        Waiting("release", "/reports/queue", "", more=17),
        Waiting("contest", "/contests/1", "D", due=date(2026, 1, 1)),
        Waiting("release", "/reports/2", "A"),
        Waiting("form_peer", "/forms/2", "E", due=date(2026, 1, 15)),
    ]
    monkeypatch.setattr(waiting, "SOURCES", (lambda *_: tasks[:3], lambda *_: tasks[3:]))
    piles = waiting_for(office, viewer(office, "analyst"))
    assert [(one.kind, one.count) for one in piles] == [
        ("contest", 1),
        ("form_peer", 2),
        ("release", 19),
    ]
    assert [[task.about for task in one.tasks] for one in piles] == [
        ["D"],
        ["E", "C"],
        ["A", "B", ""],
    ]


def test_nobody_waits_where_nothing_is_to_do(office: Office) -> None:
    assert waiting_for(office, viewer(office, "auditor")) == []
