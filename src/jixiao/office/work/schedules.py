"""Work by schedule, or when a source of data has changed; when it is due, ``timetable`` says."""

from __future__ import annotations

from dataclasses import replace

from jixiao.contracts.office import Option, Reading
from jixiao.core import Conflict, Missing
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.secrets import new_id
from jixiao.office.versions import same_version
from jixiao.office.viewer import Viewer
from jixiao.office.work.timetable import (
    KINDS,
    PREFIX,
    WHENS,
    Schedule,
    When,
    all_schedules,
    ask_for,
    planned,
    schedule_of,
)


def schedules(office: Office, viewer: Viewer) -> list[Schedule]:
    """Return every schedule, the soonest first.

    Raises:
        Forbidden: If the viewer may not read jobs.
    """
    require(viewer, "job.read")
    return sorted(all_schedules(office), key=lambda plan: (plan.due or "9", plan.kind, plan.id))


def add_schedule(
    office: Office, viewer: Viewer, kind: str, when: str, *, hour: int = 6, day: int = 1
) -> Schedule:
    """Add a schedule.

    Args:
        office: The application.
        viewer: Who may change data.
        kind: One of ``KINDS``, or ``import`` for the watched folder.
        when: One of ``WHENS``; files are imported when there are new ones.
        hour: Hour of the day, 0 to 23, UTC.
        day: 1 to 7 weekly, 1 to 28 monthly.

    Raises:
        Forbidden: If the viewer may not change data.
        Conflict: If it is none.
    """
    require(viewer, "data.change")
    plan = planned(office, Schedule(new_id(), kind, _checked(kind, when, hour, day), hour, day))
    with office.changing(viewer, "schedule.add", "schedule", plan.id, work=kind, when=when) as made:
        made.add(Option(id=PREFIX + plan.id, value=plan.kept()))
    return plan


def _checked(kind: str, when: str, hour: int, day: int) -> When:
    most = {"weekly": 7, "monthly": 28}.get(when, 28)
    good = kind in KINDS or (kind == "import" and when == "new data")
    found = next((one for one in WHENS if one == when), None)
    if not good or found is None or not 0 <= hour <= 23 or not 1 <= day <= most:
        raise Conflict(
            "JX-E760",
            "schedule",
            expected=f"{', '.join(KINDS)} daily, weekly (day 1 to 7), monthly (day 1 to 28) or on "
            "new data, or import on new data",
            got="another",
        )
    return found


def change_schedule(
    office: Office,
    viewer: Viewer,
    schedule_id: str,
    *,
    version: int,
    when: str | None = None,
    hour: int | None = None,
    day: int | None = None,
    paused: bool | None = None,
) -> Schedule:
    """Change when a schedule is due, pause it, or let it go on; it counts anew from now on.

    Args:
        office: The application.
        viewer: Who may change data.
        schedule_id: Which.
        version: The version that the viewer has seen.
        when: As for ``add_schedule``; as it was when None, like the rest.
        hour: Hour of the day.
        day: Day of the week or month.
        paused: Whether it is to be off.

    Raises:
        Forbidden: If the viewer may not change data.
        Missing: If there is none.
        Conflict: If it would be none.
        Stale: If it was changed since.
    """
    require(viewer, "data.change")
    given = {"when": when, "hour": hour, "day": day, "paused": paused}
    wanted = {name: value for name, value in given.items() if value is not None}
    with office.changing(viewer, "schedule.change", "schedule", schedule_id, **wanted) as change:
        option = _option(change, schedule_id)
        plan = schedule_of(same_version(option, version))
        plan = replace(plan, **wanted)  # type: ignore[arg-type]
        _checked(plan.kind, plan.when, plan.hour, plan.day)
        plan = planned(office, plan)
        return schedule_of(change.replace(option, value=plan.kept()))


def run_schedule(office: Office, viewer: Viewer, schedule_id: str) -> int:
    """Ask now for what a schedule asks for, and return for how much work; it stays as it is.

    Raises:
        Forbidden: If the viewer may not change data.
        Missing: If there is none.
    """
    require(viewer, "data.change")
    with office.reading() as read:
        plan = schedule_of(_option(read, schedule_id))
    return ask_for(office, plan, viewer)


def _option(read: Reading, schedule_id: str) -> Option:
    option = read.first(Option, id=PREFIX + schedule_id)
    if option is None:
        raise Missing("JX-E704", "schedule", expected="a known one", got="another one")
    return option


def remove_schedule(office: Office, viewer: Viewer, schedule_id: str) -> None:
    """Remove a schedule.

    Raises:
        Forbidden: If the viewer may not change data.
        Missing: If there is none.
    """
    require(viewer, "data.change")
    with office.changing(viewer, "schedule.remove", "schedule", schedule_id) as change:
        change.remove(_option(change, schedule_id))
