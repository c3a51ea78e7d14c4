"""The reports of a workspace as they were last written, in one SQLite file."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from jixiao.core import WorkspaceError
from jixiao.gateways.sqlite_failure import sqlite_failure

_TABLE = (
    "CREATE TABLE IF NOT EXISTS reported"
    " (place TEXT PRIMARY KEY, formats TEXT NOT NULL, content BLOB NOT NULL)"
)


class SqliteReportLog:
    """Answers from one open file.

    Args:
        connection: Has the table.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def last(self, place: str) -> tuple[bytes, frozenset[str]] | None:
        """Return the JSON of a report and the formats it was written in, or None."""
        query = "SELECT content, formats FROM reported WHERE place = ?"
        row = self._connection.execute(query, (place,)).fetchone()
        return (zlib.decompress(row[0]), frozenset(row[1].split())) if row else None

    def keep(self, place: str, content: bytes, formats: Collection[str]) -> None:
        """Remember a report that has been written."""
        row = (place, " ".join(sorted(formats)), zlib.compress(content, 1))
        self._connection.execute("INSERT OR REPLACE INTO reported VALUES (?, ?, ?)", row)


@contextmanager
def open_log(path: Path) -> Iterator[SqliteReportLog]:
    """Open the file, made at first use; what was kept lasts when the block ends well.

    Raises:
        WorkspaceError: If the file is there but is no such record.
        Unavailable: If the disk is full or fails.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        try:
            connection.execute(_TABLE)
            with connection:
                yield SqliteReportLog(connection)
        except (sqlite3.DatabaseError, zlib.error) as error:
            if isinstance(error, sqlite3.Error) and (found := sqlite_failure(error, path.name)):
                raise found from error
            raise WorkspaceError(
                "JX-E403",
                path.name,
                expected="the record of written reports",
                got=type(error).__name__,
                hint="remove the file and run again",
            ) from error
