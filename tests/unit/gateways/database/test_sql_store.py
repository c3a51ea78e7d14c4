import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.office_case import viewer

from jixiao.contracts.office import Account, AuditEntry, Cycle, Entry, Job, Person, Session
from jixiao.core import Conflict, Missing, Stale, Taken
from jixiao.office import Office, verify_trail

ENTRY = ("test", "change", "person")


def count_entries(office: Office) -> int:
    return sum(1 for _ in office.store.entries())


def test_what_is_kept_is_read_back_alike_in_both_databases(office: Office) -> None:
    cycle = Cycle(
        id="c1",
        name="Autumn 秋季",
        period="2025Q4",
        start=date(2025, 10, 1),
        end=date(2026, 1, 1),
        due={"self": "2026-01-10", "名": "值"},
    )
    moment = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=UTC)
    session = Session(
        id="s1", account="a-head", csrf="x", created=moment, seen=moment, expires=moment
    )
    with office.store.changing(Entry(*ENTRY)) as change:
        change.add(cycle, session)
    with office.reading() as read:
        assert read.get(Cycle, "c1") == cycle
        assert read.get(Session, "s1") == session
        assert read.get(Account, "a-head").roles == ("manager", "employee")


def test_a_record_that_somebody_else_has_changed_is_not_written_over(office: Office) -> None:
    with office.reading() as read:
        seen = read.get(Person, "p-E1")
    with office.store.changing(Entry(*ENTRY)) as change:
        change.replace(seen, name="First")
    with (
        pytest.raises(Stale, match="expected version 1"),
        office.store.changing(Entry(*ENTRY)) as change,
    ):
        change.replace(seen, name="Second")
    with office.reading() as read:
        assert read.get(Person, "p-E1").name == "First"


def test_of_many_who_add_one_at_the_same_time_none_is_lost(office: Office) -> None:
    lost: list[Exception] = []

    def add_ten() -> None:
        done = 0
        while done < 10:
            try:
                with office.store.changing(Entry(*ENTRY)) as change:
                    one = change.get(Person, "p-E1")
                    change.replace(one, name=str(int(one.name) + 1))
                done += 1
            except Stale:
                continue
            except Exception as error:
                lost.append(error)
                return

    with office.store.changing(Entry(*ENTRY)) as change:
        change.replace(change.get(Person, "p-E1"), name="0")
    threads = [threading.Thread(target=add_ten) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert lost == []
    with office.reading() as read:
        assert read.get(Person, "p-E1").name == "80"
    assert verify_trail(office.store).faults == ()


def test_a_change_that_fails_leaves_neither_record_nor_entry(office: Office) -> None:
    before = count_entries(office)
    extra = Person(id="p-x", key="EX", name="n", pseudonym="x-x")
    with pytest.raises(Missing), office.store.changing(Entry(*ENTRY)) as change:
        change.get(Person, (change.add(extra), "nobody")[1])
    with office.reading() as read:
        assert read.first(Person, id="p-x") is None
    assert count_entries(office) == before
    assert verify_trail(office.store).faults == ()


def test_a_value_that_is_taken_is_named_by_its_field_and_never_told(office: Office) -> None:
    twin = Person(id="p-x", key="E1", name="n", pseudonym="x-x")
    with (
        pytest.raises(Taken, match=r"person\.key") as refused,
        office.store.changing(Entry(*ENTRY)) as change,
    ):
        change.add(twin)
    assert "E1" not in str(refused.value).replace("JX-E711", "")


def test_notes_take_no_other_records_and_the_log_takes_none(office: Office) -> None:
    person = Person(id="p-x", key="EX", name="n", pseudonym="x-x")
    with pytest.raises(TypeError, match="Person is no note"), office.store.noting() as note:
        note.add(person)
    entry = next(iter(office.store.entries()))
    with (
        pytest.raises(TypeError, match="written by changes alone"),
        office.store.changing(Entry(*ENTRY)) as change,
    ):
        change.remove(entry)
    with office.store.noting() as note:
        note.add(Job(id="j", kind="k", arguments={}, by="", created=datetime.now(UTC), result={}))
    with office.reading() as read:
        assert read.get(Job, "j").state == "waiting"


def test_records_are_found_by_ranges_sets_pieces_and_in_order(office: Office) -> None:
    with office.reading() as read:
        names = [one.key for one in read.find(Person, key=["E3", "E1", "E2"], order="-key")]
        assert names == ["E3", "E2", "E1"]
        assert [one.key for one in read.find(Person, name__like="OF E1")] == ["E1", "E10"]
        assert read.find(Person, name__like="%") == []
        assert read.count(Person, key__ge="E8", key__le="E9") == 2
        assert read.count(Person, key__ne="E1") == 9
        assert len(read.find(Person, limit=3, offset=8)) == 2
        assert read.find(Person, key="a\0b") == []


def test_a_text_that_no_database_can_keep_is_refused_by_its_place(office: Office) -> None:
    with (
        pytest.raises(Conflict, match=r"person\.name.*NUL"),
        office.store.changing(Entry(*ENTRY)) as change,
    ):
        change.replace(change.get(Person, "p-E1"), name="a\0b")


def test_reading_sees_one_moment_even_when_others_change_meanwhile(office: Office) -> None:
    with office.reading() as read:
        before = read.get(Person, "p-E1").name
        with office.store.changing(Entry(*ENTRY)) as change:
            change.replace(change.get(Person, "p-E1"), name="changed meanwhile")
        assert read.get(Person, "p-E1").name == before


def test_each_change_writes_one_entry_with_the_hash_of_the_one_before(office: Office) -> None:
    before = list(office.store.entries())
    with office.changing(viewer(office, "head"), "report.edit", "paper", "p1", text="ab12"):
        pass
    entries = list(office.store.entries())
    assert len(entries) == len(before) + 1
    last = entries[-1]
    assert (last.actor, last.action, last.object) == ("x-E1", "report.edit", "p1")
    assert last.previous == before[-1].hash
    assert last.hash == last.own_hash()
    assert replace(last, object="p2").own_hash() != last.hash
    assert abs(datetime.now(UTC) - last.at) < timedelta(minutes=1)


def test_an_entry_kept_by_a_process_that_was_killed_before_marking_it_is_no_fault(
    office: Office,
) -> None:
    lines = office.store._anchor.path.read_text("utf-8").splitlines(keepends=True)
    assert lines[-1].startswith("kept")
    office.store._anchor.path.write_text("".join(lines[:-1]), "utf-8")
    assert verify_trail(office.store).faults == ()
    office.store.catch_up()
    marked = office.store._anchor.path.read_text("utf-8").splitlines()
    assert marked[-1].startswith("kept")
    assert verify_trail(office.store).faults == ()


def test_a_promise_whose_change_was_never_kept_is_no_fault(office: Office) -> None:
    count = count_entries(office)
    office.store._anchor.add("promised", count + 1, "f" * 64)
    assert verify_trail(office.store).faults == ()
    with office.store.changing(Entry(*ENTRY)):
        pass
    assert verify_trail(office.store).faults == ()
    assert isinstance(next(iter(office.store.entries(after=count))), AuditEntry)
