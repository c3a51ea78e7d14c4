"""Signing in and out: passwords, second factors, sessions.

How guesses are slowed down is told in ``guesses``; sign-in at a provider in ``oidc``.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from jixiao.contracts.office import Account, Attempt, Changing, Session
from jixiao.core import SignInNeeded, Stale, Unavailable
from jixiao.office.accounts.devices import Device, remember
from jixiao.office.accounts.guesses import WINDOW_MIN, begin, of_code, of_sign_in
from jixiao.office.office import Office
from jixiao.office.secrets import code_hash, new_token, password_fits, token_hash, totp_step
from jixiao.office.viewer import Viewer

SESSION_H = 12
IDLE_MIN = 60
PENDING_MIN = 10
"""Minutes in which the second factor must follow the first."""
SECOND_FACTOR_FOR = frozenset({"administrator", "analyst", "auditor"})
"""Roles that see much about many people: they need a second factor (ASVS 5.0, 6.3.3)."""


@dataclass(frozen=True)
class SignedIn:
    """A new session.

    Attributes:
        token: What the cookie holds; kept nowhere.
        csrf: What forms must send back.
        second_needed: Whether a code of the second factor must follow.
        known: What the browser keeps to be known the next time; empty before the second factor.
    """

    token: str
    csrf: str
    second_needed: bool
    known: str = ""


def sign_in(office: Office, login: str, password: str, *, device: Device) -> SignedIn:
    """Open a session by password.

    Args:
        office: The application.
        login: As typed.
        password: As typed.
        device: Browser it was typed in; its session before this one ends.

    Raises:
        TooMany: If it comes too soon after wrong guesses.
        SignInNeeded: If login and password do not fit; which one is never told.
    """
    login = login.strip().casefold()
    with office.reading() as read:
        account = read.first(Account, login=login, disabled=False)
    tried = begin(office, of_sign_in(office, login, account, device))
    fits = password_fits(account.password if account else "", password)
    if account is None or not fits:
        raise SignInNeeded("JX-E701", "sign-in", expected="login and password", got="others")
    with office.changing("system", "session.open", "session") as change:
        change.remove(*tried)
        return open_session(office, change, account, device, second=not account.totp)


def open_session(
    office: Office,
    change: Changing,
    account: Account,
    device: Device,
    *,
    second: bool,
    strong: bool = False,
    how: Literal["password", "oidc"] = "password",
) -> SignedIn:
    """Open a session with a token of its own; the browser's session before it ends.

    Args:
        office: The application.
        change: Change it is part of; its entry is completed here.
        account: Whose it is.
        device: The browser.
        second: Whether no code of the second factor must follow.
        strong: Whether the provider of sign-ins vouched for a second factor.
        how: How it is opened.
    """
    token, csrf, now = new_token(), new_token(), office.clock()
    lasts = timedelta(hours=SESSION_H) if second else timedelta(minutes=PENDING_MIN)
    session = Session(
        id=token_hash(token),
        account=account.id,
        csrf=csrf,
        created=now,
        seen=now,
        expires=now + lasts,
        second=second,
        strong=strong,
        how=how,
        browser=device.kind,
    )
    change.entry.actor = change.entry.object = office.pseudonym_of(change, account)
    if device.token:
        change.remove(*change.find(Session, id=token_hash(device.token)))
    change.add(session)
    change.remove(*change.find(Session, expires__lt=now))
    change.remove(*change.find(Attempt, at__lt=now - timedelta(minutes=WINDOW_MIN)))
    return SignedIn(token, csrf, not second, remember(office, device, account) if second else "")


def show_second_factor(office: Office, code: str, *, device: Device) -> SignedIn:
    """Complete a session with a code of the second factor, or one of the ten for its loss.

    Args:
        office: The application.
        code: As typed.
        device: Browser with the session that lacks it; another session takes its place.

    Raises:
        SignInNeeded: If there is no session, or the code does not fit.
        TooMany: If it comes too soon after wrong codes.
    """
    with office.reading() as read:
        session = read.first(Session, id=token_hash(device.token))
        if session is None or session.expires <= office.clock():
            raise SignInNeeded("JX-E702", "session", expected="one that is open", got="none")
        account = read.get(Account, session.account)
    tried = begin(office, of_code(office, account, device))
    with office.changing("system", "session.second_factor", "session") as change:
        account = change.get(Account, session.account)
        if not takes(office, change, account, code):
            raise wrong_code()
        change.remove(*tried)
        return open_session(office, change, account, device, second=True, how=session.how)


def wrong_code() -> SignInNeeded:
    """Return what is raised where a code does not fit."""
    return SignInNeeded("JX-E725", "code", expected="the six digits shown now", got="others")


def takes(office: Office, change: Changing, account: Account, code: str) -> bool:
    """Return whether a code fits, and use it up.

    Args:
        office: The application.
        change: Change it is part of.
        account: As it is within that change.
        code: Six digits, or one of the codes for the day they are lost, as typed.
    """
    code = code.replace(" ", "").strip()
    hashed = code_hash(code)
    if hashed in account.codes:
        change.replace(account, codes=tuple(one for one in account.codes if one != hashed))
        return True
    secret = office.seal.open(account.totp) if account.totp else ""
    now = office.clock().timestamp()
    step = totp_step(secret, code, last=account.totp_last, now=now) if secret else None
    if step is None:
        return False
    change.replace(account, totp_last=step)
    return True


def viewer_of(office: Office, token: str) -> Viewer:
    """Return who a session's cookie belongs to; the session is kept alive.

    Raises:
        SignInNeeded: If the session is unknown, over, idle for too long or lacks its second
            factor.
    """
    now = office.clock()
    with office.reading() as read:
        session = read.first(Session, id=token_hash(token))
        idle = timedelta(minutes=IDLE_MIN)
        if session is None or session.expires <= now or session.seen + idle <= now:
            raise SignInNeeded("JX-E702", "session", expected="one that is open", got="none")
        account = read.first(Account, id=session.account, disabled=False)
        if account is None:
            raise SignInNeeded("JX-E702", "session", expected="an open account", got="a closed one")
        if not session.second:
            raise SignInNeeded("JX-E725", "session", expected="its second factor", got="none yet")
        pseudonym = office.pseudonym_of(read, account)
    if (now - session.seen).total_seconds() > 60:
        # A request beside this one may have noted it; a full disk keeps nobody from reading.
        with suppress(Stale, Unavailable), office.store.noting() as note:
            fresh = note.first(Session, id=session.id)
            if fresh is not None and fresh.seen < now:
                note.replace(fresh, seen=now)
    return Viewer(account, pseudonym, session=session.id, csrf=session.csrf, strong=session.strong)


def sign_out(office: Office, viewer: Viewer, *, everywhere: bool = False) -> bool:
    """End this session, or every session of the account.

    Returns:
        Whether this session came from the provider of sign-ins, where another one may be open.
    """
    with office.changing(viewer, "session.close", "session", viewer.pseudonym) as change:
        mine = change.find(Session, account=viewer.account.id)
        change.remove(*(one for one in mine if everywhere or one.id == viewer.session))
    return any(one.id == viewer.session and one.how == "oidc" for one in mine)


def wrong_flow(got: str) -> SignInNeeded:
    """Return what is raised where a sign-in at the provider was not begun in this browser."""
    return SignInNeeded(
        "JX-E714", "sign-in at the provider", expected="one that was begun here just now", got=got
    )


def second_factor_missing(viewer: Viewer) -> bool:
    """Return whether the roles ask for a second factor that is not set up yet."""
    has_one = bool(viewer.account.totp) or viewer.strong
    return bool(SECOND_FACTOR_FOR & set(viewer.roles)) and not has_one
