"""Signing in and out: passwords, second factors, sessions, keys, and slowing down guesses.

Guesses are counted by account and network address together, and by address alone. Nobody can
lock another person out: from an address that guessed nothing, sign-in stays open.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from jixiao.contracts.office import (
    Account,
    ApiKey,
    Attempt,
    Changing,
    Person,
    Reading,
    Record,
    Session,
)
from jixiao.core import SignInNeeded, Stale, TooMany, Unavailable
from jixiao.office.office import Office
from jixiao.office.secrets import (
    keyed_hash,
    new_id,
    new_token,
    password_fits,
    token_hash,
    totp_step,
)
from jixiao.office.viewer import Viewer

SESSION_H = 12
IDLE_MIN = 60
WINDOW_MIN = 15
MOST_PER_PAIR = 8
MOST_PER_ADDRESS = 60
SECOND_FACTOR_FOR = frozenset({"administrator", "analyst", "auditor"})
"""Roles that see much about many people: they need a second factor (ASVS 5.0, 6.3.3)."""


@dataclass(frozen=True)
class SignedIn:
    """A new session.

    Attributes:
        token: What the cookie holds; kept nowhere.
        csrf: What forms must send back.
        second_needed: Whether a code of the second factor must follow.
    """

    token: str
    csrf: str
    second_needed: bool


def sign_in(office: Office, login: str, password: str, *, address: str) -> SignedIn:
    """Open a session by password.

    Args:
        office: The application.
        login: As typed.
        password: As typed.
        address: Network address of the browser.

    Raises:
        TooMany: If there were too many wrong guesses from there.
        SignInNeeded: If login and password do not fit; which one is never told.
    """
    login = login.strip().casefold()
    pair = keyed_hash(office.key, f"{login}\n{address}")
    alone = keyed_hash(office.key, f"\n{address}")
    _slow_down(office, pair, alone)
    with office.reading() as read:
        account = read.first(Account, login=login, disabled=False)
    fits = password_fits(account.password if account else "", password)
    if account is None or not fits:
        with office.store.noting() as note:
            now = office.clock()
            note.add(*(Attempt(id=new_id(), who=who, at=now) for who in (pair, alone)))
        raise SignInNeeded("JX-E701", "sign-in", expected="login and password", got="others")
    return _opened(office, account, pair)


def _slow_down(office: Office, pair: str, alone: str) -> None:
    since = office.clock() - timedelta(minutes=WINDOW_MIN)
    with office.reading() as read:
        by_pair = read.count(Attempt, who=pair, at__gt=since)
        by_address = read.count(Attempt, who=alone, at__gt=since)
    if by_pair >= MOST_PER_PAIR or by_address >= MOST_PER_ADDRESS:
        raise TooMany(
            "JX-E730",
            "sign-in",
            expected="fewer wrong guesses",
            got="too many from this address",
            hint=f"wait {WINDOW_MIN} minutes, or ask an administrator for a recovery link",
        )


def _opened(office: Office, account: Account, pair: str) -> SignedIn:
    token, csrf = new_token(), new_token()
    now = office.clock()
    session = Session(
        id=token_hash(token),
        account=account.id,
        csrf=csrf,
        created=now,
        seen=now,
        expires=now + timedelta(hours=SESSION_H),
        second=not account.totp,
    )
    with office.changing("system", "session.open", "session") as change:
        change.entry.actor = change.entry.object = office.pseudonym_of(change, account)
        change.add(session)
        change.remove(*change.find(Attempt, who=pair))
        change.remove(*change.find(Session, expires__lt=now))
        change.remove(*change.find(Attempt, at__lt=now - timedelta(minutes=WINDOW_MIN)))
    return SignedIn(token, csrf, bool(account.totp))


def show_second_factor(office: Office, token: str, code: str, *, address: str) -> None:
    """Complete a session with a code of the second factor, or one of the ten for its loss.

    Raises:
        SignInNeeded: If there is no session, or the code does not fit.
        TooMany: If too many wrong codes were tried.
    """
    with office.reading() as read:
        session = read.first(Session, id=token_hash(token))
    account = session.account if session else ""
    pair = keyed_hash(office.key, f"second\n{account}\n{address}")
    alone = keyed_hash(office.key, f"\n{address}")
    _slow_down(office, pair, alone)
    try:
        _complete(office, token, code.replace(" ", "").strip())
    except SignInNeeded:
        with office.store.noting() as note:
            now = office.clock()
            note.add(*(Attempt(id=new_id(), who=who, at=now) for who in (pair, alone)))
        raise


def _complete(office: Office, token: str, code: str) -> None:
    with office.changing("system", "session.second_factor", "session") as change:
        session = change.first(Session, id=token_hash(token))
        if session is None or session.expires <= office.clock():
            raise SignInNeeded("JX-E702", "session", expected="one that is open", got="none")
        account = change.get(Account, session.account)
        change.entry.actor = change.entry.object = office.pseudonym_of(change, account)
        if not _takes(office, change, account, code):
            raise SignInNeeded("JX-E725", "code", expected="the six digits shown now", got="others")
        change.replace(session, second=True)


def _takes(office: Office, change: Changing, account: Account, code: str) -> bool:
    hashed = token_hash(code)
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
    return Viewer(account, pseudonym, session=session.id, csrf=session.csrf)


def key_viewer(office: Office, secret: str) -> Viewer:
    """Return whose rights, and which of them, a key of a program has.

    Raises:
        SignInNeeded: If it is unknown, too old or taken back.
    """
    with office.reading() as read:
        name = _key_name(secret)
        holder = read.kept(name, _OF_KEY, lambda: _key_holder(office, read, name[1]))
    return holder.viewer_at(office.clock())


def known_key(office: Office, secret: str) -> Viewer | None:
    """Return the same where that needs no look at the database, else None.

    Raises:
        SignInNeeded: If it is too old.
    """
    holder = office.store.known(_key_name(secret), _OF_KEY)
    return None if holder is None else holder.viewer_at(office.clock())


@dataclass(frozen=True)
class _KeyHolder:
    """Whose key it is, and until when."""

    viewer: Viewer
    expires: datetime

    def viewer_at(self, now: datetime) -> Viewer:
        if self.expires <= now:
            raise SignInNeeded("JX-E702", "key", expected="one that works", got="another one")
        return self.viewer


_OF_KEY: tuple[type[Record], ...] = (ApiKey, Account, Person)


def _key_name(secret: str) -> tuple[str, str]:
    return "key", token_hash(secret.removeprefix("jx_"))


def _key_holder(office: Office, read: Reading, hashed: str) -> _KeyHolder:
    key = read.first(ApiKey, secret=hashed, revoked=False)
    if key is None:
        raise SignInNeeded("JX-E702", "key", expected="one that works", got="another one")
    account = read.first(Account, id=key.account, disabled=False)
    if account is None:
        raise SignInNeeded("JX-E702", "key", expected="an open account", got="a closed one")
    viewer = Viewer(account, office.pseudonym_of(read, account), scopes=key.scopes)
    return _KeyHolder(viewer, key.expires)


def sign_out(office: Office, viewer: Viewer, *, everywhere: bool = False) -> None:
    """End this session, or every session of the account."""
    with office.changing(viewer, "session.close", "session", viewer.pseudonym) as change:
        mine = change.find(Session, account=viewer.account.id)
        change.remove(*(one for one in mine if everywhere or one.id == viewer.session))


def second_factor_missing(viewer: Viewer) -> bool:
    """Return whether the roles ask for a second factor that is not set up yet."""
    return bool(SECOND_FACTOR_FOR & set(viewer.roles)) and not viewer.account.totp
