"""What every use case of the web application is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from jixiao.contracts.office import Account, Changing, Entry, OfficeStore, Person, Reading
from jixiao.office.oidc.provider import Provider
from jixiao.office.once import mark
from jixiao.office.secrets import Seal, keyed_hash
from jixiao.office.viewer import Viewer
from jixiao.services import Workspace

SendMail = Callable[[str, str, str], None]


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
        mail: Sends a message to an address, with subject and text; None where none are sent.
    """

    store: OfficeStore
    workspace: Workspace
    key: bytes = field(repr=False)
    clock: Callable[[], datetime] = _now
    provider: Provider | None = None
    mail: SendMail | None = None

    @property
    def seal(self) -> Seal:
        """Keeps secrets in the database."""
        return Seal(self.key)

    def reading(self) -> AbstractContextManager[Reading]:
        """Look at records."""
        return self.store.reading()

    @contextmanager
    def changing(
        self, viewer: Viewer | str, action: str, kind: str, about: str = "", **detail: Any
    ) -> Iterator[Changing]:
        """Change records with one entry of the audit log.

        Args:
            viewer: Who does it, or a word for what does it: ``system``, ``command line``.
            action: What, a key of ``access.ACTIONS`` or a word of its own.
            kind: Kind of record.
            about: Id or pseudonym of the record.
            detail: What else must be known; pseudonyms and hashes only.

        Yields:
            The records; they are kept when the block ends well.
        """
        actor = viewer if isinstance(viewer, str) else viewer.pseudonym
        with self.store.changing(Entry(actor, action, kind, about, dict(detail))) as change:
            yield change
            mark(change)

    def pseudonym_of(self, read: Reading, account: Account) -> str:
        """Return what the audit log calls an account: its person's pseudonym, or its own."""
        if account.person is not None:
            person = read.first(Person, id=account.person)
            if person is not None:
                return person.pseudonym
        return "account-" + keyed_hash(self.key, account.id)[:12]
