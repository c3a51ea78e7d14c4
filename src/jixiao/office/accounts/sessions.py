"""Open sessions of an account: listed, ended one by one or all at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from jixiao.contracts.office import Account, Reading, Session
from jixiao.core import Missing
from jixiao.office.access import require
from jixiao.office.accounts.confirming import confirm
from jixiao.office.accounts.signing_in import IDLE_MIN
from jixiao.office.office import Office
from jixiao.office.viewer import Viewer


@dataclass(frozen=True)
class SessionShown:
    """A session in its owner's list.

    Attributes:
        session: The session.
        is_this: Whether it is the one that asks.
    """

    session: Session
    is_this: bool


def open_sessions(office: Office, read: Reading, account_id: str) -> list[Session]:
    """Return the sessions of an account that work, the last seen first."""
    now = office.clock()
    return read.find(
        Session,
        account=account_id,
        second=True,
        expires__gt=now,
        seen__gt=now - timedelta(minutes=IDLE_MIN),
        order="-seen",
    )


def own_sessions(office: Office, viewer: Viewer) -> list[SessionShown]:
    """Return one's own open sessions: this one, then the last seen first."""
    with office.reading() as read:
        found = open_sessions(office, read, viewer.account.id)
    shown = [SessionShown(one, one.id == viewer.session) for one in found]
    return sorted(shown, key=lambda one: not one.is_this)


def end_session(office: Office, viewer: Viewer, session_id: str, *, again: str) -> None:
    """End one of one's own sessions.

    Args:
        office: The application.
        viewer: Whose it is.
        session_id: Which.
        again: Password or code, to show who asks.

    Raises:
        Forbidden: If ``again`` is wrong.
        TooMany: If it comes too soon after wrong ones.
        Missing: If it is not one's own, or over.
    """
    confirm(office, viewer, again)
    with office.changing(viewer, "session.close", "session", viewer.pseudonym) as change:
        session = change.first(Session, id=session_id, account=viewer.account.id)
        if session is None:
            raise Missing("JX-E704", "session", expected="an open one of your own", got="none")
        change.remove(session)


def end_other_sessions(office: Office, viewer: Viewer, *, again: str) -> int:
    """End every session of one's own but this one and return how many.

    Raises:
        Forbidden: If ``again`` is wrong.
        TooMany: If it comes too soon after wrong ones.
    """
    confirm(office, viewer, again)
    with office.changing(viewer, "session.close", "session", viewer.pseudonym) as change:
        others = change.find(Session, account=viewer.account.id, id__ne=viewer.session)
        change.remove(*others)
        change.entry.detail["count"] = len(others)
    return len(others)


def end_sessions_of(office: Office, by: Viewer, account_id: str) -> int:
    """End every session of an account and return how many; its keys go on.

    Raises:
        Forbidden: If the viewer may not manage accounts.
        Missing: If there is no such account.
    """
    require(by, "account.manage")
    with office.changing(by, "session.close", "session") as change:
        account = change.first(Account, id=account_id)
        if account is None:
            raise Missing("JX-E704", "account", expected="a known account", got="another one")
        sessions = change.find(Session, account=account.id)
        change.remove(*sessions)
        change.entry.object = office.pseudonym_of(change, account)
        change.entry.detail["count"] = len(sessions)
    return len(sessions)
