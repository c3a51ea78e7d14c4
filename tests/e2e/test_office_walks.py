"""Walks by keyboard alone and without script, what a refusal looks like, and a report on paper."""

from __future__ import annotations

from typing import Any

import pytest
from benchmarks.office_inputs import viewer_named
from tests.filled_case import Site, faults_of

from jixiao.contracts.office import Account, Paper, Person, Post
from jixiao.office import Office
from jixiao.office.accounts.accounts import add_account
from jixiao.office.papers.reviews import submit

pytestmark = [pytest.mark.browser, pytest.mark.slow]
RING = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 1;
}"""


def waiting_paper(office: Office) -> tuple[str, Paper]:
    """Return a login of a new manager, and a report that waits for this manager's judgement."""
    with office.reading() as read:
        keys = {one.id: one.key for one in read.find(Person)}
        taken = {one.person for one in read.find(Account)}
        above = {one.person: one.manager for one in read.find(Post, order="start")}
        drafts = read.find(Paper, level="employee", state="draft", order="name")
    paper = next(
        one
        for one in drafts
        if (top := above.get(one.person or "")) and top not in taken and above.get(top)
    )
    key = keys[above[paper.person or ""] or ""]
    login = f"new-{key.lower()}"
    add_account(office, "test", login, roles=("manager", "employee"), person_key=key)
    submit(office, viewer_named(office, "analyst"), paper.id, version=paper.version)
    return login, paper


def tab_to(page: Any, selector: str) -> None:
    """Press Tab until an element has the focus, and see that it is visible there."""
    for _ in range(300):
        page.keyboard.press("Tab")
        if page.evaluate("(what) => document.activeElement.matches(what)", selector):
            assert page.evaluate(RING), f"{selector}: no ring"
            return
    raise AssertionError(f"{selector} is not reached by Tab")


def enter(page: Any) -> None:
    """Press Enter on what leads to another page."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_report_is_judged_approved_and_released_by_keyboard_alone(site: Site) -> None:
    login, paper = waiting_paper(site.office)
    page, said = site.enter(login, "en")
    page.goto(site.base)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    tab_to(page, f"a[href$='/reports/{paper.id}'], a[href$='/reports/{paper.id}#judge']")
    enter(page)
    tab_to(page, "input[name=rating]")
    page.keyboard.press("ArrowRight")
    assert page.locator("input[name=rating]:checked").count() == 1
    tab_to(page, "#reason")
    page.keyboard.type("Steady work; the figures show it.")
    tab_to(page, "#judge button.main")
    enter(page)
    tab_to(page, "form[action$='/approve'] button")
    enter(page)
    tab_to(page, "form[action$='/release'] button")
    enter(page)
    assert page.query_selector(".head .badge.good") is not None
    assert said == []


def test_a_report_is_judged_approved_and_released_on_a_phone_without_script(site: Site) -> None:
    login, paper = waiting_paper(site.office)
    phone = {"width": 390, "height": 844}
    page, _ = site.enter(login, "zh", java_script_enabled=False, viewport=phone)
    page.goto(site.base)
    page.click("#nav a[href='/reports']")  # the menu stands open
    page.goto(f"{site.base}/reports/{paper.id}")
    page.locator("input[name=rating]").nth(2).check()
    page.fill("#reason", "按数据评级。")
    page.click("#judge button.main")
    page.click("form[action$='/approve'] button")
    page.click("form[action$='/release'] button")
    assert page.locator(".head .badge.good").count() == 1


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_refusal_keeps_what_was_typed_and_says_what_to_do(site: Site, language: str) -> None:
    analyst, _ = site.enter("analyst", language, viewport={"width": 390, "height": 844})
    analyst.goto(f"{site.base}/cycles")
    analyst.fill("#name", "年终 Year's end")
    analyst.fill("#period", "2025Q9")
    analyst.click("form[action='/cycles'] button.main")
    assert analyst.input_value("#name") == "年终 Year's end"
    assert analyst.input_value("#period") == "2025Q9"
    assert analyst.evaluate("document.activeElement.getAttribute('role')") == "alert"
    found = faults_of(analyst)
    for name, sent in {"empty.csv": b"", "photo.png": b"\x89PNG", "run.csv": b"MZ\0\1"}.items():
        analyst.goto(f"{site.base}/data")
        analyst.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": sent})
        analyst.click("form[action='/data/uploads'] button")
        assert analyst.is_visible("[role=alert]")
        found += faults_of(analyst)
    manager, _ = site.enter("manager", language)
    for address, status in {"/data": 403, "/reports/nobody": 404}.items():
        answer = manager.goto(site.base + address)
        assert answer.status == status
        assert manager.is_visible(".card a.button[href='/']")
        found += faults_of(manager)
    assert found == []


@pytest.mark.parametrize("language", ["en", "zh"])
def test_who_edits_an_older_text_keeps_the_sentences_that_were_typed(
    site: Site, language: str
) -> None:
    with site.office.reading() as read:
        paper = read.find(Paper, level="employee", state="draft", order="-name", limit=1)[0]
    first, _ = site.enter("analyst", language)
    second = first.context.new_page()
    for page in (first, second):
        page.goto(f"{site.base}/reports/{paper.id}/edit")
    for page, text in ((second, f"Another one {language}."), (first, f"My words {language}.")):
        page.locator("textarea").last.fill(text)
        page.click("main form button.main")
    assert f"My words {language}." in first.inner_text("[role=alert]")
    assert f"Another one {language}." in [
        one.input_value() for one in first.locator("textarea").all()
    ]
    first.locator("textarea").last.fill(f"My words {language}.")
    first.click("main form button.main")
    assert f"My words {language}." in first.inner_text(".report")


def test_sentences_of_a_report_are_printed_and_tables_of_its_charts(site: Site) -> None:
    with site.office.reading() as read:
        paper = read.find(Paper, level="employee", state="released", limit=1)[0]
    page, _ = site.enter("analyst", "en")
    page.goto(f"{site.base}/reports/{paper.id}")
    sentences = page.locator(".claims summary span")
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert sentences.count() > 5
    assert all(one.is_visible() for one in sentences.all())
    assert not any(one.is_visible() for one in page.locator(".claims details table").all())
    page.locator("figure details table").first.wait_for(state="visible")
    for address in ("/teams", "/calibration", "/cycles"):
        page.goto(site.base + address)
        page.set_viewport_size({"width": 720, "height": 900})  # A4 within its margins
        assert page.evaluate("document.documentElement.scrollWidth") <= 720
