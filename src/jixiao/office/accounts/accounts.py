"""Accounts as administrators keep them: made, given roles, closed, recovered."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import get_args

from jixiao.contracts.office import (
    Account,
    ApiKey,
    Changing,
    Person,
    Reading,
    Recovery,
    Role,
    Session,
)
from jixiao.core import Conflict, Missing, SignInNeeded
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.secrets import hash_password, new_id, new_token, token_hash
from jixiao.office.versions import same_version
from jixiao.office.viewer import Viewer

ROLES: tuple[Role, ...] = get_args(Role)
RECOVERY_H = 24
_LOGIN = re.compile(r"[\w.@+-]{2,120}")


def add_account(
    office: Office,
    by: Viewer | str,
    login: str,
    *,
    roles: Collection[str],
    password: str = "",
    person_key: str | None = None,
) -> Account:
    """Add an account.

    Args:
        office: The application.
        by: An administrator, or ``command line``.
        login: What is typed at sign-in; kept in lower case.
        roles: Some of ``ROLES``.
        password: Empty where a recovery link is to set it.
        person_key: Subject id of the person whose account it is.

    Raises:
        Forbidden: If a viewer may not do it.
        Conflict: If login, role or password is not one.
        Missing: If no person has that key.
        Taken: If the login is taken.
    """
    if isinstance(by, Viewer):
        require(by, "account.manage")
    login = login.strip().casefold()
    _check(login, roles)
    hashed = hash_password(password, about=(login,)) if password else ""
    with office.changing(by, "account.add", "account") as change:
        person = None if person_key is None else _person(change, person_key)
        account = Account(
            id=new_id(),
            login=login,
            roles=tuple(role for role in ROLES if role in roles),
            password=hashed,
            person=None if person is None else person.id,
        )
        change.add(account)
        change.entry.object = office.pseudonym_of(change, account)
        change.entry.detail = {"roles": list(account.roles)}
    return account


def _check(login: str, roles: Collection[str]) -> None:
    if not _LOGIN.fullmatch(login):
        raise Conflict(
            "JX-E721",
            "login",
            expected="2 to 120 letters, digits or any of . @ + - _",
            got="another text",
        )
    unknown = sorted(set(roles) - set(ROLES))
    if unknown or not roles:
        raise Conflict(
            "JX-E722", "roles", expected=f"some of {', '.join(ROLES)}", got=str(unknown or "none")
        )


def _person(read: Reading, key: str) -> Person:
    person = read.first(Person, key=key)
    if person is None:
        raise Missing(
            "JX-E704",
            "person",
            expected="a subject id of the roster",
            got="another one",
            hint="import the roster first",
        )
    return person


def change_account(
    office: Office,
    by: Viewer,
    account_id: str,
    *,
    version: int,
    roles: Collection[str] | None = None,
    disabled: bool | None = None,
) -> Account:
    """Change roles of an account or close it; its sessions and keys end when it is closed.

    Raises:
        Forbidden: If the viewer may not do it.
        Conflict: If the last administrator would be lost, or a role is not one.
        Stale: If the account is not of that version any more.
    """
    require(by, "account.manage")
    with office.changing(by, "account.change", "account") as change:
        account = same_version(change.get(Account, account_id), version)
        change.entry.object = office.pseudonym_of(change, account)
        if roles is not None:
            _check(account.login, roles)
            account = change.replace(account, roles=tuple(r for r in ROLES if r in roles))
            change.entry.detail["roles"] = list(account.roles)
        if disabled is not None:
            account = change.replace(account, disabled=disabled)
            change.entry.detail["disabled"] = disabled
        if account.disabled or roles is not None:
            end_sessions(change, account)
        keep_an_administrator(change)
    return account


def end_sessions(change: Changing, account: Account) -> None:
    """End every session of an account, and its keys where it is closed."""
    change.remove(*change.find(Session, account=account.id))
    if account.disabled:
        for key in change.find(ApiKey, account=account.id, revoked=False):
            change.replace(key, revoked=True)


def keep_an_administrator(read: Reading) -> None:
    """Refuse a change after which nobody could manage accounts.

    Raises:
        Conflict: If no open account is an administrator's any more.
    """
    open_ones = read.find(Account, disabled=False)
    if not any("administrator" in one.roles for one in open_ones):
        raise Conflict(
            "JX-E723",
            "account",
            expected="at least one open account of an administrator",
            got="none after the change",
        )


def start_recovery(
    office: Office, by: Viewer | str, login: str, *, second_factor: bool = False
) -> str:
    """Return a secret that sets a new password once, within a day.

    Args:
        office: The application.
        by: An administrator, or ``command line``.
        login: Whose.
        second_factor: Whether it drops the second factor too, which must then be set up anew.

    Raises:
        Forbidden: If a viewer may not do it.
        Missing: If there is no such account.
    """
    if isinstance(by, Viewer):
        require(by, "account.manage")
    token = new_token()
    with office.changing(by, "account.recover", "account") as change:
        account = change.first(Account, login=login.strip().casefold())
        if account is None:
            raise Missing("JX-E704", "login", expected="that of an account", got="another one")
        change.entry.object = office.pseudonym_of(change, account)
        expires = office.clock() + timedelta(hours=RECOVERY_H)
        link = Recovery(
            id=token_hash(token), account=account.id, expires=expires, second=second_factor
        )
        change.add(link)
        change.entry.detail = {"second_factor": second_factor}
    return token


def recover(office: Office, token: str, password: str) -> Account:
    """Set a new password by a recovery secret, and drop the second factor where it says so.

    Raises:
        SignInNeeded: If the secret is unknown, used or too old.
        Conflict: If the password is too weak.
    """
    with office.reading() as read:  # before a password is hashed, which takes long
        link = _working(read, token, office.clock())
        login = read.get(Account, link.account).login
    hashed = hash_password(password, about=(login,))
    with office.changing("system", "account.recovered", "account") as change:
        now = office.clock()
        link = _working(change, token, now)
        account = change.replace(change.get(Account, link.account), password=hashed)
        if link.second:
            account = change.replace(account, totp="", totp_last=0, codes=())
        for one in change.find(Recovery, account=account.id, used=None):
            change.replace(one, used=now)
        end_sessions(change, account)
        change.entry.actor = change.entry.object = office.pseudonym_of(change, account)
    return account


def _working(read: Reading, token: str, now: datetime) -> Recovery:
    recovery = read.first(Recovery, id=token_hash(token), used=None)
    if recovery is None or recovery.expires <= now:
        raise SignInNeeded("JX-E702", "link", expected="one that works", got="another one")
    return recovery
