"""What every use case of the web application is given."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from jixiao.contracts.office import Account, Changing, Entry, OfficeStore, Person, Reading
from jixiao.office.oidc_provider import Provider
from jixiao.office.secrets import Seal, keyed_hash
from jixiao.office.viewer import Viewer
from jixiao.services import Workspace

T = TypeVar("T")
_MOST_KEPT = 5_000


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Office:
    """The web application of one workspace.

    Attributes:
        store: Records.
        workspace: The workspace whose data, models and reports they are about.
        key: Secret bytes of the workspace.
        clock: Says what time it is.
        provider: Vouches for people beside passwords; None where nothing does.
    """

    store: OfficeStore
    workspace: Workspace
    key: bytes = field(repr=False)
    clock: Callable[[], datetime] = _now
    provider: Provider | None = None
    _kept: dict[Hashable, tuple[int, Any]] = field(default_factory=dict, repr=False, compare=False)

    @property
    def seal(self) -> Seal:
        """Keeps secrets in the database."""
        return Seal(self.key)

    def kept(self, name: Hashable, make: Callable[[], T]) -> T:
        """Return what was read from the records, read anew after any change of any record.

        Args:
            name: What it is, with everything it hangs on but the records themselves.
            make: Reads it; what it raises is not kept.
        """
        stamp = self.store.stamp()
        known = self._kept.get(name)
        if known is not None and known[0] == stamp:
            return cast("T", known[1])
        made = make()
        if stamp is not None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[name] = (stamp, made)
        return made

    def is_kept(self, name: Hashable) -> bool:
        """Return whether ``kept`` would answer at once."""
        known = self._kept.get(name)
        return known is not None and known[0] == self.store.stamp()

    def reading(self) -> AbstractContextManager[Reading]:
        """Look at records."""
        return self.store.reading()

    def changing(
        self, viewer: Viewer | str, action: str, kind: str, about: str = "", **detail: Any
    ) -> AbstractContextManager[Changing]:
        """Change records with one entry of the audit log.

        Args:
            viewer: Who does it, or a word for what does it: ``system``, ``command line``.
            action: What, a key of ``access.ACTIONS`` or a word of its own.
            kind: Kind of record.
            about: Id or pseudonym of the record.
            detail: What else must be known; pseudonyms and hashes only.
        """
        actor = viewer if isinstance(viewer, str) else viewer.pseudonym
        return self.store.changing(Entry(actor, action, kind, about, dict(detail)))

    def pseudonym_of(self, read: Reading, account: Account) -> str:
        """Return what the audit log calls an account: its person's pseudonym, or its own."""
        if account.person is not None:
            person = read.first(Person, id=account.person)
            if person is not None:
                return person.pseudonym
        return "account-" + keyed_hash(self.key, account.id)[:12]
