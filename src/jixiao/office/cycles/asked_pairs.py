"""Who is asked about whom in a cycle, as whoever runs it sees it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from jixiao.contracts.office import Cycle, Form, Person
from jixiao.office.access import Reach, reach, require
from jixiao.office.cycles.questions import CONFIDENTIAL, KINDS, Kind
from jixiao.office.office import Office
from jixiao.office.viewer import Viewer

MOST = 60
"""Pairs that are shown at most."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody asked about somebody.

    Attributes:
        form: Form id.
        kind: Kind of form.
        reviewer: Who is asked.
        subject: Whom it is about.
        state: Where it stands; empty for confidential forms once the cycle is open, as it would
            tell who answered.
        may_drop: Whether it can be taken back.
        reminded: Day of the last reminder of what is not sent; None like ``state``.
    """

    form: str
    kind: Kind
    reviewer: Person
    subject: Person
    state: str
    may_drop: bool
    reminded: date | None = None


def asked_pairs(
    office: Office, viewer: Viewer, cycle: Cycle, *, text: str = ""
) -> tuple[list[Asked], int]:
    """Return who is asked, and how many pairs there are; nobody for whoever only reads.

    Args:
        office: The application.
        viewer: Who runs the cycle.
        cycle: Which.
        text: Piece of a name or id of either.
    """
    require(viewer, "cycle.read")
    if reach(viewer, "cycle.manage") is not Reach.ALL:
        return [], 0
    with office.reading() as read:
        forms = read.find(Form, cycle=cycle.id)
        people = {one.id: one for one in read.find(Person)}
    pairs = [
        _asked(cycle, form, people)
        for form in forms
        if form.reviewer in people and form.subject in people
    ]
    word = text.strip().casefold()
    fitting = [one for one in pairs if _fits(one, word)]
    fitting.sort(key=lambda one: (KINDS.index(one.kind), one.subject.name, one.reviewer.name))
    return fitting[:MOST], len(fitting)


def _asked(cycle: Cycle, form: Form, people: dict[str, Person]) -> Asked:
    quiet = form.kind in CONFIDENTIAL and cycle.state != "planned"
    return Asked(
        form.id,
        form.kind,
        people[form.reviewer],
        people[form.subject],
        state="" if quiet else form.state,
        may_drop=cycle.state == "planned" or (form.state == "open" and not quiet),
        reminded=None if quiet or form.state == "sent" else _day(form.reminded),
    )


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()


def _fits(one: Asked, word: str) -> bool:
    words = (one.reviewer.name, one.reviewer.key, one.subject.name, one.subject.key)
    return any(word in each.casefold() for each in words)
