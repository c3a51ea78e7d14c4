from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.office_case import HERE, PASSWORD, SECRET, browser, office_at

from jixiao.contracts.office import Account
from jixiao.core import SignInNeeded, TooMany
from jixiao.gateways.database import open_database
from jixiao.office import (
    Device,
    Office,
    recover,
    show_second_factor,
    sign_in,
    start_recovery,
    viewer_of,
)
from jixiao.office.accounts.guesses import LOGIN
from jixiao.office.accounts.signing_in import PENDING_MIN
from jixiao.office.secrets import totp_code


def test_a_wrong_password_and_an_unknown_login_are_refused_alike(office: Office) -> None:
    said = []
    for login, password in (("manager", "wrong"), ("nobody", PASSWORD)):
        with pytest.raises(SignInNeeded) as refused:
            sign_in(office, login, password, device=HERE)
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_a_session_without_its_second_factor_is_no_session(office: Office) -> None:
    opened = sign_in(office, "analyst", PASSWORD, device=HERE)
    assert opened.second_needed
    with pytest.raises(SignInNeeded, match="second factor"):
        viewer_of(office, opened.token)


def test_an_idle_session_ends(office: Office) -> None:
    opened = sign_in(office, "manager", PASSWORD, device=HERE)
    later = office_at(office, minutes=120)
    with pytest.raises(SignInNeeded):
        viewer_of(later, opened.token)


def test_every_role_signs_in_by_the_pages_and_sees_home(office: Office) -> None:
    for login in ("administrator", "analyst", "auditor", "manager", "employee"):
        answer = browser(office, login).get("/")
        assert answer.status_code == 200
        assert "What waits for you" in answer.text


def test_a_change_without_the_sessions_token_is_refused(office: Office) -> None:
    client = browser(office, "manager")
    del client.headers["x-csrf-token"]
    assert client.post("/account/language", data={"language": "zh"}).status_code == 403


def test_codes_are_counted_over_all_sessions_of_an_account(office: Office) -> None:
    for place in range(LOGIN.free):
        device = Device(f"10.0.0.{place}")
        opened = sign_in(office, "analyst", PASSWORD, device=device)
        with pytest.raises(SignInNeeded):
            show_second_factor(office, "000000", device=replace(device, token=opened.token))
    opened = sign_in(office, "analyst", PASSWORD, device=HERE)
    with pytest.raises(TooMany):
        show_second_factor(office, "000000", device=replace(HERE, token=opened.token))


def test_a_code_works_once_and_brings_a_session_with_a_token_of_its_own(office: Office) -> None:
    code = totp_code(SECRET, datetime.now(UTC).timestamp())
    first, second = (sign_in(office, "analyst", PASSWORD, device=HERE) for _ in range(2))
    whole = show_second_factor(office, code, device=replace(HERE, token=first.token))
    assert viewer_of(office, whole.token).account.login == "analyst"
    with pytest.raises(SignInNeeded):
        viewer_of(office, first.token)
    with pytest.raises(SignInNeeded):
        show_second_factor(office, code, device=replace(HERE, token=second.token))


def test_the_second_factor_must_follow_within_minutes(office: Office) -> None:
    opened = sign_in(office, "analyst", PASSWORD, device=HERE)
    later = office_at(office, minutes=PENDING_MIN + 1)
    code = totp_code(SECRET, later.clock().timestamp())
    with pytest.raises(SignInNeeded, match="one that is open"):
        show_second_factor(later, code, device=replace(HERE, token=opened.token))


def test_signing_in_again_ends_the_session_before_it(office: Office) -> None:
    first = sign_in(office, "manager", PASSWORD, device=HERE)
    second = sign_in(office, "manager", PASSWORD, device=replace(HERE, token=first.token))
    with pytest.raises(SignInNeeded):
        viewer_of(office, first.token)
    assert viewer_of(office, second.token).account.login == "manager"


def test_a_recovery_link_works_once_and_ends_the_others(office: Office) -> None:
    links = [start_recovery(office, "command line", "manager") for _ in range(2)]
    opened = sign_in(office, "manager", PASSWORD, device=HERE)
    recover(office, links[0], "another four words here")
    for link in links:
        with pytest.raises(SignInNeeded):
            recover(office, link, "yet another four words")
    with pytest.raises(SignInNeeded):
        viewer_of(office, opened.token)
    sign_in(office, "manager", "another four words here", device=HERE)


def test_a_link_keeps_the_second_factor_unless_it_was_made_to_drop_it(office: Office) -> None:
    recover(office, start_recovery(office, "command line", "analyst"), "another four words here")
    assert sign_in(office, "analyst", "another four words here", device=HERE).second_needed
    link = start_recovery(office, "command line", "analyst", second_factor=True)
    recover(office, link, "yet another four words")
    assert not sign_in(office, "analyst", "yet another four words", device=HERE).second_needed


def test_setting_a_password_by_a_link_makes_the_browser_known(office: Office) -> None:
    link = start_recovery(office, "command line", "manager")
    client = browser(office)
    answer = client.post(f"/recover/{link}", data={"password": "another four words here"})
    assert answer.status_code == 303
    for _ in range(LOGIN.free):
        browser(office).post("/sign-in", data={"login": "manager", "password": "wrong"})
    sent = {"login": "manager", "password": "another four words here"}
    assert browser(office).post("/sign-in", data=sent).status_code == 429
    assert client.post("/sign-in", data=sent).status_code == 303


def test_no_account_comes_with_the_product(tmp_path: Path) -> None:
    store = open_database(tmp_path, b"k" * 32)
    with store.reading() as read:
        assert read.count(Account) == 0
    store.close()
