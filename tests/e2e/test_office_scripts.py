"""Sixty pieces of script in names, units and titles: none runs on any page."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from tests.office_case import PASSWORD, SECRET, make_office
from tests.payloads import SCRIPTS as PAYLOADS

from jixiao.app.web import create_app
from jixiao.contracts.office import Account, Entry, Person, Post
from jixiao.office import Office
from jixiao.office.secrets import totp_code

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Office, str]]:
    """Serve an organisation whose people, units and titles are pieces of script."""
    office = make_office(tmp_path)
    with office.store.changing(Entry("test", "begin", "all")) as change:
        for at, payload in enumerate(PAYLOADS):
            person = Person(id=f"q{at}", key=f"Q{at}", name=payload, pseudonym=f"y{at}")
            unit = payload.replace("/", "∕")
            start = date(2020, 1, 1)
            change.add(person)
            change.add(Post(id=f"r{at}", person=person.id, unit=unit, title=payload, start=start))
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    config = uvicorn.Config(create_app(office), port=port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield office, f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


def enter(browser: Any, office: Office, base: str, login: str) -> Any:
    """Return a page of somebody signed in; scripts of the page itself are allowed."""
    page = browser.new_context().new_page()
    page.goto(f"{base}/sign-in")
    page.fill("#login", login)
    page.fill("#password", PASSWORD)
    page.click("button.main")
    with office.store.changing(Entry("test", "again", "account")) as change:
        change.replace(change.get(Account, f"a-{login}"), totp_last=0)
    page.fill("#code", totp_code(SECRET, time.time()))
    page.click("button.main")
    return page


def test_no_script_in_a_name_runs_on_any_page(served: tuple[Office, str], chromium: str) -> None:
    from playwright.sync_api import sync_playwright

    assert len(PAYLOADS) == 60
    office, base = served
    dialogs: list[str] = []
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for login in ("administrator", "analyst"):
            page = enter(browser, office, base, login)
            page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
            places = ["/people", "/people?page=2", "/people?q=%3Cscript%3E", "/accounts"]
            places += [f"/people/q{at}" for at in range(0, 60, 6)]
            for place in places:
                page.goto(base + place)
                page.wait_for_timeout(30)
                assert page.evaluate("window.ran || 0") == 0, place
            page.goto(f"{base}/people")
            assert "onerror" in page.inner_text("main")  # told as it is written
        browser.close()
    assert dialogs == []
