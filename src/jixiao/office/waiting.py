"""What waits for somebody: forms, drafts, decisions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from jixiao.contracts.office import Job, Notice, Paper, Person, Reading, Upload
from jixiao.office.access import Reach, reach
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
    for one in sorted(found, key=_order):
        piles.setdefault(one.kind, []).append(one)
    return [
        Pile(kind, tuple(tasks), sum(one.more or 1 for one in tasks))
        for kind, tasks in piles.items()
    ]


def _order(one: Waiting) -> tuple[date, int, str, int, str]:
    step = STEPS.index(one.kind) if one.kind in STEPS else -1
    return (one.due or date.max, step, one.kind, one.more, one.about)


def _reviews(office: Office, viewer: Viewer) -> list[Waiting]:
    tasks, more = first_tasks(office, viewer)
    found = [
        Waiting(
            task.kind,
            address_of(task),
            " · ".join(filter(None, (task.who, task.paper.period))),
            task.due,
        )
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


def _steps(office: Office, viewer: Viewer) -> list[Waiting]:
    """Return what a workspace still lacks before there are reports, and work that went wrong."""
    with office.reading() as read:
        lacking = {
            "roster": not read.count(Person),
            "notice": _untold(read),
            "train": office.workspace.models.current() is None,
            "make": not read.count(Paper),
        }
        files = read.find(Upload, state="staged", order="at")
        since = office.clock() - timedelta(days=_RECENT_DAYS)
        failed = read.count(Job, state="failed", ended__ge=since)
    found = [
        Waiting(step, address, "")
        for step, (action, address) in _SETTING_UP.items()
        if lacking[step] and reach(viewer, action) is Reach.ALL
    ]
    if reach(viewer, "data.change") is Reach.ALL:
        found += [Waiting("file", f"/data/uploads/{one.id}", one.table) for one in files]
    if failed and reach(viewer, "job.cancel") is Reach.ALL:
        found.append(Waiting("failed", "/jobs", ""))
    return found


def _untold(read: Reading) -> bool:
    """Return whether somebody on the roster was given no notice; looked up once a change."""

    def look() -> bool:
        told = {one.person for one in read.find(Notice)}
        return any(one.id not in told for one in read.find(Person))

    return read.kept("untold", (Person, Notice), look)


STEPS = ("roster", "file", "notice", "train", "make", "failed")
"""What somebody who runs the workspace does, in this order."""
_SETTING_UP = {
    "roster": ("roster.change", "/roster"),
    "notice": ("notice.record", "/notices"),
    "train": ("model.train", "/models"),
    "make": ("report.make", "/jobs"),
}
"""Action and page of each step of setting up."""
_RECENT_DAYS = 7
SOURCES: tuple[Callable[[Office, Viewer], list[Waiting]], ...] = (_forms, _reviews, _steps)
"""What looks for things to do, one for each area."""
