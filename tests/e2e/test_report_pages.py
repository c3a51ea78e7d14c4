"""Report pages in a real browser: no network, no script needed, phone and desktop width."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.unit.reports.conftest import Company

from jixiao.reports import index_row, make_reports, render_html, render_index

if TYPE_CHECKING:
    from playwright.sync_api import Browser

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with reports of every level in both languages, and the indexes."""
    company = Company()
    for person in range(14):
        for quarter in (1, 2, 3, 4):
            level = company.levels[(person + quarter) % 4]
            row = company.rate(
                f"E{person:02d}",
                f"2025Q{quarter}",
                level,
                team="North" if person < 7 else "一个名字很长很长的团队",
                rater=f"M{person % 6}",
                text="按时交付了全部版本，但跨部门沟通需要加强。" + "x" * 300,
            )
            company.opine(row, [0.1, 0.2, 0.6, 0.1])
            company.point(f"E{person:02d}", f"2025Q{quarter}", "sales", 9e6 + person, 1e7)
    folder = tmp_path_factory.mktemp("pages")
    for language in ("zh", "en"):
        rows = []
        for report in make_reports(company.evidence(), languages=[language]):
            name = f"{report.id}.{language}.html"
            (folder / name).write_text(render_html(report), encoding="utf-8")
            rows.append(index_row(report, name))
        (folder / f"index.{language}.html").write_text(render_index(rows, language), "utf-8")
    return folder


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_fit_their_screen_and_ask_for_nothing(browser, pages, width):
    page = browser.new_page(viewport={"width": width, "height": 800})
    told: list[str] = []
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda request: told.append(request.url))
    for path in sorted(pages.glob("*.html"))[::5]:
        told.clear()
        page.goto(path.as_uri())
        assert told == [path.as_uri()]
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate("getComputedStyle(document.body).margin") == "0px"
    page.close()


def test_a_tap_on_a_sentence_shows_its_facts_without_script(browser, pages):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((pages / "employee-E00-2025Q4.en.html").as_uri())
    first = page.locator(".claims li").first
    assert not first.locator(".evidence").is_visible()
    first.locator("summary").click()
    assert first.locator(".evidence").is_visible()
    assert "Rating" in first.locator(".evidence th").first.inner_text()
    context.close()


def test_the_index_finds_reports_as_one_types(browser, pages):
    page = browser.new_page()
    page.goto((pages / "index.zh.html").as_uri())
    assert page.locator("#rows tr:visible").count() == 17
    page.fill("#search", "north 员工")
    assert page.locator("#rows tr:visible").count() == 7
    page.fill("#search", "nobody")
    assert page.locator("#none").is_visible()
    page.close()


def test_dark_mode_and_print_keep_their_contrast(browser, pages):
    path = (pages / "employee-E01-2025Q4.zh.html").as_uri()
    page = browser.new_page(color_scheme="dark")
    page.goto(path)
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(15, 20, 27)"
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    page.close()
