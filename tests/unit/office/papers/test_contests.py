"""Objections: opened by the subject alone, decided by somebody else than approver and writer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from tests.office_case import viewer
from tests.paper_case import current, released, with_paper

from jixiao.contracts.office import Approval, Contest, Entry, Paper, Partner
from jixiao.core import Conflict, Forbidden, Missing
from jixiao.office import Office
from jixiao.office.papers.contests import (
    contest,
    contest_counts,
    contests_for,
    seen_contest,
    settle,
)
from jixiao.office.papers.remarks import remark, remarks_on, who_saw
from jixiao.office.papers.review_queue import tasks_for
from jixiao.office.papers.reviews import withdraw
from jixiao.office.papers.shown import show


def opened(office: Office) -> tuple[Contest, Paper]:
    paper = released(office, with_paper(office))
    employee = viewer(office, "employee")
    show(office, employee, paper.id, how="page")
    made = contest(office, employee, paper.id, version=paper.version, text="Two weeks are missing.")
    return made, current(office)


def test_only_the_subject_objects_and_only_to_what_is_released(office: Office) -> None:
    paper = released(office, with_paper(office))
    with pytest.raises(Forbidden, match="its subject"):
        contest(office, viewer(office, "manager"), paper.id, version=paper.version, text="No.")
    with pytest.raises(Missing):
        contest(office, viewer(office, "colleague"), paper.id, version=paper.version, text="No.")
    with pytest.raises(Conflict, match="1 to 4000 characters"):
        contest(office, viewer(office, "employee"), paper.id, version=paper.version, text=" ")


def test_an_objection_is_due_after_the_days_of_the_option(office: Office) -> None:
    made, paper = opened(office)
    assert paper.state == "contested"
    assert made.due == made.at.date() + timedelta(days=14)
    with pytest.raises(Conflict, match="contested"):
        withdraw(office, viewer(office, "manager"), paper.id, version=paper.version)


def test_neither_approver_nor_subject_decides_and_the_reply_reaches_the_person(
    office: Office,
) -> None:
    made, paper = opened(office)
    for login in ("manager", "employee"):
        with pytest.raises(Forbidden):
            settle(office, viewer(office, login), made.id, version=1, outcome="stands", reply="x")
    head = viewer(office, "head")
    assert [task.kind for task in tasks_for(office, head)].count("contest") == 1
    settle(office, head, made.id, version=1, outcome="stands", reply="They are in it.")
    assert current(office).state == "settled"
    employee = viewer(office, "employee")
    with office.reading() as read:
        assert seen_contest(read, employee, made.id)[0].reply == "They are in it."
    assert [task.kind for task in tasks_for(office, employee)] == ["outcome"]
    remark(office, employee, paper.id)
    assert tasks_for(office, employee) == []


@pytest.mark.parametrize("outcome", ["changed", "withdrawn"])
def test_a_report_that_does_not_stand_is_a_draft_again(office: Office, outcome: str) -> None:
    made, paper = opened(office)
    head = viewer(office, "head")
    settle(office, head, made.id, version=1, outcome=outcome, reply="Right.")  # type: ignore[arg-type]
    assert current(office).state == "draft"
    with office.reading() as read:
        assert read.count(Approval, paper=paper.id, void=None) == 0
    with pytest.raises(Conflict, match="one that is open"):
        settle(office, head, made.id, version=2, outcome="stands", reply="After all.")


def test_an_auditor_is_told_counts_from_five_on(office: Office) -> None:
    opened(office)
    auditor = viewer(office, "auditor")
    with office.reading() as read:
        counts = contest_counts(read, auditor)
    none = {"stands": 0, "changed": 0, "withdrawn": 0}
    assert counts == {"total": None, "open": None, **none}


def test_the_subject_is_told_who_saw_the_report_by_role_and_initial(office: Office) -> None:
    _, paper = opened(office)
    employee = viewer(office, "employee")
    with office.reading() as read:
        saw = who_saw(read, employee, paper)
    assert [(one.role, one.initial, one.is_self) for one in saw] == [
        ("employee", "N", True),
        ("manager", "N", False),
    ]


def test_a_partner_without_comments_learns_that_something_was_said_and_not_what(
    office: Office,
) -> None:
    made, paper = opened(office)
    remark(office, viewer(office, "employee"), paper.id, text="Thanks all the same.")
    with office.store.changing(Entry("test", "partners", "all")) as change:
        for login, comments in (("colleague", False), ("other-manager", True)):
            one = Partner(id=login, account=f"a-{login}", unit="Lanting/Optics", comments=comments)
            change.add(one)
    for login, words in (("colleague", ("", "")), ("other-manager", (made.text, "Thanks all"))):
        asking = viewer(office, login)
        shown = show(office, asking, paper.id, how="page")
        with office.reading() as read:
            said = remarks_on(read, asking, shown)
            seen, _ = seen_contest(read, asking, made.id)
            assert [one.id for one, _ in contests_for(read, asking)] == [made.id]
        assert seen.text == words[0]
        assert seen.due == made.due
        assert [one.kind for one in said] == ["comment"]
        assert said[0].text.startswith(words[1])
        assert bool(said[0].text) == bool(words[1])


def test_whoever_decides_reads_the_words_also_by_a_key_without_comments(office: Office) -> None:
    made, _ = opened(office)
    analyst = viewer(office, "analyst")
    scopes = ("report.read", "contest.read", "contest.decide")
    with office.reading() as read:
        assert seen_contest(read, replace(analyst, scopes=scopes), made.id)[0].text == made.text
        assert seen_contest(read, replace(analyst, scopes=scopes[:2]), made.id)[0].text == ""
    settle(office, analyst, made.id, version=1, outcome="stands", reply="They are in it.")
    with office.reading() as read:
        assert read.get(Contest, made.id).text == made.text
