"""A tour of every page at three widths, in both languages, as every role; pictures are kept."""

from __future__ import annotations

import re

import pytest
from benchmarks.office_inputs import viewer_named
from fastapi.routing import APIRoute
from tests.filled_case import Site, faults_of

from jixiao.app.web.discovery import all_routes
from jixiao.app.web.routing import action_of
from jixiao.contracts.office import Account, Cycle, Form, Paper, Person, Upload
from jixiao.office import Office, reach
from jixiao.office.papers.contests import contests_for
from jixiao.office.papers.seeing import Papers

pytestmark = [pytest.mark.browser, pytest.mark.slow]
WIDTHS = (390, 820, 1280)
ROLES = ("administrator", "analyst", "manager", "employee", "auditor")
USUAL = {("administrator", "zh"), ("analyst", "en"), ("manager", "zh"), ("employee", "en")}
TOURS = [
    pytest.param(login, language, marks=() if (login, language) in USUAL else pytest.mark.long)
    for login in ROLES
    for language in ("en", "zh")
]
FILES = re.compile(r"export|file\.|\.json|\.css|openapi|metrics|healthz|readyz")
"""Addresses that answer with files or for machines."""


def addresses(office: Office, login: str) -> list[str]:
    """Return every page that somebody may open, from the routes themselves."""
    viewer = viewer_named(office, login)
    with office.reading() as read:
        may = reach(viewer, "report.read")
        papers = Papers(read, viewer).seen(read.find(Paper, order="name")) if may else []
        forms = read.find(Form, reviewer=viewer.person) if viewer.person else []
        contests = contests_for(read, viewer) if reach(viewer, "contest.read") else []
        closed = [one.id for one in read.find(Cycle, state="closed")]
        known = {
            "paper_id": list({one.state: one.id for one in papers}.values()),
            "person_id": [viewer.person or read.find(Person)[5].id],
            "account_id": [one.id for one in read.find(Account)][:1],
            "cycle_id": [one.id for one in read.find(Cycle)],
            "upload_id": [one.id for one in read.find(Upload)],
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
        if len(names) < 2:
            ids = known.get(names[0], []) if names else [""]
            found += [re.sub(r"{\w+}", one, route.path) for one in ids]
    if viewer.person and reach(viewer, "comment.read"):
        found += [f"/cycles/{one}/people/{viewer.person}" for one in closed]
    return found


@pytest.mark.parametrize(("login", "language"), TOURS)
def test_every_page_fits_and_can_be_used_by_everybody(
    site: Site, login: str, language: str
) -> None:
    page, said = site.enter(login, language)
    faults: list[str] = []
    titles: dict[str, str] = {}
    for address in [*addresses(site.office, login), "/api/v1", "/no-such-page", "/people/nobody"]:
        answer = page.goto(site.base + address)
        name = (
            re.sub(r"([0-9a-f]{4})[0-9a-f]{16,}", r"\1", address.strip("/")).replace("/", "_")
            or "home"
        )
        if answer.status not in (200, 403, 404) or (answer.status != 200 and "no" not in address):
            faults.append(f"{address}: status {answer.status}")
        wanted = "zh-CN" if language == "zh" else "en"
        if page.get_attribute("html", "lang") != wanted:
            faults.append(f"{address}: language")
        titles[name] = page.title()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            if width == WIDTHS[0 if language == "zh" else -1]:  # each page at either end
                faults += [f"{address}: {one}" for one in faults_of(page)]
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
    page.mouse.move(
        box["x"] + box["width"] * (1 - 0.5 / len(wanted)), box["y"] + box["height"] * 0.7
    )
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
