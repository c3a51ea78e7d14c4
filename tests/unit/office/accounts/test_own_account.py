"""What is sensitive in one's own account asks who it is again."""

from dataclasses import replace

import pytest
from tests.office_case import HERE, PASSWORD, SECRET, office_at, viewer

from jixiao.contracts.office import Account, AuditEntry, Entry
from jixiao.core import Forbidden, SignInNeeded, TooMany, WorkspaceError
from jixiao.office import (
    Office,
    Viewer,
    change_password,
    offer_second_factor,
    set_second_factor,
    sign_in,
    viewer_of,
)
from jixiao.office.accounts.confirming import FRESH_MIN, confirm
from jixiao.office.accounts.guesses import LOGIN
from jixiao.office.secrets import totp_code

NEW = "another four words here"


def signed_in(office: Office, login: str = "manager") -> Viewer:
    return viewer_of(office, sign_in(office, login, PASSWORD, device=HERE).token)


def code_of(office: Office, secret: str) -> str:
    return totp_code(secret, office.clock().timestamp())


def test_changing_the_password_asks_for_the_one_in_use_and_ends_the_other_sessions(
    office: Office,
) -> None:
    other = sign_in(office, "manager", PASSWORD, device=HERE)
    here = sign_in(office, "manager", PASSWORD, device=HERE)
    asking = viewer_of(office, here.token)
    with pytest.raises(Forbidden, match="the password in use"):
        change_password(office, asking, "a wrong guess at it", NEW)
    change_password(office, asking, PASSWORD, NEW)
    assert viewer_of(office, here.token).account.login == "manager"
    with pytest.raises(SignInNeeded):
        viewer_of(office, other.token)


def test_a_stolen_session_cannot_guess_the_password_it_is_asked_for(office: Office) -> None:
    asking = signed_in(office)
    for _ in range(LOGIN.free):
        with pytest.raises(Forbidden):
            change_password(office, asking, "a wrong guess at it", NEW)
    with pytest.raises(TooMany):
        change_password(office, asking, PASSWORD, NEW)
    change_password(office, signed_in(office), PASSWORD, NEW)  # another session is not slowed


def test_the_first_second_factor_needs_no_password_right_after_signing_in(office: Office) -> None:
    asking = signed_in(office)
    offer = offer_second_factor(office, asking)
    assert not offer.asks
    assert len(set_second_factor(office, asking, offer.sealed, code_of(office, offer.secret))) == 10


def test_the_first_second_factor_needs_the_password_later(office: Office) -> None:
    asking = signed_in(office)
    late = office_at(office, minutes=FRESH_MIN + 1)
    offer = offer_second_factor(late, asking)
    assert offer.asks
    with pytest.raises(Forbidden, match="confirmation"):
        set_second_factor(late, asking, offer.sealed, code_of(late, offer.secret))
    set_second_factor(late, asking, offer.sealed, code_of(late, offer.secret), again=PASSWORD)


def test_replacing_a_second_factor_asks_again_and_ends_the_other_sessions(office: Office) -> None:
    other = sign_in(office, "manager", PASSWORD, device=HERE)
    asking = signed_in(office)
    offer = offer_second_factor(office, asking)
    set_second_factor(office, asking, offer.sealed, code_of(office, offer.secret))
    with pytest.raises(SignInNeeded):
        viewer_of(office, other.token)
    with office.reading() as read:
        asking = replace(asking, account=read.get(Account, asking.account.id))
    second = offer_second_factor(office, asking)
    assert second.asks
    with pytest.raises(Forbidden, match="confirmation"):
        set_second_factor(office, asking, second.sealed, code_of(office, second.secret))
    set_second_factor(office, asking, second.sealed, code_of(office, second.secret), again=PASSWORD)


def test_a_code_of_the_factor_in_use_confirms_once(office: Office) -> None:
    with office.store.changing(Entry("test", "again", "account")) as change:
        account = change.get(Account, "a-analyst")
        change.replace(account, password="")
    asking = viewer(office, "analyst")
    code = code_of(office, SECRET)
    confirm(office, asking, code)
    with pytest.raises(Forbidden):
        confirm(office, asking, code)
    with office.reading() as read:
        assert read.count(AuditEntry, action="session.confirm") == 1


def test_a_secret_that_was_not_offered_here_is_no_second_factor(office: Office) -> None:
    asking, other = signed_in(office), signed_in(office, "employee")
    offer = offer_second_factor(office, other)
    with pytest.raises(Forbidden):
        set_second_factor(office, asking, offer.sealed, code_of(office, offer.secret))
    with pytest.raises(WorkspaceError):
        set_second_factor(office, asking, "AAAAAAAA", "000000")
