from datetime import UTC, datetime, timedelta

import pytest
from tests.office_case import PASSWORD, browser

from jixiao.core import SignInNeeded, TooMany
from jixiao.office import Office, sign_in, viewer_of
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
