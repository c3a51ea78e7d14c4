"""The way of a paper: who may take which step, bound to exactly what was seen."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from tests.office_case import viewer
from tests.paper_case import approved, current, released, with_paper

from jixiao.contracts.office import Approval, Viewing
from jixiao.core import Conflict, Forbidden, Missing, Stale
from jixiao.office import Office
from jixiao.office.cycles.judging import judge
from jixiao.office.papers.editing import edit
from jixiao.office.papers.reviews import approve, release, submit, withdraw
from jixiao.office.papers.shown import show


def test_a_report_goes_from_draft_to_released_by_an_approval_of_its_text(office: Office) -> None:
    paper = released(office, with_paper(office))
    with office.reading() as read:
        approval = read.first(Approval, paper=paper.id)
    assert paper.state == "released"
    assert approval is not None
    assert (approval.text, approval.approver) == (paper.text, "a-manager")


def test_the_subject_sees_a_report_only_once_it_is_released(office: Office) -> None:
    paper = approved(office, with_paper(office))
    with pytest.raises(Missing):
        show(office, viewer(office, "employee"), paper.id, how="page")
    release(office, viewer(office, "manager"), paper.id, version=paper.version)
    assert show(office, viewer(office, "employee"), paper.id, how="page").whole
    with pytest.raises(Missing):
        show(office, viewer(office, "colleague"), paper.id, how="page")
    with pytest.raises(Missing):
        show(office, viewer(office, "other-manager"), paper.id, how="page")


def test_a_text_that_was_not_shown_whole_is_not_approved(office: Office) -> None:
    paper = with_paper(office)
    submit(office, viewer(office, "analyst"), paper.id, version=paper.version)
    manager = viewer(office, "manager")
    shown = show(office, manager, paper.id, how="page")
    assert shown.withheld == {"judge_first"}
    with pytest.raises(Conflict, match="the whole text to be shown to you before"):
        approve(office, manager, paper.id, version=shown.paper.version, text=paper.text)
    judge(office, manager, paper.id, rating="3", reason="Steady.")
    with pytest.raises(Conflict, match="JX-E766"):
        approve(office, manager, paper.id, version=shown.paper.version, text=paper.text)


def test_an_approval_names_the_text_and_version_that_stand(office: Office) -> None:
    paper = with_paper(office)
    with pytest.raises(Stale):
        submit(office, viewer(office, "analyst"), paper.id, version=paper.version + 1)
    paper = submit(office, viewer(office, "analyst"), paper.id, version=paper.version)
    with pytest.raises(Stale, match="another one"):
        approve(office, viewer(office, "manager"), paper.id, version=paper.version, text="0" * 64)


def test_whoever_wrote_the_text_does_not_approve_it(office: Office) -> None:
    paper = with_paper(office)
    manager, head = viewer(office, "manager"), viewer(office, "head")
    paper = submit(office, manager, paper.id, version=paper.version)
    changed = {"summary/1": "A calm year."}
    paper = edit(office, manager, paper.id, version=paper.version, sentences=changed).paper
    judge(office, manager, paper.id, rating="3", reason="Steady.")
    show(office, manager, paper.id, how="page")
    with pytest.raises(Forbidden, match="somebody who did not write the text"):
        approve(office, manager, paper.id, version=paper.version, text=paper.text)
    judge(office, head, paper.id, rating="4", reason="Good figures.")
    show(office, head, paper.id, how="page")
    assert approve(office, head, paper.id, version=paper.version, text=paper.text).approval


def test_an_edit_after_approval_voids_it(office: Office) -> None:
    paper = approved(office, with_paper(office))
    changed = {"summary/new": "A calm year."}
    edit(office, viewer(office, "head"), paper.id, version=paper.version, sentences=changed)
    paper = current(office)
    with office.reading() as read:
        assert read.count(Approval, paper=paper.id, void=None) == 0
    assert paper.state == "draft"
    with pytest.raises(Conflict, match="one that is approved"):
        release(office, viewer(office, "manager"), paper.id, version=paper.version)


def test_a_released_report_can_be_withdrawn_and_needs_another_approval(office: Office) -> None:
    paper = released(office, with_paper(office))
    paper = withdraw(office, viewer(office, "manager"), paper.id, version=paper.version)
    assert paper.state == "draft"
    with office.reading() as read:
        assert read.count(Approval, paper=paper.id, void=None) == 0


def test_seconds_in_view_are_counted_from_when_the_text_was_shown(office: Office) -> None:
    paper = approved(office, with_paper(office))
    with office.reading() as read:
        approval = read.first(Approval, paper=paper.id)
        seen = read.find(Viewing, paper=paper.id, account="a-manager", text=paper.text)
    assert approval is not None
    expected = (approval.at - seen[-1].at).total_seconds()
    assert approval.seconds == pytest.approx(expected, abs=0.3)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE papers SET state = 'released'",
        "UPDATE papers SET state = 'approved', author = ''",
        "INSERT INTO approvals (id, version, paper, text, approver, at, seconds)"
        " SELECT 'x', 1, id, text, 'a-employee', changed, 1 FROM papers",
        "INSERT INTO approvals (id, version, paper, text, approver, at, seconds)"
        " SELECT 'x', 1, id, text, 'a-analyst', changed, 1 FROM papers",
        "UPDATE papers SET person = NULL",
        "UPDATE paper_texts SET body = '{}'",
        'INSERT INTO paper_texts (id, version, paper, hash, body, opinion, "by", at)'
        " SELECT 'x', 1, paper, hash, '{}', '', '', at FROM paper_texts",
    ],
)
def test_the_database_refuses_a_way_round_the_approval(office: Office, statement: str) -> None:
    paper = with_paper(office)
    submit(office, viewer(office, "analyst"), paper.id, version=paper.version)
    with (
        pytest.raises(sa.exc.DBAPIError, match="guard: "),
        office.store.engine.begin() as connection,  # type: ignore[attr-defined]
    ):
        connection.execute(sa.text(statement))


def test_the_database_keeps_approval_and_text_of_what_has_passed(office: Office) -> None:
    released(office, with_paper(office))
    for statement in (
        "UPDATE approvals SET void = at",
        "DELETE FROM approvals",
        "INSERT OR REPLACE INTO approvals SELECT * FROM approvals",
        "DELETE FROM paper_texts",
        "INSERT OR REPLACE INTO paper_texts SELECT * FROM paper_texts",
        "UPDATE papers SET text = 'another'",
    ):
        with (
            pytest.raises(sa.exc.DBAPIError, match="guard: "),
            office.store.engine.begin() as connection,  # type: ignore[attr-defined]
        ):
            connection.execute(sa.text(statement))
