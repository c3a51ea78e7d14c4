from __future__ import annotations

import sqlite3
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa

from jixiao.contracts.office import Entry, Option
from jixiao.core import DiskFull, Unavailable
from jixiao.gateways.database import SqlStore
from jixiao.gateways.database.failures import database_failure
from jixiao.office import Office, verify_trail


def limit_pages(store: SqlStore, more: int) -> Any:
    """Let every connection of a SQLite store grow its file by so many pages; return the undoing."""

    def narrow(connection: sa.Connection) -> None:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        pages = raw.execute("PRAGMA page_count").fetchone()[0]
        raw.execute(f"PRAGMA max_page_count = {pages + more}")

    def widen(connection: sa.Connection) -> None:
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.execute("PRAGMA max_page_count = 1000000")

    sa.event.listen(store.engine, "begin", narrow)

    def undo() -> None:
        sa.event.remove(store.engine, "begin", narrow)
        sa.event.listen(store.engine, "begin", widen)

    return undo


@pytest.mark.parametrize("office", ["sqlite"], indirect=True)  # PostgreSQL's client has no say
def test_a_full_database_keeps_nothing_of_a_change_and_goes_on_when_there_is_room(
    office: Office,
) -> None:
    store = office.store
    assert isinstance(store, SqlStore)
    undo = limit_pages(store, 0)
    before = [one.id for one in store.entries()]

    def fill() -> None:
        with store.changing(Entry("test", "fill", "option")) as change:
            for number in range(50):
                change.add(Option(id=f"o{number}", value={"text": "x" * 1000}))

    with pytest.raises(DiskFull, match="the database: expected room on its disk"):
        fill()
    with office.reading() as read:
        assert read.count(Option, id__like="o") == 0
    assert [one.id for one in store.entries()] == before
    undo()
    fill()
    assert store.check() == []
    assert verify_trail(store).faults == ()


@pytest.mark.parametrize("office", ["postgresql"], indirect=True)  # a file has no server
def test_a_connection_that_the_server_ends_is_told_and_nothing_is_kept(office: Office) -> None:
    store = office.store
    assert isinstance(store, SqlStore)
    end_others = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
    )

    def be_cut_off() -> None:
        with store.changing(Entry("test", "break", "option")) as change:
            change.add(Option(id="broken", value={}))
            with store.engine.connect() as other:
                other.execute(end_others)
            change.count(Option)

    with pytest.raises(Unavailable, match="the database: expected one that answers"):
        be_cut_off()
    with office.reading() as read:
        assert read.first(Option, id="broken") is None
    with store.changing(Entry("test", "go on", "option")) as change:
        change.add(Option(id="whole", value={}))
    assert verify_trail(store).faults == ()


def test_what_the_server_says_is_told_by_its_number() -> None:
    def said(number: str) -> sa.exc.OperationalError:
        kind = type("Said", (psycopg.OperationalError,), {"sqlstate": number})
        return sa.exc.OperationalError("SELECT 1", {}, kind("a text of the server"))

    assert isinstance(database_failure(said("53100")), DiskFull)
    crashed = database_failure(said("57P02"))
    assert isinstance(crashed, Unavailable)
    assert crashed.got == "SQLSTATE 57P02"
    assert database_failure(said("42P01")) is None


def test_a_damaged_file_is_told_as_one() -> None:
    error = sqlite3.DatabaseError("malformed")
    error.sqlite_errorcode = sqlite3.SQLITE_CORRUPT_INDEX  # type: ignore[misc]
    found = database_failure(error)
    assert isinstance(found, Unavailable)
    assert found.got == "a damaged one"
