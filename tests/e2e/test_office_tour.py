"""A tour of every page at three widths, in both languages, as every role; pictures are kept."""

from __future__ import annotations

import re
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from benchmarks.office_inputs import make_organisation, token_of, viewer_named
from fastapi.routing import APIRoute

from jixiao.app.web import create_app
from jixiao.app.web.discovery import all_routes
from jixiao.app.web.routing import action_of
from jixiao.contracts.office import Account, Cycle, Form, Paper, Person
from jixiao.office import Office, reach
from jixiao.office.cycles.cycles import open_cycle, plan_cycle, propose
from jixiao.office.papers.contests import contest, contests_for
from jixiao.office.papers.seeing import Papers
from jixiao.office.work.jobs import start_job

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = (390, 820, 1280)
ROLES = ("administrator", "analyst", "manager", "employee", "auditor")
FILES = re.compile(r"export|file\.|\.json|\.css|openapi|metrics|healthz|readyz")
"""Addresses that answer with files or for machines."""
FAULTS = """() => {
  const found = [];
  const named = (one) => one.labels && one.labels.length || one.getAttribute("aria-label");
  if (document.querySelectorAll("h1").length !== 1) found.push("not one h1");
  for (const one of document.querySelectorAll("input:not([type=hidden]), select, textarea"))
    if (!named(one)) found.push("no label: " + one.outerHTML.slice(0, 90));
  for (const one of document.querySelectorAll("button, a[href]"))
    if (!one.textContent.trim() && !one.getAttribute("aria-label"))
      found.push("no words: " + one.outerHTML.slice(0, 90));
  const ids = [...document.querySelectorAll("[id]")].map((one) => one.id);
  for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at)))
    found.push("an id twice: " + id);
  return found;
}"""
CONTRAST = """() => {
  const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((v) => v / 255)
      .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (one) => {
    for (let at = one; at; at = at.parentElement) {
      const found = parse(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found;
    }
    return [255, 255, 255];
  };
  const found = new Set();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const one = walk.currentNode.parentElement;
    if (!walk.currentNode.data.trim() || !one.checkVisibility()) continue;
    if (one.closest("svg, .sr, .skip, :disabled, noscript, script, style")) continue;
    const style = getComputedStyle(one), size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.6 && style.fontWeight >= 700);
    const a = light(parse(style.color)), b = light(behind(one));
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < (large ? 3 : 4.5) - 0.01)
      found.add(one.tagName + "." + one.className + " " + ratio.toFixed(2));
  }
  return [...found];
}"""


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """Return an organisation with reports, an open cycle and an objection."""
    office = make_organisation(tmp_path_factory.mktemp("tour"), people=60, quarters=5)
    analyst = viewer_named(office, "analyst")
    day = office.clock().date() + timedelta(days=9)
    due = dict.fromkeys(("self", "manager", "peer", "upward"), day)
    cycle = plan_cycle(office, analyst, "Year's end 年终", period="2025Q4", due=due)
    propose(office, analyst, cycle.id, version=cycle.version)
    with office.reading() as read:
        cycle = read.get(Cycle, cycle.id)
    open_cycle(office, analyst, cycle.id, version=cycle.version)
    office.workspace.evaluate()
    start_job(office, analyst, "train", {"name": "linear", "method": "full", "budget_s": 60})
    employee = viewer_named(office, "employee")
    with office.reading() as read:
        mine = read.find(Paper, person=employee.person, state="released")
    for paper in mine[:1]:
        contest(office, employee, paper.id, version=paper.version, text="The move is left out.")
    return office


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

    def enter(self, login: str, language: str) -> tuple[Any, list[str]]:
        """Return a page of somebody signed in, and what its console complains of."""
        with self.office.changing("test", "account.language", "account") as change:
            account = change.find(Account, login=login)[0]
            change.replace(account, language=language)
        context = self.browser.new_context(reduced_motion="reduce")
        token = token_of(self.office, login)
        context.add_cookies([{"name": "jixiao", "value": token, "url": self.base}])
        page, said = context.new_page(), []
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda line: line.type == "error" and said.append(line.text))
        return page, said


@pytest.fixture
def site(filled: Office, tmp_path: Path, chromium: str) -> Iterator[Site]:
    """Serve it."""
    from playwright.sync_api import sync_playwright

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(create_app(filled), port=port, log_level="error"))
    closing = filled.store.close
    filled.store.close = lambda: None  # type: ignore[method-assign]  # further tests use it
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.05)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield Site(f"http://127.0.0.1:{port}", filled, browser, tmp_path)
        browser.close()
    server.should_exit = True
    thread.join(timeout=10)
    filled.store.close = closing  # type: ignore[method-assign]


def addresses(office: Office, login: str) -> list[str]:
    """Return every page that somebody may open, from the routes themselves."""
    viewer = viewer_named(office, login)
    with office.reading() as read:
        may = reach(viewer, "report.read")
        papers = Papers(read, viewer).seen(read.find(Paper, order="name")) if may else []
        forms = read.find(Form, reviewer=viewer.person) if viewer.person else []
        contests = contests_for(read, viewer) if reach(viewer, "contest.read") else []
        known = {
            "paper_id": [one.id for one in papers][:1],
            "person_id": [viewer.person or read.find(Person)[5].id],
            "account_id": [one.id for one in read.find(Account)][:1],
            "cycle_id": [one.id for one in read.find(Cycle)][:1],
            "contest_id": [one.id for one, _ in contests][:1],
            "form_id": [one.id for one in forms][:1],
        }
    found = []
    for route in all_routes():
        if not isinstance(route, APIRoute) or "GET" not in route.methods:
            continue
        action = action_of(route)
        if route.path.startswith("/api/v1/") or FILES.search(route.path) or action is None:
            continue
        if action == "public" or not reach(viewer, action):
            continue
        names = re.findall(r"{(\w+)}", route.path)
        if all(known.get(name) for name in names) and set(names) != {"cycle_id", "person_id"}:
            found.append(re.sub(r"{(\w+)}", lambda name: known[name[1]][0], route.path))
    return found


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("login", ROLES)
def test_every_page_fits_and_can_be_used_by_everybody(
    site: Site, login: str, language: str
) -> None:
    page, said = site.enter(login, language)
    faults: list[str] = []
    titles: dict[str, str] = {}
    for address in [*addresses(site.office, login), "/api/v1", "/no-such-page", "/people/nobody"]:
        answer = page.goto(site.base + address)
        name = re.sub(r"[0-9a-f]{20,}", "one", address.strip("/")).replace("/", "_") or "home"
        if answer.status not in (200, 403, 404) or (answer.status != 200 and "no" not in address):
            faults.append(f"{address}: status {answer.status}")
        wanted = "zh-CN" if language == "zh" else "en"
        if page.get_attribute("html", "lang") != wanted:
            faults.append(f"{address}: language")
        titles[name] = page.title()
        faults += [f"{address}: {one}" for one in page.evaluate(FAULTS)]
        faults += [f"{address}: contrast of {one}" for one in page.evaluate(CONTRAST)]
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            wide = page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                faults.append(f"{address}: {wide} px wide at {width}")
            shot = site.shots / f"{login}-{language}-{width}-{name[:60]}.png"
            page.screenshot(path=shot, full_page=True)
    faults += [one for one in said if "404" not in one and "403" not in one]
    assert not faults, "\n".join(faults)
    assert all("·" in title for title in titles.values()), titles


def test_filters_answer_as_one_types_and_keep_the_address(site: Site) -> None:
    page, said = site.enter("analyst", "en")
    page.goto(f"{site.base}/people")
    whole = page.inner_text("#found .hint")
    page.fill("#q", "E001")
    page.locator("#found .hint", has_text="10 people").wait_for()
    assert "q=E001" in page.url
    page.reload()
    assert page.inner_text("#found .hint").startswith("10 ")
    page.fill("#q", "")
    page.locator("#found .hint", has_text=whole).wait_for()
    page.click("a[rel=next]")
    page.wait_for_url("**page=2**")
    page.locator("#found nav", has_text="2 / 2").wait_for()
    page.go_back()
    page.locator("#found nav", has_text="1 / 2").wait_for()
    assert said == []
    plain = site.browser.new_context(java_script_enabled=False)
    plain.add_cookies(page.context.cookies())
    page = plain.new_page()
    page.goto(f"{site.base}/people")
    page.fill("#q", "E001")
    page.click("form[role=search] button")
    assert page.inner_text("#found .hint").startswith("10 ")


def test_values_of_a_chart_are_told_to_pointer_and_keyboard_and_printed(site: Site) -> None:
    page, said = site.enter("analyst", "en")
    page.set_viewport_size({"width": 1100, "height": 900})
    page.goto(f"{site.base}/teams")
    chart = page.locator("main svg[role=img]").first
    rows = page.locator("details table").first
    wanted = rows.evaluate(
        "(table) => [...table.tHead.rows[0].cells].slice(1).map((one, at) =>"
        " one.textContent + ' ' + table.tBodies[0].rows[0].cells[at + 1].textContent)"
    )
    page.keyboard.press("Tab")
    chart.focus()
    told = [page.inner_text(".tip")]
    for _ in wanted[1:]:
        page.keyboard.press("ArrowRight")
        told.append(page.inner_text(".tip"))
    assert told == wanted
    page.keyboard.press("Escape")
    assert page.is_hidden(".tip")
    box = chart.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.7)
    assert page.inner_text(".tip") == wanted[-1]
    assert (
        page.locator("main svg[tabindex='0'] title").count()
        == page.locator("main svg[tabindex='0']").count()
    )  # the chart's own: a mark's is told by the tip alone
    assert not rows.is_visible()
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert rows.is_visible()
    assert page.is_hidden("nav#nav")
    assert page.is_visible(".only-print")
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    page.emulate_media(media="screen")
    assert not rows.is_visible()
    assert said == []
