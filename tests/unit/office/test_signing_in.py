from datetime import UTC, datetime, timedelta

import pytest
from tests.office_case import PASSWORD, SECRET, browser

from jixiao.core import SignInNeeded, TooMany
from jixiao.office import (
    Office,
    recover,
    show_second_factor,
    sign_in,
    start_recovery,
    viewer_of,
)
from jixiao.office.secrets import totp_code
from jixiao.office.signing_in import MOST_PER_PAIR


def test_a_wrong_password_and_an_unknown_login_are_refused_alike(office: Office) -> None:
    said = []
    for login, password in (("manager", "wrong"), ("nobody", PASSWORD)):
        with pytest.raises(SignInNeeded) as refused:
            sign_in(office, login, password, address="10.0.0.1")
        said.append(str(refused.value))
    assert said[0] == said[1]


def test_guessing_slows_down_whoever_guesses_and_nobody_else(office: Office) -> None:
    for _ in range(MOST_PER_PAIR):
        with pytest.raises(SignInNeeded):
            sign_in(office, "manager", "wrong", address="10.0.0.1")
    with pytest.raises(TooMany):
        sign_in(office, "manager", PASSWORD, address="10.0.0.1")
    opened = sign_in(office, "manager", PASSWORD, address="10.0.0.2")
    assert viewer_of(office, opened.token).account.login == "manager"


def test_a_session_without_its_second_factor_is_no_session(office: Office) -> None:
    opened = sign_in(office, "analyst", PASSWORD, address="10.0.0.1")
    assert opened.second_needed
    with pytest.raises(SignInNeeded, match="second factor"):
        viewer_of(office, opened.token)


def test_an_idle_session_ends(office: Office) -> None:
    opened = sign_in(office, "manager", PASSWORD, address="10.0.0.1")
    later = Office(
        office.store, office.workspace, office.key, lambda: datetime.now(UTC) + timedelta(hours=2)
    )
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
    for _ in range(MOST_PER_PAIR):
        opened = sign_in(office, "analyst", PASSWORD, address="10.0.0.1")
        with pytest.raises(SignInNeeded):
            show_second_factor(office, opened.token, "000000", address="10.0.0.1")
    opened = sign_in(office, "analyst", PASSWORD, address="10.0.0.1")
    with pytest.raises(TooMany):
        show_second_factor(office, opened.token, "000000", address="10.0.0.1")


def test_a_code_works_once(office: Office) -> None:
    code = totp_code(SECRET, datetime.now(UTC).timestamp())
    first, second = (sign_in(office, "analyst", PASSWORD, address="10.0.0.1") for _ in range(2))
    show_second_factor(office, first.token, code, address="10.0.0.1")
    assert viewer_of(office, first.token).account.login == "analyst"
    with pytest.raises(SignInNeeded):
        show_second_factor(office, second.token, code, address="10.0.0.1")


def test_a_recovery_link_works_once_and_ends_the_others(office: Office) -> None:
    links = [start_recovery(office, "command line", "manager") for _ in range(2)]
    opened = sign_in(office, "manager", PASSWORD, address="10.0.0.1")
    recover(office, links[0], "another four words here")
    for link in links:
        with pytest.raises(SignInNeeded):
            recover(office, link, "yet another four words")
    with pytest.raises(SignInNeeded):
        viewer_of(office, opened.token)
    sign_in(office, "manager", "another four words here", address="10.0.0.1")
