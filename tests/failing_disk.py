"""A disk that is full or fails from any of its writes on, or at one of them only."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import sqlalchemy as sa

from jixiao.gateways.database import SqlStore
from jixiao.office import Office

_WRITES = (
    (os, "fsync"),
    (os, "fdatasync"),
    (os, "pwrite"),
    (os, "replace"),
    (tempfile, "mkstemp"),
    (tempfile, "mkdtemp"),
)
"""Calls by which every file of the product comes into being."""
_SQLITE = {errno.ENOSPC: sqlite3.SQLITE_FULL, errno.EIO: sqlite3.SQLITE_IOERR_WRITE}


@dataclass
class FailingDisk:
    """Counts writes of files and of the database, and lets some fail.

    Attributes:
        number: What is wrong: ``errno.ENOSPC`` or ``errno.EIO``.
        at: Number of the write that fails, from 1 on; None while all is well.
        lasting: Whether all later ones fail too.
        count: Writes so far.
    """

    number: int
    at: int | None = None
    lasting: bool = True
    count: int = 0

    def is_hit(self) -> bool:
        """Count a write and return whether it fails."""
        self.count += 1
        if self.at is None:
            return False
        return self.count >= self.at if self.lasting else self.count == self.at

    def file(self, write: Callable[..., Any]) -> Callable[..., Any]:
        """Return a call that fails where the disk does."""

        def call(*words: Any, **more: Any) -> Any:
            if self.is_hit():
                raise OSError(self.number, os.strerror(self.number))
            return write(*words, **more)

        return call

    def database(self, *words: Any) -> None:
        """Fail as SQLite does, before a statement that writes or a commit."""
        statement = str(words[2]) if len(words) > 2 else "COMMIT"
        if not statement.startswith(("INSERT", "UPDATE", "DELETE", "COMMIT")):
            return
        if self.is_hit():
            error = sqlite3.OperationalError("disk")
            error.sqlite_errorcode = _SQLITE[self.number]  # type: ignore[misc]
            error.sqlite_errorname = "SQLITE_FULL"  # type: ignore[misc]
            raise error


@contextmanager
def failing(office: Office, disk: FailingDisk) -> Iterator[None]:
    """Let an application write to such a disk."""
    assert isinstance(office.store, SqlStore)
    engine = office.store.engine
    with pytest.MonkeyPatch.context() as patch:
        for module, name in _WRITES:
            patch.setattr(module, name, disk.file(getattr(module, name)))
        sa.event.listen(engine, "before_cursor_execute", disk.database)
        sa.event.listen(engine, "commit", disk.database)
        try:
            yield
        finally:
            sa.event.remove(engine, "before_cursor_execute", disk.database)
            sa.event.remove(engine, "commit", disk.database)


def writes_of(office: Office, work: Callable[[], object]) -> int:
    """Do something on a sound disk and return how many writes it took."""
    disk = FailingDisk(errno.ENOSPC)
    with failing(office, disk):
        work()
    return disk.count
