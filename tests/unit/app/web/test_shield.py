"""Headers of every answer, cookies, sizes, and what a log and an error page never tell."""

import logging

import pytest
from tests.office_case import PASSWORD, browser

from jixiao.app.web.shield import HEADERS, MOST_BODY_MB
from jixiao.office import Office


@pytest.mark.parametrize("address", ["/", "/sign-in", "/nowhere", "/static/app.css", "/api/v1/x"])
def test_every_answer_carries_every_header(office: Office, address: str) -> None:
    answer = browser(office).get(address)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    kept = answer.headers["cache-control"]
    assert kept == ("public, max-age=3600" if "static" in address else "no-store")


def test_the_cookie_is_for_this_host_over_https_and_no_script(office: Office) -> None:
    client = browser(office)
    answer = client.post("/sign-in", data={"login": "manager", "password": PASSWORD})
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("__Host-jixiao=")
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert part in cookie
    assert "Domain" not in cookie


def test_a_body_that_is_too_large_is_refused_by_its_length_before_it_is_read(
    office: Office,
) -> None:
    headers = {"content-length": str(MOST_BODY_MB * 2**20 + 1)}
    answer = browser(office).post("/sign-in", content=b"x", headers=headers)
    assert answer.status_code == 413
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_a_stream_that_grows_too_large_is_cut_off(office: Office) -> None:
    piece = b"a" * 2**20

    def pieces():
        yield b"login="
        for _ in range(MOST_BODY_MB + 1):
            yield piece

    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = browser(office).post("/sign-in", content=pieces(), headers=headers)
    assert answer.status_code == 413


def test_an_unexpected_error_tells_nothing_of_the_inside(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("Name of E3 and a secret")

    monkeypatch.setattr("jixiao.app.web.pages.home.waiting_for", broken)
    client = browser(office, "manager")
    caplog.set_level(logging.DEBUG)
    answer = client.get("/")
    assert answer.status_code == 500
    for told in ("ZeroDivisionError", "secret", "Traceback", ".py"):
        assert told not in answer.text
    assert "unexpected ZeroDivisionError" in caplog.text
    assert "secret" not in caplog.text


def test_the_log_of_requests_holds_no_address_with_ids_and_no_login(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="jixiao")
    client = browser(office, "manager")
    client.get("/recover/a-secret-link")
    told = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith("jixiao"))
    assert "/recover/{token} 200" in told
    assert "a-secret-link" not in told
    assert "manager" not in told
