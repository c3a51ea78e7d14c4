"""One table for each kind of record, made from the record's fields."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, date, datetime
from types import NoneType, UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import sqlalchemy as sa
from sqlalchemy.engine import Dialect

from jixiao.contracts.office import RECORDS, Record
from jixiao.gateways.database.memory import COUNTS

METADATA = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(sa.types.TypeDecorator[datetime]):
    """A moment with its zone: kept in UTC, and read back in UTC from either database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment as the database keeps it."""
        if value is None:
            return None
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(
        self,
        value: datetime | None,
        dialect: Dialect,  # noqa: ARG002
    ) -> datetime | None:
        """Return what was kept as a moment in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_TYPES: dict[Any, type[sa.types.TypeEngine[Any]]] = {
    str: sa.Text,
    int: sa.BigInteger,
    float: sa.Float,
    bool: sa.Boolean,
    datetime: Moment,
    date: sa.Date,
}


def _column(name: str, hint: Any, metadata: Any) -> sa.Column[Any]:
    parts = [part for part in get_args(hint) if part is not NoneType] if _is_union(hint) else [hint]
    kind = get_origin(parts[0]) or parts[0]
    if kind is Literal:
        kind = type(get_args(parts[0])[0])
    return sa.Column(
        name,
        _TYPES.get(kind, sa.JSON(none_as_null=True)),
        primary_key=name == "id",
        nullable=_is_union(hint),
        unique=metadata.get("unique") or None,
        index=metadata.get("index") or None,
    )


def _is_union(hint: Any) -> bool:
    return get_origin(hint) in (Union, UnionType)


def _table(name: str, kind: type[Record]) -> sa.Table:
    hints = get_type_hints(kind)
    columns = (_column(one.name, hints[one.name], one.metadata) for one in fields(kind))
    return sa.Table(name, METADATA, *columns)


TABLES: dict[type[Record], sa.Table] = {kind: _table(name, kind) for name, kind in RECORDS.items()}
"""Table of each kind of record."""


CHANGE_COUNTS = sa.Table(
    COUNTS,
    METADATA,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("number", sa.BigInteger, nullable=False),
)
"""How often records of each kind were changed; triggers count."""


def _tuples(kind: type[Record]) -> tuple[str, ...]:
    hints = get_type_hints(kind)
    return tuple(name for name, hint in hints.items() if get_origin(hint) is tuple)


_TUPLES = {kind: _tuples(kind) for kind in RECORDS.values()}
"""Fields that are tuples, which JSON gives back as lists."""


def row_of(record: Record) -> dict[str, Any]:
    """Return a record as the values of its row."""
    row = {one.name: getattr(record, one.name) for one in fields(record)}
    for name in _TUPLES[type(record)]:
        row[name] = list(row[name])
    return row


def record_of(kind: type[Record], row: sa.RowMapping) -> Record:
    """Return the record that a row holds."""
    values = dict(row)
    for name in _TUPLES[kind]:
        values[name] = tuple(values[name])
    return kind(**values)
