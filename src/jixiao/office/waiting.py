"""What waits for somebody: forms, drafts, decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from jixiao.office.cycles.filling import own_forms
from jixiao.office.office import Office
from jixiao.office.papers.review_queue import address_of, first_tasks
from jixiao.office.viewer import Viewer


@dataclass(frozen=True)
class Waiting:
    """One thing to do.

    Attributes:
        kind: What, a key of the page's words.
        address: Page where it is done.
        about: Whom or what it is about, as the viewer may read it.
        due: Last day; None where there is none.
        reminded: Whether the viewer was reminded of it.
        more: How many more of its kind there are behind the address, when it stands for those.
    """

    kind: str
    address: str
    about: str
    due: date | None = None
    reminded: bool = False
    more: int = 0


@dataclass(frozen=True)
class Pile:
    """Things to do of one kind.

    Attributes:
        kind: What, a key of the page's words.
        tasks: What is listed of it, the soonest first.
        count: How many there are, listed or not.
    """

    kind: str
    tasks: tuple[Waiting, ...]
    count: int


def waiting_for(office: Office, viewer: Viewer) -> list[Pile]:
    """Return what waits for the viewer by kind, the kind with the soonest task first."""
    found: list[Waiting] = []
    for source in SOURCES:
        found += source(office, viewer)
    piles: dict[str, list[Waiting]] = {}
    for one in sorted(found, key=lambda one: (one.due or date.max, one.kind, one.more, one.about)):
        piles.setdefault(one.kind, []).append(one)
    return [
        Pile(kind, tuple(tasks), sum(one.more or 1 for one in tasks))
        for kind, tasks in piles.items()
    ]


def _reviews(office: Office, viewer: Viewer) -> list[Waiting]:
    tasks, more = first_tasks(office, viewer)
    found = [
        Waiting(task.kind, address_of(task), f"{task.who} · {task.paper.period}", task.due)
        for task in tasks
    ]
    return found + [Waiting(kind, "/reports/queue", "", more=n) for kind, n in more.items()]


def _forms(office: Office, viewer: Viewer) -> list[Waiting]:
    return [
        Waiting(
            kind=f"form_{form.kind}",
            address=f"/forms/{form.id}",
            about="" if form.kind == "self" else person.name,
            due=form.due,
            reminded=form.reminded is not None,
        )
        for form, person in own_forms(office, viewer)
    ]


SOURCES: tuple[Callable[[Office, Viewer], list[Waiting]], ...] = (_forms, _reviews)
"""What looks for things to do, one for each area."""
