"""Opening the database: address, pragmas, migrations."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from jixiao.core import WorkspaceError, atomic
from jixiao.gateways.database.chain import Anchor
from jixiao.gateways.database.sql_store import ERASED, SqlStore

FILE = "office.sqlite"
"""The database of a workspace on one machine."""
ANCHOR = "audit-anchor.txt"
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA secure_delete=ON",
    "PRAGMA busy_timeout=20000",
)


def open_database(
    folder: Path, key: bytes, *, url: str | None = None, anchor: Path | None = None
) -> SqlStore:
    """Open the records of a workspace, brought to the newest schema.

    Args:
        folder: The workspace.
        key: The workspace's secret; seals the anchor.
        url: PostgreSQL as ``postgresql+psycopg://…``; a SQLite file of the workspace when None.
        anchor: File that anchors the audit log; one in the workspace when None. What the
            workspace has so far moves there.

    Raises:
        WorkspaceError: If the database cannot be opened.
    """
    engine = _engine(url or f"sqlite:///{folder / FILE}")
    try:
        from jixiao.gateways.database.migrate import migrate

        migrate(engine)
    except sa.exc.DBAPIError as error:
        engine.dispose()
        raise WorkspaceError(
            "JX-E420",
            "--database",
            expected="a database that can be opened and written",
            got=type(error.orig).__name__,
            hint="is the server running, and are user, password and name right?",
        ) from None
    inner = folder / ANCHOR
    if anchor is not None:
        _move(inner, anchor)
        _move(inner.with_name(ERASED), anchor.with_name(ERASED))
    store = SqlStore(engine, Anchor(anchor or inner, key))
    store.catch_up()
    return store


def _move(file: Path, place: Path) -> None:
    """Move a file of the workspace elsewhere, unless there is one already."""
    if file.is_file() and not place.exists():
        atomic.write_bytes(place, file.read_bytes(), mode=0o600)
        file.unlink()


def _engine(url: str) -> sa.Engine:
    try:
        address = sa.make_url(url)
    except sa.exc.ArgumentError:
        address = None
    if address is None or address.drivername not in ("sqlite", "postgresql+psycopg"):
        raise WorkspaceError(
            "JX-E421",
            "--database",
            expected="an address such as postgresql+psycopg://user@host/name",
            got="another kind of address" if address is not None else "no address",
        )
    if address.drivername != "sqlite":
        return sa.create_engine(address, pool_size=20, max_overflow=20, pool_pre_ping=True)
    engine = sa.create_engine(
        address, pool_size=20, max_overflow=20, connect_args={"check_same_thread": False}
    )
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _prepare(connection: sqlite3.Connection, _: Any) -> None:
    connection.isolation_level = None  # transactions are begun below, not by the driver
    for pragma in _PRAGMAS:
        connection.execute(pragma)


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "BEGIN"))
