"""What a database that cannot read or keep something means; faults of ours pass as they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from jixiao.core import DiskFull, Unavailable, WorkspaceError

_PRIMARY = 0xFF
"""Mask of SQLite's primary code; the rest tells what of it."""
_FAILING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
        sqlite3.SQLITE_NOTADB,
    }
)
_FULL_STATE = "53100"
"""SQLSTATE of PostgreSQL for a full disk."""
_FAILING_STATES = ("08", "53", "57P", "58", "40", "XX")
"""How the SQLSTATE begins where connection, server or disk fail, or two changes stood crosswise."""


@contextmanager
def failures_told() -> Iterator[None]:
    """Raise what a failing database means in place of what its driver says.

    Raises:
        DiskFull: If it has no room left.
        Unavailable: If it does not answer, or its disk fails.
    """
    try:
        yield
    except (sa.exc.DBAPIError, sqlite3.Error) as error:
        found = database_failure(error)
        if found is None:
            raise
        raise found from error
    except sa.exc.TimeoutError as error:
        raise _unavailable("no free connection") from error


def database_failure(error: sa.exc.DBAPIError | sqlite3.Error) -> WorkspaceError | None:
    """Return what an error of a driver means, or None where the fault is ours."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        code = getattr(cause, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & _PRIMARY
        if code == sqlite3.SQLITE_FULL:
            return _full()
        name = getattr(cause, "sqlite_errorname", "")
        return _unavailable(name) if code in _FAILING else None
    state = getattr(cause, "sqlstate", None)
    if state == _FULL_STATE:
        return _full()
    if state is None:  # said by the driver itself, not by a server
        return _unavailable("no connection") if _is_broken(error) else None
    return _unavailable(f"SQLSTATE {state}") if state.startswith(_FAILING_STATES) else None


def _is_broken(error: Exception) -> bool:
    return isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)


def _full() -> DiskFull:
    return DiskFull(
        "JX-E407",
        "the database",
        expected="room on its disk",
        got="none",
        hint="nothing was saved: make room on the server's disk, then do it again",
    )


def _unavailable(got: str) -> Unavailable:
    return Unavailable(
        "JX-E408",
        "the database",
        expected="one that answers and keeps what it is given",
        got=got,
        hint="nothing was saved: try again in a moment; if it stays so, look at server and disk",
    )
