"""Figures of many subjects at once: who has which rating or indicator, and which groups to hide.

Everything is computed at first use and kept, because every employee of a team asks for the same.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from jixiao.core import Period
from jixiao.reports.ledger import Ledger, Point, Record
from jixiao.reports.small_groups import hidden_groups
from jixiao.reports.trends import mean

Group = str | None
"""Path of a group; None stands for everybody."""


@dataclass(frozen=True, slots=True)
class Rated:
    """The human rating of one subject in one period.

    Attributes:
        value: Mean number over its rated records; None for classes.
        level: The level all of them share; None when they differ or the task is a number.
        records: The rated records, in table order.
    """

    value: float | None
    level: int | None
    records: tuple[Record, ...]

    @property
    def rows(self) -> tuple[int, ...]:
        """Rows of the rated records."""
        return tuple(record.row for record in self.records)


def rated_of(records: list[Record]) -> Rated | None:
    """Return what the stored ratings of one subject come to; None when there is none."""
    rated = tuple(record for record in records if record.is_rated)
    if not rated:
        return None
    numbers = [record.value for record in rated if record.value is not None]
    levels = {record.level for record in rated}
    one = levels.pop() if len(levels) == 1 else None
    return Rated(mean(numbers) if numbers else None, one, rated)


class Figures:
    """Answers about many subjects, from one ledger.

    Args:
        ledger: All rows.
    """

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.minimum = ledger.evidence.privacy.min_scores
        self._rated: dict[tuple[Group, Period | None], dict[str, Rated]] = {}
        self._points: dict[tuple[Group, Period | None, str], dict[str, Point]] = {}
        self._hidden: dict[tuple[str | None, Period | None], frozenset[str]] = {}
        self._last: dict[tuple[str, Period | None], dict[str, Point]] = {}
        self._columns: dict[str, dict[int, float]] = {}
        self._summaries: dict[tuple[str, Group, Period | None], tuple[float, ...]] = {}

    def column(self, name: str) -> dict[int, float]:
        """Return the values of a number column by row, missing ones left out."""
        if name not in self._columns:
            frame = self.ledger.evidence.frame
            pairs = zip(frame["_row"].to_list(), frame[name].to_list(), strict=True)
            self._columns[name] = {row: float(v) for row, v in pairs if v is not None and v == v}
        return self._columns[name]

    def rated(self, group: Group, period: Period | None) -> dict[str, Rated]:
        """Return the rating of every rated subject of a group in a period."""
        key = (group, period)
        if key not in self._rated:
            own: dict[str, list[Record]] = defaultdict(list)
            for record in self.ledger.of(group, period):
                own[record.subject].append(record)
            found = {subject: rated_of(records) for subject, records in own.items()}
            self._rated[key] = {name: rated for name, rated in found.items() if rated}
        return self._rated[key]

    def numbers(self, group: Group, period: Period | None) -> tuple[float, ...]:
        """Return the rating numbers of a group's subjects, rising."""
        key = ("rating", group, period)
        if key not in self._summaries:
            found = (rated.value for rated in self.rated(group, period).values())
            self._summaries[key] = tuple(sorted(v for v in found if v is not None))
        return self._summaries[key]

    def last_points(self, subject: str, period: Period | None) -> dict[str, Point]:
        """Return the last figure of each indicator of a subject within a period."""
        key = (subject, period)
        if key not in self._last:
            self._last[key] = {
                name: inside[-1]
                for name, series in self.ledger.points.get(subject, {}).items()
                if (inside := [point for point in series if within(point.period, period)])
            }
        return self._last[key]

    def points(self, group: Group, period: Period | None, indicator: str) -> dict[str, Point]:
        """Return the last figure of one indicator for each subject of a group in a period."""
        key = (group, period, indicator)
        if key not in self._points:
            subjects = dict.fromkeys(record.subject for record in self.ledger.of(group, period))
            self._points[key] = {
                subject: points[indicator]
                for subject in subjects
                if indicator in (points := self.last_points(subject, period))
            }
        return self._points[key]

    def hidden(self, period: Period | None, indicator: str | None = None) -> frozenset[str]:
        """Return the groups whose ratings (or one indicator of which) must not be shown."""
        key = (indicator, period)
        if key not in self._hidden:
            groups = self.ledger.groups(period)
            sizes = {group: self._respondents(group, period, indicator) for group in groups}
            total = self._respondents(None, period, indicator)
            self._hidden[key] = hidden_groups(sizes, total=total, minimum=self.minimum)
        return self._hidden[key]

    def is_shown(self, group: Group, period: Period | None, indicator: str | None = None) -> bool:
        """Return whether figures of a group, or of everybody, may be shown."""
        if self._respondents(group, period, indicator) < self.minimum:
            return False
        return group is None or group not in self.hidden(period, indicator)

    def _respondents(self, group: Group, period: Period | None, indicator: str | None) -> int:
        if indicator is None:
            return len(self.rated(group, period))
        return len(self.points(group, period, indicator))


def within(inner: Period | None, outer: Period | None) -> bool:
    """Return whether a figure's period ends inside the reviewed one."""
    if inner is None or outer is None:
        return inner is None or outer is None
    return outer.start < inner.end <= outer.end
