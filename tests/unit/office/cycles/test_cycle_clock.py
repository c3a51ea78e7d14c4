"""Cycles close by themselves after their last day and remind before it, once, where chosen."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from tests.office_case import viewer

from jixiao.contracts.office import Cycle, Form, Letter, Person
from jixiao.core import Conflict, Forbidden, Stale
from jixiao.office import Office
from jixiao.office.cycles.cycle_clock import last_day, set_clock, tend_cycles
from jixiao.office.cycles.cycles import close_cycle, open_cycle, plan_cycle, propose

FIRST, LAST = date(2026, 1, 20), date(2026, 2, 10)


def on(office: Office, day: date, hour: int = 12) -> Office:
    """Return the application on a day."""
    moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
    return replace(office, clock=lambda: moment)


def opened(office: Office, *, closes: bool, remind_days: int) -> Cycle:
    by = viewer(office, "analyst")
    due = {"self": FIRST, "manager": LAST}
    cycle = plan_cycle(office, by, "Year end", period="2025Q4", due=due)
    propose(office, by, cycle.id, version=1)
    open_cycle(office, by, cycle.id, version=2)
    return set_clock(office, by, cycle.id, version=3, closes=closes, remind_days=remind_days)


def cycle_of(office: Office) -> Cycle:
    with office.reading() as read:
        (found,) = read.find(Cycle)
    return found


def reminded(office: Office, kind: str) -> int:
    with office.reading() as read:
        return sum(one.reminded is not None for one in read.find(Form) if one.kind == kind)


def actions(office: Office) -> list[str]:
    return [one.action for one in office.store.entries() if one.actor == "system"]


def test_a_cycle_closes_the_day_after_its_last_and_not_before(office: Office) -> None:
    assert last_day(opened(office, closes=True, remind_days=0)) == LAST
    assert tend_cycles(on(office, LAST, hour=23)) == 0
    assert cycle_of(office).state == "open"
    assert tend_cycles(on(office, LAST + timedelta(days=1), hour=0)) == 1
    assert tend_cycles(on(office, LAST + timedelta(days=2))) == 0
    found = cycle_of(office)
    assert (found.state, found.closed) == ("closed", datetime(2026, 2, 11, tzinfo=UTC))
    assert actions(office) == ["cycle.close"]
    with office.reading() as read:
        assert {one.state for one in read.find(Form)} == {"lapsed"}


def test_a_cycle_that_was_not_told_to_close_stays_open(office: Office) -> None:
    opened(office, closes=False, remind_days=0)
    assert tend_cycles(on(office, LAST + timedelta(days=99))) == 0
    assert cycle_of(office).state == "open"


def test_each_form_is_reminded_of_once_in_its_last_days(office: Office) -> None:
    opened(office, closes=False, remind_days=3)
    assert tend_cycles(on(office, FIRST - timedelta(days=4))) == 0
    assert tend_cycles(on(office, FIRST - timedelta(days=3))) == 1
    for days in (2, 1, 0):
        assert tend_cycles(on(office, FIRST - timedelta(days=days))) == 0, "once"
    assert (reminded(office, "self"), reminded(office, "manager")) == (10, 0)
    assert tend_cycles(on(office, LAST - timedelta(days=1))) == 1
    assert reminded(office, "manager") == 9
    assert actions(office) == ["cycle.remind", "cycle.remind"]


def test_several_processes_close_and_remind_once(office: Office) -> None:
    opened(office, closes=True, remind_days=3)
    for day in (FIRST, LAST + timedelta(days=1)):
        then = on(office, day)
        threads = [threading.Thread(target=tend_cycles, args=(then,)) for _ in range(5)]
        for one in threads:
            one.start()
        for one in threads:
            one.join()
    assert actions(office) == ["cycle.remind", "cycle.close"]


def test_the_clock_is_set_only_as_it_was_seen_within_bounds_and_by_whoever_runs_it(
    office: Office,
) -> None:
    cycle = opened(office, closes=True, remind_days=3)
    by = viewer(office, "analyst")
    with pytest.raises(Stale):
        set_clock(office, by, cycle.id, version=3, closes=False, remind_days=0)
    with pytest.raises(Conflict, match="0 to 30 days"):
        set_clock(office, by, cycle.id, version=4, closes=False, remind_days=31)
    for login in ("manager", "employee", "auditor"):
        with pytest.raises(Forbidden):
            set_clock(
                office, viewer(office, login), cycle.id, version=4, closes=False, remind_days=0
            )
    close_cycle(office, by, cycle.id, version=4)
    with pytest.raises(Conflict, match="planned or open"):
        set_clock(office, by, cycle.id, version=5, closes=False, remind_days=0)


def test_a_reminder_writes_one_letter_to_each_who_has_an_address(office: Office) -> None:
    office = replace(office, mail=lambda *_: None)
    with office.changing("test", "fill", "person") as change:
        for key in ("E2", "E3"):
            person = change.get(Person, f"p-{key}")
            change.replace(person, email=f"{key}@example.org")
    opened(office, closes=False, remind_days=3)
    with office.reading() as read:
        opening = {one.account for one in read.find(Letter)}
    assert opening == {"a-manager", "a-employee"}
    tend_cycles(on(office, FIRST))
    with office.reading() as read:
        assert read.count(Letter) == 2, "one letter for all that waits"
