"""The way of papers in any order, by use cases and by SQL: nothing passes without its approval.

What must hold is read from the tables by this file alone, not by the code under test.
"""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from tests.office_case import make_office, viewer
from tests.paper_case import current, report, with_scale

from jixiao.contracts.office import Contest, Entry, Option, Paper
from jixiao.core import JixiaoError
from jixiao.office import Office, verify_trail
from jixiao.office.cycles.judging import judge
from jixiao.office.papers.contests import contest, settle
from jixiao.office.papers.editing import edit
from jixiao.office.papers.papers import take_in
from jixiao.office.papers.reviews import approve, release, submit, withdraw
from jixiao.office.papers.seeding import SHARE
from jixiao.office.papers.shown import looked_at, show
from jixiao.office.people.refusals import record_notice
from jixiao.office.safety.stop import set_stop

PASSED = ("approved", "released", "contested", "settled")
OUT = ("released", "contested", "settled")
WHO = st.sampled_from(["analyst", "head", "manager", "other-manager", "employee", "auditor"])
SUBJECT = st.sampled_from(["E3", "E9"])
SENTENCES = st.sampled_from(["Output came to 92.", "A calm year.", "Output came to 95.", ""])
OTHER = "b" * 64
STATEMENTS = (
    "UPDATE papers SET state = '{state}' WHERE id = '{paper}'",
    "UPDATE papers SET state = '{state}', author = '' WHERE id = '{paper}'",
    "UPDATE papers SET state = '{state}', text = '" + OTHER + "' WHERE id = '{paper}'",
    "UPDATE papers SET text = '{old}' WHERE id = '{paper}'",
    "UPDATE papers SET author = 'a-analyst' WHERE id = '{paper}'",
    "UPDATE papers SET seeded = NULL WHERE id = '{paper}'",
    "UPDATE papers SET seeded = NULL, text = '" + OTHER + "' WHERE id = '{paper}'",
    "UPDATE papers SET person = 'p-E4' WHERE id = '{paper}'",
    "UPDATE approvals SET void = NULL",
    "UPDATE approvals SET void = at",
    "UPDATE approvals SET text = (SELECT text FROM papers WHERE id = '{paper}')",
    "UPDATE approvals SET paper = '{paper}'",
    "UPDATE approvals SET approver = 'a-head'",
    "DELETE FROM approvals WHERE paper = '{paper}'",
    "INSERT INTO approvals (id, version, paper, text, approver, at, seconds) SELECT"
    " 'x{count}', 1, id, text, 'a-{who}', changed, 0 FROM papers WHERE id = '{paper}'",
    "INSERT INTO approvals (id, version, paper, text, approver, at, seconds) SELECT"
    " 'x{count}', 1, id, '{old}', 'a-{who}', changed, 0 FROM papers WHERE id = '{paper}'",
    "DELETE FROM paper_texts WHERE paper = '{paper}'",
    "UPDATE paper_texts SET body = '{{}}'",
    'INSERT INTO paper_texts (id, version, paper, hash, body, opinion, "by", at) SELECT'
    " 'y{count}', 1, paper, hash, '{{}}', '', '', at FROM paper_texts WHERE paper = '{paper}'",
    "DELETE FROM audit_entries",
    "UPDATE audit_entries SET actor = 'nobody'",
)
OF_SQLITE = (
    "INSERT OR REPLACE INTO papers SELECT * FROM papers",
    "INSERT OR REPLACE INTO approvals SELECT * FROM approvals",
    "INSERT OR REPLACE INTO paper_texts SELECT * FROM paper_texts",
    "UPDATE OR REPLACE approvals SET id = 'one'",
    "UPDATE OR REPLACE papers SET id = '{paper}'",
    "UPDATE OR REPLACE papers SET name = 'one'",
)


class Workflow(RuleBasedStateMachine):
    """Two papers, six people, somebody with the database's password."""

    open_office: ClassVar[Callable[[Path], Office]]
    counts: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.office = type(self).open_office(Path(self.folder.name))
        with_scale(self.office)
        record_notice(self.office, "test", None)
        self.is_stopped, self.made = False, 0

    @initialize(share=st.sampled_from([0.0, 1.0]))
    def begin(self, share: float) -> None:
        with self.office.store.changing(Entry("test", "set", "option")) as change:
            change.add(Option(id=SHARE, value={"share": share}))
        take_in(self.office, viewer(self.office, "analyst"), [report("E3"), report("E9")])

    @rule(who=WHO, subject=SUBJECT, step=st.sampled_from([submit, release, withdraw]))
    def step(self, who: str, subject: str, step: Callable[..., Paper]) -> None:
        paper = current(self.office, subject)
        by = viewer(self.office, who)
        self._try(step.__name__, lambda: step(self.office, by, paper.id, version=paper.version))

    @rule(who=WHO, subject=SUBJECT, seen=st.booleans(), old=st.booleans())
    def approve(self, who: str, subject: str, seen: bool, old: bool) -> None:
        paper, by = current(self.office, subject), viewer(self.office, who)
        if seen:
            self._see(who, paper)
        text = self._old_text(paper) if old else paper.text
        version = paper.version
        self._try("approve", lambda: approve(self.office, by, paper.id, version=version, text=text))

    @rule(who=WHO, subject=SUBJECT, place=st.sampled_from(["0", "new"]), text=SENTENCES)
    def edit(self, who: str, subject: str, place: str, text: str) -> None:
        paper, by = current(self.office, subject), viewer(self.office, who)
        said = {f"summary/{place}": text}
        version = paper.version
        self._try("edit", lambda: edit(self.office, by, paper.id, version=version, sentences=said))

    @rule(who=WHO, subject=SUBJECT)
    def see(self, who: str, subject: str) -> None:
        self._see(who, current(self.office, subject))

    @rule(who=WHO, subject=SUBJECT)
    def object(self, who: str, subject: str) -> None:
        paper, by = current(self.office, subject), viewer(self.office, who)
        version, text = paper.version, "The figure is wrong."
        self._try("object", lambda: contest(self.office, by, paper.id, version=version, text=text))

    @rule(who=WHO, outcome=st.sampled_from(["stands", "changed", "withdrawn"]))
    def settle(self, who: str, outcome: Any) -> None:
        with self.office.reading() as read:
            found = read.first(Contest, state="open")
        if found is None:
            return
        by, told = viewer(self.office, who), {"outcome": outcome, "reply": "Looked at again."}
        version = found.version
        self._try("settle", lambda: settle(self.office, by, found.id, version=version, **told))

    @rule(subject=SUBJECT, output=st.sampled_from([91.0, 92.0, 93.0]))
    def renew(self, subject: str, output: float) -> None:
        made = [report(subject, output=output)]
        self._try("renew", lambda: take_in(self.office, viewer(self.office, "analyst"), made))

    @rule()
    def stop_or_go_on(self) -> None:
        self.is_stopped = not self.is_stopped
        by = viewer(self.office, "auditor")
        self._try("stop", lambda: set_stop(self.office, by, stopped=self.is_stopped))

    @rule(subject=SUBJECT)
    def go_on_as_meant(self, subject: str) -> None:
        """Take the step that comes next when people do it right, so that every state is reached."""
        paper = current(self.office, subject)
        by = "manager" if subject == "E3" else "other-manager"
        if paper.state == "draft":
            self.step("analyst", subject, submit)
        elif paper.state == "in_review":
            self.approve(by, subject, True, False)
        elif paper.state == "approved":
            self.step(by, subject, release)
        elif paper.state == "released":
            self.object("employee", subject)
        elif paper.state == "contested":
            self.settle("head", "stands")

    @rule(data=st.data(), subject=SUBJECT, who=WHO, ahead=st.integers(0, 4))
    def write_to_the_database(self, data: Any, subject: str, who: str, ahead: int) -> None:
        """Write past every use case, after some usual steps, so that each state is attacked."""
        for _ in range(ahead):
            self.go_on_as_meant(subject)
        state = data.draw(st.sampled_from((*PASSED, "draft")))
        is_sqlite = self._engine.dialect.name == "sqlite"
        given = data.draw(st.sampled_from(STATEMENTS + (OF_SQLITE if is_sqlite else ())))
        paper, self.made = current(self.office, subject), self.made + 1
        words = {"paper": paper.id, "state": state, "who": who, "old": self._old_text(paper)}
        try:
            with self._engine.begin() as connection:
                connection.execute(sa.text(given.format(count=self.made, **words)))
            self.counts["written by SQL"] += 1
        except sa.exc.DBAPIError:
            self.counts["refused SQL"] += 1

    @invariant()
    def what_has_passed_has_a_standing_approval_of_exactly_its_text(self) -> None:
        papers, texts = self._rows("papers"), self._rows("paper_texts")
        approvals, accounts = self._rows("approvals"), self._rows("accounts")
        people = {one["id"]: one for one in accounts}
        for paper in papers:
            self.counts[paper["state"]] += 1
            if paper["state"] not in PASSED:
                continue
            written = [t for t in texts if (t["paper"], t["hash"]) == (paper["id"], paper["text"])]
            standing = [
                one
                for one in approvals
                if (one["paper"], one["text"], one["void"]) == (paper["id"], paper["text"], None)
            ]
            assert standing, paper
            for one in standing:
                by = people[one["approver"]]
                assert "manager" in by["roles"], by
                assert by["person"] != paper["person"], by
                assert by["id"] not in {paper["author"], *(text["by"] for text in written)}, by
            self._check_text(paper, written)

    @invariant()
    def the_subject_sees_only_what_is_released(self) -> None:
        with self.office.reading() as read:
            for paper in read.find(Paper, person="p-E3"):
                try:
                    looked_at(read, viewer(self.office, "employee"), paper.id)
                except JixiaoError:
                    continue
                assert paper.state in OUT, paper

    def _check_text(self, paper: Any, written: list[Any]) -> None:
        """A text that is not the one approved is served to nobody; no planted fault is in it."""
        whole = [one for one in written if _sha(one) == paper["text"]]
        if not whole:
            with self.office.reading() as read, pytest.raises(JixiaoError):
                looked_at(read, viewer(self.office, "analyst"), paper["id"])
            return
        for seed in self._rows("seeds"):
            if seed["paper"] == paper["id"] and seed["outcome"] == "":
                assert json.dumps(seed["wrong"]) not in whole[0]["body"], seed

    def _try(self, name: str, do: Callable[[], object]) -> None:
        """Do something; done it has exactly one entry in the audit log, refused it has none."""
        before = self._entries()
        try:
            do()
            self.counts[name] += 1
            assert self._entries() == before + 1, name
        except JixiaoError:
            self.counts[f"refused {name}"] += 1
            assert self._entries() == before, name

    def _see(self, who: str, paper: Paper) -> None:
        by = viewer(self.office, who)
        try:
            judge(self.office, by, paper.id, rating="3", reason="Steady.")
        except JixiaoError:
            self.counts["refused judge"] += 1
        try:
            show(self.office, by, paper.id, how="page")
        except JixiaoError:
            self.counts["refused show"] += 1

    def _old_text(self, paper: Paper) -> str:
        texts = [one["hash"] for one in self._rows("paper_texts") if one["paper"] == paper.id]
        return next((one for one in texts if one != paper.text), OTHER)

    def _entries(self) -> int:
        with self._engine.connect() as connection:
            return int(connection.scalar(sa.text("SELECT COUNT(*) FROM audit_entries")) or 0)

    def _rows(self, table: str) -> list[Any]:
        with self._engine.connect() as connection:
            return list(connection.execute(sa.text(f"SELECT * FROM {table}")).mappings())

    @property
    def _engine(self) -> sa.Engine:
        engine: sa.Engine = self.office.store.engine  # type: ignore[attr-defined]
        return engine

    def teardown(self) -> None:
        assert verify_trail(self.office.store).faults == ()
        self.office.store.close()
        self.folder.cleanup()


def _sha(text: Any) -> str:
    told = f"{text['body']}\x00{text['opinion']}" if text["opinion"] else text["body"]
    return hashlib.sha256(told.encode()).hexdigest()


def _walk(open_office: Callable[[Path], Office], *, walks: int, steps: int) -> Counter[str]:
    """Return what happened in so many walks of so many steps."""
    found: Counter[str] = Counter()
    kind = type("Walk", (Workflow,), {"open_office": staticmethod(open_office), "counts": found})
    run_state_machine_as_test(
        kind,
        settings=settings(
            max_examples=walks,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )
    return found


def _steps(found: Counter[str]) -> int:
    """Return after how many steps two papers were looked at."""
    return sum(found[state] for state in (*PASSED, "draft", "in_review")) // 2


def test_nothing_passes_without_its_approval_in_a_few_walks() -> None:
    found = _walk(make_office, walks=8, steps=30)
    assert _steps(found) >= 100
    assert found["refused SQL"] > 0


@pytest.mark.slow
def test_nothing_passes_without_its_approval_in_ten_thousand_steps() -> None:
    found = _walk(make_office, walks=240, steps=50)
    assert _steps(found) >= 10_000, found
    assert all(found[state] for state in ("draft", "in_review", *PASSED)), found
    assert all(found[step] for step in ("approve", "release", "object", "settle", "edit")), found
    assert found["refused SQL"] > 500, found


@pytest.mark.slow
def test_nothing_passes_without_its_approval_on_postgresql(postgres: Callable[[], str]) -> None:
    found = _walk(lambda folder: make_office(folder, url=postgres()), walks=20, steps=40)
    assert _steps(found) >= 400
    assert found["refused SQL"] > 20, found
