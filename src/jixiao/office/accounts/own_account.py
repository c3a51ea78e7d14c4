"""One's own account: password, second factor, language; what is sensitive asks who it is again."""

from __future__ import annotations

from dataclasses import dataclass

from jixiao.contracts import Language
from jixiao.contracts.office import Account, Changing, Session
from jixiao.core import Forbidden
from jixiao.office.accounts.confirming import can_be_asked, confirm, confirm_password, is_fresh
from jixiao.office.office import Office
from jixiao.office.secrets import (
    code_hash,
    hash_password,
    new_codes,
    new_totp,
    totp_address,
    totp_step,
)
from jixiao.office.viewer import Viewer


def change_password(office: Office, viewer: Viewer, old: str, new: str) -> None:
    """Change one's own password; every other session ends.

    Raises:
        Forbidden: If the old password is wrong.
        TooMany: If it comes too soon after wrong ones.
        Conflict: If the new one is too weak.
    """
    confirm_password(office, viewer, old)
    hashed = hash_password(new, about=(viewer.account.login,))
    with office.changing(viewer, "account.password", "account", viewer.pseudonym) as change:
        account = change.replace(change.get(Account, viewer.account.id), password=hashed)
        _end_others(change, account, viewer)


def _end_others(change: Changing, account: Account, viewer: Viewer) -> None:
    change.remove(*change.find(Session, account=account.id, id__ne=viewer.session))


@dataclass(frozen=True)
class SecondFactor:
    """A second factor that is about to be set up.

    Attributes:
        secret: In base32, shown to its owner alone.
        address: What authenticator programs read.
        sealed: The secret as the form brings it back; one made elsewhere is not taken.
        asks: Whether the password, or a code of the factor before, must be shown with it.
    """

    secret: str
    address: str
    sealed: str
    asks: bool


def offer_second_factor(office: Office, viewer: Viewer) -> SecondFactor:
    """Return a fresh second factor; nothing is kept until a code of it is shown."""
    secret = new_totp()
    sealed = office.seal.close(f"{viewer.account.id} {secret}")
    address = totp_address(secret, viewer.account.login)
    return SecondFactor(secret, address, sealed, _asks(office, viewer))


def _asks(office: Office, viewer: Viewer) -> bool:
    """Return whether it is asked again who it is: always to replace a factor."""
    if viewer.account.totp:
        return True
    return can_be_asked(viewer) and not is_fresh(office, viewer)


def set_second_factor(
    office: Office, viewer: Viewer, sealed: str, code: str, *, again: str = ""
) -> list[str]:
    """Turn the second factor on and return ten codes for the day it is lost.

    Every other session of the account ends.

    Args:
        office: The application.
        viewer: Whose it is.
        sealed: The offered secret.
        code: Six digits it shows.
        again: Password or code of the factor before, where the offer asks for it.

    Raises:
        Forbidden: If the code does not fit the secret, or ``again`` is wrong.
        TooMany: If it comes too soon after wrong ones.
        WorkspaceError: If the secret was not offered here.
    """
    owner, _, secret = office.seal.open(sealed).partition(" ")
    step = totp_step(secret, code.strip(), last=0, now=office.clock().timestamp())
    if step is None or owner != viewer.account.id:
        raise Forbidden("JX-E725", "code", expected="the six digits shown now", got="others")
    if _asks(office, viewer) or not can_be_asked(viewer):
        confirm(office, viewer, again)
    codes = new_codes()
    with office.changing(viewer, "account.second_factor", "account", viewer.pseudonym) as change:
        account = change.replace(
            change.get(Account, viewer.account.id),
            totp=office.seal.close(secret),
            totp_last=step,
            codes=tuple(code_hash(one) for one in codes),
        )
        _end_others(change, account, viewer)
    return codes


def set_language(office: Office, viewer: Viewer, language: Language) -> None:
    """Choose the language of one's own pages."""
    with office.changing(viewer, "account.language", "account", viewer.pseudonym) as change:
        change.replace(change.get(Account, viewer.account.id), language=language)
