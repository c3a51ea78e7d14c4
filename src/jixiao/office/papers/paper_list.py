"""The list of reports somebody may see, filtered and in pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jixiao.contracts.office import Paper, Person, Post, Reading
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.papers.review_queue import in_language
from jixiao.office.papers.seeing import Papers
from jixiao.office.tree import Tree
from jixiao.office.viewer import Viewer

MOST = 200
"""Papers of one page at most."""


@dataclass(frozen=True)
class Wanted:
    """Which papers; empty words let everything through.

    Attributes:
        level: employee, team, organisation, customer or product.
        unit: Path; people in it or below it, and its own group reports.
        period: Reviewed period.
        state: Where it stands.
        language: Language of its sentences.
        text: A piece of the person's name, subject id or group's path.
        prefers: Each report once, in this language where it has it.
    """

    level: str = ""
    unit: str = ""
    period: str = ""
    state: str = ""
    language: str = ""
    text: str = ""
    prefers: str = ""


@dataclass(frozen=True)
class Row:
    """A line of the list.

    Attributes:
        paper: The paper.
        who: Name of the person, or path of the group.
        unit: Unit the person stood in last in the period; the group's own path.
    """

    paper: Paper
    who: str
    unit: str


@dataclass(frozen=True)
class Listed:
    """A page of the list.

    Attributes:
        rows: The lines of the page.
        total: How many there are on all pages.
        periods: Periods to choose from.
        units: Units to choose from.
    """

    rows: tuple[Row, ...]
    total: int
    periods: tuple[str, ...]
    units: tuple[str, ...]


def list_papers(
    office: Office, viewer: Viewer, wanted: Wanted, *, limit: int = 50, offset: int = 0
) -> Listed:
    """Return the papers somebody may see, the newest period first, then by subject.

    Args:
        office: The application.
        viewer: Who asks.
        wanted: Which.
        limit: Most of them, up to ``MOST``.
        offset: How many to leave out at the head.

    Raises:
        Forbidden: If the viewer may see no reports at all.
    """
    require(viewer, "report.read")
    where: dict[str, Any] = {
        name: value
        for name in ("level", "period", "state", "language")
        if (value := getattr(wanted, name))
    }
    with office.reading() as read:
        rows = read.kept("paper rows", (Paper, Person, Post), lambda: tuple(_rows(read)))
        papers = Papers(read, viewer)
        seen = [row for row in rows if papers.standing(row.paper) is not None]
    if wanted.prefers:
        once = {one.id for one in in_language((row.paper for row in seen), wanted.prefers)}
        seen = [row for row in seen if row.paper.id in once]
    fitting = [
        row
        for row in seen
        if all(getattr(row.paper, k) == v for k, v in where.items()) and _fits(row, wanted)
    ]
    units = {row.unit for row in seen if row.unit}
    periods = sorted({row.paper.period for row in seen} - {""}, reverse=True)
    page = fitting[offset : offset + min(limit, MOST)]
    return Listed(tuple(page), len(fitting), tuple(periods), tuple(sorted(units)))


def _rows(read: Reading) -> list[Row]:
    """Return every paper, in the order of the list."""
    names = {one.id: one.name for one in read.find(Person)}
    trees: dict[Any, Tree] = {}
    rows = []
    for paper in read.find(Paper):
        who = names.get(paper.person or "", "") or paper.subject
        unit = paper.subject if paper.level == "team" else ""
        if paper.person is not None:
            key = (paper.start, paper.end)
            trees[key] = trees.get(key) or Tree.of(read, *key)
            unit = trees[key].unit_of(paper.person)
        rows.append(Row(paper, who, unit))
    return sorted(
        rows, key=lambda row: (-row.paper.start.toordinal(), row.paper.level, row.paper.name)
    )


def _fits(row: Row, wanted: Wanted) -> bool:
    if wanted.unit and row.unit != wanted.unit and not row.unit.startswith(f"{wanted.unit}/"):
        return False
    text = wanted.text.strip().casefold()
    return text in row.who.casefold() or text in row.paper.subject.casefold()
