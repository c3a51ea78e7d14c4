"""Keys for programs, and when each was last used."""

import pytest
from tests.office_case import browser, office_at, viewer

from jixiao.core import Missing, SignInNeeded
from jixiao.office import Office, key_viewer, make_key, revoke_key
from jixiao.office.accounts.keys import USE_MIN, KeyUses, own_keys


def test_the_use_of_a_key_is_noted_and_shown_to_its_owner(office: Office) -> None:
    key, secret = make_key(
        office, viewer(office, "manager"), "till", scopes=["self.manage"], days=9
    )
    assert own_keys(office, viewer(office, "manager"))[0].used is None
    client = browser(office)
    answer = client.get("/api/v1/jobs", headers={"authorization": f"Bearer {secret}"})
    assert answer.status_code == 403  # a use all the same
    used = own_keys(office, viewer(office, "manager"))[0].used
    assert used is not None
    assert used.strftime("%Y-%m-%d %H:%M") in browser(office, "manager").get("/account/keys").text
    assert key_viewer(office, secret).key == key.id


def test_a_use_is_noted_again_only_after_some_minutes(office: Office) -> None:
    uses = KeyUses(office)
    assert uses.is_due("k")
    assert not uses.is_due("k")
    uses.office = office_at(office, minutes=USE_MIN + 1)
    assert uses.is_due("k")
    uses.note("k")
    uses.note("k")


def test_a_key_that_was_taken_back_opens_nothing(office: Office) -> None:
    owner = viewer(office, "manager")
    key, secret = make_key(office, owner, "till", scopes=["self.manage"], days=9)
    with pytest.raises(Missing):
        revoke_key(office, viewer(office, "employee"), key.id)
    revoke_key(office, owner, key.id)
    with pytest.raises(SignInNeeded):
        key_viewer(office, secret)
