"""A company of ``benchmarks.office_inputs`` with something of everything that pages can show."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from benchmarks.office_inputs import make_organisation, token_of, viewer_named

from jixiao.contracts.office import Account, Cycle, Form, Paper, Person, Post, Session
from jixiao.office import Office
from jixiao.office.accounts.accounts import add_account
from jixiao.office.accounts.keys import make_key
from jixiao.office.cycles.cycles import close_cycle, open_cycle, plan_cycle, propose
from jixiao.office.cycles.judging import judge, scale_of
from jixiao.office.cycles.questions import questions
from jixiao.office.options import set_options
from jixiao.office.papers.contests import contest
from jixiao.office.papers.reviews import approve, submit
from jixiao.office.papers.seeding import set_seed_share
from jixiao.office.papers.shown import show
from jixiao.office.safety.holding import set_hold
from jixiao.office.work.delivering import deliver
from jixiao.office.work.hooks import add_hook
from jixiao.office.work.imports import upload
from jixiao.office.work.jobs import start_job
from jixiao.office.work.models import ask_for_training
from jixiao.office.work.schedules import add_schedule
from jixiao.office.work.worker import Worker

BROWSERS = ("Firefox · Windows", "Safari · iPhone", "")
HOST = "a-very-long-name-of-a-host.intranet.example.com"
LONG = "Half-year conversation on development and cooperation across all units 半年沟通"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PARTS = ("self", "manager", "peer", "upward")


def make_filled(folder: Path) -> Office:
    """Return the application of a company in the middle of its year.

    There are cycles planned, open and closed, an objection, approvals of several managers, files
    that were checked and refused, jobs done, failed and waiting, schedules, hooks whose messages
    failed, a legal hold, planted faults, a key and sessions of several devices.

    Args:
        folder: An empty folder.
    """
    office = make_organisation(folder, people=60, quarters=5)
    _with_cycles(office)
    _with_approvals(office)
    _with_objection(office)
    _with_work(office, folder)
    _with_settings(office)
    for login in ("administrator", "analyst", "manager", "employee", "auditor"):
        for _ in BROWSERS:
            token_of(office, login)
    with office.store.noting() as note:
        for session, name in zip(note.find(Session), cycle(BROWSERS), strict=False):
            note.replace(session, browser=name)
    return office


def _with_cycles(office: Office) -> None:
    analyst, drawn = viewer_named(office, "analyst"), random.Random(7)
    due = dict.fromkeys(PARTS, office.clock().date() + timedelta(days=9))
    plan_cycle(office, analyst, LONG, period="2024Q4", due=due)
    for name, period, share in (("Third quarter", "2024Q3", 0.95), ("年终考核", "2025Q1", 0.5)):
        made = plan_cycle(office, analyst, name, period=period, due=due)
        propose(office, analyst, made.id, version=made.version)
        made = open_cycle(office, analyst, made.id, version=_now(office, made).version)
        _answer(office, made, drawn, share)
        if period == "2024Q3":
            close_cycle(office, analyst, made.id, version=_now(office, made).version)


def _now(office: Office, made: Cycle) -> Cycle:
    with office.reading() as read:
        return read.get(Cycle, made.id)


def _answer(office: Office, made: Cycle, drawn: random.Random, share: float) -> None:
    kept = {viewer_named(office, login).person for login in ("manager", "employee")}
    with office.changing("test", "form.send", "form") as change:
        for form in change.find(Form, cycle=made.id, order="id"):
            if drawn.random() < share and (made.period == "2024Q3" or form.reviewer not in kept):
                answers = {
                    one.key: drawn.randint(2, 5) if one.kind == "scale" else "Clear and on time."
                    for one in questions(form.kind)
                }
                change.replace(form, answers=answers, state="sent", sent=office.clock())


def _with_approvals(office: Office) -> None:
    """Let six more managers judge and approve one report each; others wait for the first."""
    analyst, level = viewer_named(office, "analyst"), scale_of(office)[2]
    first = viewer_named(office, "manager").person
    with office.reading() as read:
        keys = {one.id: one.key for one in read.find(Person)}
        above = {one.person: one.manager for one in read.find(Post, order="start")}
        drafts = read.find(Paper, level="employee", state="draft", order="name")
    of = {above.get(one.person or ""): one for one in drafts}
    tops = sorted(one for one in of if one and one != first and above.get(one))
    for top in tops[:6]:
        paper, login = of[top], f"lead-{keys[top].lower()}"
        submit(office, analyst, paper.id, version=paper.version)
        add_account(office, "test", login, roles=("manager", "employee"), person_key=keys[top])
        by = viewer_named(office, login)
        judge(office, by, paper.id, rating=level, reason="Steady work.")
        seen = show(office, by, paper.id, how="page")
        approve(office, by, paper.id, version=seen.paper.version, text=seen.hash)


def _with_objection(office: Office) -> None:
    employee = viewer_named(office, "employee")
    with office.reading() as read:
        mine = read.find(Paper, person=employee.person, state="released")
    for paper in mine[:1]:
        contest(office, employee, paper.id, version=paper.version, text="The move is left out.")


def _with_work(office: Office, folder: Path) -> None:
    analyst = viewer_named(office, "analyst")
    lines = (folder / "data" / "reviews.csv").read_text("utf-8").splitlines()[:30]
    lines[3] = lines[3].replace("2024", "20x4")
    for text, name in (("\n".join(lines), "some.csv"), ("a,b,c\n1,2,3\n", "other.csv")):
        upload(office, analyst, io.BytesIO(text.encode()), name)
        assert Worker(office).one()
    office.workspace.evaluate()
    add_schedule(office, analyst, "report", "monthly", day=3)
    add_schedule(office, analyst, "import", "new data")


def _with_settings(office: Office) -> None:
    boss, analyst = viewer_named(office, "administrator"), viewer_named(office, "analyst")
    set_options(office, boss, {"hook_hosts": [HOST, "hooks.example.org"]}, {})
    add_hook(office, boss, f"https://{HOST}/services/of/reports/and/more", ["job.end"])
    add_hook(office, boss, "https://hooks.example.org/in", ["contest.open", "job.end"])
    start_job(office, analyst, "recheck", {})
    assert Worker(office).one()
    deliver(office, send=lambda *_: 500)
    set_hold(office, boss, is_on=True, reason="Proceedings of March: nothing may be lost.")
    set_seed_share(office, boss, 0.05)
    make_key(office, analyst, "till", scopes=["report.read"], days=9)
    ask_for_training(office, analyst, name="lstm", method="full", minutes=5)


@dataclass
class Site:
    """A served organisation.

    Attributes:
        base: Its address.
        office: The application.
        browser: Chromium.
        shots: Folder of the pictures.
    """

    base: str
    office: Office
    browser: Any
    shots: Path

    def enter(self, login: str, language: str, **context_of: Any) -> tuple[Any, list[str]]:
        """Return a page of somebody signed in, and what its console complains of."""
        with self.office.changing("test", "account.language", "account") as change:
            account = change.find(Account, login=login)[0]
            change.replace(account, language=language)
        context = self.browser.new_context(reduced_motion="reduce", **context_of)
        token = token_of(self.office, login)
        context.add_cookies([{"name": "jixiao", "value": token, "url": self.base}])
        page, said = context.new_page(), []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda line: line.type == "error" and said.append(line.text))
        return page, said


def faults_of(page: Any) -> list[str]:
    """Return what axe finds on a page: WCAG 2.2 A and AA, and good practice."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    return [f"{one['id']}: {node['html'][:150]}" for one in found for node in one["nodes"][:4]]
