"""An organisation with one mark in every text that people or other programs can write.

The mark is then exchanged for any text in the database and the files of the workspace, so that the
same organisation is seen with a piece of script and with a harmless text of the same shape.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path
from typing import Any, get_args

import pytest
from starlette.testclient import TestClient
from tests.fields_case import routes_of
from tests.office_case import browser, make_office, viewer
from tests.owners_case import ids, make_owners
from tests.paper_case import QUARTER, YAML, report
from tests.people_case import RATINGS, make_book, put_in

from jixiao.contracts import Chart, ChartSeries, Claim, Fact, Highlight, RemovedClaim, Report
from jixiao.contracts.office import (
    Account,
    ApiKey,
    Contest,
    Cycle,
    Delivery,
    Entry,
    Form,
    Job,
    Judgement,
    Notice,
    Option,
    Paper,
    Partner,
    Person,
    Post,
    Seed,
    Session,
    Upload,
)
from jixiao.office import Office, start_recovery
from jixiao.office.cycles.judging import judge
from jixiao.office.cycles.questions import questions
from jixiao.office.cycles.ratings import Book
from jixiao.office.papers.contests import contest
from jixiao.office.papers.opinion_parts import text_hash
from jixiao.office.papers.papers import take_in
from jixiao.office.papers.remarks import remark
from jixiao.office.papers.reviews import approve, release, submit
from jixiao.office.papers.shown import show
from jixiao.office.table_file import TableFormat
from jixiao.reports import FORMATS

MARK = "Zqmark"
"""What stands for any text."""
WHO = {
    "administrator": "administrator",
    "analyst": "analyst",
    "auditor": "auditor",
    "manager": "manager",
    "head": "head",
    "employee": "rose-login",
    "colleague": "colleague",
    "partner": "partner",
}
"""Login by role or standing."""
CHARTS = ("line", "bar", "distribution", "probability")
BOOK = "ratings"
"""Name of the ratings among the columns and files."""
SPARE = "employee-mark-2025Q4"
"""Id of the report whose subject is a text too."""


@dataclass(frozen=True)
class Planted:
    """The organisation.

    Attributes:
        office: The application.
        clients: A browser of everybody, and of nobody.
        link: Token that sets a password.
        base: Snapshot of the database with the mark.
        files: Texts of the workspace's files with the mark.
        set_book: Lets every use case read these ratings.
        sown: Texts of the files as they are now.
    """

    office: Office
    clients: dict[str, TestClient]
    link: str
    base: Path
    files: dict[str, str]
    set_book: Callable[[Book], None]
    sown: dict[str, str] = field(default_factory=dict)

    def sow(self, text: str) -> None:
        """Let a text stand wherever the mark does."""
        self.sow_each(lambda _: text)

    def sow_each(self, text_of: Callable[[str], str]) -> None:
        """Let a text stand wherever the mark does, told by the name of the column or file."""
        for name, content in self.files.items():
            self.sown[name] = content.replace(MARK, json.dumps(text_of(name))[1:-1])
        copy = self.base.with_name("sown.db")
        copy.write_bytes(self.base.read_bytes())
        with closing(sqlite3.connect(copy)) as held, held:
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for (trigger,) in held.execute(triggers).fetchall():
                held.execute(f'DROP TRIGGER "{trigger}"')
            for table, column in columns_of(held):
                _exchange(held, table, column, text_of(f"{table}.{column}"))
            _hash_again(held)
        self.set_book(book(text_of(BOOK)))
        self.restore()

    def restore(self) -> None:
        """Put everything back as it was sown."""
        folder = self.office.workspace.store.base
        for path in (folder / "uploads").rglob("*"):
            if path.is_file() and path.relative_to(folder).as_posix() not in self.sown:
                path.unlink()
        for name, content in self.sown.items():
            (folder / name).write_text(content, encoding="utf-8")
        self.office.store.fill_from(self.base.with_name("sown.db"))

    def ids(self) -> dict[str, list[str]]:
        """Return ids for each name in a path, of records in every state."""
        found = {name: [one] for name, one in ids(self.office).items()}
        with self.office.reading() as read:
            found["paper_id"] = [one.id for one in read.find(Paper, order="name")]
            found["judgement_id"] = [one.id for one in read.find(Judgement)]
            found["contest_id"] = [one.id for one in read.find(Contest)]
        found |= {"cycle_id": ["cycle-1", "planned", "closed"], "form_id": ["form-self", "mine"]}
        return {**found, "person_id": ["p-E3", "p-mark"], "kind": list(FORMATS)}

    def addresses(self) -> list[str]:
        """Return the address of everything that can be looked at or taken away."""
        known, found = self.ids(), []
        for method, route in routes_of(self.clients["analyst"].app):  # type: ignore[arg-type]
            if method == "GET":
                names = re.findall(r"{(\w+)}", route.path)
                for chosen in product(*(known[name] for name in names)):
                    given = dict(zip(names, chosen, strict=True))
                    found.append(re.sub(r"{(\w+)}", lambda one, g=given: g[one[1]], route.path))
        lists = [one for one in found if one.startswith("/api/v1/exports/")]
        found += [f"{one}?format={form}" for one in lists for form in get_args(TableFormat)]
        return [one for one in found if one not in lists]

    def fields(self) -> set[str]:
        """Return the columns of the database in which the mark stands."""
        with closing(sqlite3.connect(self.base)) as held:
            return {
                f"{table}.{column}"
                for table, column in columns_of(held)
                if held.execute(
                    f'SELECT 1 FROM {table} WHERE instr("{column}", ?)',
                    (MARK,),
                ).fetchone()
            }


def columns_of(held: sqlite3.Connection) -> list[tuple[str, str]]:
    """Return table and column of all that is kept as text."""
    names = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'alembic%'"
    return [
        (table, column[1])
        for (table,) in held.execute(names).fetchall()
        for column in held.execute(f"PRAGMA table_info({table})")
    ]


def _exchange(held: sqlite3.Connection, table: str, column: str, text: str) -> None:
    query = f'SELECT rowid, "{column}" FROM {table} WHERE instr("{column}", ?)'
    for row, cell in held.execute(query, (MARK,)).fetchall():
        is_json = cell[:1] in '{["' and _is_json(cell)
        told = json.dumps(text, ensure_ascii=False)[1:-1] if is_json else text
        if (table, column) in (("posts", "unit"), ("partners", "unit")):
            told = text.replace("/", "∕")  # one step of the path, as its twin's
        change = f'UPDATE {table} SET "{column}" = ? WHERE rowid = ?'
        held.execute(change, (cell.replace(MARK, told), row))


def _hash_again(held: sqlite3.Connection) -> None:
    """Let texts of reports have the hash of what they now say, as if they had been taken in so."""
    found = held.execute("SELECT hash, body, opinion FROM paper_texts").fetchall()
    for old, body, opinion in found:
        new = text_hash(body, opinion)
        for table, column in (("paper_texts", "hash"), ("papers", "text"), ("approvals", "text")):
            change = f"UPDATE {table} SET {column} = ? WHERE {column} = ?"
            held.execute(change, (new, old))


def _is_json(cell: str) -> bool:
    try:
        json.loads(cell)
    except ValueError:
        return False
    return True


def book(text: str) -> Book:
    """Return ratings whose levels and figures are named with a text."""
    made = make_book({**RATINGS, f"{text} key": 3})
    levels = tuple(f"{one} {text}" for one in made.levels)
    figures = {f"{name} {text}": cells for name, cells in made.figures.items()}
    ratings = {key: replace(one, level=f"{one.level} {text}") for key, one in made.ratings.items()}
    return replace(made, levels=levels, ratings=ratings, figures=figures)


def marked_report(subject: str) -> Report:
    """Return a report whose every text is the mark."""
    made = report(subject)
    facts = tuple(
        one.model_copy(update={"measure": f"{one.measure} {MARK}", "formula": MARK, "base": MARK})
        for one in made.facts
    )
    word = Fact(id="word", subject=subject, measure=MARK, value=MARK, unit=MARK, period=QUARTER)
    claim = Claim(text=MARK, facts=("word",))
    series = ChartSeries(name=MARK, values=(40.0, 60.0), facts=("word", "word"))
    charts = tuple(
        Chart(
            id=kind, kind=kind, title=MARK, labels=(MARK, f"{MARK} 2"), unit=MARK, series=(series,)
        )
        for kind in CHARTS
    )
    head = made.sections[0]
    first = head.model_copy(
        update={"title": MARK, "claims": (*head.claims, claim), "charts": charts}
    )
    comments = tuple(
        one.model_copy(update={"text": f"{one.text} {MARK}", "column": MARK})
        for one in made.comments
    )
    removed = RemovedClaim(section="summary", text=MARK, reasons=(MARK,))
    assert made.gate is not None
    return made.model_copy(
        update={
            "title": f"{subject} {MARK}",
            "facts": (*facts, word),
            "sections": (first, *made.sections[1:]),
            "comments": comments,
            "highlights": (Highlight(label=MARK, text=MARK, note=MARK, facts=("word",)),),
            "gate": made.gate.model_copy(update={"removed": (removed,)}),
            "provenance": {**made.provenance, "model": MARK, "data": MARK},
        }
    )


def make_planted(folder: Path, patch: pytest.MonkeyPatch) -> Planted:
    """Return the organisation; every browser is signed in."""
    folder.mkdir(exist_ok=True)
    office = make_office(folder)
    make_owners(office)
    clients = {name: browser(office, login) for name, login in WHO.items()}
    clients["nobody"] = browser(office)
    link = start_recovery(office, viewer(office, "administrator"), "colleague")
    yaml = YAML.replace("Remarks", f'"Remarks {MARK}"').replace('"3"', f'"3 {MARK}"')
    files = {
        "jixiao.yaml": yaml.replace("name: reviews", f'name: "reviews {MARK}"'),
        "check.json": json.dumps(_check()),
        "uploads/upload-1.json": json.dumps(_found()),
        "models/linear.v1-20250101T000000-ab/manifest.json": json.dumps(_manifest()),
    }
    for name, content in files.items():
        path = office.workspace.store.base / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    _papers(office)
    _people(office)
    _rest(office)
    base = folder.parent / f"{folder.name}-base.db"
    office.store.copy_to(base)
    return Planted(office, clients, link, base, files, lambda made: put_in(patch, made))


def _problem(severity: str) -> dict[str, Any]:
    words = dict.fromkeys(("file", "column", "expected", "got", "hint", "table"), MARK)
    return {"severity": severity, "code": "JX-E101", "row": 3, "rows": 3, **words}


def _check() -> dict[str, Any]:
    problems = [_problem(one) for one in ("blocking", "finding", "note")]
    return {"tables": {f"reviews {MARK}": {"read": 9}}, "problems": problems}


def _found() -> dict[str, Any]:
    columns = ["_row", "_reason", "Employee", MARK]
    rows = [["1", MARK, MARK, MARK]]
    counts = {"read": 9, "used": 8, "duplicate": 0, "quarantined": 1}
    told = {"columns": columns, "rows": rows, "counts": counts, "numbers": [3], "blocked": False}
    return {**told, "table": f"reviews {MARK}", "findings": [_problem("finding")]}


def _manifest() -> dict[str, Any]:
    return {"name": MARK, "seconds": 3.0, "sizes": {"train": 9}, "data_hash": "d" * 64}


def _papers(office: Office) -> None:
    """Take in a draft, a report in review and one about a subject with a mark."""
    analyst = viewer(office, "analyst")
    spare = marked_report(f"{MARK} key").model_copy(update={"id": SPARE})
    with office.store.changing(Entry("test", "spare", "all")) as change:
        change.add(
            Person(id="p-mark", key=f"{MARK} key", name=MARK, email=MARK, pseudonym="x-mark"),
            Post(
                id="post-mark",
                person="p-mark",
                unit="Lanting/Optics/Lenses",
                manager="p-E2",
                start=date(2020, 1, 1),
            ),
        )
    take_in(office, analyst, [*map(marked_report, ("E2", "E4", "E5", "E6", "E7")), spare])
    with office.reading() as read:
        made = {one.subject: one for one in read.find(Paper)}
    for key in ("E2", "E4", "E5", "E6", "E7"):
        submit(office, analyst, made[key].id, version=made[key].version)
    by = viewer(office, "manager")
    for key in ("E4", "E6", "E7"):
        judge(office, by, made[key].id, rating=f"3 {MARK}", reason=MARK)
    judge(office, viewer(office, "head"), made["E2"].id, rating=f"3 {MARK}", reason=MARK)
    me = viewer(office, "colleague")
    _release(office, made["E4"].id, "manager")
    remark(office, me, made["E4"].id, text=MARK)
    contest(office, me, made["E4"].id, version=_version(office, made["E4"].id), text=MARK)
    _release(office, made["E7"].id, "manager", hands_out=False)
    _release(office, made["E2"].id, "head")


def _version(office: Office, paper_id: str) -> int:
    with office.reading() as read:
        return read.get(Paper, paper_id).version


def _release(office: Office, paper_id: str, login: str, *, hands_out: bool = True) -> None:
    """Let a report be approved, and released."""
    by = viewer(office, login)
    seen = show(office, by, paper_id, how="page")
    approve(office, by, paper_id, version=seen.paper.version, text=seen.hash)
    if hands_out:
        release(office, by, paper_id, version=seen.paper.version + 1)


def _people(office: Office) -> None:
    with office.store.changing(Entry(MARK, MARK, MARK, MARK, {MARK: MARK})) as change:
        for person in change.find(Person):
            change.replace(person, name=f"{MARK} {person.id}", email=MARK)
        for post in change.find(Post):
            unit = post.unit.replace("Lanting", f"Lanting {MARK}")
            change.replace(post, unit=unit, title=MARK)
        for partner in change.find(Partner):
            unit = partner.unit.replace("Lanting", f"Lanting {MARK}")
            change.replace(partner, unit=unit)
        for account in change.find(Account):
            change.replace(account, login=f"{account.login}.{MARK}")
        for notice in change.find(Notice):
            change.replace(notice, text=MARK)
        for key in change.find(ApiKey):
            change.replace(key, account="a-analyst", name=MARK)
    with office.store.noting() as note:
        for session in note.find(Session):
            note.replace(session, browser=MARK)


def _rest(office: Office) -> None:
    now = office.clock()
    soon = (now + timedelta(days=9)).date()
    span = {"period": "2025Q4", "start": date(2025, 10, 1), "end": date(2026, 1, 1)}
    due = dict.fromkeys(("self", "manager", "peer", "upward"), soon.isoformat())
    said = {one.key: 4 if one.kind == "scale" else MARK for one in questions("peer")}
    with office.store.changing(Entry("test", "rest", "all")) as change:
        for cycle in change.find(Cycle):
            change.replace(cycle, name=MARK)
        for form in change.find(Form):
            texts = {k: v if isinstance(v, int) else MARK for k, v in form.answers.items()}
            change.replace(form, answers=texts)
        change.add(Cycle(id="planned", name=f"{MARK} next", due=due, **span))
        low = {"state": "closed", "threshold": 2, "threshold_comments": 2, "closed": now}
        change.add(Cycle(id="closed", name=f"{MARK} done", due=due, **low, **span))
        for at in range(3):
            change.add(_form(f"heard-{at}", "closed", "peer", f"p-E{at + 4}", "p-E3", said, "sent"))
        change.add(_form("next", "planned", "manager", "p-E8", "p-E9", {}, "open"))
        change.add(_form("mine", "cycle-1", "peer", "p-E3", "p-E5", {}, "open"))
        for name in ("stop", "legal_hold"):
            change.add(Option(id=name, value=_reason(name)))
        change.add(Option(id="hook_hosts", value={"hosts": [f"{MARK}.example"]}))
        for objection in change.find(Contest):
            change.replace(objection, text=MARK, reply=MARK)
        for judgement in change.find(Judgement):
            change.replace(judgement, reason=MARK, override=MARK)
        for upload in change.find(Upload):
            change.replace(upload, table=f"reviews {MARK}", job="job-1")
        for paper in change.find(Paper, subject="E4"):
            change.add(
                Seed(
                    id="seed-1",
                    paper=paper.id,
                    wrong=MARK,
                    right=MARK,
                    planted=now,
                    outcome="caught",
                )
            )
    _notes(office)


def _reason(name: str) -> dict[str, Any]:
    if name == "stop":
        return {"stopped": False, "since": "", "reason": MARK}
    return {"is_on": True, "since": "", "reason": MARK}


def _form(*words: Any) -> Form:
    names = ("id", "cycle", "kind", "reviewer", "subject", "answers", "state")
    return Form(due=date(2026, 12, 1), **dict(zip(names, words, strict=True)))


def _notes(office: Office) -> None:
    with office.store.noting() as note:
        error = {"code": "JX-E101", "expected": MARK, "got": MARK, "hint": MARK, "place": MARK}
        for job in note.find(Job):
            note.replace(job, state="failed", stage=MARK, result={"error": error})
        due = office.clock()
        note.add(Delivery(id="d-1", hook="hook-1", event="job.end", body=MARK, due=due))
