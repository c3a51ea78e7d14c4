"""What was read is read once until it changes, and never given out after that."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.office_case import KEY, browser, make_office, viewer

from jixiao.contracts.office import Account, ApiKey, Entry, Person, Post, Reading, Session
from jixiao.core import SignInNeeded
from jixiao.gateways.database import memory, open_database
from jixiao.gateways.database.sql_records import SqlReading
from jixiao.gateways.database.sql_store import SqlStore
from jixiao.office import Office, erase_person, key_viewer, known_key
from jixiao.office.secrets import token_hash

ENTRY = ("test", "change", "person")


@contextmanager
def asked(store: SqlStore) -> Iterator[list[str]]:
    """Collect the statements that reach the database."""
    found: list[str] = []

    def note(_c: object, _k: object, statement: str, *_: object) -> None:
        found.append(statement)

    sa.event.listen(store.engine, "before_cursor_execute", note)
    yield found
    sa.event.remove(store.engine, "before_cursor_execute", note)


def sql_of(office: Office) -> SqlStore:
    assert isinstance(office.store, SqlStore)
    return office.store


def rename(office: Office, name: str, person: str = "p-E3") -> None:
    with office.store.changing(Entry(*ENTRY)) as change:
        change.replace(change.get(Person, person), name=name)


def name_of(office: Office, person: str = "p-E3") -> str:
    with office.reading() as read:
        return read.get(Person, person).name


def test_records_that_have_not_changed_are_asked_for_once(office: Office) -> None:
    assert name_of(office) == "Name of E3"
    with asked(sql_of(office)) as statements:
        assert name_of(office) == "Name of E3"
    assert not any("FROM people" in one for one in statements)
    rename(office, "Other")
    assert name_of(office) == "Other"


def test_a_change_of_one_kind_lets_the_others_stay(office: Office) -> None:
    with office.reading() as read:
        posts = read.find(Post)
    rename(office, "Other")
    with asked(sql_of(office)) as statements, office.reading() as read:
        assert read.find(Post) == posts
        assert read.get(Person, "p-E3").name == "Other"
    assert not any("FROM posts" in one for one in statements)
    assert any("FROM people" in one for one in statements)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE people SET name = 'By hand' WHERE id = 'p-E3'",
        "DELETE FROM people WHERE id = 'p-E3'",
        "INSERT INTO people (id, version, key, name, email, pseudonym, erased)"
        " VALUES ('p-new', 1, 'N', 'New', '', 'x-new', {no})",
    ],
    ids=["update", "delete", "insert"],
)
def test_a_change_by_hand_in_the_database_counts_too(office: Office, statement: str) -> None:
    with office.reading() as read:
        before = read.find(Person)
    no = "0" if sql_of(office).engine.dialect.name == "sqlite" else "false"
    with sql_of(office).engine.begin() as connection:
        connection.execute(sa.text(statement.format(no=no)))
    with office.reading() as read:
        now = read.find(Person)
    assert now != before
    with sql_of(office).engine.begin() as connection:
        assert now == SqlReading(connection).find(Person)


def test_a_change_that_is_taken_back_changes_nothing(office: Office) -> None:
    def fail() -> None:
        with office.store.changing(Entry(*ENTRY)) as change:
            change.replace(change.get(Person, "p-E3"), name="Never")
            assert change.get(Person, "p-E3").name == "Never"  # whoever changes sees the change
            raise ZeroDivisionError

    name_of(office)
    with pytest.raises(ZeroDivisionError):
        fail()
    assert name_of(office) == "Name of E3"


def test_sessions_are_read_anew_each_time(office: Office) -> None:
    now = office.clock()
    session = Session(id="s", account="a-head", csrf="c", created=now, seen=now, expires=now)
    with office.store.noting() as note:
        note.add(session)
    with office.reading() as read:
        assert read.first(Session, id="s") == session
    with office.store.noting() as note:
        note.remove(session)
    with office.reading() as read:
        assert read.first(Session, id="s") is None


def test_a_reading_that_began_before_a_change_neither_sees_it_nor_passes_on_what_was(
    office: Office,
) -> None:
    with office.reading() as early:
        assert early.get(Account, "a-head").login == "head"  # its moment is now
        rename(office, "Other")
        assert name_of(office) == "Other"
        assert early.get(Person, "p-E3").name == "Name of E3"
        assert name_of(office) == "Other"
        assert early.get(Person, "p-E3").name == "Name of E3"
    assert name_of(office) == "Other"


def test_an_account_closed_by_another_process_is_closed_at_the_next_request(
    office: Office, tmp_path: Path
) -> None:
    client = browser(office, "employee")
    assert client.get("/account").status_code == 200
    url = sql_of(office).engine.url
    address = None if url.drivername == "sqlite" else url.render_as_string(hide_password=False)
    code = f"""
        from pathlib import Path
        from jixiao.contracts.office import Account, Entry
        from jixiao.gateways.database import open_database
        store = open_database(Path({str(tmp_path)!r}), {KEY!r}, url={address!r})
        with store.changing(Entry("test", "close", "account")) as change:
            change.replace(change.get(Account, "a-employee"), disabled=True)
        store.close()
    """
    subprocess.run([sys.executable, "-c", textwrap.dedent(code)], check=True, timeout=60)
    assert client.get("/account").headers["location"] == "/sign-in"


def test_after_a_restore_nothing_of_before_is_given_out(tmp_path: Path) -> None:
    office = make_office(tmp_path)
    office.store.copy_to(tmp_path / "copy.sqlite")
    rename(office, "Since")  # as many changes as the restored state will have seen
    assert name_of(office) == "Since"
    office.store.fill_from(tmp_path / "copy.sqlite")
    assert name_of(office) == "Name of E3"
    rename(office, "Again")
    assert name_of(office) == "Again"
    office.store.close()


def test_nothing_of_an_erased_person_is_kept_after_the_next_look(office: Office) -> None:
    rename(office, "Canary Zhu")
    with office.reading() as read:
        read.find(Person)
        read.kept("names", (Person,), lambda: tuple(one.name for one in read.find(Person)))
    kept = sql_of(office)._memory
    assert "Canary Zhu" in repr(kept._states)
    erase_person(office, viewer(office, "administrator"), "p-E3")
    with office.reading() as read:
        read.first(Account, id="a-head")
    assert "Canary Zhu" not in repr(kept._states)


def test_too_much_is_let_go(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MOST", 25)
    for place in range(40):
        with office.reading() as read:
            assert len(read.find(Post, order="start")) == 10
            read.first(Person, id=f"nobody {place}")
    states = sql_of(office)._memory._states
    assert sum(len(one.values) for one in states.values()) < 30


def test_a_key_is_known_without_a_look_until_it_or_its_account_changes(office: Office) -> None:
    expires = office.clock() + timedelta(days=1)
    key = ApiKey(
        id="k",
        account="a-analyst",
        name="n",
        secret=token_hash("abc"),
        scopes=("score.make",),
        expires=expires,
    )
    with office.store.changing(Entry(*ENTRY)) as change:
        change.add(key)
    assert known_key(office, "jx_abc") is None
    made = key_viewer(office, "jx_abc")
    quick = sql_of(office).engine.dialect.name == "sqlite"
    with asked(sql_of(office)) as statements:
        assert known_key(office, "jx_abc") == (made if quick else None)
    assert statements == []
    with office.store.changing(Entry(*ENTRY)) as change:
        change.replace(change.get(ApiKey, "k"), revoked=True)
    assert known_key(office, "jx_abc") is None
    with pytest.raises(SignInNeeded):
        key_viewer(office, "jx_abc")


steps = st.lists(
    st.tuples(
        st.sampled_from(("rename", "move", "read", "open", "close", "restore")),
        st.integers(0, 1),
        st.integers(1, 4),
    ),
    min_size=4,
    max_size=24,
)


@settings(max_examples=40)
@given(steps=steps)
def test_a_reading_with_memory_says_what_one_without_would_say(
    steps: list[tuple[str, int, int]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("memory")
    office = make_office(folder)
    stores = [sql_of(office), open_database(folder, KEY)]
    office.store.copy_to(folder / "copy.sqlite")
    with ExitStack() as opened:
        held: list[tuple[ExitStack, Reading]] = []
        for number, (step, which, person) in enumerate(steps):
            store = stores[which]
            if step == "rename":
                with store.changing(Entry(*ENTRY)) as change:
                    change.replace(change.get(Person, f"p-E{person}"), name=f"{number}")
            elif step == "move":
                with store.changing(Entry(*ENTRY)) as change:
                    change.replace(change.get(Post, f"post-E{person}"), unit=f"{number}")
            elif step == "open":
                inner = opened.enter_context(ExitStack())
                held.append((inner, inner.enter_context(store.reading())))
                held[-1][1].first(Session, id="")  # its moment is now
            elif step == "close" and held:
                held.pop(0)[0].close()
            elif step == "restore":
                for inner, _ in held:
                    inner.close()
                held = []
                store.fill_from(folder / "copy.sqlite")
            for read in [one for _, one in held]:
                _compare(read, person)
            with store.reading() as read:
                _compare(read, person)
    for store in stores:
        store.close()


def _compare(read: Reading, person: int) -> None:
    assert isinstance(read, SqlReading)
    plain = SqlReading(read._connection)
    assert read.find(Person, order="name") == plain.find(Person, order="name")
    assert read.find(Post, person=f"p-E{person}") == plain.find(Post, person=f"p-E{person}")
    units = read.kept("units", (Post,), lambda: tuple(one.unit for one in read.find(Post)))
    assert units == tuple(one.unit for one in plain.find(Post))
