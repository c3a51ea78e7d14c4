"""Figures of units: means by unit and period or figure, and what a page about units stands on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean

from jixiao.contracts.office import Person, Post, Reading
from jixiao.core import Missing, Period
from jixiao.office.access import Sight, sight
from jixiao.office.cycles.ratings import Book, book_of
from jixiao.office.groups import (
    WHOLE,
    distinct,
    everybody_by_unit,
    is_below,
    shown_groups,
    shown_to,
)
from jixiao.office.insight import Insight, insight_of
from jixiao.office.office import Office
from jixiao.office.tree import Tree
from jixiao.office.viewer import Viewer
from jixiao.reports import SmallGroups

MOST_PERIODS = 8
"""Periods that a page shows side by side."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The mean of a unit.

    Attributes:
        mean: Mean over its people.
        people: How many.
        shade: How far it lies from the whole's, -3 (worst) to 3 (best).
    """

    mean: float
    people: int
    shade: int


@dataclass(frozen=True)
class HeatMap:
    """Means of units, by period or by figure.

    Attributes:
        columns: Labels of the columns.
        rows: Path of each unit with a cell for each column; None where it may not be shown.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell | None, ...]], ...]


@dataclass(frozen=True)
class Scene:
    """What a page of units stands on.

    Attributes:
        office: The application.
        book: Ratings and figures.
        period: The period looked at.
        units: Paths whose figures the viewer may see, by the tree of the period; the whole too.
        shown: Their rated people.
        unit: Path that is looked at; ``WHOLE`` for all.
        key_unit: Unit of each subject id in the period.
        seen: Whom the viewer may see one by one.
        insight: Whose values the viewer knows one by one.
        names: People by subject id.
        sees_all: Whether the figures of every unit may be seen.
    """

    office: Office = field(repr=False)
    book: Book
    period: Period
    units: tuple[str, ...]
    shown: Mapping[str, frozenset[str]]
    unit: str
    key_unit: Mapping[str, str]
    seen: Sight
    insight: Insight
    names: Mapping[str, Person]
    sees_all: bool


def scene(
    office: Office, viewer: Viewer, *, action: str = "group.read", period: str = "", unit: str = ""
) -> Scene | None:
    """Return what a page of units stands on; None while there are no ratings.

    Args:
        office: The application.
        viewer: Who asks.
        action: A key of ``ACTIONS``.
        period: Label; the last one when empty.
        unit: Path; everything the viewer may see when empty.

    Raises:
        Forbidden: If the viewer may not see groups at all.
        Missing: If there is no such period or unit, or none that may be seen.
        ReportError: If the unit has too few people to be shown.
    """
    book = book_of(office)
    found = book.period(period)
    with office.reading() as read:
        if found is None:
            _refuse_period(period)
            return None
        seen = sight(read, viewer, action, start=found.start, end=found.end)
        key_unit = _key_unit(read, found)
        names = read.kept("by key", (Person,), lambda: {one.key: one for one in read.find(Person)})
        insight = insight_of(read, viewer, found, book.subjects)
        base = base_shown(read, book, found)
    all_units = seen.sees_all_units
    shown = {
        one: people
        for one, people in shown_to(
            base, units_of(book.in_period(found), key_unit), book.policy, insight
        ).items()
        if all_units or (one != WHOLE and seen.sees_unit(one))
    }
    if unit and unit not in shown:
        _refuse_unit(unit, book, known=all_units or seen.sees_unit(unit), there=key_unit)
    return Scene(
        office=office,
        book=book,
        period=found,
        units=tuple(distinct(shown)),
        shown=shown,
        unit=unit,
        key_unit=key_unit,
        seen=seen,
        insight=insight,
        names=names,
        sees_all=all_units,
    )


def _key_unit(read: Reading, period: Period) -> Mapping[str, str]:
    """Return the unit in which each subject id stood last in a period."""

    def make() -> Mapping[str, str]:
        tree = Tree.of(read, period.start, period.end)
        return {person.key: tree.unit_of(person.id) for person in read.find(Person)}

    return read.kept(("key unit", period), (Person, Post), make)


def base_shown(read: Reading, book: Book, period: Period) -> Mapping[str, frozenset[str]]:
    """Return the rated people of every unit that may be shown to who knows nobody in a period."""

    def make() -> Mapping[str, frozenset[str]]:
        units = units_of(book.in_period(period), _key_unit(read, period))
        return shown_groups(units, book.policy)

    return read.kept(("shown", book.stamp, period), (Person, Post), make)


def units_of(keys: Mapping[str, object], key_unit: Mapping[str, str]) -> dict[str, str]:
    """Return the unit of each subject id; empty for who stands in none."""
    return {key: key_unit.get(key, "") for key in keys}


def _refuse_period(label: str) -> None:
    if label:
        raise Missing("JX-E704", "period", expected="one that has ratings", got="another one")


def _refuse_unit(unit: str, book: Book, *, known: bool, there: Mapping[str, str]) -> None:
    is_there = any(one == unit or one.startswith(unit + "/") for one in there.values())
    if known and is_there:
        book.policy.require(0, place="unit")
    raise Missing("JX-E704", "unit", expected="one that you may see", got="another one")


def by_period(office: Office, viewer: Viewer, at: Scene) -> HeatMap:
    """Return mean ratings by unit and period, each by the tree and the rights of its period."""
    book, columns = at.book, []
    periods = book.periods[-MOST_PERIODS:]
    with office.reading() as read:
        for period in periods:
            insight = insight_of(read, viewer, period, book.subjects)
            cells = _rating_column(read, book, period).shown_to(book.policy, insight)
            if not at.sees_all:
                seen = sight(read, viewer, "group.read", start=period.start, end=period.end)
                cells = {unit: cell for unit, cell in cells.items() if seen.sees_unit(unit)}
            columns.append(cells)
    return _map(at, tuple(period.label for period in periods), columns)


def by_figure(at: Scene) -> HeatMap:
    """Return means of every figure by unit, in the period."""
    book, period = at.book, at.period

    def make() -> list[_Column]:
        return [
            _column(book.policy, values, at.key_unit, less=name in book.less_is_better)
            for name, values in book.figures_in(period).items()
        ]

    with at.office.reading() as read:
        columns = read.kept(("figures", book.stamp, period), (Person, Post), make)
    cells = [one.shown_to(book.policy, at.insight) for one in columns]
    return _map(at, tuple(book.figures_in(period)), cells)


@dataclass(frozen=True)
class _Column:
    """Cells of every unit, with what may be shown of them to who knows nobody."""

    cells: Mapping[str, Cell]
    unit_of: Mapping[str, str]
    shown: Mapping[str, frozenset[str]]

    def shown_to(self, policy: SmallGroups, insight: Insight) -> dict[str, Cell]:
        """Return the cells that may be shown; without shades where the whole may not."""
        units = shown_to(self.shown, self.unit_of, policy, insight)
        cells = {unit: self.cells[unit] for unit in units}
        if WHOLE not in units:
            cells = {unit: replace(cell, shade=0) for unit, cell in cells.items()}
        return cells


def _rating_column(read: Reading, book: Book, period: Period) -> _Column:
    """Return the mean ratings of every unit in a period."""

    def make() -> _Column:
        values = {key: one.value for key, one in book.in_period(period).items()}
        return _column(book.policy, values, _key_unit(read, period), less=False)

    return read.kept(("ratings", book.stamp, period), (Person, Post), make)


def _column(
    policy: SmallGroups, values: Mapping[str, float], key_unit: Mapping[str, str], *, less: bool
) -> _Column:
    """Return one column."""
    unit_of = units_of(values, key_unit)
    middle = fmean(values.values()) if values else 0.0
    spread = fmean(abs(value - middle) for value in values.values()) if values else 0.0
    sign = -1 if less else 1
    found = {}
    for unit, keys in everybody_by_unit(unit_of).items():
        mean = fmean(values[key] for key in keys)
        shade = round(sign * (mean - middle) / (spread or 1.0) * 3)
        found[unit] = Cell(mean, len(keys), max(-3, min(3, shade)))
    return _Column(found, unit_of, shown_groups(unit_of, policy))


def _map(at: Scene, labels: tuple[str, ...], columns: Sequence[Mapping[str, Cell]]) -> HeatMap:
    rows = tuple(
        (unit, tuple(column.get(unit) for column in columns))
        for unit in at.units
        if is_below(unit, at.unit)
    )
    return HeatMap(labels, rows)
