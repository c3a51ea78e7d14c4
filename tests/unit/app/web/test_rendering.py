"""What every page has in common: typed words that stay, a way back, paths that break well."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.office_case import PASSWORD, browser

from jixiao.app.web.rendering import steps
from jixiao.office import Office


@given(st.text())
def test_a_path_breaks_after_its_slashes_only_and_is_escaped(path: str) -> None:
    shown = str(steps(path))
    assert unescape(shown.replace("<wbr>", "")) == path
    assert shown.count("<wbr>") == path.count("/")
    assert "<" not in shown.replace("<wbr>", "")


def test_a_refused_form_keeps_what_was_typed_but_no_secret(office: Office) -> None:
    client = browser(office, "analyst")
    token = client.headers.pop("x-csrf-token")  # a browser sends it with the form
    form = {"csrf": token, "name": '"Year" <end>', "period": "2025Q9", "due_self": "2026-01-31"}
    answer = client.post("/cycles", data=form)
    assert answer.status_code == 422
    for word in ("&#34;Year&#34; &lt;end&gt;", "2025Q9", "2026-01-31"):
        assert f'value="{word}"' in answer.text
    assert 'value="2025Q9"' not in client.get("/cycles").text
    form = {"csrf": token, "old": "a word of old", "new": "a word of new"}
    answer = client.post("/account/password", data=form)
    assert answer.status_code >= 400
    assert "a word of" not in answer.text


def test_a_form_that_was_taken_is_empty_again(office: Office) -> None:
    client = browser(office, "analyst")
    token = client.headers.pop("x-csrf-token")
    form = {"csrf": token, "name": "till-7", "days": "9", "scope": "report.read"}
    form["again"] = PASSWORD
    answer = client.post("/account/keys", data=form)
    assert answer.status_code == 200
    assert 'value="till-7"' not in answer.text


@pytest.mark.parametrize(
    ("referer", "shown"),
    [
        ("https://testserver/cycles?page=2", "/cycles?page=2"),
        ("https://testserver//evil.example/x", "/evil.example/x"),
        ("https://evil.example/cycles", None),
        ("javascript:alert(1)", None),
        ("", None),
    ],
)
def test_the_page_of_a_refused_change_leads_back_within_this_server_only(
    office: Office, referer: str, shown: str | None
) -> None:
    client = browser(office, "analyst")
    sent = {"referer": referer}
    answer = client.post("/cycles/nobody/open", data={"version": "1"}, headers=sent)
    assert answer.status_code == 404
    content = answer.text.partition("<main")[2]
    assert re.findall(r'href="([^"]*)"', content) == ([shown, "/"] if shown else ["/"])
    read = client.get("/cycles/nobody", headers=sent).text.partition("<main")[2]
    assert re.findall(r'href="([^"]*)"', read) == ["/"]
