"""Records in a relational database through SQLAlchemy Core.

SQLite: one writer at a time (``BEGIN IMMEDIATE``), readers beside it (write-ahead log), every
commit on the disk before it is answered. PostgreSQL: the same, with a lock that changes wait for;
several processes may then work on one database.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace as with_fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar, cast

import sqlalchemy as sa

from jixiao.contracts.office import (
    GENESIS,
    NOTES,
    AnchorLine,
    AuditEntry,
    Changing,
    Entry,
    PaperText,
    Reading,
    Record,
)
from jixiao.core import Conflict, Missing, Stale, Taken, atomic
from jixiao.gateways.database.chain import Anchor, id_of, number_of
from jixiao.gateways.database.copying import copy_to, fill_from, reclaim
from jixiao.gateways.database.failures import failures_told
from jixiao.gateways.database.memory import COUNTS, Memory, Recall
from jixiao.gateways.database.tables import TABLES, record_of, row_of

R = TypeVar("R", bound=Record)
T = TypeVar("T")

ERASED = "erased-people.txt"
"""List of erased people beside the anchor."""
_LOG = logging.getLogger("jixiao.database")
_LATE = 1000
"""Last lines of the anchor among which unmarked ones are looked for."""
_ONE_CHANGE = 7110512
"""Lock that changes on PostgreSQL hold until they end."""
_PASSING: frozenset[type[Record]] = NOTES | {AuditEntry, PaperText}
"""Kinds that are read anew each time: notes, what only grows, and long texts."""
_COMPARE = {
    "lt": sa.ColumnElement.__lt__,
    "le": sa.ColumnElement.__le__,
    "gt": sa.ColumnElement.__gt__,
    "ge": sa.ColumnElement.__ge__,
    "ne": sa.ColumnElement.__ne__,
}


class SqlReading:
    """Records within one transaction.

    Args:
        connection: Has begun a transaction.
        memory: What was read before; None where changes are under way.
        stamp: The database's own number of everything kept, asked before the transaction.
    """

    def __init__(
        self, connection: sa.Connection, memory: Memory | None = None, *, stamp: int | None = None
    ) -> None:
        self._connection = connection
        self._memory, self._stamp = memory, stamp
        self._recall: Recall | None = None

    def get(self, kind: type[R], record_id: str) -> R:
        """Return a record.

        Raises:
            Missing: If there is none.
        """
        found = self.first(kind, id=record_id)
        if found is None:
            name = kind.__name__.lower()
            raise Missing("JX-E704", name, expected=f"the id of a known {name}", got="another one")
        return found

    def first(self, kind: type[R], **where: Any) -> R | None:
        """Return the first record that fits, or None."""
        found = self.find(kind, limit=1, **where)
        return found[0] if found else None

    def find(
        self,
        kind: type[R],
        *,
        order: str = "id",
        limit: int | None = None,
        offset: int = 0,
        **where: Any,
    ) -> list[R]:
        """Return the records that fit, as ``Reading.find`` says."""
        if kind in _PASSING:
            return self._found(kind, order, limit, offset, where)
        asked = (kind, order, limit, offset, _named(where))
        made = self.kept(asked, (kind,), lambda: tuple(self._found(*asked[:4], where)))
        return list(made)

    def _found(
        self,
        kind: type[R],
        order: str,
        limit: int | None,
        offset: int,
        where: Mapping[str, Any],
    ) -> list[R]:
        table = TABLES[kind]
        column = table.c[order.removeprefix("-")]
        query = sa.select(table).where(*_conditions(table, where))
        query = query.order_by(column.desc() if order.startswith("-") else column, table.c.id)
        rows = self._connection.execute(query.limit(limit).offset(offset or None)).mappings()
        return [cast("R", record_of(kind, row)) for row in rows]

    def count(self, kind: type[Record], **where: Any) -> int:
        """Return how many records fit."""
        table = TABLES[kind]
        query = sa.select(sa.func.count()).select_from(table).where(*_conditions(table, where))
        return int(self._connection.execute(query).scalar_one())

    def kept(self, name: Hashable, kinds: tuple[type[Record], ...], make: Callable[[], T]) -> T:
        """Return what was made of records, as ``Reading.kept`` says."""
        if self._memory is None:
            return make()
        if self._recall is None:
            rows = self._connection.exec_driver_sql(f"SELECT name, number FROM {COUNTS}")
            counts = {str(row[0]): int(row[1]) for row in rows}
            self._recall = self._memory.at(counts, self._stamp)
        return cast("T", self._recall.get(kinds, name, make))


class SqlChanging(SqlReading):
    """A change under way.

    Args:
        connection: Has begun a transaction that writes.
        entry: What the audit log will say.
        notes_only: Whether other kinds than notes are refused.
    """

    def __init__(self, connection: sa.Connection, entry: Entry, *, notes_only: bool) -> None:
        super().__init__(connection)
        self.entry = entry
        self._notes_only = notes_only

    def add(self, *records: Record) -> None:
        """Keep new records.

        Raises:
            Taken: If a value that must be unique is taken.
            Conflict: If the database itself refuses it.
        """
        for record in records:
            table = self._table(type(record))
            try:
                self._connection.execute(sa.insert(table), _kept_row(record))
            except sa.exc.DBAPIError as error:
                raise _refused(record, error) from None

    def replace(self, record: R, **fields: Any) -> R:
        """Change fields of a record and return it as it is now.

        Raises:
            Stale: If the record has been changed since it was read.
            Taken: If a value that must be unique is taken.
            Conflict: If the database itself refuses it.
        """
        table = self._table(type(record))
        changed = with_fields(record, **fields, version=record.version + 1)
        row = _kept_row(changed)
        values = {name: row[name] for name in (*fields, "version")}
        same = (table.c.id == record.id, table.c.version == record.version)
        try:
            done = self._connection.execute(sa.update(table).where(*same).values(values))
        except sa.exc.DBAPIError as error:
            raise _refused(record, error) from None
        if done.rowcount != 1:
            raise Stale(
                "JX-E710",
                type(record).__name__.lower(),
                expected=f"version {record.version}, the one that was read",
                got="a newer one",
                hint="read it again and repeat the change",
            )
        return changed

    def remove(self, *records: Record) -> None:
        """Forget records."""
        for record in records:
            table = self._table(type(record))
            self._connection.execute(sa.delete(table).where(table.c.id == record.id))

    def write_entry(self) -> tuple[int, str]:
        """Append the entry to the chain and return its number and hash."""
        table = TABLES[AuditEntry]
        last = sa.select(table.c.id, table.c.hash).order_by(table.c.id.desc()).limit(1)
        row = self._connection.execute(last).first()
        number = number_of(row.id) + 1 if row else 1
        entry = AuditEntry(
            id=id_of(number),
            at=datetime.now(UTC),
            actor=self.entry.actor,
            action=self.entry.action,
            kind=self.entry.kind,
            object=self.entry.object,
            detail=self.entry.detail,
            previous=row.hash if row else GENESIS,
            hash="",
        )
        entry = with_fields(entry, hash=entry.own_hash())
        self._connection.execute(sa.insert(table), row_of(entry))
        return number, entry.hash

    def _table(self, kind: type[Record]) -> sa.Table:
        if self._notes_only and kind not in NOTES:
            raise TypeError(f"{kind.__name__} is no note: change it together with an entry")
        if kind is AuditEntry:
            raise TypeError("the audit log is written by changes alone")
        return TABLES[kind]


class SqlStore:
    """The records of one workspace.

    Args:
        engine: Opens connections.
        anchor: Where the audit log is anchored.
    """

    def __init__(self, engine: sa.Engine, anchor: Anchor) -> None:
        self.engine = engine
        self._anchor = anchor
        self._writer = threading.Lock()
        self._memory = Memory()
        self._watch: sa.Connection | None = None
        self._watching = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Look at records as they are at one moment."""
        stamp = self._stamp()
        with failures_told(), self.engine.connect() as connection:
            if self.engine.dialect.name == "postgresql":
                connection = connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield SqlReading(connection, self._memory, stamp=stamp)

    def known(self, name: Hashable, kinds: tuple[type[Record], ...]) -> Any:
        """Return what a reading has kept, as ``OfficeStore.known`` says."""
        recall = self._memory.now(self._stamp())
        return None if recall is None else recall.known(kinds, name)

    @contextmanager
    def changing(self, entry: Entry) -> Iterator[Changing]:
        """Change records and write one entry, whole or not at all."""
        with self._writing() as connection:
            change = SqlChanging(connection, entry, notes_only=False)
            with connection.begin():
                if self.engine.dialect.name == "postgresql":
                    connection.execute(sa.text(f"SELECT pg_advisory_xact_lock({_ONE_CHANGE})"))
                yield change
                number, hash_ = change.write_entry()
                self._anchor.add("promised", number, hash_)
            self._mark_kept(number, hash_)

    @contextmanager
    def noting(self) -> Iterator[Changing]:
        """Change notes; other kinds are refused."""
        with self._writing() as connection, connection.begin():
            yield SqlChanging(connection, Entry("", "", ""), notes_only=True)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        if self.engine.dialect.name != "sqlite":
            with failures_told(), self.engine.connect() as connection:
                yield connection
            return
        with self._writer, failures_told(), self.engine.connect() as connection:
            yield connection.execution_options(begin="BEGIN IMMEDIATE")

    def _stamp(self) -> int | None:
        """Return SQLite's number of what other connections have kept; None for PostgreSQL.

        It is asked on a connection that never writes, so that every change counts.
        """
        if self.engine.dialect.name != "sqlite":
            return None
        with self._watching, failures_told():
            if self._watch is None:
                self._watch = self.engine.connect()
            raw = self._watch.connection.driver_connection
            assert isinstance(raw, sqlite3.Connection)
            return int(raw.execute("PRAGMA data_version").fetchone()[0])

    def entries(self, after: int = 0, limit: int | None = None) -> Iterator[AuditEntry]:
        """Yield audit entries in their order, from number ``after + 1`` on."""
        table = TABLES[AuditEntry]
        query = sa.select(table).where(table.c.id > id_of(after)).order_by(table.c.id).limit(limit)
        with failures_told(), self.engine.connect() as connection:
            for row in connection.execute(query).mappings():
                yield cast("AuditEntry", record_of(AuditEntry, row))

    def anchors(self) -> Sequence[AnchorLine]:
        """Return what the anchor says, line by line."""
        return self._anchor.read()

    def erased(self) -> frozenset[str]:
        """Return the ids of erased people, as the list beside the anchor says."""
        path = self._erased_list
        return frozenset(path.read_text("utf-8").split()) if path.exists() else frozenset()

    def list_erased(self, person_id: str) -> None:
        """Write an erased person's id to the list beside the anchor."""
        listed = sorted({*self.erased(), person_id})
        atomic.write_text(self._erased_list, "".join(f"{one}\n" for one in listed), mode=0o600)

    @property
    def _erased_list(self) -> Path:
        return self._anchor.path.with_name(ERASED)

    def beside(self) -> tuple[Path, Path]:
        """Return the files beside the database: the anchor, and the list of erased people."""
        return self._anchor.path, self._erased_list

    def reclaim(self) -> None:
        """Free the pages of what was removed."""
        with failures_told():
            reclaim(self.engine)

    def copy_to(self, path: Path) -> None:
        """Copy everything, as it is at one moment, to a SQLite file."""
        with failures_told():
            copy_to(self.engine, path)

    def fill_from(self, path: Path) -> None:
        """Replace everything by what ``copy_to`` wrote, and say so in the anchor."""
        with self._writer, failures_told():
            number, hash_ = fill_from(self.engine, path)
            self._anchor.add("restored", number, hash_)

    def _mark_kept(self, number: int, hash_: str) -> None:
        """Mark what is kept already: when the mark fails, the promise before it still stands."""
        try:
            self._anchor.add("kept", number, hash_)
        except OSError as error:
            _LOG.error("the anchor cannot be written: %s", error.strerror)

    def catch_up(self) -> None:
        """Mark entries as kept that a killed process had promised, kept and not marked."""
        lines = self._anchor.read()[-_LATE:]
        kept = {(one.number, one.hash) for one in lines if one.word == "kept"}
        late = [
            one for one in lines if one.word == "promised" and (one.number, one.hash) not in kept
        ]
        for one in late:
            entry = next(iter(self.entries(after=one.number - 1, limit=1)), None)
            if entry is not None and entry.id == id_of(one.number) and entry.hash == one.hash:
                self._anchor.add("kept", one.number, one.hash)

    def check(self) -> list[str]:
        """Return what the database itself finds wrong, empty when it is sound."""
        if self.engine.dialect.name != "sqlite":
            with self.engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))
            return []
        with self.engine.connect() as connection:
            found = [str(row[0]) for row in connection.execute(sa.text("PRAGMA integrity_check"))]
        return [line for line in found if line != "ok"]

    def ready(self) -> bool:
        """Return whether the database answers."""
        try:
            with self.engine.connect() as connection:
                connection.execute(sa.text("SELECT 1"))
        except (sa.exc.DBAPIError, sa.exc.TimeoutError):
            return False
        return True

    def close(self) -> None:
        """Let go of the database."""
        with self._watching:
            if self._watch is not None:
                self._watch.close()
                self._watch = None
        self.engine.dispose()


def _kept_row(record: Record) -> dict[str, Any]:
    """Return the row of a record.

    Raises:
        Conflict: If a text holds the character NUL, which PostgreSQL cannot keep.
    """
    row = row_of(record)
    for name, value in row.items():
        if isinstance(value, str) and "\0" in value:
            place = f"{type(record).__name__.lower()}.{name}"
            raise Conflict("JX-E713", place, expected="text without NUL characters", got="one")
    return row


def _named(where: Mapping[str, Any]) -> tuple[Hashable, ...]:
    """Return conditions as they can be looked up."""
    plain = {
        name: frozenset(value) if isinstance(value, list | tuple | set) else value
        for name, value in where.items()
    }
    return tuple(sorted(plain.items()))


def _conditions(table: sa.Table, where: Mapping[str, Any]) -> list[sa.ColumnElement[bool]]:
    return [_condition(table, name, value) for name, value in where.items()]


def _condition(table: sa.Table, name: str, value: Any) -> sa.ColumnElement[bool]:
    field, _, how = name.partition("__")
    column = table.c[field]
    if isinstance(value, str) and "\0" in value:
        return sa.false()  # no database keeps such a text
    if how == "like":
        return column.icontains(value, autoescape=True)
    if how:
        return _COMPARE[how](column, value)
    if isinstance(value, list | tuple | set | frozenset):
        return column.in_(sorted(value))
    return column.is_(None) if value is None else column == value


def _refused(record: Record, error: sa.exc.DBAPIError) -> Exception:
    """Return what a database's refusal means; a value that is taken is never told."""
    said = str(error.orig)
    kind = type(record).__name__.lower()
    _, guarded, rule = said.partition("guard: ")
    if guarded:
        rule = rule.splitlines()[0]
        return Conflict("JX-E712", kind, expected=rule, got="something else")
    if not isinstance(error, sa.exc.IntegrityError):
        return error
    columns = (column.name for column in TABLES[type(record)].columns)
    name = next((one for one in columns if f".{one}" in said or f"({one})" in said), "id")
    return Taken(
        "JX-E711",
        f"{kind}.{name}",
        expected="a value that no other record has",
        got="one that is taken",
    )
