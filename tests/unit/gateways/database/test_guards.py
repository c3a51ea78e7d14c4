"""Direct SQL against the rules that the database keeps by itself."""

from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa
from tests.office_case import viewer

from jixiao.contracts.office import Approval, Changing, Entry, Paper, PaperText, Seed
from jixiao.core import Conflict
from jixiao.office import Office, verify_trail

NOW = datetime.now(UTC)
TEXT = "a" * 64


@pytest.fixture
def paper(office: Office) -> Paper:
    """Return a paper in review about E3, written by the analyst."""
    made = Paper(
        id="r1",
        name="employee-E3-2025Q4.en",
        report="employee-E3-2025Q4",
        level="employee",
        subject="E3",
        person="p-E3",
        language="en",
        period="2025Q4",
        start=date(2025, 10, 1),
        end=date(2026, 1, 1),
        state="in_review",
        text=TEXT,
        author="a-analyst",
        changed=NOW,
    )
    text = PaperText(id="t1", paper="r1", hash=TEXT, body="{}", by="a-analyst", at=NOW)
    with office.store.changing(Entry("test", "add", "paper")) as change:
        change.add(made, text)
    return made


def run(office: Office, statement: str, **values: object) -> None:
    with office.store.engine.begin() as connection:
        connection.execute(sa.text(statement), values)


def refused(office: Office, statement: str, rule: str, **values: object) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=f"guard: {rule}"):
        run(office, statement, **values)


def approve(office: Office, approver: str = "a-manager", text: str = TEXT) -> None:
    approval = Approval(id=f"ok-{approver}", paper="r1", text=text, approver=approver, at=NOW)
    with office.store.changing(Entry("test", "approve", "paper")) as change:
        change.add(approval)


@pytest.mark.parametrize("state", ["approved", "released", "contested", "settled"])
def test_no_paper_passes_without_an_approval(office: Office, paper: Paper, state: str) -> None:
    refused(office, "UPDATE papers SET state = :s", "a paper needs an approval", s=state)


def test_an_approval_carries_exactly_the_text_it_was_given_for(
    office: Office, paper: Paper
) -> None:
    approve(office)
    run(office, "UPDATE papers SET state = 'approved'")
    refused(office, "UPDATE papers SET text = :t", "a paper needs an approval", t="b" * 64)
    run(office, "UPDATE papers SET state = 'released'")
    refused(office, "UPDATE approvals SET void = at", "the approval of a paper that has passed")
    refused(office, "DELETE FROM approvals", "the approval of a paper that has passed")
    refused(office, "UPDATE approvals SET text = :t", "an approval is never turned", t="b" * 64)


@pytest.mark.parametrize(
    ("approver", "text"),
    [
        ("a-analyst", TEXT),
        ("a-employee", TEXT),
        ("a-auditor", TEXT),
        ("a-colleague", TEXT),
        ("a-manager", "b" * 64),
        ("a-nobody", TEXT),
    ],
)
def test_author_subject_others_and_other_texts_give_no_approval(
    office: Office, paper: Paper, approver: str, text: str
) -> None:
    refused(
        office,
        "INSERT INTO approvals (id, version, paper, text, approver, at, seconds)"
        " VALUES ('x', 1, 'r1', :t, :a, :now, 0)",
        "an approval is of the text that is in review",
        t=text,
        a=approver,
        now=NOW.replace(tzinfo=None) if office.store.engine.dialect.name == "sqlite" else NOW,
    )


def test_a_closed_account_gives_no_approval(office: Office, paper: Paper) -> None:
    run(office, "UPDATE accounts SET disabled = true WHERE id = 'a-manager'")
    with pytest.raises(Exception, match="an approval is of the text that is in review"):
        approve(office)


def test_a_draft_with_a_planted_fault_never_passes_nor_loses_its_mark(
    office: Office, paper: Paper
) -> None:
    approve(office)
    run(office, "UPDATE papers SET seeded = '{}'")
    refused(office, "UPDATE papers SET state = 'released'", "a draft with a planted fault")
    refused(office, "UPDATE papers SET seeded = NULL", "a draft with a planted fault")


def test_a_paper_begins_as_a_draft(office: Office, paper: Paper) -> None:
    names = [one["name"] for one in sa.inspect(office.store.engine).get_columns("papers")]
    quoted = ", ".join(f'"{name}"' for name in names)
    taken = ", ".join(
        {"id": "'r2'", "name": "'other'", "state": "'released'"}.get(name, f'"{name}"')
        for name in names
    )
    refused(
        office,
        f"INSERT INTO papers ({quoted}) SELECT {taken} FROM papers",
        "a paper begins as a draft",
    )


def test_texts_and_entries_are_neither_changed_nor_written_over(
    office: Office, paper: Paper
) -> None:
    refused(office, "UPDATE paper_texts SET body = 'other'", "texts are never changed")
    refused(office, "UPDATE audit_entries SET actor = 'x'", "audit entries are never changed")
    refused(office, "DELETE FROM audit_entries", "audit entries are never deleted")
    if office.store.engine.dialect.name == "sqlite":
        refused(
            office,
            "INSERT OR REPLACE INTO audit_entries SELECT * FROM audit_entries WHERE id LIKE '%1'",
            "an audit entry follows the last one",
        )
        refused(
            office,
            "INSERT OR REPLACE INTO paper_texts SELECT * FROM paper_texts",
            "a hash stands for one text",
        )
        return
    for table in ("audit_entries", "approvals", "papers", "paper_texts"):
        refused(office, f"TRUNCATE {table}", "this table is never emptied")


def test_an_entry_that_does_not_follow_the_last_one_is_refused(office: Office) -> None:
    names = [one["name"] for one in sa.inspect(office.store.engine).get_columns("audit_entries")]
    quoted = ", ".join(f'"{name}"' for name in names)
    for changed in ({"id": "'000000009999'"}, {"id": "'000000000000'"}):
        taken = ", ".join(changed.get(name, f'"{name}"') for name in names)
        statement = f"INSERT INTO audit_entries ({quoted}) SELECT {taken} FROM audit_entries"
        refused(office, statement, "an audit entry follows the last one")
    assert verify_trail(office.store).faults == ()


def test_what_the_database_refuses_reaches_people_as_a_conflict(
    office: Office, paper: Paper
) -> None:
    with (
        pytest.raises(Conflict, match=r"JX-E712.*a paper needs an approval"),
        office.changing(viewer(office, "head"), "report.release", "paper") as change,
    ):
        change.replace(change.get(Paper, "r1"), state="released")


def test_a_paper_and_the_voiding_of_its_approval_at_once_never_both_succeed(
    office: Office, paper: Paper
) -> None:
    if office.store.engine.dialect.name == "sqlite":
        return  # one writer at a time: there is no such moment
    approve(office)
    with office.store.engine.connect() as one, office.store.engine.connect() as two:
        first, second = one.begin(), two.begin()
        one.execute(sa.text("UPDATE approvals SET void = at"))
        two.execute(sa.text("SET LOCAL lock_timeout = '300ms'"))
        with pytest.raises(sa.exc.DBAPIError, match="lock timeout"):
            two.execute(sa.text("UPDATE papers SET state = 'approved'"))
        second.rollback()
        first.commit()
    refused(office, "UPDATE papers SET state = 'approved'", "a paper needs an approval")


def test_a_planted_fault_is_not_passed_by_shedding_its_mark_in_two_steps(
    office: Office, paper: Paper
) -> None:
    seed = Seed(id="s1", paper="r1", wrong="It was 95.", right="It was 92.", planted=NOW)
    with office.store.changing(Entry("test", "plant", "paper")) as change:
        change.add(seed)
    run(office, 'UPDATE papers SET seeded = \'{"seed": "s1"}\'')
    run(office, "UPDATE papers SET text = 'another', seeded = NULL")
    run(office, "UPDATE papers SET text = :t", t=TEXT)
    with pytest.raises(Conflict, match="an approval is of the text that is in review"):
        approve(office)
    run(office, "UPDATE seeds SET outcome = 'dropped'")
    approve(office)
    run(office, "UPDATE seeds SET outcome = ''")
    refused(office, "UPDATE papers SET state = 'approved'", "a draft with a planted fault")


def test_a_standing_approval_keeps_its_paper_about_the_same_person_and_time(
    office: Office, paper: Paper
) -> None:
    approve(office)
    run(office, "UPDATE papers SET state = 'draft'")
    for fields in (
        "person = 'p-E9'",
        "person = NULL",
        "subject = 'E9'",
        "\"start\" = '2024-01-01'",
    ):
        refused(office, f"UPDATE papers SET {fields}", "a paper on its way stays about")
    run(office, "DELETE FROM papers")
    again = replace(paper, person="p-E9", state="draft")
    with pytest.raises(Conflict, match="a paper begins as a draft"), _adding(office) as change:
        change.add(again)


def _adding(office: Office) -> AbstractContextManager[Changing]:
    return office.store.changing(Entry("test", "add", "paper"))


def test_texts_are_kept_as_long_as_their_paper(office: Office, paper: Paper) -> None:
    run(office, "UPDATE papers SET text = 'another'")
    refused(office, "DELETE FROM paper_texts", "the text of a paper stands")
    run(office, "DELETE FROM papers")
    run(office, "DELETE FROM paper_texts")


def test_no_row_takes_the_place_of_a_paper_or_an_approval(office: Office, paper: Paper) -> None:
    approve(office)
    run(office, "UPDATE papers SET state = 'released'")
    again = replace(paper, state="draft")
    with pytest.raises(Conflict, match="a paper begins as a draft"), _adding(office) as change:
        change.add(again)
    refused(office, "UPDATE approvals SET id = 'x'", "an approval is never turned")
    refused(office, "UPDATE papers SET name = 'x'", "a paper keeps its id and name")
    if office.store.engine.dialect.name == "sqlite":
        refused(office, "UPDATE OR REPLACE papers SET id = 'x'", "a paper keeps its id")
