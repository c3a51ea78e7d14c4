"""Asking again who it is, before something that would lock the owner of an account out of it."""

from __future__ import annotations

from datetime import timedelta

from jixiao.contracts.office import Account, Session
from jixiao.core import Forbidden
from jixiao.office.accounts.guesses import begin, of_session
from jixiao.office.accounts.signing_in import takes
from jixiao.office.office import Office
from jixiao.office.secrets import password_fits
from jixiao.office.viewer import Viewer

FRESH_MIN = 10
"""Minutes for which a sign-in stands for the answer, where there is nothing else to ask for."""


def can_be_asked(viewer: Viewer) -> bool:
    """Return whether the account has a password or second factor that can be asked for."""
    return bool(viewer.account.password or viewer.account.totp)


def confirm(office: Office, viewer: Viewer, secret: str) -> None:
    """Go on only if whoever sits there knows the password, or has the second factor.

    An account with neither, which signs in elsewhere, must have signed in just now.

    Args:
        office: The application.
        viewer: Whose session it is.
        secret: Password or code, as typed.

    Raises:
        Forbidden: If it is neither, or the sign-in is too long ago.
        TooMany: If it comes too soon after wrong ones.
    """
    if not can_be_asked(viewer):
        if not is_fresh(office, viewer):
            raise _refused(f"a sign-in of the last {FRESH_MIN} minutes", "an older one")
        return
    tried = begin(office, of_session(office, viewer.session))
    if password_fits(viewer.account.password, secret):
        with office.store.noting() as note:
            note.remove(*tried)
        return
    with office.changing(viewer, "session.confirm", "session", viewer.pseudonym) as change:
        if not takes(office, change, change.get(Account, viewer.account.id), secret):
            raise _refused("the password, or a code of the second factor", "another one")
        change.remove(*tried)


def confirm_password(office: Office, viewer: Viewer, password: str) -> None:
    """Go on only if whoever sits there knows the password.

    Raises:
        Forbidden: If it is another one.
        TooMany: If it comes too soon after wrong ones.
    """
    tried = begin(office, of_session(office, viewer.session))
    if not password_fits(viewer.account.password, password):
        raise _refused("the password in use", "another one")
    with office.store.noting() as note:
        note.remove(*tried)


def is_fresh(office: Office, viewer: Viewer) -> bool:
    """Return whether the session was opened just now."""
    with office.reading() as read:
        session = read.first(Session, id=viewer.session)
    return session is not None and session.created + timedelta(minutes=FRESH_MIN) > office.clock()


def _refused(expected: str, got: str) -> Forbidden:
    return Forbidden(
        "JX-E724",
        "confirmation",
        expected=expected,
        got=got,
        hint="who knows neither signs out and in again, or asks for a recovery link",
    )
