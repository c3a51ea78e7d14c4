"""Signing in at a provider: begun in one browser, ended in the same, and for which account.

An account is known by the provider's subject, which is stored once: at the first sign-in when a
verified e-mail is the account's login, or with a new account where the settings make some. Roles
stay what they are here unless the settings map a claim to them.
"""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Mapping
from typing import Any

from jixiao.contracts import SignInSettings
from jixiao.contracts.office import Account, Changing, Person, Reading, Role
from jixiao.core import Conflict, Missing, SignInNeeded, Taken, WorkspaceError
from jixiao.office.access import require
from jixiao.office.accounts.accounts import ROLES, add_account, end_sessions, keep_an_administrator
from jixiao.office.accounts.devices import Device
from jixiao.office.accounts.guesses import begin, of_provider
from jixiao.office.accounts.signing_in import SignedIn, open_session, wrong_flow
from jixiao.office.office import Office
from jixiao.office.oidc.provider import Begun, Provider
from jixiao.office.secrets import keyed_hash, new_token
from jixiao.office.viewer import Viewer

FLOW_MIN = 10
"""Minutes a sign-in at the provider may take."""
_PURPOSE = "oidc"
_LOG = logging.getLogger("jixiao.sign_in")


def begin_at_provider(office: Office, *, again: bool = False) -> tuple[str, str]:
    """Return where a browser goes to sign in, and what it must bring back, sealed.

    Args:
        office: The application.
        again: Whether the person must show anew who it is, whatever the provider remembers.

    Raises:
        Missing: If no provider is set up.
        SignInNeeded: If it does not answer.
    """
    provider = _provider(office)
    at = office.clock().timestamp()
    begun = Begun(new_token(), new_token(), new_token(), at, again)
    told = {"for": _PURPOSE, "flow": [begun.state, begun.nonce, begun.verifier, at, again]}
    return provider.address(begun), office.seal.close(json.dumps(told))


def finish_at_provider(
    office: Office, sealed: str, answer: Mapping[str, str], *, device: Device
) -> SignedIn:
    """Open a session for whom the provider vouches.

    Args:
        office: The application.
        sealed: What the browser was given at the beginning; empty where it has nothing.
        answer: What the provider sent with the browser: code, state, iss or error.
        device: The browser.

    Raises:
        Missing: If no provider is set up.
        SignInNeeded: If it was not begun here, is not to be trusted, or nobody's account fits.
        TooMany: If too many came from there that were wrong.
    """
    provider = _provider(office)
    tried = begin(office, of_provider(office, device))
    try:
        begun = _begun(office, sealed)
        _check_answer(provider, begun, answer)
        now = office.clock().timestamp()
        claims = provider.claims(answer.get("code", ""), begun, now=now)
        account = _account(office, provider.settings, claims)
    except SignInNeeded as error:
        _LOG.warning("sign-in at the provider refused: %s, got %s", error.code, error.got)
        raise
    strong = _is_strong(provider.settings, claims)
    with office.changing("system", "session.open", "session", how="oidc") as change:
        change.remove(*tried)
        account = _updated(office, change, change.get(Account, account.id), claims)
        second = strong or not account.totp
        return open_session(
            office, change, account, device, second=second, strong=strong, how="oidc"
        )


def unlink(office: Office, by: Viewer, account_id: str) -> None:
    """Forget whom at the provider an account belongs to; its sessions end.

    Raises:
        Forbidden: If the viewer may not manage accounts.
        Missing: If there is no such account.
    """
    require(by, "account.manage")
    with office.changing(by, "account.unlink", "account") as change:
        account = change.first(Account, id=account_id)
        if account is None:
            raise Missing("JX-E704", "account", expected="a known account", got="another one")
        change.entry.object = office.pseudonym_of(change, account)
        end_sessions(change, change.replace(account, oidc=""))


def _provider(office: Office) -> Provider:
    if office.provider is None:
        raise Missing("JX-E704", "provider of sign-ins", expected="one in sign-in.yaml", got="none")
    return office.provider


def _begun(office: Office, sealed: str) -> Begun:
    try:
        told = json.loads(office.seal.open(sealed)) if sealed else {}
    except (WorkspaceError, ValueError):
        told = {}
    if not isinstance(told, dict) or told.get("for") != _PURPOSE:
        raise wrong_flow("none")
    begun = Begun(*told["flow"])
    if begun.at + FLOW_MIN * 60 <= office.clock().timestamp():
        raise wrong_flow("an older one")
    return begun


def _check_answer(provider: Provider, begun: Begun, answer: Mapping[str, str]) -> None:
    if not hmac.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
        raise wrong_flow("one of another browser")
    issuer = answer.get("iss")
    if issuer is None and provider.names_itself():
        raise wrong_flow("an answer that names no issuer")
    if issuer is not None and issuer != provider.settings.issuer:
        raise wrong_flow("an answer of another issuer")
    if answer.get("error") or not answer.get("code"):
        raise wrong_flow("a refusal of the provider")


def _subject(office: Office, settings: SignInSettings, claims: Mapping[str, Any]) -> str:
    return keyed_hash(office.key, f"oidc\n{settings.issuer}\n{claims['sub']}")


def _account(office: Office, settings: SignInSettings, claims: Mapping[str, Any]) -> Account:
    """Return whose account it is: by its subject, else by a verified e-mail, else a new one."""
    email = _verified_email(claims)
    with office.reading() as read:
        account = read.first(Account, oidc=_subject(office, settings, claims))
        if account is None and settings.link_by_email and email:
            account = read.first(Account, login=email, oidc="")
        person = _person(read, email) if account is None else None
    if account is not None and not account.disabled:
        return account
    if account is not None or not settings.make_accounts or not email:
        raise _nobody("one that no open account belongs to")
    roles = _roles(settings, claims) or ("employee",)
    key = None if person is None else person.key
    try:
        return add_account(office, "system", email, roles=roles, person_key=key)
    except (Conflict, Taken):
        raise _nobody("one whose e-mail cannot be a login, or is another account's") from None


def _verified_email(claims: Mapping[str, Any]) -> str:
    email = claims.get("email")
    is_verified = claims.get("email_verified") is True and isinstance(email, str)
    return str(email).strip().casefold() if is_verified else ""


def _person(read: Reading, email: str) -> Person | None:
    """Return who of the roster has an e-mail and no account yet; None where that is not clear."""
    if not email:
        return None
    found = [one for one in read.find(Person, erased=False) if one.email.casefold() == email]
    taken = any(read.count(Account, person=one.id) for one in found)
    return found[0] if len(found) == 1 and not taken else None


def _roles(settings: SignInSettings, claims: Mapping[str, Any]) -> tuple[Role, ...]:
    """Return the roles that a claim is mapped to; empty where the settings map none."""
    if not settings.role_claim:
        return ()
    given = claims.get(settings.role_claim)
    values = {str(one) for one in (given if isinstance(given, list) else [given])}
    found = {role for value, role in settings.roles.items() if value in values}
    if not found:
        raise _nobody("one without a role here")
    return tuple(role for role in ROLES if role in found)


def _updated(
    office: Office, change: Changing, account: Account, claims: Mapping[str, Any]
) -> Account:
    """Return an account with its subject and mapped roles stored."""
    settings = _provider(office).settings
    subject, roles = _subject(office, settings, claims), _roles(settings, claims)
    if account.disabled or account.oidc not in ("", subject):
        raise _nobody("one whose account has changed just now")
    if not account.oidc:
        account = change.replace(account, oidc=subject)
        change.entry.detail["linked"] = True
    if roles and roles != account.roles:
        account = change.replace(account, roles=roles)
        change.entry.detail["roles"] = list(roles)
        end_sessions(change, account)
        keep_an_administrator(change)
    return account


def _is_strong(settings: SignInSettings, claims: Mapping[str, Any]) -> bool:
    """Return whether the provider vouches for a second factor, in the words of the settings."""
    methods = claims.get("amr")
    told = {str(one) for one in methods} if isinstance(methods, list) else set()
    return bool({*told, str(claims.get("acr", ""))} & set(settings.strong))


def _nobody(got: str) -> SignInNeeded:
    return SignInNeeded(
        "JX-E717", "sign-in at the provider", expected="somebody with an account here", got=got
    )
