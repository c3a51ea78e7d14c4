"""Everything in a database copied to a SQLite file in one snapshot, put back, and free pages."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import sqlalchemy as sa

from jixiao.contracts.office import GENESIS, AuditEntry
from jixiao.core import WorkspaceError
from jixiao.gateways.database.failures import database_failure
from jixiao.gateways.database.guards import guard_statements
from jixiao.gateways.database.memory import counting_statements
from jixiao.gateways.database.tables import CHANGE_COUNTS, METADATA, TABLES

_PART = 500
"""Rows that are written at once."""


def copy_to(engine: sa.Engine, path: Path) -> None:
    """Copy every table to a fresh SQLite file, as they are at one moment."""
    if engine.dialect.name == "sqlite":
        with (
            closing(engine.raw_connection()) as held,
            closing(sqlite3.connect(path)) as target,
        ):
            source = held.driver_connection
            assert isinstance(source, sqlite3.Connection)
            source.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        return
    target_engine = sa.create_engine(f"sqlite:///{path}")
    with engine.connect() as connection, target_engine.begin() as target_connection:
        source_connection = connection.execution_options(isolation_level="REPEATABLE READ")
        METADATA.create_all(target_connection)
        _copy(source_connection, target_connection)
    target_engine.dispose()


def fill_from(engine: sa.Engine, path: Path) -> tuple[int, str]:
    """Replace the rows of every table by those of a copy, in one transaction.

    Returns:
        Number and hash of the last audit entry that is there now.

    Raises:
        WorkspaceError: If the copy lacks a table or a column.
    """
    source_engine = sa.create_engine(f"sqlite:///{path}")
    table = TABLES[AuditEntry]
    last = sa.select(table.c.id, table.c.hash).order_by(table.c.id.desc()).limit(1)
    try:
        with source_engine.connect() as source, engine.begin() as target, _unguarded(target):
            counted = target.scalar(sa.select(sa.func.max(CHANGE_COUNTS.c.number))) or 0
            for one in METADATA.sorted_tables:
                target.execute(sa.delete(one))
            _copy(source, target)
            beyond = {"number": CHANGE_COUNTS.c.number + counted + 1}  # like no count before
            target.execute(sa.update(CHANGE_COUNTS).values(beyond))
            row = target.execute(last).first()
    except sa.exc.OperationalError as error:
        if database_failure(error) is not None:
            raise
        raise WorkspaceError(
            "JX-E432",
            "the backup",
            expected="the tables of this version",
            got=type(error.orig).__name__,
            hint="restore it with the version of jixiao that made it",
        ) from None
    finally:
        source_engine.dispose()
    return (int(row.id), row.hash) if row else (0, GENESIS)


def _copy(source: sa.Connection, target: sa.Connection) -> None:
    for table in METADATA.sorted_tables:
        for part in source.execute(sa.select(table)).mappings().partitions(_PART):
            target.execute(sa.insert(table), [dict(row) for row in part])


@contextmanager
def _unguarded(connection: sa.Connection) -> Iterator[None]:
    """Let a whole copy in: its papers passed their guards when they were approved."""
    if connection.dialect.name == "sqlite":
        names = connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
        for name in list(names):
            connection.execute(sa.text(f"DROP TRIGGER {name}"))
        yield
        for statement in (*guard_statements("sqlite"), *counting_statements("sqlite")):
            connection.execute(sa.text(statement.replace(":", r"\:")))
        return
    for word in ("DISABLE", "ENABLE"):
        for table in METADATA.sorted_tables:
            connection.execute(sa.text(f'ALTER TABLE "{table.name}" {word} TRIGGER USER'))
        if word == "DISABLE":
            yield


def reclaim(engine: sa.Engine) -> None:
    """Write every table anew, so that nothing that was removed is left in free pages."""
    with engine.connect() as connection:
        if engine.dialect.name == "sqlite":
            held = connection.connection.driver_connection
            assert isinstance(held, sqlite3.Connection)
            held.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            held.execute("VACUUM")
            held.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        alone = connection.execution_options(isolation_level="AUTOCOMMIT")
        for table in METADATA.sorted_tables:
            alone.execute(sa.text(f'VACUUM FULL "{table.name}"'))
