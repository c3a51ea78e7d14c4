"""Sixty pieces of script in every text that is kept, in a browser that may run scripts: none does.

The browser is watched for what a script would leave behind, dialogs, breaches of the policy for
content, errors, requests that a page does not make by itself, and elements that would run.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from tests.payloads import RAN, SCRIPTS, dealt
from tests.planted_case import MARK, Planted, make_planted
from tests.views_case import telling

from jixiao.app.web import create_app
from jixiao.contracts.office import Paper

pytestmark = pytest.mark.browser
JOINED = "".join(SCRIPTS)
TYPED = (*SCRIPTS[:50:25], *SCRIPTS[50:53], *SCRIPTS[54:60:2])
WATCH = """
window.breaches = [];
document.addEventListener("securitypolicyviolation", (event) =>
  window.breaches.push(event.violatedDirective + " " + event.blockedURI + " " + event.sample));
"""
ALIVE = """() => {
  document.querySelectorAll("details").forEach((one) => { one.open = true; });
  document.querySelectorAll("svg[tabindex], input, textarea, a").forEach((one) => one.focus());
  window.dispatchEvent(new Event("beforeprint"));
  const found = [];
  for (const one of document.querySelectorAll("*")) {
    for (const { name, value } of one.attributes) {
      if (/^(on|hx-on|srcdoc|style$)/i.test(name) && !one.closest(".tip"))
        found.push(one.tagName + " " + name);
      if (/^\\s*(javascript|vbscript|data:text)/i.test(value) && /href|src|action|hx-/.test(name))
        found.push(one.tagName + " " + name);
    }
    if (/^(script)$/i.test(one.tagName) && !/^\\/static\\//.test(one.getAttribute("src") || ""))
      found.push("script");
    if (/^(iframe|object|embed|base|marquee|audio|video)$/i.test(one.tagName))
      found.push(one.tagName);
  }
  return [...found, ...window.breaches, ...(window.ran ? ["ran " + window.ran] : [])];
}"""
"""Opens and focuses everything, and tells what could run or did."""


@dataclass
class Watched:
    """A page of somebody signed in, and everything wrong that was seen on it."""

    page: Any
    base: str
    wrong: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Look at dialogs, errors and requests from now on."""
        self.page.add_init_script(WATCH)
        self.page.on("dialog", self._dialog)
        self.page.on("pageerror", lambda error: self.wrong.append(f"error {error}"))
        self.page.on("request", self._request)
        self.page.on("console", self._line)

    def _dialog(self, dialog: Any) -> None:
        self.wrong.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def _line(self, line: Any) -> None:
        if line.type == "error" and not ("404" in line.text or "403" in line.text):
            self.wrong.append(f"console {line.text}")

    def _request(self, request: Any) -> None:
        told = urlsplit(request.url)
        here = urlsplit(self.base)
        if (told.scheme, told.netloc) != (here.scheme, here.netloc) and told.scheme != "data":
            self.wrong.append(f"request {request.url}")
        if told.path.endswith("/x"):
            self.wrong.append(f"request of a payload {told.path}")

    def look(self, address: str) -> None:
        """Open a page and try everything on it."""
        self.page.goto(self.base + address)
        self.told(address)

    def told(self, place: str) -> None:
        """Write down what runs, or would."""
        self.wrong += [f"{place}: {one}" for one in self.page.evaluate(ALIVE)]


@dataclass
class Site:
    """The planted organisation, served."""

    planted: Planted
    base: str
    browser: Any
    pages: dict[str, Watched] = field(default_factory=dict)

    def enter(self, who: str) -> Watched:
        """Return the page of somebody."""
        if who not in self.pages:
            token = self.planted.clients[who].cookies.get("__Host-jixiao")
            context = self.browser.new_context()
            if token:
                context.add_cookies([{"name": "jixiao", "value": token, "url": self.base}])
            self.pages[who] = Watched(context.new_page(), self.base)
            self.pages[who].watch()
        return self.pages[who]

    @property
    def wrong(self) -> list[str]:
        """What was seen on all pages."""
        return [one for page in self.pages.values() for one in page.wrong]


@pytest.fixture
def site(tmp_path_factory: pytest.TempPathFactory, chromium: str) -> Iterator[Site]:
    from playwright.sync_api import sync_playwright

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as play:
        planted = make_planted(tmp_path_factory.mktemp("scripts") / "office", patch)
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]
        config = uvicorn.Config(create_app(planted.office), port=port, log_level="error")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield Site(planted, f"http://127.0.0.1:{port}", browser)
        browser.close()
        server.should_exit = True
        thread.join(timeout=10)


def walk(site: Site, pairs: list[tuple[str, str]]) -> None:
    for who, address in pairs:
        site.enter(who).look(address)
    assert not site.wrong, "\n".join(site.wrong[:20])


def pages_of(site: Site) -> list[tuple[str, str]]:
    """Return who looks at what: each page once for each way it looks."""
    found = telling(site.planted)
    kinds = {at: one.headers.get("content-type", "") for at, one in found.items()}
    return [at for at, kind in kinds.items() if "html" in kind and "/file." not in at[1]]


@pytest.mark.slow
def test_no_script_runs_on_any_page(site: Site) -> None:
    pairs = pages_of(site)
    assert len({address for _, address in pairs}) >= 45
    site.planted.sow(JOINED)
    walk(site, pairs)
    page = site.enter("analyst").page
    page.goto(f"{site.base}/people")
    assert "onerror" in page.inner_text("main"), "told as it is written"


@pytest.mark.slow
def test_no_script_runs_while_it_is_typed(site: Site) -> None:
    with site.planted.office.reading() as read:
        paper = read.find(Paper, subject="E6")[0].id
    watched = site.enter("manager")
    page = watched.page
    for address in ("/people", "/reports"):
        for text in TYPED:
            page.goto(site.base + address)
            with page.expect_response(lambda answer: "q=" in answer.url):
                page.fill("#q", text)
            page.wait_for_timeout(30)
            watched.told(f"{address} {text}")
            page.reload()  # the address now holds the text
            watched.told(f"{address} again {text}")
    page.goto(f"{site.base}/reports/{paper}/edit")
    sentence = page.locator("textarea.sentence").first
    for text in TYPED:
        with page.expect_response(lambda answer: answer.url.endswith("/check")):
            sentence.fill(text)
        page.wait_for_timeout(30)
        watched.told(f"check {text}")
    assert not site.wrong, "\n".join(site.wrong[:20])


@pytest.mark.long
def test_each_of_sixty_scripts_alone_in_a_text_runs_on_no_page(site: Site) -> None:
    assert len(set(SCRIPTS)) == 60
    pairs = pages_of(site)
    names = sorted({*site.planted.fields(), *site.planted.files, "ratings"})
    for turn in range(2):
        texts = {name: dealt(at, 5 * turn, SCRIPTS) for at, name in enumerate(names)}
        site.planted.sow_each(lambda name, texts=texts: texts.get(name, ""))
        walk(site, pairs)


@pytest.mark.slow
def test_the_watch_sees_a_script_that_runs_and_one_that_the_policy_stops(site: Site) -> None:
    watched = site.enter("analyst")
    site.planted.sow(MARK)
    watched.page.goto(f"{site.base}/people")
    watched.page.evaluate(
        f"{RAN}; document.querySelector('main').innerHTML = '<img src=x onerror=1>'"
    )
    watched.page.wait_for_timeout(200)
    watched.told("planted")
    told = "\n".join(site.wrong)
    for word in ("ran 1", "IMG onerror", "script-src-attr", "request of a payload"):
        assert word in told
