"""Records in a relational database through SQLAlchemy Core.

SQLite: one writer at a time (``BEGIN IMMEDIATE``), readers beside it (write-ahead log), every
commit on the disk before it is answered. PostgreSQL: the same, with a lock that changes wait for;
several processes may then work on one database.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast

import sqlalchemy as sa

from jixiao.contracts.office import (
    AnchorLine,
    AuditEntry,
    Changing,
    Entry,
    Reading,
    Record,
)
from jixiao.core import atomic
from jixiao.gateways.database.chain import Anchor, id_of
from jixiao.gateways.database.copying import copy_to, fill_from, reclaim
from jixiao.gateways.database.failures import failures_told
from jixiao.gateways.database.memory import Memory
from jixiao.gateways.database.sql_records import SqlChanging, SqlReading
from jixiao.gateways.database.tables import TABLES, record_of

R = TypeVar("R", bound=Record)
T = TypeVar("T")

ERASED = "erased-people.txt"
"""List of erased people beside the anchor."""
_LOG = logging.getLogger("jixiao.database")
_LATE = 1000
"""Last lines of the anchor among which unmarked ones are looked for."""
_ONE_CHANGE = 7110512
"""Lock that changes on PostgreSQL hold until they end."""


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
