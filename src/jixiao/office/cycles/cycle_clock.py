"""What cycles do by themselves where that was chosen: remind before a last day, close after it."""

from __future__ import annotations

from datetime import date, timedelta

from jixiao.contracts.office import Cycle, Form
from jixiao.core import Conflict, Missing, Stale
from jixiao.office.access import require
from jixiao.office.cycles.cycles import cycle_in_state, end_cycle, mark_reminded, waiting_forms
from jixiao.office.office import Office
from jixiao.office.versions import same_version
from jixiao.office.viewer import Viewer

MOST_REMIND_DAYS = 30


def set_clock(
    office: Office,
    viewer: Viewer,
    cycle_id: str,
    *,
    version: int,
    closes: bool,
    remind_days: int,
) -> Cycle:
    """Choose what a cycle does by itself.

    Args:
        office: The application.
        viewer: Who runs it.
        cycle_id: Which.
        version: The version that the viewer has seen.
        closes: Whether it closes after the last of its days.
        remind_days: Days before its last day on which a form is reminded of; 0 for never.

    Raises:
        Conflict: If the cycle is over, or the days are none.
        Stale: If it was changed since.
    """
    require(viewer, "cycle.manage")
    if not 0 <= remind_days <= MOST_REMIND_DAYS:
        raise Conflict(
            "JX-E779", "remind_days", expected=f"0 to {MOST_REMIND_DAYS} days", got="another number"
        )
    detail = {"closes": closes, "remind_days": remind_days}
    with office.changing(viewer, "cycle.clock", "cycle", cycle_id, **detail) as change:
        cycle = same_version(cycle_in_state(change, cycle_id, "planned", "open"), version)
        return change.replace(cycle, closes=closes, remind_days=remind_days)


def last_day(cycle: Cycle) -> date:
    """Return the last of a cycle's days."""
    return max(map(date.fromisoformat, cycle.due.values()))


def tend_cycles(office: Office) -> int:
    """Close the cycles whose days are over, remind where that is due, and return how much it was.

    Of several processes only one does it: whoever comes second finds it done and writes nothing.
    """
    with office.reading() as read:
        known = read.find(Cycle, state="open")
    return sum(_closed(office, one) or _reminded(office, one) for one in known)


def _closed(office: Office, cycle: Cycle) -> bool:
    if not cycle.closes or office.clock().date() <= last_day(cycle):
        return False
    try:
        with office.changing("system", "cycle.close", "cycle", cycle.id) as change:
            now = same_version(cycle_in_state(change, cycle.id, "open"), cycle.version)
            end_cycle(office, change, now)
    except (Missing, Conflict):
        return False
    return True


def _reminded(office: Office, cycle: Cycle) -> bool:
    if not cycle.remind_days:
        return False
    today = office.clock().date()
    with office.reading() as read:
        if not any(_is_due(one, cycle, today) for one in waiting_forms(read, cycle)):
            return False
    try:
        with office.changing("system", "cycle.remind", "cycle", cycle.id) as change:
            waiting = waiting_forms(change, cycle_in_state(change, cycle.id, "open"))
            due = [one for one in waiting if _is_due(one, cycle, today)]
            if not due:
                raise Stale("JX-E710", "cycle", expected="forms to remind of", got="none any more")
            mark_reminded(office, change, due)
    except (Missing, Conflict):
        return False
    return True


def _is_due(form: Form, cycle: Cycle, today: date) -> bool:
    """Return whether a form is within its last days and was not reminded of in them."""
    begin = form.due - timedelta(days=cycle.remind_days)
    is_told = form.reminded is not None and form.reminded.date() >= begin
    return begin <= today <= form.due and not is_told
