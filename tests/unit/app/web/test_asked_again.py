"""What gives lasting power asks again who it is: keys, hooks, accounts, roles, links, units."""

from datetime import timedelta
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.office_case import PASSWORD, SECRET, browser

from jixiao.contracts.office import Account, Entry, Option, Session
from jixiao.office import Office
from jixiao.office.secrets import totp_code

LASTING: dict[str, dict[str, Any]] = {
    "/account/keys": {"name": "n", "days": "9", "scope": ["account.manage"]},
    "/settings/hooks": {"url": "https://hooks.example.org/in", "event": "job.end"},
    "/accounts": {"login": "new.one", "roles": "employee"},
    "/accounts/invite": {},
    "/accounts/a-colleague": {"version": "1", "roles": ["administrator"]},
    "/accounts/a-colleague/recover": {"second": "true"},
    "/accounts/a-colleague/partner": {"unit": "Lanting/Optics", "comments": "true"},
}
"""Forms whose work lasts longer than the session that sends them."""


@pytest.fixture
def boss(office: Office) -> TestClient:
    """Return an administrator's browser; hooks may go to one host."""
    with office.store.changing(Entry("test", "hosts", "option")) as change:
        change.add(Option(id="hook_hosts", value={"hosts": ["hooks.example.org"]}))
    return browser(office, "administrator")


def _actions(office: Office) -> list[str]:
    return [one.action for one in office.store.entries()]


@pytest.mark.parametrize("address", LASTING)
def test_a_session_alone_gives_no_lasting_power(
    office: Office, boss: TestClient, address: str
) -> None:
    before = _actions(office)
    for again in ({}, {"again": ""}, {"again": "four other words here"}):
        refused = boss.post(address, data=LASTING[address] | again)
        assert refused.status_code == 403, refused.text
        assert "JX-E724" in refused.text
        assert "jx_" not in refused.text
        assert "/recover/" not in refused.text.replace('action="/accounts', "")
    assert _actions(office) == before


@pytest.mark.parametrize("address", LASTING)
def test_with_the_password_it_is_done(office: Office, boss: TestClient, address: str) -> None:
    before = len(_actions(office))
    done = boss.post(address, data=LASTING[address] | {"again": PASSWORD})
    assert done.status_code in (200, 303), done.text
    assert len(_actions(office)) > before


def test_a_code_of_the_second_factor_does_as_well(office: Office, boss: TestClient) -> None:
    with office.store.changing(Entry("test", "again", "account")) as change:
        change.replace(change.get(Account, "a-administrator"), totp_last=0)
    code = totp_code(SECRET, office.clock().timestamp())
    made = boss.post("/account/keys", data=LASTING["/account/keys"] | {"again": code})
    assert "jx_" in made.text


def test_who_signs_in_elsewhere_must_have_done_so_just_now(office: Office) -> None:
    client = browser(office, "manager")
    with office.store.changing(Entry("test", "elsewhere", "account")) as change:
        change.replace(change.get(Account, "a-manager"), password="", oidc="issuer subject")
    asked = {"name": "n", "days": "9", "scope": ["report.read"]}
    assert 'name="again"' not in client.get("/account/keys").text
    assert "jx_" in client.post("/account/keys", data=asked).text
    with office.store.noting() as note:
        for one in note.find(Session, account="a-manager"):
            note.replace(one, created=one.created - timedelta(minutes=11))
    late = client.post("/account/keys", data=asked)
    assert late.status_code == 403
    assert "jx_" not in late.text


def test_guesses_at_the_password_are_slowed_here_too(office: Office, boss: TestClient) -> None:
    asked = LASTING["/account/keys"]
    codes = [boss.post("/account/keys", data=asked | {"again": f"guess {n}"}) for n in range(12)]
    assert codes[0].status_code == 403
    assert codes[-1].status_code == 429
