"""The whole story in Chromium, for five roles, in both languages, on SQLite and PostgreSQL."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from jixiao.app.cli.main import main
from jixiao.app.web.telling import phrase
from jixiao.bootstrap import open_office, open_workspace
from jixiao.contracts.office import Person, Post, Reading
from jixiao.office import verify_trail
from jixiao.office.secrets import totp_code

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PASSWORD = "four words in a row"
SECONDED = ("administrator", "analyst", "auditor")


def run(*words: str, stdin: str = "") -> str:
    """Run a command as a person would."""
    command = [sys.executable, "-m", "jixiao", *words]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace of sixty invented people with a trained model."""
    folder = tmp_path_factory.mktemp("story") / "w"
    words = ["demo", str(folder), "--people", "60", "--quarters", "6", "--budget", "10s", "--quiet"]
    assert main(words, open_workspace, open_office) == 0
    return folder


def line_of(read: Reading) -> tuple[str, str, str]:
    """Return subject ids of a head, a manager below, and somebody who reports to the manager."""
    keys = {one.id: one.key for one in read.find(Person)}
    above = {post.person: post.manager for post in read.find(Post)}
    for person, manager in sorted(above.items(), key=lambda one: keys[one[0]]):
        head = above.get(manager or "")
        if manager and head and person not in above.values():
            return keys[head], keys[manager], keys[person]
    raise AssertionError("a company has three floors")


@dataclass
class Site:
    """A served application.

    Attributes:
        base: Its address.
        subject: Subject id of the employee.
        browser: Chromium.
        language: Of the pages.
        shots: Folder of the screenshots.
    """

    base: str
    subject: str
    browser: Any
    language: str
    shots: Path
    secrets: dict[str, str]

    def enter(self, login: str) -> Any:
        """Return a page of somebody signed in, in the language of the story."""
        page = self.browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.faults = faults
        page.goto(f"{self.base}/sign-in")
        page.fill("#login", login)
        page.fill("#password", PASSWORD)
        page.click("button.main")
        if login in SECONDED:
            page.goto(f"{self.base}/account/second-factor")
            secret = page.inner_text(".secret code")
            page.fill("#code", totp_code(secret, time.time()))
            page.click("button.main")
        page.goto(f"{self.base}/account")
        page.click(f'button[name=language][value="{self.language}"]')
        return page

    def shoot(self, page: Any, name: str) -> None:
        """Keep a picture of a page as output of the test."""
        page.screenshot(path=self.shots / f"{name}.png", full_page=True)
        assert page.faults == []


def _port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


SHOTS = Path(__file__).resolve().parents[2] / "build" / "screenshots"
"""Where the pictures of the story are kept."""
COMBINATIONS = [
    pytest.param(("en", "sqlite"), id="en-sqlite"),
    pytest.param(("zh", "postgresql"), id="zh-postgresql"),
    pytest.param(("zh", "sqlite"), id="zh-sqlite", marks=pytest.mark.long),
    pytest.param(("en", "postgresql"), id="en-postgresql", marks=pytest.mark.long),
]


@pytest.fixture(params=COMBINATIONS)
def site(
    request: pytest.FixtureRequest, company: Path, tmp_path: Path, chromium: str
) -> Iterator[Site]:
    """Serve a copy of the company with its roster and six accounts."""
    from playwright.sync_api import sync_playwright

    language, kind = request.param
    folder, more = tmp_path / "w", []
    shutil.copytree(company, folder)
    if kind == "postgresql":
        more = ["--database", request.getfixturevalue("postgres")()]
    run("roster", "import", str(folder), str(folder / "data" / "roster.xlsx"), *more)
    office = open_office(folder, more[1] if more else None)
    with office.reading() as read:
        head, manager, subject = line_of(read)
    office.store.close()
    for login, key in {"head": head, "manager": manager, "employee": subject}.items():
        roles = ["--role", "employee"] if login == "employee" else ["--role", "manager"]
        words = ["user", "add", str(folder), login, *roles, "--person", key, "--password-stdin"]
        run(*words, *more, stdin=PASSWORD)
    for login in SECONDED:
        words = ["user", "add", str(folder), login, "--role", login, "--password-stdin"]
        run(*words, *more, stdin=PASSWORD)
    port = _port()
    served = subprocess.Popen(
        [sys.executable, "-m", "jixiao", "serve", str(folder), "--port", str(port), *more],
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(port)
        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            shots = SHOTS / f"{language}-{kind}"
            shots.mkdir(parents=True, exist_ok=True)
            yield Site(f"http://127.0.0.1:{port}", subject, browser, language, shots, {})
            browser.close()
    finally:
        served.terminate()
        served.wait(timeout=20)
    office = open_office(folder, more[1] if more else None)
    assert verify_trail(office.store).faults == ()
    office.store.close()


def _wait(port: int) -> None:
    for _ in range(120):
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.25)
    raise AssertionError("the server does not answer")


def _ended(page: Any, base: str) -> str:
    """Return the state of the newest job once it has ended."""
    for _ in range(120):
        page.goto(f"{base}/jobs")
        if not page.query_selector("#jobs progress") and not page.query_selector(
            '#jobs form[action$="/cancel"]'
        ):
            return str(page.get_attribute("#jobs tbody tr:first-child .badge", "class"))
        time.sleep(0.5)
    raise AssertionError("the job does not end")


def test_from_upload_to_audit_for_five_roles(site: Site, company: Path) -> None:
    analyst = site.enter("analyst")
    analyst.goto(f"{site.base}/data")
    analyst.set_input_files("#file", company / "data" / "reviews.csv")
    analyst.click('form[action="/data/uploads"] button')
    upload = analyst.url
    assert "good" in _ended(analyst, site.base)
    analyst.goto(upload)
    site.shoot(analyst, "check")
    analyst.click('form[action$="/take"] button')
    assert "good" in _ended(analyst, site.base)
    analyst.goto(f"{site.base}/models")
    analyst.select_option("#name", "linear")
    analyst.fill("#minutes", "1")
    analyst.click('form[action="/models/train"] button')
    assert "good" in _ended(analyst, site.base)
    analyst.goto(f"{site.base}/notices")
    analyst.click('form[action="/notices"] button')
    analyst.goto(f"{site.base}/jobs")
    analyst.click('form[action="/jobs/reports"] button')
    assert "good" in _ended(analyst, site.base)
    site.shoot(analyst, "jobs")
    analyst.goto(f"{site.base}/reports?q={site.subject}&level=employee")
    site.shoot(analyst, "reports")
    analyst.click("tbody a")
    address = analyst.url
    analyst.click('form[action$="/submit"] button')

    manager = site.enter("manager")
    manager.goto(address)
    site.shoot(manager, "before-judging")
    assert manager.query_selector("#judge") is not None
    assert manager.query_selector('form[action$="/approve"] button[disabled]') is not None
    held = {"en": "The model's estimate", "zh": "模型"}[site.language]
    assert held not in manager.inner_text(".report")
    manager.locator("input[name=rating]").nth(2).check()
    manager.fill("#reason", "Steady work; the figures show it.")
    manager.click("#judge button.main")
    site.shoot(manager, "after-judging")
    assert held in manager.inner_text(".report")
    manager.click('form[action$="/approve"] button')
    manager.click('form[action$="/release"] button')
    assert manager.query_selector(".head .badge.good") is not None

    employee = site.enter("employee")
    employee.goto(address)
    site.shoot(employee, "released")
    employee.fill("#text", "Thank you.")
    employee.click('form[action$="/remark"] button')
    employee.locator("#answer summary").first.click()
    employee.fill("#wrong", "The project of May is missing.")
    employee.click('form[action$="/contest"] button')

    head = site.enter("head")
    head.goto(f"{site.base}/contests")
    head.click(".list a")
    head.check("input[name=outcome][value=stands]")
    head.fill("#reply", "It counts for the next period.")
    head.click('form[action$="/settle"] button')
    site.shoot(head, "settled")

    employee.goto(address)
    assert employee.query_selector(".head .badge.good") is not None
    auditor = site.enter("auditor")
    auditor.goto(f"{site.base}/audit-log")
    site.shoot(auditor, "audit")
    told = auditor.inner_text("main")
    for action in ("report.approve", "report.release", "contest.open", "contest.decide"):
        assert phrase(action, site.language) in told
    for nobody in (address, f"{site.base}/data", f"{site.base}/people"):
        auditor.goto(nobody)
        assert auditor.query_selector(".card .code") is not None
