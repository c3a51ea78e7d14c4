"""Ratings and figures of people by period, from the workspace's data, kept in memory.

The data are read once for each state of their files; a page then looks up what it needs. A rating
here is one that a person gave and that stands in the data, never a model's.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from statistics import fmean
from typing import Any
from weakref import WeakKeyDictionary

import polars as pl

from jixiao.contracts import Contract, Role, Settings, TaskKind
from jixiao.core import JixiaoError, Period, content_hash
from jixiao.data import is_url
from jixiao.office.office import Office
from jixiao.reports import SmallGroups, indicators_of
from jixiao.reports.spans import periods_of
from jixiao.services import Workspace
from jixiao.services.preparation import Figures, prepare_figures

_LASTING_S = 300
"""After how long tables behind a SQL address are read again."""


@dataclass(frozen=True, slots=True)
class Rating:
    """The ratings of one person in one period, taken together.

    Attributes:
        value: Mean number.
        level: Level they share; empty where they differ or there are no levels.
        given: Who gave which number, by the subject ids of raters as the data name them.
    """

    value: float
    level: str
    given: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True)
class Book:
    """Everything pages ask about ratings.

    Attributes:
        levels: Levels of the scale, lowest first; empty where the answer is a number.
        values: Number of each level.
        policy: What may be shown of groups.
        data_hash: SHA-256 of the data.
        ratings: By subject id and period.
        figures: Further figures by name, then subject id and period; their mean where several.
        less_is_better: Names of figures of which less is better.
        problem: Why there is nothing; None where the data were read.
        stamp: Stands for the state of the data and settings it was made of.
        day: Day from which ratings hold that name no period; None where all name one.
    """

    levels: tuple[str, ...] = ()
    values: tuple[float, ...] = ()
    policy: SmallGroups = field(default_factory=SmallGroups)
    data_hash: str = ""
    ratings: Mapping[tuple[str, Period], Rating] = field(default_factory=dict)
    figures: Mapping[str, Mapping[tuple[str, Period], float]] = field(default_factory=dict)
    less_is_better: frozenset[str] = frozenset()
    problem: JixiaoError | None = None
    stamp: str = ""
    day: date | None = None

    @property
    def periods(self) -> list[Period]:
        """Periods that have ratings, the earliest first."""
        return list(self._by_period)

    @cached_property
    def subjects(self) -> frozenset[str]:
        """Subject ids with a rating or figure in any period."""
        places = (self.ratings, *self.figures.values())
        return frozenset(key for cells in places for key, _ in cells)

    @cached_property
    def _by_period(self) -> dict[Period, dict[str, Rating]]:
        """Ratings by period, the earliest first, and subject id."""
        found: dict[Period, dict[str, Rating]] = defaultdict(dict)
        for (key, period), one in self.ratings.items():
            found[period][key] = one
        return dict(sorted(found.items()))

    @cached_property
    def _figures_by_period(self) -> dict[Period, dict[str, dict[str, float]]]:
        """Further figures by period, name and subject id; names in the order of ``figures``."""
        found: dict[Period, dict[str, dict[str, float]]] = defaultdict(dict)
        for name, cells in self.figures.items():
            for (key, period), value in cells.items():
                found[period].setdefault(name, {})[key] = value
        return dict(found)

    def figures_in(self, period: Period) -> Mapping[str, Mapping[str, float]]:
        """Return the figures of a period by name and subject id; nobody may change them."""
        return self._figures_by_period.get(period, {})

    def period(self, label: str) -> Period | None:
        """Return the period of a label, the last one for an empty label, or None."""
        periods = self.periods
        if not label:
            return periods[-1] if periods else None
        return next((one for one in periods if one.label == label), None)

    def of_subject(self, key: str) -> dict[Period, Rating]:
        """Return a person's ratings, the earliest first."""
        return {when: found[key] for when, found in self._by_period.items() if key in found}

    def in_period(self, period: Period) -> Mapping[str, Rating]:
        """Return the ratings of a period by subject id; nobody may change them."""
        return self._by_period.get(period, {})

    def holds(self, stamp: str, today: date) -> bool:
        """Return whether it stands for such a state of the data on a day."""
        return self.stamp == stamp and self.day in (None, today)

    def level_at(self, value: float) -> int:
        """Return the place of the level whose number is nearest."""
        distances = [abs(one - value) for one in self.values]
        return distances.index(min(distances))


_BOOKS: WeakKeyDictionary[Workspace, Book] = WeakKeyDictionary()
_READING = threading.Lock()


def book_of(office: Office) -> Book:
    """Return the ratings of the workspace as its files are now."""
    workspace = office.workspace
    if not workspace.exists:
        return Book()
    stamp, today = _stamp(workspace), office.clock().date()
    known = _BOOKS.get(workspace)
    if known is not None and known.holds(stamp, today):
        return known
    with _READING:
        known = _BOOKS.get(workspace)
        if known is None or not known.holds(stamp, today):
            known = replace(_read(workspace, today), stamp=stamp)
            _BOOKS[workspace] = known
    return known


def _stamp(workspace: Workspace) -> str:
    """Return what changes whenever the data may have changed."""
    store, base = workspace.store, workspace.store.base
    known = _SOURCES.get(workspace)
    settings = store.read_settings()
    told = repr(store.read_json("sources"))
    if known is None or known[0] != (settings, told):
        tables = workspace.settings().contract.tables
        known = (settings, told), tuple(table.source for table in tables)
        _SOURCES[workspace] = known
    marks = [settings, told, *(_mark(base, one) for one in known[1]), _mark(base, "mended")]
    return content_hash(mark.encode() for mark in marks)


_SOURCES: WeakKeyDictionary[Workspace, tuple[tuple[str, str], tuple[str, ...]]] = (
    WeakKeyDictionary()
)


def _mark(base: Path, source: str) -> str:
    if is_url(source):
        return f"{source} {int(time.time() // _LASTING_S)}"
    try:
        found = (base / source).stat()
    except OSError:
        return f"{source} -"
    return f"{source} {found.st_mtime_ns} {found.st_size}"


def _read(workspace: Workspace, today: date) -> Book:
    try:
        settings = workspace.settings()
        figures = prepare_figures(settings, workspace.store)
    except JixiaoError as error:
        return Book(problem=error)
    return make_book(figures, settings, today)


def make_book(prepared: Figures, settings: Settings, today: date) -> Book:
    """Return the ratings and figures of prepared data.

    Args:
        prepared: Checked and joined rows.
        settings: The workspace's settings.
        today: From when ratings hold where the data name no periods.
    """
    contract, frame = prepared.contract, prepared.frame
    task = contract.task
    subject = contract.one(Role.SUBJECT)
    rated = task.kind in (TaskKind.ORDINAL, TaskKind.NUMBER)
    if subject is None or not rated or task.target not in frame.columns:
        return Book(policy=SmallGroups.of(settings.privacy), data_hash=prepared.data_hash)
    keys = [str(key) if key is not None else None for key in frame[subject.name].to_list()]
    periods, day = _periods(frame, contract, today)
    places = [
        None if key is None or period is None else (key, period)
        for key, period in zip(keys, periods, strict=True)
    ]
    less = {one.name for one in contract.indicators if one.higher_is_better is False}
    less |= {one.name for one in contract.columns if one.higher_is_better is False}
    return Book(
        levels=task.levels,
        values=task.values,
        policy=SmallGroups.of(settings.privacy),
        data_hash=prepared.data_hash,
        ratings=_ratings(prepared, places),
        figures=_figures(prepared, places),
        less_is_better=frozenset(less),
        day=day,
    )


_Place = tuple[str, Period]


def _periods(
    frame: pl.DataFrame, contract: Contract, today: date
) -> tuple[list[Period | None], date | None]:
    """Return the period of each row, and the day from which they hold where none is named."""
    if any(column.name in frame.columns for column in contract.by_role(Role.PERIOD)):
        return periods_of(frame, contract), None
    return [Period(today, date.max)] * frame.height, today


def _ratings(prepared: Figures, places: Sequence[_Place | None]) -> dict[_Place, Rating]:
    task = prepared.contract.task
    number = dict(zip(task.levels, task.values, strict=True)) if task.levels else None
    rater = prepared.contract.one(Role.RATER)
    answers = prepared.frame[task.target].to_list()
    has_raters = rater is not None and rater.name in prepared.frame.columns
    raters = prepared.frame[rater.name].to_list() if rater and has_raters else [None] * len(answers)
    found: dict[_Place, list[tuple[float, str, Any]]] = defaultdict(list)
    for place, answer, by in zip(places, answers, raters, strict=True):
        if place is None or answer is None:
            continue
        level = str(answer) if number else ""
        if number and level not in number:
            continue
        found[place].append((number[level] if number else float(answer), level, by))
    return {place: _taken_together(given) for place, given in found.items()}


def _taken_together(given: Sequence[tuple[float, str, Any]]) -> Rating:
    levels = {level for _, level, _ in given}
    by_rater = tuple((str(by), value) for value, _, by in given if by is not None)
    level = levels.pop() if len(levels) == 1 else ""
    return Rating(fmean(value for value, _, _ in given), level, by_rater)


def _figures(prepared: Figures, places: Sequence[_Place | None]) -> dict[str, dict[_Place, float]]:
    """Return numbers, progress of goals and indicators; nothing confidential or protected."""
    contract, frame = prepared.contract, prepared.frame
    found: dict[str, dict[_Place, list[float]]] = {}
    for column in contract.by_role(Role.NUMBER, Role.PROGRESS):
        if column.name not in frame.columns or not frame[column.name].dtype.is_numeric():
            continue
        cells: dict[_Place, list[float]] = defaultdict(list)
        for place, value in zip(places, frame[column.name].to_list(), strict=True):
            if place is not None and value is not None:
                cells[place].append(float(value))
        found[column.name] = cells
    periods = sorted({place[1] for place in places if place is not None})
    for table in (indicators_of(frame, contract), prepared.indicators):
        if table is not None and table.height:
            _add_indicators(found, table, periods)
    return {
        name: {place: fmean(values) for place, values in cells.items()}
        for name, cells in found.items()
        if cells
    }


def _add_indicators(
    found: dict[str, dict[_Place, list[float]]], table: pl.DataFrame, periods: Sequence[Period]
) -> None:
    """Add each figure to the review period its own period lies in."""
    within: dict[Any, Period | None] = {}
    columns = ("subject", "period_start", "indicator", "value")
    for subject, start, name, value in table.select(columns).iter_rows():
        if start not in within:
            within[start] = next((p for p in periods if start and p.contains(start)), None)
        period = within[start]
        if period is not None and value is not None:
            cells = found.setdefault(name, defaultdict(list))
            cells[str(subject), period].append(float(value))
