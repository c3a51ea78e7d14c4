"""Schedules: added, changed, paused and run by whoever may change data; due once each time."""

import os
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.office_case import viewer
from tests.paper_case import YAML

from jixiao.contracts.office import Job, Upload
from jixiao.core import Conflict, Forbidden, Missing, Stale
from jixiao.office import Office
from jixiao.office.work.schedules import (
    add_schedule,
    change_schedule,
    remove_schedule,
    run_schedule,
    schedules,
)
from jixiao.office.work.timetable import FOLDER, tick

MONDAY = datetime(2026, 3, 2, 5, 30, tzinfo=UTC)
ROWS = "Employee,Rating,Remarks\nE3,3,fine\nE4,4,good\n"


def at(office: Office, moment: datetime) -> Office:
    """Return the application at a moment."""
    return replace(office, clock=lambda: moment)


@pytest.fixture
def base(office: Office) -> Path:
    """Return the folder of a workspace with one table."""
    folder = office.workspace.store.base
    (folder / "jixiao.yaml").write_text(YAML, "utf-8")
    (folder / "reviews.csv").write_text(ROWS, "utf-8")
    return folder


def asked(office: Office) -> list[str]:
    with office.reading() as read:
        return [one.kind for one in read.find(Job, order="created")]


def entries(office: Office, action: str) -> int:
    return sum(one.action == action for one in office.store.entries())


def test_a_daily_schedule_is_due_once_a_day_however_often_one_looks(office: Office) -> None:
    add_schedule(at(office, MONDAY), viewer(office, "analyst"), "recheck", "daily", hour=6)
    for minutes in (0, 29, 30, 31, 600, 23 * 60):
        tick(at(office, MONDAY + timedelta(minutes=minutes)))
    assert asked(office) == ["recheck"]
    assert entries(office, "schedule.due") == 1
    tick(at(office, MONDAY + timedelta(days=9)))
    assert asked(office) == ["recheck"] * 2, "nine days that nobody looked are one"


def test_several_processes_ask_once(office: Office) -> None:
    add_schedule(at(office, MONDAY), viewer(office, "analyst"), "recheck", "daily", hour=6)
    later = at(office, MONDAY + timedelta(hours=1))
    threads = [threading.Thread(target=tick, args=(later,)) for _ in range(6)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert asked(office) == ["recheck"]


def test_a_paused_schedule_asks_for_nothing_and_counts_anew_when_it_goes_on(
    office: Office,
) -> None:
    by = viewer(office, "analyst")
    plan = add_schedule(at(office, MONDAY), by, "recheck", "daily", hour=6)
    plan = change_schedule(at(office, MONDAY), by, plan.id, version=plan.version, paused=True)
    assert tick(at(office, MONDAY + timedelta(days=3))) == 0
    wednesday = MONDAY + timedelta(days=2, hours=2)
    plan = change_schedule(at(office, wednesday), by, plan.id, version=plan.version, paused=False)
    assert plan.due == datetime(2026, 3, 5, 6, tzinfo=UTC).isoformat()
    assert tick(at(office, wednesday)) == 0


def test_a_schedule_is_changed_only_by_whoever_has_seen_it_as_it_is(office: Office) -> None:
    by = viewer(office, "analyst")
    plan = add_schedule(at(office, MONDAY), by, "recheck", "daily", hour=6)
    newer = change_schedule(
        at(office, MONDAY), by, plan.id, version=plan.version, when="weekly", day=5
    )
    assert newer.due == datetime(2026, 3, 6, 6, tzinfo=UTC).isoformat()
    with pytest.raises(Stale):
        change_schedule(at(office, MONDAY), by, plan.id, version=plan.version, hour=7)
    with pytest.raises(Conflict, match="weekly"):
        change_schedule(at(office, MONDAY), by, plan.id, version=newer.version, day=8)
    (found,) = schedules(office, by)
    assert (found.when, found.day, found.hour) == ("weekly", 5, 6)


@pytest.mark.parametrize(
    ("kind", "when", "hour", "day"),
    [
        ("erase", "daily", 6, 1),
        ("import", "daily", 6, 1),
        ("train", "yearly", 6, 1),
        ("train", "daily", 24, 1),
        ("train", "weekly", 6, 8),
        ("train", "monthly", 6, 29),
    ],
)
def test_what_is_no_schedule_is_refused(
    office: Office, kind: str, when: str, hour: int, day: int
) -> None:
    with pytest.raises(Conflict, match="JX-E760"):
        add_schedule(office, viewer(office, "analyst"), kind, when, hour=hour, day=day)


def test_nobody_but_analysts_sets_schedules(office: Office) -> None:
    plan = add_schedule(office, viewer(office, "analyst"), "recheck", "daily")
    for login in ("administrator", "auditor", "manager", "employee"):
        asking = viewer(office, login)
        with pytest.raises(Forbidden):
            add_schedule(office, asking, "recheck", "daily")
        with pytest.raises(Forbidden):
            change_schedule(office, asking, plan.id, version=1, paused=True)
        with pytest.raises(Forbidden):
            run_schedule(office, asking, plan.id)
        with pytest.raises(Forbidden):
            remove_schedule(office, asking, plan.id)
    assert schedules(office, viewer(office, "administrator")) == [plan]
    remove_schedule(office, viewer(office, "analyst"), plan.id)
    with pytest.raises(Missing):
        run_schedule(office, viewer(office, "analyst"), plan.id)


def test_run_now_asks_at_once_and_moves_nothing(office: Office) -> None:
    by = viewer(office, "analyst")
    plan = add_schedule(office, by, "recheck", "daily")
    assert run_schedule(office, by, plan.id) == 1
    assert asked(office) == ["recheck"]
    assert schedules(office, by) == [plan]


def test_a_source_that_changes_is_noticed_once(office: Office, base: Path) -> None:
    add_schedule(office, viewer(office, "analyst"), "recheck", "new data")
    assert tick(office) == 0
    (base / "reviews.csv").write_text(ROWS + "E5,2,late\n", "utf-8")
    assert tick(office) == 1
    assert tick(office) == 0
    assert asked(office) == ["recheck"]


def test_a_file_of_the_watched_folder_is_brought_once_it_is_at_rest(
    office: Office, base: Path
) -> None:
    add_schedule(office, viewer(office, "analyst"), "import", "new data")
    folder = base / FOLDER
    folder.mkdir()
    (folder / "reviews.csv").write_text(ROWS, "utf-8")
    (folder / "notes.docx").write_bytes(b"PK")
    assert tick(office) == 0, "it may still be written to"
    past = datetime.now(UTC).timestamp() - 60
    os.utime(folder / "reviews.csv", (past, past))
    assert tick(office) == 1
    assert tick(office) == 0
    with office.reading() as read:
        (brought,) = read.find(Upload)
    assert (brought.state, brought.table, brought.by) == ("staged", "reviews", "")
    assert (base / brought.file).read_text("utf-8") == ROWS
    assert sorted(one.name for one in folder.iterdir()) == ["notes.docx"]
    assert asked(office) == ["check"]
    assert entries(office, "schedule.due") == 1


def test_a_file_that_is_no_table_is_set_aside(office: Office, base: Path) -> None:
    add_schedule(office, viewer(office, "analyst"), "import", "new data")
    folder = base / FOLDER
    folder.mkdir()
    (folder / "reviews.csv").write_bytes(b"%PDF-1.7 and more")
    past = datetime.now(UTC).timestamp() - 60
    os.utime(folder / "reviews.csv", (past, past))
    assert tick(office) == 0
    assert [one.name for one in folder.iterdir()] == ["reviews.csv.refused"]
    assert tick(office) == 0
    assert asked(office) == []
