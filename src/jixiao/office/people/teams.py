"""Figures of units: distribution of ratings, means by unit and period, and the nine boxes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean

from jixiao.contracts.office import Person, Post, Reading
from jixiao.core import Missing, Period
from jixiao.office.access import Sight, sight
from jixiao.office.cycles.ratings import Book, book_of
from jixiao.office.groups import WHOLE, distinct, finest, remainders, shown_groups
from jixiao.office.office import Office
from jixiao.office.tree import Tree
from jixiao.office.viewer import Viewer
from jixiao.reports import SmallGroups
from jixiao.reports.bands import in_bands

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
class Distribution:
    """How ratings spread over bands of levels.

    Attributes:
        bands: First and last level of each band.
        rows: Path of each unit with the people in each band; the whole first.
    """

    bands: tuple[tuple[str, str], ...]
    rows: tuple[tuple[str, tuple[int, ...]], ...]


@dataclass(frozen=True)
class Scene:
    """What a page of units stands on.

    Attributes:
        office: The application.
        book: Ratings and figures.
        period: The period looked at.
        units: Paths whose figures the viewer may see, by the tree of the period; the whole too.
        unit: Path that is looked at; ``WHOLE`` for all.
        key_unit: Unit of each subject id in the period.
        seen: Whom the viewer may see one by one.
        names: People by subject id.
        sees_all: Whether the figures of every unit may be seen.
    """

    office: Office = field(repr=False)
    book: Book
    period: Period
    units: tuple[str, ...]
    unit: str
    key_unit: Mapping[str, str]
    seen: Sight
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
        shown = _shown(read, book, found)
    all_units = seen.sees_all_units
    allowed = {one for one in shown if all_units or (one != WHOLE and seen.sees_unit(one))}
    units = tuple(distinct({one: shown[one] for one in allowed}))
    if unit and unit not in allowed:
        _refuse_unit(unit, book, known=all_units or seen.sees_unit(unit), there=key_unit)
    return Scene(office, book, found, units, unit, key_unit, seen, names, all_units)


def _key_unit(read: Reading, period: Period) -> Mapping[str, str]:
    """Return the unit in which each subject id stood last in a period."""

    def make() -> Mapping[str, str]:
        tree = Tree.of(read, period.start, period.end)
        return {person.key: tree.unit_of(person.id) for person in read.find(Person)}

    return read.kept(("key unit", period), (Person, Post), make)


def _shown(read: Reading, book: Book, period: Period) -> Mapping[str, frozenset[str]]:
    """Return the rated people of every unit that may be shown in a period."""

    def make() -> Mapping[str, frozenset[str]]:
        units = _units_of(book.in_period(period), _key_unit(read, period))
        return shown_groups(units, book.policy)

    return read.kept(("shown", book.stamp, period), (Person, Post), make)


def _units_of(keys: Mapping[str, object], key_unit: Mapping[str, str]) -> dict[str, str]:
    return {key: key_unit.get(key, "") for key in keys}


def _refuse_period(label: str) -> None:
    if label:
        raise Missing("JX-E704", "period", expected="one that has ratings", got="another one")


def _refuse_unit(unit: str, book: Book, *, known: bool, there: Mapping[str, str]) -> None:
    is_there = any(one == unit or one.startswith(unit + "/") for one in there.values())
    if known and is_there:
        book.policy.require(0, place="unit")
    raise Missing("JX-E704", "unit", expected="one that you may see", got="another one")


def distribution(at: Scene) -> Distribution | None:
    """Return the distribution of ratings of the finest units that may be shown, and of the whole.

    All of them share the same bands, so that no difference of two tells of a few people. None
    where there are no levels or nothing may be shown.
    """
    book, period = at.book, at.period
    if not book.levels or not book.policy.may_show(len(book.in_period(period))):
        return None
    with at.office.reading() as read:
        whole = read.kept(
            ("distribution", book.stamp, period),
            (Person, Post),
            lambda: _distribution(book, period, _shown(read, book, period)),
        )
    rows = [
        (unit, counts)
        for unit, counts in whole.rows
        if unit in at.units and (_below(unit, at.unit) if unit else at.unit == WHOLE)
    ]
    return Distribution(whole.bands, tuple(rows))


def _distribution(book: Book, period: Period, shown: Mapping[str, frozenset[str]]) -> Distribution:
    """Return the distribution of everybody, and of every finest unit that may be shown."""
    counts = {unit: _counts(book, shown[unit], period) for unit in finest(shown) if unit}
    total = _counts(book, book.in_period(period), period)
    apart = [_counts(book, rest, period) for rest in remainders(shown)]
    common = book.policy.common_bands(counts, total, apart)
    parts = [*counts.values(), *apart]
    bands = common.bands or tuple((a, b) for a, b, _ in book.policy.merged_bands(total, parts))
    rows = [(unit, tuple(in_bands(counts[unit], bands))) for unit in sorted(common.groups)]
    rows.insert(0, (WHOLE, tuple(in_bands(total, bands))))
    levels = book.levels
    return Distribution(tuple((levels[a], levels[b]) for a, b in bands), tuple(rows))


def _below(unit: str, above: str) -> bool:
    return not above or unit == above or unit.startswith(above + "/")


def _counts(book: Book, keys: Iterable[str], period: Period) -> list[int]:
    counts, rated = [0] * len(book.levels), book.in_period(period)
    for key in keys:
        counts[book.level_at(rated[key].value)] += 1
    return counts


def by_period(office: Office, viewer: Viewer, at: Scene) -> HeatMap:
    """Return mean ratings by unit and period, each by the tree and the rights of its period."""
    periods = at.book.periods[-MOST_PERIODS:]
    columns = []
    with office.reading() as read:
        for period in periods:
            cells = _rating_column(read, at.book, period)
            if not at.sees_all:
                seen = sight(read, viewer, "group.read", start=period.start, end=period.end)
                cells = {unit: cell for unit, cell in cells.items() if seen.sees_unit(unit)}
            columns.append(cells)
    return _map(at, tuple(period.label for period in periods), columns)


def by_figure(at: Scene) -> HeatMap:
    """Return means of every figure by unit, in the period."""
    book, period = at.book, at.period

    def make() -> list[Mapping[str, Cell]]:
        return [
            _column(book.policy, values, at.key_unit, less=name in book.less_is_better)
            for name, values in book.figures_in(period).items()
        ]

    with at.office.reading() as read:
        columns = read.kept(("figures", book.stamp, period), (Person, Post), make)
    return _map(at, tuple(book.figures_in(period)), columns)


def _rating_column(read: Reading, book: Book, period: Period) -> Mapping[str, Cell]:
    """Return the mean ratings of every unit that may be shown in a period."""

    def make() -> Mapping[str, Cell]:
        values = {key: one.value for key, one in book.in_period(period).items()}
        return _column(book.policy, values, _key_unit(read, period), less=False)

    return read.kept(("ratings", book.stamp, period), (Person, Post), make)


def _column(
    policy: SmallGroups, values: Mapping[str, float], key_unit: Mapping[str, str], *, less: bool
) -> dict[str, Cell]:
    """Return the cells of one column, for every unit that may be shown in it."""
    shown = shown_groups(_units_of(values, key_unit), policy)
    if not shown:
        return {}
    middle = fmean(values.values())
    spread = fmean(abs(value - middle) for value in values.values()) or 1.0
    sign = -1 if less else 1
    found = {}
    for unit, keys in shown.items():
        mean = fmean(values[key] for key in keys)
        shade = round(sign * (mean - middle) / spread * 3)
        found[unit] = Cell(mean, len(keys), max(-3, min(3, shade)))
    return found


def _map(at: Scene, labels: tuple[str, ...], columns: Sequence[Mapping[str, Cell]]) -> HeatMap:
    rows = tuple(
        (unit, tuple(column.get(unit) for column in columns))
        for unit in at.units
        if _below(unit, at.unit)
    )
    return HeatMap(labels, rows)
