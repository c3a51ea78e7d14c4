"""Ten thousand random steps, by use cases and by direct SQL: nothing passes without an approval."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from tests.office_case import make_office, viewer
from tests.paper_case import with_paper

from jixiao.contracts.office import Account, Approval, Paper, Reading
from jixiao.core import OfficeError
from jixiao.office import Office, Viewer, verify_trail
from jixiao.office.cycles.judging import judge
from jixiao.office.papers.contests import contest, settle
from jixiao.office.papers.editing import edit
from jixiao.office.papers.reviews import approve, contest_of, release, submit, withdraw
from jixiao.office.papers.shown import show

pytestmark = pytest.mark.slow
STEPS = 10_000
LOGINS = ("analyst", "head", "manager", "other-manager", "employee", "colleague", "administrator")
PASSED = ("approved", "released", "contested", "settled")
USUAL = {
    "draft": [("submit", "analyst")],
    "in_review": [
        ("judge", "head"),
        ("approve", "head"),
        ("judge", "manager"),
        ("approve", "manager"),
    ],
    "approved": [("release", "manager"), ("release", "analyst")],
    "released": [("contest", "employee"), ("contest", "employee"), ("withdraw", "analyst")],
    "contested": [("settle", "head"), ("settle", "analyst"), ("settle", "manager")],
    "settled": [("withdraw", "analyst")],
}
STATEMENTS = (
    "UPDATE papers SET state = '{state}'",
    "UPDATE papers SET state = '{state}', author = 'a-{login}'",
    "UPDATE papers SET text = 'another' WHERE state <> 'draft' AND state <> 'in_review'",
    "UPDATE papers SET person = NULL, state = '{state}'",
    "UPDATE approvals SET void = NULL",
    "UPDATE approvals SET void = at",
    "UPDATE approvals SET text = (SELECT text FROM papers), approver = 'a-{login}'",
    "DELETE FROM approvals",
    "INSERT INTO approvals (id, version, paper, text, approver, at, seconds)"
    " SELECT 'x{step}', 1, id, text, 'a-{login}', changed, 1 FROM papers",
    "INSERT OR REPLACE INTO papers SELECT * FROM papers",
)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Return a fresh application."""
    made = make_office(tmp_path)
    yield made
    made.store.close()


def check(read: Reading) -> None:
    """Hold every paper that has passed against the approvals that stand."""
    for paper in read.find(Paper, state=PASSED):
        standing = read.find(Approval, paper=paper.id, text=paper.text, void=None)
        approvers = [read.get(Account, one.approver) for one in standing]
        assert any(
            one.id != paper.author and (one.person is None or one.person != paper.person)
            for one in approvers
        ), paper.state


def moves(
    office: Office, asking: Viewer, paper: Paper, rng: random.Random
) -> dict[str, Callable[[], object]]:
    """Return everything somebody could try."""
    version = rng.choice((paper.version, paper.version, paper.version, paper.version - 1))
    said = rng.choice((paper.text, paper.text, paper.text, "another"))

    def seen() -> str:
        return show(office, asking, paper.id, how="page").hash if said == paper.text else said

    def decided() -> None:
        with office.reading() as read:
            found = contest_of(read, paper)
        if found is not None:
            outcome = rng.choice(("stands", "changed", "withdrawn"))
            settle(
                office,
                asking,
                found.id,
                version=found.version,
                outcome=outcome,  # type: ignore[arg-type]
                reply="So it is.",
            )

    sentence = {"summary/new": f"Talked on day {rng.randrange(99)}."}
    return {
        "judge": lambda: judge(office, asking, paper.id, rating="3", reason="Seen."),
        "edit": lambda: edit(office, asking, paper.id, version=version, sentences=sentence),
        "submit": lambda: submit(office, asking, paper.id, version=version),
        "approve": lambda: approve(office, asking, paper.id, version=version, text=seen()),
        "release": lambda: release(office, asking, paper.id, version=version),
        "withdraw": lambda: withdraw(office, asking, paper.id, version=version),
        "contest": lambda: contest(office, asking, paper.id, version=version, text="Wrong."),
        "settle": decided,
    }


def test_ten_thousand_steps_release_nothing_without_an_approval_of_its_text(
    office: Office,
) -> None:
    paper_id = with_paper(office).id
    rng = random.Random(20261125)
    asking = {login: viewer(office, login) for login in LOGINS}
    states: set[str] = set()
    taken: dict[str, int] = {}
    for step in range(STEPS):
        login = rng.choice(LOGINS)
        with office.reading() as read:
            paper = read.get(Paper, paper_id)
        if rng.random() < 0.2:
            values = {"state": rng.choice(PASSED), "login": login, "step": step}
            statement = rng.choice(STATEMENTS).format(**values)
            try:
                with office.store.engine.begin() as connection:  # type: ignore[attr-defined]
                    connection.execute(sa.text(statement))
            except sa.exc.DBAPIError:
                pass
        else:
            name = ""
            if rng.random() < 0.4:  # what people would do next, so that the whole way is walked
                name, login = rng.choice(USUAL[paper.state])
            tried = moves(office, asking[login], paper, rng)
            name = name or rng.choice([*tried])
            move = tried[name]
            try:
                move()
                taken[name] = taken.get(name, 0) + 1
            except OfficeError:
                pass
        with office.reading() as read:
            check(read)
            states.add(read.get(Paper, paper_id).state)
    assert states == {"draft", "in_review", *PASSED}
    least = min(taken.get(name, 0) for name in ("approve", "release", "contest", "settle"))
    assert least >= 1, taken
    assert verify_trail(office.store).faults == ()
