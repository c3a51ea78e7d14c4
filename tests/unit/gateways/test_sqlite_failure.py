from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from jixiao.core import DiskFull, Unavailable
from jixiao.gateways import WorkspaceFolder
from jixiao.gateways.sqlite_failure import sqlite_failure


def error_of(connection: sqlite3.Connection, statement: str) -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as found:
        connection.execute(statement)
    return found.value


def test_a_file_that_may_not_grow_is_told_as_a_full_disk(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as connection:
        connection.execute("CREATE TABLE t (x)")
        connection.execute("PRAGMA max_page_count = 2")
        error = error_of(connection, "INSERT INTO t VALUES (zeroblob(100000))")
    found = sqlite_failure(error, "a.sqlite")
    assert isinstance(found, DiskFull)
    assert str(found).startswith("[JX-E407] a.sqlite: expected room on its disk, got none")


def test_a_file_that_another_one_holds_is_told_as_unavailable(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as first,
        closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as second,
    ):
        first.execute("CREATE TABLE t (x)")
        first.execute("BEGIN EXCLUSIVE")
        error = error_of(second, "INSERT INTO t VALUES (1)")
    found = sqlite_failure(error, "a.sqlite")
    assert isinstance(found, Unavailable)
    assert found.got == "SQLITE_BUSY"


def test_a_fault_of_the_statement_is_none_of_the_disk(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "a.sqlite")) as connection:
        assert sqlite_failure(error_of(connection, "SELECT nothing"), "a.sqlite") is None
    assert sqlite_failure(sqlite3.ProgrammingError("closed"), "a.sqlite") is None


def test_a_record_of_reports_without_room_is_told_and_keeps_the_old(tmp_path: Path) -> None:
    store = WorkspaceFolder(tmp_path)
    with store.report_log() as log:
        log.keep("a", b"old", ["md"])

    def too_much() -> None:
        with store.report_log() as log:
            log._connection.execute("PRAGMA max_page_count = 3")  # type: ignore[attr-defined]
            for number in range(2000):
                log.keep(f"b{number}", bytes(range(256)) * 8, ["md"])

    with pytest.raises(DiskFull, match=r"\.reported\.sqlite: expected room"):
        too_much()
    with store.report_log() as log:
        assert log.last("a") == (b"old", frozenset({"md"}))
        assert log.last("b0") is None
