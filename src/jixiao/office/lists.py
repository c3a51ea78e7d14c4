"""Lists as files: what somebody sees in a list of the application, and no row more."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from jixiao.contracts.office import Judgement, Person
from jixiao.core import Missing
from jixiao.office.cycles.calibrating import meeting
from jixiao.office.cycles.calibration_file import meeting_table
from jixiao.office.cycles.cycles import list_cycles
from jixiao.office.cycles.judging import own_ratings
from jixiao.office.office import Office
from jixiao.office.papers.paper_list import MOST, Wanted, list_papers
from jixiao.office.people.people import fitting_people, seen_people
from jixiao.office.table_file import TableFormat, table_file
from jixiao.office.viewer import Viewer

Kind = Literal["people", "reports", "judgements", "calibration", "cycles"]


@dataclass(frozen=True)
class Asked:
    """Which rows of a list; empty words let everything through.

    Attributes:
        text: Piece of a name or id.
        unit: Path; everything below it counts.
        period: Label of a period.
        state: Where a report stands.
        level: What a report is about.
    """

    text: str = ""
    unit: str = ""
    period: str = ""
    state: str = ""
    level: str = ""


def export_list(
    office: Office, viewer: Viewer, kind: Kind, asked: Asked, *, form: TableFormat
) -> tuple[str, bytes]:
    """Return name and content of a file with a list; that it was made is an entry of the log.

    Args:
        office: The application.
        viewer: Who asks; the rights are those of the list itself.
        kind: Which list.
        asked: Which rows.
        form: Format.

    Raises:
        Forbidden: If the viewer may not see the list.
        Missing: If there is no such period or unit, or none that may be seen.
    """
    frame = _TABLES[kind](office, viewer, asked)
    with office.changing(viewer, "list.export", kind, rows=frame.height, format=form):
        pass
    return f"{kind}.{form}", table_file(frame, form, name=kind)


def _people(office: Office, viewer: Viewer, asked: Asked) -> pl.DataFrame:
    lines = fitting_people(seen_people(office, viewer), text=asked.text, unit=asked.unit)
    return _frame(
        ("id", "name", "unit", "title", "left"),
        ((one.person.key, one.person.name, one.unit, one.title, one.person.left) for one in lines),
    )


def _reports(office: Office, viewer: Viewer, asked: Asked) -> pl.DataFrame:
    wanted = Wanted(asked.level, asked.unit, asked.period, asked.state, text=asked.text)

    def rows() -> Iterator[tuple[Any, ...]]:
        start, total = 0, 1
        while start < total:
            found = list_papers(office, viewer, wanted, limit=MOST, offset=start)
            start, total = start + MOST, found.total
            for row in found.rows:
                paper = row.paper
                about = (paper.name, paper.level, paper.subject, row.who, row.unit)
                yield (*about, paper.period, paper.language, paper.state, paper.changed.isoformat())

    names = ("report", "level", "subject", "who", "unit", "period", "language", "state", "changed")
    return _frame(names, rows())


def _judgements(office: Office, viewer: Viewer, asked: Asked) -> pl.DataFrame:
    with office.reading() as read:
        own = own_ratings(read, viewer, limit=read.count(Judgement) + 1)
        people = {one.id: one for one in read.find(Person, id={one.subject for one in own})}
    return _frame(
        ("id", "name", "period", "own", "final", "reason", "override", "at"),
        (
            (
                *((who.key, who.name) if (who := people.get(one.subject)) else ("", "")),
                *(one.period, one.rating, one.final or "", one.reason, one.override),
                one.at.isoformat(),
            )
            for one in own
            if asked.period in ("", one.period)
        ),
    )


def _calibration(office: Office, viewer: Viewer, asked: Asked) -> pl.DataFrame:
    found = meeting(office, viewer, period=asked.period, unit=asked.unit)
    if found is None:
        raise Missing("JX-E704", "period", expected="one that has ratings", got="none")
    return meeting_table(found, viewer.account.language)


def _cycles(office: Office, viewer: Viewer, asked: Asked) -> pl.DataFrame:
    parts = ("self", "manager", "peer", "upward")
    found = [one for one in list_cycles(office, viewer) if asked.period in ("", one.period)]
    return _frame(
        ("name", "period", "state", *(f"due_{part}" for part in parts), "closed"),
        (
            (
                *(one.name, one.period, one.state),
                *(one.due.get(part, "") for part in parts),
                one.closed.isoformat() if one.closed else "",
            )
            for one in found
        ),
    )


def _frame(names: tuple[str, ...], rows: Iterable[tuple[Any, ...]]) -> pl.DataFrame:
    texts = [tuple("" if cell is None else str(cell) for cell in row) for row in rows]
    return pl.DataFrame(texts, schema=dict.fromkeys(names, pl.String), orient="row")


_TABLES: dict[Kind, Callable[[Office, Viewer, Asked], pl.DataFrame]] = {
    "people": _people,
    "reports": _reports,
    "judgements": _judgements,
    "calibration": _calibration,
    "cycles": _cycles,
}
