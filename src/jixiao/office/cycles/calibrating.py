"""The calibration meeting: ratings of a unit side by side, and what can be said of their raters.

Whoever rates more mildly than others can be told only from people whom several have rated; where
each person has one rater, a mild rater and a good team look the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from jixiao.contracts.office import Account, Judgement, Person, Post, Reading
from jixiao.core import Missing, Period
from jixiao.office.access import Sight, sight
from jixiao.office.cycles.ratings import Book, Rating, book_of
from jixiao.office.office import Office
from jixiao.office.tree import Tree
from jixiao.office.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Row:
    """One person in the meeting.

    Attributes:
        person: Who.
        unit: Path of the unit in the period.
        recorded: Rating in the data; None without one.
        judgements: Ratings given in the application, each with the name of who gave it.
    """

    person: Person
    unit: str
    recorded: Rating | None
    judgements: tuple[tuple[Judgement, str], ...]

    @property
    def final(self) -> str:
        """The rating that stands among those given in the application; empty without one."""
        words = {one.final or one.rating for one, _ in self.judgements}
        return words.pop() if len(words) == 1 else ""


@dataclass(frozen=True, slots=True)
class Tendency:
    """How one rater rates people whom others have rated too.

    Attributes:
        rater: Name.
        people: People the rater has rated.
        shared: Of them, those whom others have rated too.
        difference: Mean difference to the others' ratings; None where it is not identifiable.
    """

    rater: str
    people: int
    shared: int
    difference: float | None


@dataclass(frozen=True)
class Meeting:
    """Ratings side by side.

    Attributes:
        period: Which period.
        periods: Periods there are.
        unit: Path that is looked at; everybody one may see when empty.
        units: Units to choose from.
        levels: Levels of the scale, lowest first.
        rows: People by unit and name.
        tendencies: Raters of at least as many people as a figure needs.
        least: Fewest people behind a tendency.
    """

    period: Period
    periods: tuple[Period, ...]
    unit: str
    units: tuple[str, ...]
    levels: tuple[str, ...]
    rows: tuple[Row, ...]
    tendencies: tuple[Tendency, ...]
    least: int


def meeting(office: Office, viewer: Viewer, *, period: str = "", unit: str = "") -> Meeting | None:
    """Return the ratings of the people whom the viewer may see; None while there are no periods.

    Args:
        office: The application.
        viewer: An analyst, or a manager, who sees the own line.
        period: Label; the last one when empty.
        unit: Path; everything below it counts.

    Raises:
        Missing: If there is no such period or unit, or none that may be seen.
    """
    book = book_of(office)
    found = book.period(period)
    if found is None:
        if period:
            raise Missing("JX-E704", "period", expected="one that has ratings", got="another one")
        return None
    with office.reading() as read:
        seen = sight(read, viewer, "calibration.read", start=found.start, end=found.end)
        rows = _rows(read, book, found, seen)
        names = _names(read, rows)
    units = tuple(sorted({row.unit for row in rows if row.unit}))
    inside = tuple(row for row in rows if not unit or _below(row.unit, unit))
    if unit and not inside:
        raise Missing("JX-E704", "unit", expected="one that you may see", got="another one")
    least = book.policy.min_scores
    return Meeting(
        found,
        tuple(reversed(book.periods)),
        unit,
        units,
        book.levels,
        inside,
        tendencies(_given(inside, book, names), least=least),
        least,
    )


def _below(unit: str, above: str) -> bool:
    return unit == above or unit.startswith(above + "/")


def _rows(read: Reading, book: Book, period: Period, seen: Sight) -> list[Row]:
    everybody = read.kept(
        ("meeting", book.stamp, period),
        (Account, Judgement, Person, Post),
        lambda: _all_rows(read, book, period),
    )
    return [row for row in everybody if seen.sees(row.person.id)]


def _all_rows(read: Reading, book: Book, period: Period) -> tuple[Row, ...]:
    tree = Tree.of(read, period.start, period.end)
    rated = book.in_period(period)
    given: dict[str, list[tuple[Judgement, str]]] = defaultdict(list)
    names = {one.id: one.name for one in read.find(Person)}
    accounts = {one.id: names.get(one.person or "", one.login) for one in read.find(Account)}
    for one in read.find(Judgement, period=period.label):
        given[one.subject].append((one, accounts.get(one.rater, "")))
    rows = [
        Row(person, tree.unit_of(person.id), rated.get(person.key), tuple(given[person.id]))
        for person in read.find(Person, erased=False)
        if person.key in rated or person.id in given
    ]
    return tuple(sorted(rows, key=lambda row: (row.unit, row.person.name)))


def _names(read: Reading, rows: Iterable[Row]) -> dict[str, str]:
    keys = {rater for row in rows if row.recorded for rater, _ in row.recorded.given}
    return {one.key: one.name for one in read.find(Person, key=keys)}


def _given(
    rows: Iterable[Row], book: Book, names: Mapping[str, str]
) -> list[tuple[str, str, float]]:
    """Return rater, person and number of every rating in the rows."""
    number = dict(zip(book.levels, book.values, strict=True)) if book.values else {}
    found = []
    for row in rows:
        for rater, value in row.recorded.given if row.recorded else ():
            found.append((names.get(rater, rater), row.person.id, value))
        for one, rater in row.judgements:
            if one.rating in number:
                found.append((rater, row.person.id, number[one.rating]))
    return found


def tendencies(given: Sequence[tuple[str, str, float]], *, least: int) -> tuple[Tendency, ...]:
    """Return how each rater of enough people rates, as far as it can be told.

    Args:
        given: Rater, person and number of each rating.
        least: Fewest people whom a rater and others have both rated.

    Examples:
        >>> alone = [("A", f"p{n}", 3.0) for n in range(6)]
        >>> tendencies(alone, least=5)[0].difference is None
        True
    """
    by_person: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for rater, person, value in given:
        by_person[person][rater].append(value)
    people: dict[str, int] = defaultdict(int)
    apart: dict[str, list[float]] = defaultdict(list)
    for raters in by_person.values():
        for rater, values in raters.items():
            people[rater] += 1
            others = [v for other, theirs in raters.items() if other != rater for v in theirs]
            if others:
                apart[rater].append(fmean(values) - fmean(others))
    return tuple(
        Tendency(
            rater,
            people[rater],
            len(apart[rater]),
            fmean(apart[rater]) if len(apart[rater]) >= least else None,
        )
        for rater in sorted(people)
        if people[rater] >= least
    )
