"""The database as use cases see it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar

from jixiao.contracts.office.record import Record
from jixiao.contracts.office.working import AuditEntry

R = TypeVar("R", bound=Record)
T = TypeVar("T")


@dataclass
class Entry:
    """What the audit log will say of a change; may be completed until the change is kept."""

    actor: str
    """Pseudonym of who does it."""
    action: str
    """What, such as ``report.approve``."""
    kind: str
    """Kind of record."""
    object: str = ""
    """Id or pseudonym of the record."""
    detail: dict[str, Any] = field(default_factory=dict)
    """What else must be known; never names or texts."""


AnchorWord = Literal["promised", "kept", "restored", "forged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnchorLine:
    """One line of the anchor, the file outside the database that the audit log is held against.

    Attributes:
        place: Number of the line, from 1 on.
        word: ``promised`` before the database keeps an entry, ``kept`` after; ``restored`` where a
            backup was put back whose last entry has that number; ``forged`` where the seal of the
            line is wrong.
        number: Number of the entry.
        hash: Its hash.
    """

    place: int
    word: AnchorWord
    number: int
    hash: str


class Reading(Protocol):
    """Records as they are at one moment."""

    def get(self, kind: type[R], record_id: str) -> R:
        """Return a record.

        Raises:
            Missing: If there is none.
        """

    def first(self, kind: type[R], **where: Any) -> R | None:
        """Return the first record that fits ``where`` (as in ``find``), or None."""

    def find(
        self,
        kind: type[R],
        *,
        order: str = "id",
        limit: int | None = None,
        offset: int = 0,
        **where: Any,
    ) -> list[R]:
        """Return the records that fit.

        Args:
            kind: Kind of record.
            order: Field to sort by, ``-`` before it for the greatest first; then by id.
            limit: Most records.
            offset: Records to leave out at the head.
            where: Field and value; a list, tuple or set stands for any of its values;
                ``FIELD__lt``, ``__le``, ``__gt``, ``__ge``, ``__ne`` compare, ``__like`` holds a
                piece whatever its case.
        """

    def count(self, kind: type[Record], **where: Any) -> int:
        """Return how many records fit."""

    def kept(self, name: Hashable, kinds: tuple[type[Record], ...], make: Callable[[], T]) -> T:
        """Return what was made of records, made anew after any change of their kinds.

        Where changes are under way nothing is kept.

        Args:
            name: What it is, with everything it hangs on but the records themselves.
            kinds: Every kind of record it is made of; no notes.
            make: Makes it; nobody may change what it returns.
        """


class Changing(Reading, Protocol):
    """A change that is kept whole, with its entry, or not at all."""

    entry: Entry

    def add(self, *records: Record) -> None:
        """Keep new records.

        Raises:
            Taken: If a value that must be unique is taken.
        """

    def replace(self, record: R, **fields: Any) -> R:
        """Change fields of a record and return it as it is now.

        Raises:
            Stale: If the record has been changed since it was read.
        """

    def remove(self, *records: Record) -> None:
        """Forget records."""


class OfficeStore(Protocol):
    """Where the records of the web application are kept."""

    def reading(self) -> AbstractContextManager[Reading]:
        """Look at records."""

    def changing(self, entry: Entry) -> AbstractContextManager[Changing]:
        """Change records and write one entry; whoever changes waits for others to end."""

    def noting(self) -> AbstractContextManager[Changing]:
        """Change notes; other kinds are refused."""

    def known(self, name: Hashable, kinds: tuple[type[Record], ...]) -> Any:
        """Return what ``Reading.kept`` keeps, without a look at the records.

        None where nothing is kept, or where that cannot be told quickly: after any change by any
        process, and always on PostgreSQL. Then it has to be read.

        Args:
            name: As given to ``kept``.
            kinds: As given to ``kept``.
        """

    def entries(self, after: int = 0, limit: int | None = None) -> Iterable[AuditEntry]:
        """Yield audit entries in their order, from number ``after + 1`` on."""

    def anchors(self) -> Sequence[AnchorLine]:
        """Return what the anchor outside the database says, line by line."""

    def erased(self) -> frozenset[str]:
        """Return the ids of erased people, as the list beside the anchor says."""

    def list_erased(self, person_id: str) -> None:
        """Write an erased person's id to the list beside the anchor."""

    def beside(self) -> tuple[Path, Path]:
        """Return the files beside the database: the anchor, and the list of erased people."""

    def reclaim(self) -> None:
        """Free the pages of what was removed, so that nothing of it can be read from the files."""

    def copy_to(self, path: Path) -> None:
        """Copy everything, as it is at one moment, to a SQLite file."""

    def fill_from(self, path: Path) -> None:
        """Replace everything by what ``copy_to`` wrote, and say so in the anchor."""

    def check(self) -> list[str]:
        """Return what the database itself finds wrong, empty when it is sound."""

    def ready(self) -> bool:
        """Return whether the database answers."""

    def close(self) -> None:
        """Let go of the database."""
