"""People, roster, units and calibration for programs; the same use cases as the pages."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from jixiao.app.web.bodies import Body
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.core import Missing
from jixiao.office.cycles.calibrating import meeting
from jixiao.office.people.distribution import distribution
from jixiao.office.people.people import find_people, portrait
from jixiao.office.people.roster import import_roster
from jixiao.office.people.roster_rows import RosterRow
from jixiao.office.people.teams import HeatMap, by_figure, by_period, scene

routes = Routes("/api/v1", pages=False)
Short = Annotated[str, Query(max_length=200)]
Key = Annotated[str, Field(max_length=200)]


class PersonLine(BaseModel):
    """A person in a list."""

    id: str
    key: str
    name: str
    unit: str
    title: str
    left: date | None


class People(BaseModel):
    """A page of people."""

    items: list[PersonLine]
    total: int
    page: int
    pages: int


@routes.get("/people", "person.read")
def people(
    office: Within,
    viewer: Asking,
    q: Short = "",
    unit: Short = "",
    page: Annotated[int, Query(ge=1, le=10**6)] = 1,
) -> People:
    """Return the people whom the asker may see today, by name."""
    found = find_people(office, viewer, text=q, unit=unit, page=page)
    items = [
        PersonLine(
            id=line.person.id,
            key=line.person.key,
            name=line.person.name,
            unit=line.unit,
            title=line.title,
            left=line.person.left,
        )
        for line in found.lines
    ]
    return People(items=items, total=found.total, page=found.page, pages=found.pages)


class PostOut(BaseModel):
    """A post; ``end`` is the first day after it."""

    unit: str
    title: str
    manager: str
    start: date
    end: date | None


class RatingOut(BaseModel):
    """The rating of a period; ``level`` is empty where several differ."""

    period: str
    value: float
    level: str


class PersonOut(BaseModel):
    """A person over time, in the periods in which the asker may see it."""

    id: str
    key: str
    name: str
    joined: date | None
    left: date | None
    posts: list[PostOut]
    ratings: list[RatingOut]


@routes.get("/people/{person_id}", "person.read")
def person(office: Within, viewer: Asking, person_id: str) -> PersonOut:
    """Return one person."""
    found = portrait(office, viewer, person_id)
    one = found.person
    return PersonOut(
        id=one.id,
        key=one.key,
        name=one.name,
        joined=one.joined,
        left=one.left,
        posts=[
            PostOut(unit=p.unit, title=p.title, manager=manager, start=p.start, end=p.end)
            for p, manager in found.posts
        ],
        ratings=[
            RatingOut(period=when.label, value=rating.value, level=rating.level)
            for when, rating in found.ratings
        ],
    )


class RowIn(Body):
    """A row of a roster; ``until`` and ``left`` are the first day after."""

    key: Key
    name: Key
    email: Key = ""
    manager: Key | None = None
    unit: Annotated[str, Field(max_length=500)] | None = None
    title: Key | None = None
    since: date | None = None
    until: date | None = None
    joined: date | None = None
    left: date | None = None


class RosterIn(Body):
    """A roster; it is taken in whole or not at all."""

    rows: Annotated[list[RowIn], Field(min_length=1, max_length=100_000)]
    day: date | None = None
    whole: bool = False


class RosterOut(BaseModel):
    """What a roster changed."""

    people: int
    added: int
    moved: int
    left: int
    heads: int


@routes.post("/roster", "roster.change")
def roster(office: Within, viewer: Asking, sent: RosterIn) -> RosterOut:
    """Take in a roster: people, units and managers; moves keep the history."""
    rows = [
        RosterRow(place=place, **{**row.model_dump(), "email": row.email.casefold()})
        for place, row in enumerate(sent.rows, start=1)
    ]
    result = import_roster(office, viewer, rows, day=sent.day, whole=sent.whole)
    return RosterOut(**result.to_json())


class CellOut(BaseModel):
    """The mean of a unit."""

    mean: float
    people: int


class UnitRow(BaseModel):
    """A unit with a cell for each column; null where it may not be shown."""

    unit: str
    cells: list[CellOut | None]


class MapOut(BaseModel):
    """Means of units."""

    columns: list[str]
    rows: list[UnitRow]


class SpreadRow(BaseModel):
    """A unit with the people in each band."""

    unit: str
    people: list[int]


class Teams(BaseModel):
    """Figures of units in a period; the unit of everybody is empty."""

    period: str
    least: int
    by_period: MapOut
    by_figure: MapOut
    bands: list[tuple[str, str]]
    distribution: list[SpreadRow]


@routes.get("/teams", "group.read")
def teams(office: Within, viewer: Asking, period: Short = "", unit: Short = "") -> Teams:
    """Return figures of the units that the asker may see, none of too few people."""
    at = scene(office, viewer, period=period, unit=unit)
    if at is None:
        raise Missing("JX-E704", "period", expected="one that has ratings", got="none")
    spread = distribution(at)
    return Teams(
        period=at.period.label,
        least=at.book.policy.min_scores,
        by_period=_map(by_period(office, viewer, at)),
        by_figure=_map(by_figure(at)),
        bands=list(spread.bands) if spread else [],
        distribution=[SpreadRow(unit=name, people=list(counts)) for name, counts in spread.rows]
        if spread
        else [],
    )


def _map(found: HeatMap) -> MapOut:
    rows = [
        UnitRow(
            unit=unit,
            cells=[CellOut(mean=c.mean, people=c.people) if c else None for c in cells],
        )
        for unit, cells in found.rows
    ]
    return MapOut(columns=list(found.columns), rows=rows)


class MeetingRow(BaseModel):
    """A person in a calibration meeting."""

    key: str
    name: str
    unit: str
    recorded: float | None
    own: list[str]
    final: str


class MeetingOut(BaseModel):
    """Ratings side by side."""

    period: str
    levels: list[str]
    rows: list[MeetingRow]


@routes.get("/calibration", "calibration.read")
def calibration(office: Within, viewer: Asking, period: Short = "", unit: Short = "") -> MeetingOut:
    """Return the ratings of the people whom the asker may see."""
    found = meeting(office, viewer, period=period, unit=unit)
    if found is None:
        raise Missing("JX-E704", "period", expected="one that has ratings", got="none")
    rows = [
        MeetingRow(
            key=row.person.key,
            name=row.person.name,
            unit=row.unit,
            recorded=row.recorded.value if row.recorded else None,
            own=[one.rating for one, _ in row.judgements],
            final=row.final,
        )
        for row in found.rows
    ]
    return MeetingOut(period=found.period.label, levels=list(found.levels), rows=rows)
