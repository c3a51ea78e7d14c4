"""What waits for somebody in the way of reports: to judge, send on, approve, release, answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from jixiao.contracts.office import Contest, Judgement, Paper, Person, Reading, Remark
from jixiao.core import Forbidden
from jixiao.office.access import reach, sight
from jixiao.office.office import Office
from jixiao.office.papers.contests import contests_for, refuse_party
from jixiao.office.papers.reviews import refuse_author
from jixiao.office.papers.seeing import RELEASED, Papers
from jixiao.office.tree import Tree
from jixiao.office.viewer import Viewer

Kind = Literal["contest", "judge", "approve", "release", "submit", "read", "outcome"]
KINDS: tuple[Kind, ...] = ("contest", "judge", "approve", "release", "submit", "read", "outcome")
_STEPS: tuple[tuple[Kind, str, str], ...] = (
    ("approve", "report.approve", "in_review"),
    ("release", "report.release", "approved"),
    ("submit", "report.submit", "draft"),
)
MOST_AT_HOME = 8
"""Tasks of one kind that the first page lists."""


@dataclass(frozen=True)
class Task:
    """One thing to do about a paper.

    Attributes:
        kind: What.
        paper: About which.
        who: Name of the person it is about, or path of the group.
        due: Last day; None where there is none.
        contest: The objection, where it is about one.
    """

    kind: Kind
    paper: Paper
    who: str
    due: date | None = None
    contest: Contest | None = None


def tasks_for(office: Office, viewer: Viewer) -> list[Task]:
    """Return what waits for somebody, by kind in the order of ``KINDS``."""
    if not reach(viewer, "report.read"):
        return []
    with office.reading() as read:
        found = [*_to_decide(read, viewer), *_to_judge(read, viewer)]
        for kind, action, state in _STEPS:
            if reach(viewer, action):
                found += _steps(read, viewer, kind, action, state)
        found += _own(read, viewer)
        names = {one.id: one.name for one in read.find(Person)}
    named = [_named(kind, paper, names, contest) for kind, paper, contest in found]
    return sorted(named, key=lambda one: (KINDS.index(one.kind), one.due or date.max, one.who))


Found = tuple[Kind, Paper, Contest | None]


def _named(kind: Kind, paper: Paper, names: dict[str, str], contest: Contest | None) -> Task:
    who = names.get(paper.person or "", "") or paper.subject
    due = contest.due if contest and kind == "contest" else None
    return Task(kind, paper, who, due, contest)


def in_language(papers: Iterable[Paper], language: str) -> list[Paper]:
    """Return each report once: in the reader's language, or in another one where that is all."""
    found: dict[str, Paper] = {}
    for paper in papers:
        known = found.get(paper.report)
        if known is None or (paper.language == language and known.language != language):
            found[paper.report] = paper
    return list(found.values())


def _steps(read: Reading, viewer: Viewer, kind: Kind, action: str, state: str) -> list[Found]:
    papers = Papers(read, viewer, action)
    waiting = read.find(Paper, state=state, order="name")
    mine = [one for one in waiting if one.person is None or one.person != viewer.person]
    seen = papers.seen(in_language(mine, viewer.account.language))
    if kind == "approve":
        seen = [one for one in seen if not _is_author(read, viewer, one)]
    return [(kind, one, None) for one in seen]


def _is_author(read: Reading, viewer: Viewer, paper: Paper) -> bool:
    try:
        refuse_author(read, viewer, paper)
    except Forbidden:
        return True
    return False


def _to_judge(read: Reading, viewer: Viewer) -> list[Found]:
    """Return papers about direct reports whom the viewer has not rated yet."""
    if not reach(viewer, "judgement.give") or viewer.person is None:
        return []
    rated = {(one.subject, one.period) for one in read.find(Judgement, rater=viewer.account.id)}
    open_ones = read.find(Paper, level="employee", state=("draft", "in_review"), order="name")
    found: list[Found] = []
    direct: dict[tuple[date, date], frozenset[str]] = {}
    for paper in in_language(open_ones, viewer.account.language):
        key = (paper.start, paper.end)
        if key not in direct:
            below = sight(read, viewer, "judgement.give", start=key[0], end=key[1]).line
            direct[key] = below & Tree.of(read, *key).directly_under(viewer.person)
        if paper.person in direct[key] and (paper.person, paper.period) not in rated:
            found.append(("judge", paper, None))
    return found


def _to_decide(read: Reading, viewer: Viewer) -> list[Found]:
    """Return open objections that the viewer may decide."""
    if not reach(viewer, "contest.decide"):
        return []
    may = Papers(read, viewer, "contest.decide")
    found: list[Found] = []
    for contest, paper in contests_for(read, viewer):
        standing = may.standing(paper)
        if contest.state != "open" or standing is None or standing.side == "subject":
            continue
        try:
            refuse_party(read, viewer, paper)
        except Forbidden:
            continue
        found.append(("contest", paper, contest))
    return found


def _own(read: Reading, viewer: Viewer) -> list[Found]:
    """Return own reports not read yet, and decided objections not acknowledged yet."""
    if viewer.person is None:
        return []
    remarks = read.find(Remark, by=viewer.account.id, order="at")
    last = {one.paper: one.at for one in remarks}
    out = read.find(Paper, person=viewer.person, state=RELEASED, order="name")
    found: list[Found] = [
        ("read", paper, None)
        for paper in in_language(Papers(read, viewer).seen(out), viewer.account.language)
        if paper.id not in last and paper.state == "released"
    ]
    for contest in read.find(Contest, by=viewer.account.id, state="settled"):
        told = last.get(contest.paper)
        paper = read.first(Paper, id=contest.paper)
        if paper and contest.settled and (told is None or told < contest.settled):
            found.append(("outcome", paper, contest))
    return found


def first_tasks(office: Office, viewer: Viewer) -> tuple[list[Task], dict[Kind, int]]:
    """Return the first few tasks of each kind, for the first page, and how many more there are."""
    found: dict[Kind, list[Task]] = {}
    for task in tasks_for(office, viewer):
        found.setdefault(task.kind, []).append(task)
    more = {kind: len(some) - MOST_AT_HOME for kind, some in found.items()}
    first = [one for some in found.values() for one in some[:MOST_AT_HOME]]
    return first, {kind: number for kind, number in more.items() if number > 0}


def address_of(task: Task) -> str:
    """Return the page where a task is done."""
    if task.contest is not None:
        return f"/contests/{task.contest.id}"
    return f"/reports/{task.paper.id}"
