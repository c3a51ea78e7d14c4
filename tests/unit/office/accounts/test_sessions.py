"""Open sessions: listed, ended one by one, all others, and by an administrator."""

from dataclasses import replace

import pytest
from tests.office_case import HERE, PASSWORD, browser, office_at, viewer

from jixiao.contracts.office import Session
from jixiao.core import Forbidden, Missing, SignInNeeded
from jixiao.office import Office, change_account, key_viewer, make_key, sign_in, viewer_of
from jixiao.office.accounts.sessions import (
    end_other_sessions,
    end_session,
    end_sessions_of,
    own_sessions,
)

FIREFOX = replace(HERE, agent="Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0")


def test_the_list_tells_browser_and_which_is_this_one(office: Office) -> None:
    sign_in(office, "manager", PASSWORD, device=FIREFOX)
    here = viewer_of(office, sign_in(office, "manager", PASSWORD, device=HERE).token)
    sign_in(office, "employee", PASSWORD, device=HERE)
    shown = own_sessions(office, here)
    assert [(one.is_this, one.session.browser) for one in shown] == [
        (True, ""),
        (False, "Firefox · Linux"),
    ]


def test_sessions_that_are_over_or_lack_their_second_factor_are_not_listed(office: Office) -> None:
    sign_in(office, "analyst", PASSWORD, device=HERE)
    assert own_sessions(office, viewer(office, "analyst")) == []
    sign_in(office, "manager", PASSWORD, device=HERE)
    assert own_sessions(office_at(office, minutes=61), viewer(office, "manager")) == []


def test_one_session_is_ended_by_who_knows_the_password(office: Office) -> None:
    other = sign_in(office, "manager", PASSWORD, device=FIREFOX)
    here = viewer_of(office, sign_in(office, "manager", PASSWORD, device=HERE).token)
    session_id = own_sessions(office, here)[1].session.id
    with pytest.raises(Forbidden):
        end_session(office, here, session_id, again="a wrong guess")
    assert viewer_of(office, other.token)
    end_session(office, here, session_id, again=PASSWORD)
    with pytest.raises(SignInNeeded):
        viewer_of(office, other.token)


def test_nobody_ends_a_session_of_somebody_else(office: Office) -> None:
    theirs = sign_in(office, "employee", PASSWORD, device=HERE)
    with office.reading() as read:
        session = read.first(Session, account="a-employee")
    assert session is not None
    mine = viewer_of(office, sign_in(office, "manager", PASSWORD, device=HERE).token)
    with pytest.raises(Missing):
        end_session(office, mine, session.id, again=PASSWORD)
    assert viewer_of(office, theirs.token)


def test_all_others_end_and_this_one_goes_on(office: Office) -> None:
    others = [sign_in(office, "manager", PASSWORD, device=HERE).token for _ in range(3)]
    here = sign_in(office, "manager", PASSWORD, device=HERE)
    assert end_other_sessions(office, viewer_of(office, here.token), again=PASSWORD) == 3
    assert viewer_of(office, here.token)
    for token in others:
        with pytest.raises(SignInNeeded):
            viewer_of(office, token)


def test_an_administrator_ends_every_session_of_an_account_and_nobody_else_does(
    office: Office,
) -> None:
    opened = sign_in(office, "manager", PASSWORD, device=HERE)
    with pytest.raises(Forbidden):
        end_sessions_of(office, viewer(office, "analyst"), "a-manager")
    assert end_sessions_of(office, viewer(office, "administrator"), "a-manager") == 1
    with pytest.raises(SignInNeeded):
        viewer_of(office, opened.token)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_end_a_session(office: Office, language: str) -> None:
    client, other = browser(office, "manager"), browser(office, "manager")
    client.post("/account/language", data={"language": language})
    shown = client.get("/account/sessions").text
    session = own_sessions(office, viewer_of(office, client.cookies["__Host-jixiao"]))[1].session
    assert session.id in shown
    sent = {"session": session.id, "again": "a wrong guess"}
    refused = client.post("/account/sessions/end", data=sent)
    assert refused.status_code == 403
    assert ("neither your password" in refused.text) == (language == "en")
    assert client.post("/account/sessions/end", data={**sent, "again": PASSWORD}).status_code == 303
    assert other.get("/").headers["location"] == "/sign-in"
    assert client.get("/").status_code == 200


def test_an_administrator_ends_sessions_by_the_page_of_an_account(office: Office) -> None:
    client, other = browser(office, "administrator"), browser(office, "manager")
    assert "Open sessions: 1" in client.get("/accounts/a-manager").text
    assert client.post("/accounts/a-manager/end-sessions").status_code == 303
    assert "Open sessions: 0" in client.get("/accounts/a-manager").text
    assert other.get("/").status_code == 303


def test_closing_an_account_ends_its_sessions_and_keys(office: Office) -> None:
    opened = sign_in(office, "manager", PASSWORD, device=HERE)
    _, secret = make_key(office, viewer(office, "manager"), "till", scopes=["self.manage"], days=9)
    account = viewer(office, "manager").account
    by = viewer(office, "administrator")
    change_account(office, by, account.id, version=account.version, disabled=True)
    for opens, what in ((viewer_of, opened.token), (key_viewer, secret)):
        with pytest.raises(SignInNeeded):
            opens(office, what)


@pytest.mark.parametrize("path", ["/", "/account", "/account/sessions", "/people", "/reports"])
def test_every_page_offers_to_sign_out(office: Office, path: str) -> None:
    assert 'action="/sign-out"' in browser(office, "manager").get(path).text
