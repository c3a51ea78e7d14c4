"""Review cycles and forms for programs; the same use cases as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, Field

from jixiao.app.web.bodies import Body
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.contracts.office import Cycle, Form
from jixiao.office.cycles.cycle_board import board_of
from jixiao.office.cycles.cycle_clock import MOST_REMIND_DAYS, set_clock
from jixiao.office.cycles.cycles import (
    add_form,
    close_cycle,
    get_cycle,
    list_cycles,
    open_cycle,
    plan_cycle,
    propose,
    remind,
)
from jixiao.office.cycles.filling import answer, own_forms, read_form
from jixiao.office.cycles.questions import Kind

routes = Routes("/api/v1", pages=False)
Text = Annotated[str, Field(max_length=200)]


class CycleOut(BaseModel):
    """A cycle."""

    id: str
    version: int
    name: str
    period: str
    state: str
    due: dict[str, str]
    threshold: int
    threshold_comments: int
    closes: bool
    remind_days: int
    closed: datetime | None


def _out(cycle: Cycle) -> CycleOut:
    return CycleOut(
        id=cycle.id,
        version=cycle.version,
        name=cycle.name,
        period=cycle.period,
        state=cycle.state,
        due=cycle.due,
        threshold=cycle.threshold,
        threshold_comments=cycle.threshold_comments,
        closes=cycle.closes,
        remind_days=cycle.remind_days,
        closed=cycle.closed,
    )


class CycleIn(Body):
    """A cycle to plan: the last day of each of its parts."""

    name: Annotated[str, Field(min_length=1, max_length=120)]
    period: Text
    due: Annotated[dict[Kind, date], Field(min_length=1)]


class VersionIn(Body):
    """The version that was seen."""

    version: Annotated[int, Field(ge=1, le=2**31)]


class ClockIn(VersionIn):
    """What a cycle does by itself: close after its last day, remind so many days before."""

    closes: bool
    remind_days: Annotated[int, Field(ge=0, le=MOST_REMIND_DAYS)] = 0


class ProposeIn(VersionIn):
    """How many colleagues are asked about each person."""

    peers: Annotated[int, Field(ge=1, le=15)] = 5


class Count(BaseModel):
    """How many forms."""

    forms: int


@routes.get("/cycles", "cycle.read")
def cycles(office: Within, viewer: Asking) -> list[CycleOut]:
    """Return the cycles, the latest period first."""
    return [_out(one) for one in list_cycles(office, viewer)]


@routes.post("/cycles", "cycle.manage", status_code=201)
def plan(office: Within, viewer: Asking, sent: CycleIn) -> CycleOut:
    """Plan a cycle."""
    due: dict[str, date] = {kind: day for kind, day in sent.due.items()}  # noqa: C416
    return _out(plan_cycle(office, viewer, sent.name, period=sent.period, due=due))


class BoardRow(BaseModel):
    """A unit: asked and sent by part; null where it may not be shown."""

    unit: str
    done: dict[str, tuple[int, int] | None]


class CycleWhole(CycleOut):
    """A cycle and how far it has come; ``overdue`` is null for whoever does not run cycles."""

    board: list[BoardRow]
    overdue: int | None


@routes.get("/cycles/{cycle_id}", "cycle.read")
def cycle(office: Within, viewer: Asking, cycle_id: str) -> CycleWhole:
    """Return one cycle."""
    found = get_cycle(office, viewer, cycle_id)
    board = board_of(office, viewer, found)
    rows = [
        BoardRow(
            unit=unit,
            done={
                kind: (one.asked, one.sent) if one else None
                for kind, one in zip(board.kinds, cells, strict=True)
            },
        )
        for unit, cells in board.rows
    ]
    return CycleWhole(**_out(found).model_dump(), board=rows, overdue=board.overdue)


@routes.post("/cycles/{cycle_id}/propose", "cycle.manage")
def suggest(office: Within, viewer: Asking, cycle_id: str, sent: ProposeIn) -> Count:
    """Propose who reviews whom."""
    count = propose(office, viewer, cycle_id, version=sent.version, peers=sent.peers)
    return Count(forms=count)


class PairIn(Body):
    """Somebody to be asked about somebody, by subject ids."""

    kind: Kind
    reviewer: Text
    subject: Text


@routes.post("/cycles/{cycle_id}/forms", "cycle.manage", status_code=201)
def ask(office: Within, viewer: Asking, cycle_id: str, sent: PairIn) -> dict[str, str]:
    """Ask somebody about somebody."""
    form = add_form(
        office, viewer, cycle_id, kind=sent.kind, reviewer=sent.reviewer, subject=sent.subject
    )
    return {"id": form.id}


@routes.post("/cycles/{cycle_id}/open", "cycle.manage")
def begin(office: Within, viewer: Asking, cycle_id: str, sent: VersionIn) -> CycleOut:
    """Open it; thresholds no longer change."""
    return _out(open_cycle(office, viewer, cycle_id, version=sent.version))


@routes.put("/cycles/{cycle_id}/clock", "cycle.manage")
def by_itself(office: Within, viewer: Asking, cycle_id: str, sent: ClockIn) -> CycleOut:
    """Choose what it does by itself."""
    return _out(
        set_clock(
            office,
            viewer,
            cycle_id,
            version=sent.version,
            closes=sent.closes,
            remind_days=sent.remind_days,
        )
    )


@routes.post("/cycles/{cycle_id}/remind", "cycle.manage")
def nudge(office: Within, viewer: Asking, cycle_id: str) -> Count:
    """Remind whoever has not sent a form."""
    return Count(forms=remind(office, viewer, cycle_id))


@routes.post("/cycles/{cycle_id}/close", "cycle.manage")
def end(office: Within, viewer: Asking, cycle_id: str, sent: VersionIn) -> CycleOut:
    """Close it for good."""
    return _out(close_cycle(office, viewer, cycle_id, version=sent.version))


class FormOut(BaseModel):
    """A form; whom it is about by subject id."""

    id: str
    version: int
    kind: str
    about: str
    due: date
    state: str
    answers: dict[str, Any]


def _form(form: Form, about: str) -> FormOut:
    return FormOut(
        id=form.id,
        version=form.version,
        kind=form.kind,
        about=about,
        due=form.due,
        state=form.state,
        answers=form.answers,
    )


class AnswersIn(VersionIn):
    """Answers by question; ``send`` lets them count for good."""

    answers: Annotated[
        dict[Text, Annotated[str, Field(max_length=4000)] | int], Field(max_length=50)
    ]
    send: bool = False


@routes.get("/forms", "form.fill")
def forms(office: Within, viewer: Asking) -> list[FormOut]:
    """Return the forms that wait for the asker."""
    return [_form(form, person.key) for form, person in own_forms(office, viewer)]


@routes.get("/forms/{form_id}", "form.fill")
def form(office: Within, viewer: Asking, form_id: str) -> FormOut:
    """Return a form that the asker is asked, or may read."""
    found = read_form(office, viewer, form_id)
    return _form(found.form, found.subject.key)


@routes.put("/forms/{form_id}", "form.fill")
def fill(office: Within, viewer: Asking, form_id: str, sent: AnswersIn) -> FormOut:
    """Save or send answers."""
    answer(office, viewer, form_id, sent.answers, version=sent.version, send=sent.send)
    found = read_form(office, viewer, form_id)
    return _form(found.form, found.subject.key)
