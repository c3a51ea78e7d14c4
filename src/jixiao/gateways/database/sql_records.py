"""Reading and changing records within one transaction, through SQLAlchemy Core."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace as with_fields
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

import sqlalchemy as sa

from jixiao.contracts.office import (
    GENESIS,
    NOTES,
    AuditEntry,
    Entry,
    PaperText,
    Record,
)
from jixiao.core import Conflict, Missing, Stale, Taken
from jixiao.gateways.database.chain import id_of, number_of
from jixiao.gateways.database.memory import COUNTS, Memory, Recall
from jixiao.gateways.database.tables import TABLES, record_of, row_of

R = TypeVar("R", bound=Record)
T = TypeVar("T")

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
