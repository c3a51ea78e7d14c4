"""Keys for programs: made, shown once, known again, taken back, and when each was last used."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from jixiao.contracts.office import Account, ApiKey, KeyUse, Person, Reading, Record
from jixiao.core import Conflict, Forbidden, Missing, SignInNeeded, Stale, Taken, Unavailable
from jixiao.office.access import ACTIONS, require
from jixiao.office.accounts.signing_in import second_factor_missing
from jixiao.office.office import Office
from jixiao.office.secrets import new_id, new_token, token_hash
from jixiao.office.viewer import Viewer

LONGEST_KEY_DAYS = 365
USE_MIN = 5
"""Minutes after which the use of a key is noted again."""


def make_key(
    office: Office, viewer: Viewer, name: str, *, scopes: Collection[str], days: int
) -> tuple[ApiKey, str]:
    """Return a key for programs and its secret, which is told this once.

    Args:
        office: The application.
        viewer: Whose rights it has.
        name: What it is for.
        scopes: Actions, all within the viewer's roles.
        days: After how many it stops working, at most a year.

    Raises:
        Conflict: If a scope is no action, or the days are not 1 to 365.
        Forbidden: If a scope is beyond the viewer's roles, a key asks for a key, or the second
            factor that the roles ask for is missing.
    """
    if viewer.scopes is not None:
        raise Forbidden("JX-E703", "key", expected="a person to ask for it", got="a key")
    if second_factor_missing(viewer):
        raise Forbidden("JX-E727", "key", expected="a second factor first", got="none")
    unknown = sorted(set(scopes) - set(ACTIONS))
    if unknown or not scopes or not 1 <= days <= LONGEST_KEY_DAYS:
        raise Conflict(
            "JX-E726",
            "key",
            expected=f"known scopes and 1 to {LONGEST_KEY_DAYS} days",
            got=f"{unknown or len(scopes)} and {days}",
        )
    for scope in scopes:
        require(viewer, scope)
    secret = new_token()
    key = ApiKey(
        id=new_id(),
        account=viewer.account.id,
        name=name[:80],
        secret=token_hash(secret),
        scopes=tuple(sorted(scopes)),
        expires=office.clock() + timedelta(days=days),
    )
    with office.changing(viewer, "key.add", "key", key.id, scopes=list(key.scopes)) as change:
        change.add(key)
    return key, f"jx_{secret}"


def revoke_key(office: Office, viewer: Viewer, key_id: str) -> None:
    """Take a key of one's own back.

    Raises:
        Missing: If it is not one's own.
    """
    with office.changing(viewer, "key.revoke", "key", key_id) as change:
        key = change.first(ApiKey, id=key_id, account=viewer.account.id)
        if key is None:
            raise Missing("JX-E704", "key", expected="one of your own", got="another one")
        change.replace(key, revoked=True)


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
    pseudonym = office.pseudonym_of(read, account)
    viewer = Viewer(account, pseudonym, scopes=key.scopes, key=key.id)
    return _KeyHolder(viewer, key.expires)


@dataclass(frozen=True)
class KeyShown:
    """A key in its owner's list.

    Attributes:
        key: The key.
        used: When it was last used, to some minutes; None for never.
    """

    key: ApiKey
    used: datetime | None


def own_keys(office: Office, viewer: Viewer) -> list[KeyShown]:
    """Return one's own keys that are not taken back, the last to end first."""
    with office.reading() as read:
        keys = read.find(ApiKey, account=viewer.account.id, revoked=False, order="-expires")
        uses = {one.id: one.at for one in read.find(KeyUse, id=[key.id for key in keys])}
    return [KeyShown(key, uses.get(key.id)) for key in keys]


@dataclass
class KeyUses:
    """Notes when keys are used, now and then: a note at every request would slow them all."""

    office: Office
    _noted: dict[str, datetime] = field(default_factory=dict)

    def is_due(self, key_id: str) -> bool:
        """Return whether the use of a key is to be noted; the next one is then not."""
        now = self.office.clock()
        last = self._noted.get(key_id)
        if last is not None and now - last < timedelta(minutes=USE_MIN):
            return False
        self._noted[key_id] = now
        return True

    def note(self, key_id: str) -> None:
        """Note that a key is used now."""
        now = self.office.clock()
        with suppress(Stale, Taken, Unavailable), self.office.store.noting() as note:
            known = note.first(KeyUse, id=key_id)
            if known is None:
                note.add(KeyUse(id=key_id, at=now))
            elif known.at < now:
                note.replace(known, at=now)
