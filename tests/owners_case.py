"""One person's records, and everybody who stands to that person in some way.

Every text that tells of the person is a word that stands nowhere else, so that an answer can be
asked which of them it shows.
"""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from typing import Any

from starlette.testclient import TestClient
from tests.office_case import HASH, browser, viewer
from tests.paper_case import QUOTE, SECRET, released, with_paper

from jixiao.contracts.office import (
    Account,
    ApiKey,
    Contest,
    Cycle,
    Delegation,
    Entry,
    Form,
    Hook,
    Job,
    Judgement,
    Option,
    Paper,
    Partner,
    Person,
    Post,
    Remark,
    Upload,
)
from jixiao.office import Office
from jixiao.office.cycles.questions import questions
from jixiao.office.papers.contests import contest
from jixiao.office.papers.remarks import remark
from jixiao.office.papers.shown import show
from jixiao.office.work.timetable import PREFIX, Schedule

CALLERS = {
    "anonymous": None,
    "subject": "rose-login",
    "manager": "manager",
    "manager above": "head",
    "former manager": "former",
    "stand-in": "standin",
    "stand-in of before": "latestandin",
    "other manager": "other-manager",
    "HR partner": "partner",
    "HR partner without comments": "quietpartner",
    "HR partner of another unit": "elsewhere",
    "colleague": "colleague",
    "analyst": "analyst",
    "administrator": "administrator",
    "auditor": "auditor",
}
"""Who asks about the person, and the login."""
MARKS = {
    "name": "Name of E3",
    "email": "rose@example.org",
    "title": "Glazier",
    "manager's name": "Name of E2",
    "sentence": "Output came to 92",
    "comment": QUOTE.strip("“”").partition(",")[0].partition("”")[0],
    "opinion": SECRET,
    "own rating's reason": "Output held up.",
    "self-assessment": "Hollyhock",
    "manager's form": "Larkspur",
    "peer's form": "Foxglove",
    "objection": "Snowdrop",
    "remark": "Marigold",
    "login": "rose-login",
}
"""Words that tell something of the person, by what they tell."""


def make_owners(office: Office) -> None:
    """Fill in what there is about person E3, and who stands to that person in which way."""
    with office.store.changing(Entry("test", "people", "all")) as change:
        person = change.get(Person, "p-E3")
        change.replace(person, email=MARKS["email"])
        post = change.get(Post, "post-E3")
        change.replace(post, title=MARKS["title"], start=date(2025, 1, 1))
        change.add(_post("old", "E3", "Lanting/Sales", "E9", date(2020, 1, 1), date(2025, 1, 1)))
        for login, key in (("former", "E9"), ("standin", "E11"), ("latestandin", "E12")):
            if key not in ("E9",):
                change.add(_person(key), _post(key, key, "Lanting/Board", "E1", date(2020, 1, 1)))
            change.add(_account(login, ("manager", "employee"), key))
        for login, key in (("partner", "E13"), ("quietpartner", "E14"), ("elsewhere", "E15")):
            change.add(_person(key), _post(key, key, "Lanting/People", "E1", date(2020, 1, 1)))
            change.add(_account(login, ("employee",), key))
        unit = "Lanting/Optics"
        change.add(
            Partner(id="partner-1", account="a-partner", unit=unit, comments=True),
            Partner(id="partner-2", account="a-quietpartner", unit=unit),
            Partner(id="partner-3", account="a-elsewhere", unit="Lanting/Sales", comments=True),
        )
        today = office.clock().date()
        day = timedelta(days=1)
        lent = {"giver": "p-E2", "start": today - 9 * day}
        change.add(
            Delegation(id="delegation-1", taker="p-E11", end=today + 9 * day, **lent),
            Delegation(id="delegation-2", taker="p-E12", end=today - day, **lent),
        )
    _papers(office)
    _forms(office)
    _rest(office)


def _person(key: str) -> Person:
    return Person(id=f"p-{key}", key=key, name=f"Name of {key}", pseudonym=f"x-{key}")


def _post(mark: str, key: str, unit: str, above: str, start: date, end: date | None = None) -> Post:
    who = {"person": f"p-{key}", "manager": f"p-{above}"}
    return Post(id=f"post-{mark}", unit=unit, start=start, end=end, **who)


def _account(login: str, roles: tuple[Any, ...], key: str) -> Account:
    return Account(id=f"a-{login}", login=login, roles=roles, person=f"p-{key}", password=HASH)


def _papers(office: Office) -> None:
    paper = released(office, with_paper(office))
    show(office, viewer(office, "manager"), paper.id, how="page")
    me = viewer(office, "employee")
    remark(office, me, paper.id, text=f"{MARKS['remark']} it is")
    contest(office, me, paper.id, version=paper.version, text=f"{MARKS['objection']}, it is wrong")
    with office.store.changing(Entry("test", "login", "account")) as change:
        change.replace(change.get(Account, "a-employee"), login=MARKS["login"])


def _forms(office: Office) -> None:
    span = {"period": "2025Q4", "start": date(2025, 10, 1), "end": date(2026, 1, 1)}
    due = dict.fromkeys(("self", "manager", "peer"), "2026-01-20")
    with office.store.changing(Entry("test", "forms", "all")) as change:
        change.add(Cycle(id="cycle-1", name="Year end", due=due, state="open", **span))
        asked = (("self", "E3"), ("manager", "E2"), ("peer", "E4"))
        for kind, by in asked:
            word = {"self": "self-assessment", "manager": "manager's form", "peer": "peer's form"}
            given = {
                one.key: 4 if one.kind == "scale" else MARKS[word[kind]]
                for one in questions(kind)  # type: ignore[arg-type]
            }
            form = Form(
                id=f"form-{kind}",
                cycle="cycle-1",
                kind=kind,  # type: ignore[arg-type]
                reviewer=f"p-{by}",
                subject="p-E3",
                due=date(2026, 1, 20),
                answers=given,
                state="sent",
                sent=office.clock(),
            )
            change.add(form)


def _rest(office: Office) -> None:
    now = office.clock()
    hook = Hook(id="hook-1", url="https://hooks.example/in", secret="", events=("job.end",))
    plan = Schedule(id="schedule-1", kind="train", when="daily")
    key = {"name": "k", "secret": "s", "scopes": (), "expires": now + timedelta(days=9)}
    with office.store.changing(Entry("test", "rest", "all")) as change:
        change.add(
            ApiKey(id="key-1", account="a-employee", **key),
            hook,
            Option(id=PREFIX + plan.id, value=plan.kept()),
            Job(id="job-1", kind="recheck", arguments={}, by="a-analyst", created=now, result={}),
            Upload(id="upload-1", digest="d" * 64, ending=".csv", size=1, by="a-analyst", at=now),
        )


def ids(office: Office) -> dict[str, str]:
    """Return the id that stands for each name in a path: always the person's."""
    with office.reading() as read:
        paper = read.find(Paper, subject="E3")[0].id
        told = {
            "contest_id": read.find(Contest)[0].id,
            "judgement_id": read.find(Judgement)[0].id,
            "paper_id": paper,
        }
        assert read.find(Remark)
    fixed = ("account", "cycle", "delegation", "hook", "job", "key", "partner", "schedule")
    told |= {f"{name}_id": f"{name}-1" for name in (*fixed, "upload")}
    told |= {"account_id": "a-employee", "person_id": "p-E3", "form_id": "form-self"}
    return told | {"kind": "json", "token": "nobody", "model_id": "none"}


def clients(office: Office, callers: dict[str, str | None]) -> dict[str, TestClient]:
    """Return a browser of everybody."""
    found = {}
    for name, login in callers.items():
        found[name] = browser(office, login)
    return found


def shown_in(text: str) -> list[str]:
    """Return what of the person a text tells."""
    return [name for name, mark in MARKS.items() if mark in text]


def fields_of(told: Any, above: str = "") -> set[str]:
    """Return the names of all fields of an answer, those of lists once."""
    if isinstance(told, list):
        return {name for one in told for name in fields_of(one, f"{above}[]")}
    if isinstance(told, dict):
        below = {n for key, one in told.items() for n in fields_of(one, f"{above}.{_plain(key)}")}
        return below | {f"{above}.{_plain(key)}".lstrip(".") for key in told}
    return set()


def _plain(key: str) -> str:
    return re.sub(r"E\d+|\d{4}Q\d|[0-9a-f]{12,}", "*", key)


def json_of(content: bytes) -> Any:
    """Return what an answer holds as JSON, None where it is none."""
    try:
        return json.loads(content)
    except ValueError:
        return None
