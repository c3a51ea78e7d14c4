"""Signing in at a provider, whole flows against a real one on this machine, and attacks on them."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.office_case import PASSWORD, browser, office_at, viewer
from tests.oidc_case import CLIENT, ECKey, Liar, OctKey, RSAKey, asked_for, by_hand, liar, out

from jixiao.contracts.office import Account, AuditEntry, Entry, Session
from jixiao.core import Forbidden
from jixiao.office import Office, change_account, viewer_of
from jixiao.office.accounts.oidc import FLOW_MIN, unlink

COOKIE = "__Host-jixiao"


@pytest.fixture
def provider() -> Iterator[Liar]:
    with liar() as made:
        yield made


@pytest.fixture
def site(office: Office, provider: Liar) -> Office:
    return replace(office, provider=provider.provider())


def signs_in(site: Office, **more: Any) -> tuple[TestClient, Any]:
    client = browser(site)
    return client, client.get(out(client, **more))


def account(site: Office, login: str) -> Account:
    with site.reading() as read:
        return read.get(Account, f"a-{login}")


def test_a_verified_email_that_is_a_login_signs_in_and_links_the_account(
    site: Office, provider: Liar
) -> None:
    client, answer = signs_in(site)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/"
    assert viewer_of(site, client.cookies[COOKIE]).account.login == "manager"
    assert account(site, "manager").oidc
    provider.claims = {"email": None, "email_verified": None}
    again, _ = signs_in(site)
    assert viewer_of(site, again.cookies[COOKIE]).account.login == "manager"
    with site.reading() as read:
        entries = read.find(AuditEntry, action="session.open")
    assert [one.detail for one in entries] == [{"how": "oidc", "linked": True}, {"how": "oidc"}]
    assert "subject-7" not in str(entries)


def test_what_the_provider_is_asked_for_cannot_be_guessed_and_is_proved_by_pkce(
    site: Office, provider: Liar
) -> None:
    first, second = (asked_for(browser(site)) for _ in range(2))
    assert first["code_challenge_method"] == "S256"
    assert first["response_type"] == "code"
    assert first["scope"] == "openid email"
    for name in ("state", "nonce", "code_challenge"):
        assert first[name] != second[name]
        assert len(first[name]) >= 43
    signs_in(site)
    assert len(provider.asked[0]["code_verifier"]) >= 43


@pytest.mark.parametrize(
    ("claims", "why"),
    [
        ({"nonce": "another"}, "another nonce"),
        ({"nonce": None}, "another nonce"),
        ({"aud": "another-client"}, "another audience"),
        ({"aud": ["another-client"]}, "another audience"),
        ({"aud": [CLIENT, "another-client"]}, "another authorised party"),
        ({"azp": "another-client"}, "another authorised party"),
        ({"iss": "https://accounts.example.org"}, "another issuer"),
        ({"iss": None}, "another issuer"),
        ({"exp": int(time.time()) - 120}, "an expired token"),
        ({"exp": None}, "an expired token"),
        ({"exp": "never"}, "an expired token"),
        ({"iat": int(time.time()) - 3600}, "a token of another time"),
        ({"iat": int(time.time()) + 3600}, "a token of another time"),
        ({"nbf": int(time.time()) + 3600}, "a token that is not valid yet"),
        ({"sub": None}, "no subject"),
        ({"sub": ""}, "no subject"),
        ({"sub": 7}, "no subject"),
    ],
)
def test_a_token_that_says_anything_else_than_it_must_opens_nothing(
    site: Office,
    provider: Liar,
    claims: dict[str, Any],
    why: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    provider.claims = claims
    client, answer = signs_in(site)
    refused(site, client, answer, "could not be trusted")
    assert why in caplog.text


def refused(site: Office, client: TestClient, answer: Any, told: str) -> None:
    assert answer.status_code == 401, answer.text
    assert told in answer.text
    assert COOKIE not in client.cookies
    with site.reading() as read:
        assert read.count(Session) == 0


def test_a_token_for_several_audiences_with_this_party_is_taken(
    site: Office, provider: Liar
) -> None:
    provider.claims = {"aud": [CLIENT, "another-client"], "azp": CLIENT}
    _, answer = signs_in(site)
    assert answer.headers["location"] == "/"


def right_claims(provider: Liar) -> dict[str, Any]:
    now = int(time.time())
    said = {"iss": provider.issuer, "sub": "s", "aud": CLIENT, "exp": now + 99, "iat": now}
    nonce = provider.codes["code-0"]["nonce"]
    return said | {"nonce": nonce, "email": "manager", "email_verified": True}


@pytest.mark.parametrize("alg", ["none", "None", "nOnE"])
def test_a_token_without_a_signature_opens_nothing(site: Office, provider: Liar, alg: str) -> None:
    client = browser(site)
    back = out(client)
    provider.token = by_hand(right_claims(provider), alg=alg)
    refused(site, client, client.get(back), "could not be trusted")


def test_a_token_sealed_with_the_public_key_as_a_shared_secret_opens_nothing(
    site: Office, provider: Liar
) -> None:
    client = browser(site)
    back = out(client)
    public = provider.key.as_pem(private=False)
    provider.token = by_hand(right_claims(provider), alg="HS256", secret=public)
    refused(site, client, client.get(back), "could not be trusted")


def test_a_shared_secret_that_is_published_is_no_key(site: Office, provider: Liar) -> None:
    provider.key = OctKey.import_key(b"s" * 32, {"kid": "one"})
    refused(site, *signs_in(site), "does not answer")


def test_a_key_that_the_token_itself_brings_is_not_taken(site: Office, provider: Liar) -> None:
    provider.published = [provider.key]
    provider.key = RSAKey.generate_key(2048, {"kid": "one"})
    provider.header = {"jwk": provider.key.as_dict(private=False)}
    refused(site, *signs_in(site), "could not be trusted")


@pytest.mark.parametrize("kind", ["at+jwt", "logout+jwt"])
def test_a_token_for_another_purpose_opens_nothing(site: Office, provider: Liar, kind: str) -> None:
    provider.header = {"typ": kind}
    refused(site, *signs_in(site), "could not be trusted")


def test_a_new_key_of_the_provider_is_read_when_a_token_names_it(
    site: Office, provider: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jixiao.office.oidc.provider.AGAIN_S", 0)
    signs_in(site)
    provider.key = ECKey.generate_key("P-256", {"kid": "two"})
    _, answer = signs_in(site)
    assert answer.headers["location"] == "/"


def test_an_unknown_key_does_not_make_us_ask_the_provider_without_end(
    site: Office, provider: Liar
) -> None:
    signs_in(site)
    provider.published = [provider.key]
    provider.key = RSAKey.generate_key(2048, {"kid": "three"})
    assert signs_in(site)[1].status_code == 401


def test_a_state_of_another_browser_opens_nothing(site: Office) -> None:
    attacker, victim = browser(site), browser(site)
    stolen = out(attacker)
    out(victim)
    refused(site, victim, victim.get(stolen), "not begun here")


def test_an_answer_in_a_browser_that_began_nothing_opens_nothing(site: Office) -> None:
    link = out(browser(site))
    fresh = browser(site)
    refused(site, fresh, fresh.get(link), "not begun here")


def test_an_answer_works_once(site: Office, provider: Liar) -> None:
    client = browser(site)
    back = out(client)
    flow = client.cookies[f"{COOKIE}-oidc"]
    assert client.get(back).status_code == 303
    assert client.get(back).status_code == 401
    assert len(provider.asked) == 1  # the code was not even shown to the provider again
    thief = browser(site)
    thief.cookies.set(f"{COOKIE}-oidc", flow)
    assert thief.get(back).status_code == 401  # the provider knows that it was used
    assert COOKIE not in thief.cookies


def test_a_sign_in_must_end_within_minutes(site: Office) -> None:
    client = browser(site)
    back = out(client)
    late = browser(office_at(site, minutes=FLOW_MIN + 1))
    late.cookies = client.cookies
    refused(site, late, late.get(back), "not begun here")


@pytest.mark.parametrize("issuer", ["https://accounts.example.org", None])
def test_an_answer_of_another_issuer_or_of_none_is_not_redeemed(
    site: Office, provider: Liar, issuer: str | None
) -> None:
    provider.sent = {"iss": issuer}
    refused(site, *signs_in(site), "not begun here")
    assert provider.asked == []


def test_a_document_of_another_issuer_is_not_taken(site: Office, provider: Liar) -> None:
    provider.document = {"issuer": "https://accounts.example.org"}
    answer = browser(site).get("/sign-in/oidc")
    assert answer.status_code == 401
    assert "could not be trusted" in answer.text


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://169.254.169.254/latest/meta-data",
        "https://internal.example.org/token",
        "http://127.0.0.1:1/token",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
def test_a_document_cannot_lead_us_to_another_host(
    site: Office, provider: Liar, endpoint: str
) -> None:
    for name in ("token_endpoint", "jwks_uri", "authorization_endpoint"):
        provider.document = {name: endpoint}
        assert browser(site).get("/sign-in/oidc").status_code == 401


def test_a_redirect_of_the_provider_is_not_followed(site: Office, provider: Liar) -> None:
    provider.document = {"jwks_uri": f"{provider.issuer}/moved"}
    refused(site, *signs_in(site), "does not answer")


def test_no_parameter_leads_the_browser_anywhere_else(site: Office) -> None:
    client = browser(site)
    back = out(
        client, "/sign-in/oidc?next=https://evil.example.org&redirect_uri=//evil.example.org"
    )
    answer = client.get(f"{back}&next=https://evil.example.org&redirect=//evil.example.org")
    assert answer.headers["location"] == "/"


def test_a_parameter_that_comes_twice_is_not_taken(site: Office) -> None:
    client = browser(site)
    assert client.get(f"{out(client)}&state=another").status_code == 401


@pytest.mark.parametrize("said", [False, "true", None])
def test_an_email_that_is_not_verified_links_nothing(
    site: Office, provider: Liar, said: object
) -> None:
    provider.claims = {"email_verified": said}
    refused(site, *signs_in(site), "No open account")


def test_an_account_of_another_subject_is_not_taken_over_by_its_email(
    site: Office, provider: Liar
) -> None:
    signs_in(site)
    provider.claims = {"sub": "subject-8"}
    _, answer = signs_in(site)
    assert answer.status_code == 401
    assert "No open account" in answer.text


def test_linking_by_email_can_be_turned_off(office: Office, provider: Liar) -> None:
    site = replace(office, provider=provider.provider(link_by_email=False))
    refused(site, *signs_in(site), "No open account")


def test_a_closed_account_stays_closed(site: Office) -> None:
    signs_in(site)
    by = viewer(site, "administrator")
    change_account(site, by, "a-manager", version=account(site, "manager").version, disabled=True)
    client, answer = signs_in(site)
    refused(site, client, answer, "No open account")


def test_an_account_is_made_only_where_the_settings_say_so(office: Office, provider: Liar) -> None:
    provider.claims = {"email": "New.Colleague@example.org", "roles": ["administrator"]}
    site = replace(office, provider=provider.provider())
    refused(site, *signs_in(site), "No open account")
    with office.store.changing(Entry("test", "mail", "person")) as change:
        from jixiao.contracts.office import Person

        change.replace(change.get(Person, "p-E5"), email="new.colleague@example.org")
    site = replace(office, provider=provider.provider(make_accounts=True))
    client, _ = signs_in(site)
    made = viewer_of(site, client.cookies[COOKIE]).account
    assert (made.login, made.roles, made.person) == (
        "new.colleague@example.org",
        ("employee",),
        "p-E5",
    )


def test_roles_follow_the_claim_where_they_are_mapped(office: Office, provider: Liar) -> None:
    mapped = {"role_claim": "groups", "roles": {"hr": "analyst", "lead": "manager"}}
    site = replace(office, provider=provider.provider(**mapped, strong=("mfa",)))
    provider.claims = {"groups": ["hr", "choir"], "amr": ["pwd", "mfa"]}
    client, _ = signs_in(site)
    assert viewer_of(site, client.cookies[COOKIE]).roles == ("analyst",)
    provider.claims = {"groups": ["choir"]}
    assert "No open account" in signs_in(site)[1].text


def test_the_last_administrator_is_not_lost_by_a_claim(office: Office, provider: Liar) -> None:
    mapped = {"role_claim": "groups", "roles": {"staff": "employee"}}
    site = replace(office, provider=provider.provider(**mapped))
    provider.claims = {"email": "administrator", "groups": "staff"}
    assert signs_in(site)[1].status_code == 409
    assert account(site, "administrator").roles == ("administrator",)


def test_the_accounts_own_second_factor_is_asked_for_unless_the_provider_vouches(
    office: Office, provider: Liar
) -> None:
    provider.claims = {"email": "analyst", "amr": ["pwd", "mfa"]}
    site = replace(office, provider=provider.provider())
    assert signs_in(site)[1].headers["location"] == "/sign-in/code"
    site = replace(office, provider=provider.provider(strong=("mfa",)))
    client, answer = signs_in(site)
    assert answer.headers["location"] == "/"
    assert client.get("/").status_code == 200
    provider.claims = {"email": "analyst", "amr": ["pwd"]}
    assert signs_in(site)[1].headers["location"] == "/sign-in/code"


def test_a_wide_role_without_any_second_factor_must_set_one_up(
    office: Office, provider: Liar
) -> None:
    with office.store.changing(Entry("test", "none", "account")) as change:
        change.replace(change.get(Account, "a-analyst"), totp="")
    provider.claims = {"email": "analyst"}
    site = replace(office, provider=provider.provider())
    client, _ = signs_in(site)
    assert client.get("/data").headers["location"] == "/account/second-factor"


def test_signing_in_anew_asks_for_a_sign_in_that_is_fresh(site: Office, provider: Liar) -> None:
    stale = {"auth_time": int(time.time()) - 3600}
    for claims, status in ((stale, 401), ({}, 401), ({"auth_time": int(time.time())}, 303)):
        provider.claims = claims
        client = browser(site)
        assert client.get(out(client, "/sign-in/oidc?again=true")).status_code == status
    assert provider.codes["code-0"]["prompt"] == "login"


def test_signing_out_ends_the_session_and_offers_to_sign_out_there(
    site: Office, provider: Liar
) -> None:
    client, _ = signs_in(site)
    csrf = viewer_of(site, client.cookies[COOKIE]).csrf
    answer = client.post("/sign-out", headers={"x-csrf-token": csrf})
    shown = client.get(answer.headers["location"]).text
    assert "Sign out of Lanting ID too" in shown
    assert client.get("/").headers["location"] == "/sign-in"
    assert (
        client.get("/sign-in/oidc/leave")
        .headers["location"]
        .startswith(f"{provider.issuer}/leave?client_id={CLIENT}")
    )
    other = browser(site, "employee")
    assert other.post("/sign-out").headers["location"] == "/sign-in"


def test_the_button_is_there_when_a_provider_is_and_passwords_still_work(
    office: Office, site: Office
) -> None:
    assert "Sign in with Lanting ID" in browser(site).get("/sign-in").text
    assert "oidc" not in browser(office).get("/sign-in").text
    assert browser(office).get("/sign-in/oidc").status_code == 404
    assert browser(site, "manager").get("/").status_code == 200


def test_a_provider_that_is_down_leaves_passwords(office: Office) -> None:
    with liar() as gone:
        provider = gone.provider()
    site = replace(office, provider=provider)
    answer = browser(site).get("/sign-in/oidc")
    assert answer.status_code == 401
    assert "Lanting ID does not answer" in answer.text
    entered = browser(site).post("/sign-in", data={"login": "manager", "password": PASSWORD})
    assert entered.status_code == 303


def test_many_wrong_answers_from_one_network_are_slowed(site: Office) -> None:
    client = browser(site)
    for _ in range(60):
        assert client.get("/sign-in/oidc/callback?code=x&state=y").status_code == 401
    slowed = client.get("/sign-in/oidc/callback?code=x&state=y")
    assert slowed.status_code == 429
    assert slowed.headers["retry-after"]


def test_an_administrator_unlinks_an_account_and_nobody_else_does(site: Office) -> None:
    client, _ = signs_in(site)
    with pytest.raises(Forbidden):
        unlink(site, viewer(site, "analyst"), "a-manager")
    admin = browser(site, "administrator")
    assert "Unlink" in admin.get("/accounts/a-manager").text
    assert admin.post("/accounts/a-manager/unlink").status_code == 303
    assert account(site, "manager").oidc == ""
    assert client.get("/").headers["location"] == "/sign-in"


def test_no_log_tells_whose_sign_in_was_refused(
    site: Office, provider: Liar, caplog: pytest.LogCaptureFixture
) -> None:
    provider.claims = {"email": "somebody@example.org", "sub": "secret-subject"}
    signs_in(site)
    told = "\n".join(one.getMessage() for one in caplog.records if one.name.startswith("jixiao"))
    assert "sign-in at the provider refused: JX-E717" in told
    for secret in ("somebody", "secret-subject", "code-0"):
        assert secret not in told
