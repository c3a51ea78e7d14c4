"""Schedules for programs; the same use cases as the page."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from jixiao.app.web.bodies import Body
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.office.work.schedules import (
    add_schedule,
    change_schedule,
    remove_schedule,
    run_schedule,
    schedules,
)
from jixiao.office.work.timetable import Schedule, When

routes = Routes("/api/v1", pages=False)
Hour = Annotated[int, Field(ge=0, le=23)]
Day = Annotated[int, Field(ge=1, le=28)]


class ScheduleIn(Body):
    """Work to be asked for; ``hour`` is UTC, ``day`` 1 to 7 weekly and 1 to 28 monthly."""

    kind: Literal["report", "train", "recheck", "import"]
    when: When
    hour: Hour = 6
    day: Day = 1


class ScheduleChange(Body):
    """What is to be another, and the version that was seen."""

    version: Annotated[int, Field(ge=1, le=2**31)]
    when: When | None = None
    hour: Hour | None = None
    day: Day | None = None
    paused: bool | None = None


class ScheduleOut(BaseModel):
    """A schedule; ``due`` is null where data decide."""

    id: str
    version: int
    kind: str
    when: str
    hour: int
    day: int
    paused: bool
    due: datetime | None


class Asked(BaseModel):
    """How many jobs were asked for."""

    jobs: int


def _out(plan: Schedule) -> ScheduleOut:
    return ScheduleOut(
        id=plan.id,
        version=plan.version,
        kind=plan.kind,
        when=plan.when,
        hour=plan.hour,
        day=plan.day,
        paused=plan.paused,
        due=None if plan.due is None else datetime.fromisoformat(plan.due),
    )


@routes.get("/schedules", "job.read")
def all_schedules(office: Within, viewer: Asking) -> list[ScheduleOut]:
    """Return every schedule, the soonest first."""
    return [_out(one) for one in schedules(office, viewer)]


@routes.post("/schedules", "data.change", status_code=201)
def add(office: Within, viewer: Asking, sent: ScheduleIn) -> ScheduleOut:
    """Add a schedule."""
    return _out(add_schedule(office, viewer, sent.kind, sent.when, hour=sent.hour, day=sent.day))


@routes.put("/schedules/{schedule_id}", "data.change")
def change(office: Within, viewer: Asking, schedule_id: str, sent: ScheduleChange) -> ScheduleOut:
    """Change when it is due, pause it, or let it go on."""
    return _out(change_schedule(office, viewer, schedule_id, **sent.model_dump()))


@routes.post("/schedules/{schedule_id}/run", "data.change", status_code=202)
def run(office: Within, viewer: Asking, schedule_id: str) -> Asked:
    """Ask now for what it asks for."""
    return Asked(jobs=run_schedule(office, viewer, schedule_id))


@routes.delete("/schedules/{schedule_id}", "data.change", status_code=204)
def remove(office: Within, viewer: Asking, schedule_id: str) -> None:
    """Remove a schedule."""
    remove_schedule(office, viewer, schedule_id)
