"""What a database that cannot read or keep something means; faults of ours pass as they are."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from jixiao.core import Unavailable
from jixiao.gateways.sqlite_failure import full, primary_code, sqlite_failure, unavailable

PLACE = "the database"
_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
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
        raise unavailable(PLACE, "no free connection") from error


def database_failure(error: sa.exc.DBAPIError | sqlite3.Error) -> Unavailable | None:
    """Return what an error of a driver means, or None where the fault is ours."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        if primary_code(cause) in _DAMAGED:
            return unavailable(PLACE, "a damaged one")
        return sqlite_failure(cause, PLACE)
    state = getattr(cause, "sqlstate", None)
    if state == _FULL_STATE:
        return full(PLACE)
    if state is None:  # said by the driver itself, not by a server
        return unavailable(PLACE, "no connection") if _is_broken(error) else None
    return unavailable(PLACE, f"SQLSTATE {state}") if state.startswith(_FAILING_STATES) else None


def _is_broken(error: Exception) -> bool:
    return isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)
