"""What SQLite says when a disk is full or fails; faults of ours are not among it."""

from __future__ import annotations

import sqlite3

from jixiao.core import DiskFull, Unavailable

_PRIMARY = 0xFF
"""Mask of SQLite's primary code; the rest tells what of it."""
_FAILING = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PROTOCOL,
    }
)


def sqlite_failure(error: sqlite3.Error, place: str) -> Unavailable | None:
    """Return what an error of SQLite means, or None where file or fault are another matter.

    Args:
        error: As it was raised.
        place: What the file is called.
    """
    code = primary_code(error)
    if code == sqlite3.SQLITE_FULL:
        return full(place)
    if code in _FAILING:
        return unavailable(place, str(getattr(error, "sqlite_errorname", "a fault")))
    return None


def primary_code(error: sqlite3.Error) -> int:
    """Return SQLite's number of an error, without the part that tells what of it."""
    code: int = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    return code & _PRIMARY


def full(place: str) -> DiskFull:
    """Return that nothing was saved because there is no room."""
    return DiskFull(
        "JX-E407",
        place,
        expected="room on its disk",
        got="none",
        hint="nothing was saved: make room on the disk, then do it again",
    )


def unavailable(place: str, got: str) -> Unavailable:
    """Return that something cannot be read or written at the moment."""
    return Unavailable(
        "JX-E408",
        place,
        expected="one that answers and keeps what it is given",
        got=got,
        hint="try again in a moment; if it stays so, look at server and disk",
    )
