"""People as they may be seen: found by name or id, with their posts and ratings over time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from jixiao.contracts.office import Cycle, Form, Paper, Person, Post, Reading
from jixiao.core import Period
from jixiao.office.access import Sight, require, seen_person, sight
from jixiao.office.cycles.questions import CONFIDENTIAL
from jixiao.office.cycles.ratings import Rating, book_of
from jixiao.office.office import Office
from jixiao.office.viewer import Viewer

PAGE = 50
"""People on a page."""


@dataclass(frozen=True, slots=True)
class Line:
    """A person in a list.

    Attributes:
        person: Who.
        unit: Path of the unit today, or the last one.
        title: Job title.
        manager: The direct manager, None at the top or where he or she may not be seen.
    """

    person: Person
    unit: str
    title: str
    manager: Person | None


@dataclass(frozen=True)
class Found:
    """People that were found.

    Attributes:
        lines: Those of the page, by name.
        total: All that fit.
        units: Units there are to choose from.
        page: Number of the page, from 1.
        pages: How many pages there are.
    """

    lines: tuple[Line, ...]
    total: int
    units: tuple[str, ...]
    page: int
    pages: int


def find_people(
    office: Office, viewer: Viewer, *, text: str = "", unit: str = "", page: int = 1
) -> Found:
    """Return the people whom somebody may see today.

    Args:
        office: The application.
        viewer: Who asks.
        text: Piece of a name, id or address; anybody when empty.
        unit: Path; everything below it counts.
        page: Number of the page, from 1.

    Raises:
        Forbidden: If the viewer may see nobody.
    """
    lines = seen_people(office, viewer)
    units = sorted({line.unit for line in lines if line.unit})
    fitting = fitting_people(lines, text=text, unit=unit)
    pages = max(1, -(-len(fitting) // PAGE))
    page = min(max(1, page), pages)
    shown = fitting[(page - 1) * PAGE : page * PAGE]
    return Found(tuple(shown), len(fitting), tuple(units), page, pages)


def seen_people(office: Office, viewer: Viewer) -> list[Line]:
    """Return everybody whom somebody may see today, by name.

    Raises:
        Forbidden: If the viewer may see nobody.
    """
    today = office.clock().date()
    with office.reading() as read:
        seen = sight(read, viewer, "person.read", start=today, end=today + timedelta(days=1))
        people = {one.id: one for one in read.find(Person, order="name")}
        posts = _last_posts(read.find(Post, start__le=today))
    mine = [one for one in people.values() if seen.sees(one.id) and not one.erased]
    return [_line(one, posts.get(one.id), people) for one in mine]


def fitting_people(lines: Iterable[Line], *, text: str, unit: str) -> list[Line]:
    """Return those that fit.

    Args:
        lines: People.
        text: Piece of a name, id or address; anybody when empty.
        unit: Path; everything below it counts.
    """
    word = text.strip().casefold()
    return [line for line in lines if _fits(line, word, unit)]


def _last_posts(posts: list[Post]) -> dict[str, Post]:
    found: dict[str, Post] = {}
    for post in sorted(posts, key=lambda post: post.start):
        found[post.person] = post
    return found


def _line(person: Person, post: Post | None, people: dict[str, Person]) -> Line:
    if post is None:
        return Line(person, "", "", None)
    return Line(person, post.unit, post.title, people.get(post.manager or ""))


def _fits(line: Line, text: str, unit: str) -> bool:
    person = line.person
    words = (person.name, person.key, person.email)
    inside = not unit or line.unit == unit or line.unit.startswith(unit + "/")
    return inside and any(text in word.casefold() for word in words)


@dataclass(frozen=True)
class Portrait:
    """One person over time.

    Attributes:
        person: Who.
        posts: Posts with the name of the manager, the latest first.
        ratings: Ratings of the periods in which the viewer may see the person.
        levels: Levels of the scale, lowest first.
        values: Number of each level.
        papers: Papers of the person in those periods, the latest first.
        forms: Own and manager's forms; nobody's confidential ones.
        cycles: Closed cycles in which colleagues or reports were asked about the person.
    """

    person: Person
    posts: tuple[tuple[Post, str], ...]
    ratings: tuple[tuple[Period, Rating], ...]
    levels: tuple[str, ...]
    values: tuple[float, ...]
    papers: tuple[Paper, ...]
    forms: tuple[Form, ...]
    cycles: tuple[Cycle, ...]


def portrait(office: Office, viewer: Viewer, person_id: str) -> Portrait:
    """Return one person.

    Raises:
        Forbidden: If the viewer may see nobody.
        Missing: If there is no such person, or none that may be seen.
    """
    book = book_of(office)
    today = office.clock().date()
    with office.reading() as read:
        require(viewer, "person.read")
        months = [*book.periods, Period(today, today + timedelta(days=1))]
        sights = {one: _seen(read, viewer, one) for one in months}
        person = seen_person(read, _joined(sights, person_id), person_id)
        allowed = {one for one, seen in sights.items() if seen.sees(person.id)}
        papers = read.find(Paper, person=person.id, order="-start")
        posts = read.find(Post, person=person.id, order="-start")
        managers = read.find(Person, id={post.manager for post in posts if post.manager})
        forms = read.find(Form, subject=person.id, order="-due")
        heard = {one.cycle for one in forms if one.kind in CONFIDENTIAL}
        cycles = read.find(Cycle, id=heard, state="closed", order="-start")
    forms = [one for one in forms if one.kind not in CONFIDENTIAL]
    names = {one.id: one.name for one in managers}
    ratings = book.of_subject(person.key)
    own = viewer.person == person.id
    return Portrait(
        person=person,
        posts=tuple((post, names.get(post.manager or "", "")) for post in posts),
        ratings=tuple((when, one) for when, one in ratings.items() if when in allowed),
        levels=book.levels,
        values=book.values,
        papers=tuple(paper for paper in papers if _may_list(paper, allowed, today, own=own)),
        forms=tuple(form for form in forms if not own or form.kind == "self"),
        cycles=tuple(cycles),
    )


def _seen(read: Reading, viewer: Viewer, period: Period) -> Sight:
    return sight(read, viewer, "person.read", start=period.start, end=period.end)


def _joined(sights: dict[Period, Sight], person_id: str) -> Sight:
    """Return a sight that holds a person if any period's does."""
    if any(one.sees(person_id) for one in sights.values()):
        return Sight(everybody=False, people=frozenset({person_id}))
    return Sight(everybody=False)


def _may_list(paper: Paper, allowed: set[Period], today: date, *, own: bool) -> bool:
    if paper.end == date.max:  # of records without periods: whoever sees the person today
        within = any(one.contains(today) for one in allowed)
    else:
        within = any(one.start <= paper.start and paper.end <= one.end for one in allowed)
    told = paper.state in ("released", "contested", "settled")
    return within and paper.seeded is None and (told or not own)
