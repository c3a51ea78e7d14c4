"""Figures of many subjects at once: who has which rating or indicator, and which groups to hide.

Everything is computed at first use and kept, because every employee of a team asks for the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from functools import cached_property

from jixiao.contracts import Role
from jixiao.core import Period
from jixiao.reports.about import About
from jixiao.reports.bands import CommonBands
from jixiao.reports.ledger import Ledger, Point, Record, read_ledger
from jixiao.reports.quotes import themes_of
from jixiao.reports.small_groups import SmallGroups
from jixiao.reports.statistics import mean

Group = str | None
"""Path of a group; None stands for everybody."""

RATING = "rating"
"""The measure that is meant where none is named."""


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
        about: What they are about, where customers are asked.
    """

    def __init__(self, ledger: Ledger, about: About | None = None) -> None:
        self.ledger = ledger
        self.about = about
        self.policy = SmallGroups.of(ledger.evidence.privacy)
        self._rated: dict[tuple[Group, Period | None], dict[str, Rated]] = {}
        self._points: dict[tuple[Group, Period | None, str], dict[str, Point]] = {}
        self._hidden: dict[tuple[str, Period | None], frozenset[str]] = {}
        self._themes: dict[tuple[Group, Period | None], dict[tuple[str, ...], set[str]]] = {}
        self._topics: dict[tuple[Group, Period | None], dict[str, dict[str, list[int]]]] = {}
        self._bands: dict[Period | None, CommonBands] = {}
        self._last: dict[tuple[str, Period | None], dict[str, Point]] = {}
        self._words: dict[str, dict[int, str]] = {}
        self._given: dict[tuple[str, Group, Period | None], Counter[str]] = {}
        self._columns: dict[str, dict[int, float]] = {}
        self._summaries: dict[tuple[str, Group, Period | None], tuple[float, ...]] = {}

    @cached_property
    def monthly(self) -> Figures | None:
        """The same by the month of each answer; None where records have periods or no day."""
        evidence, reading = self.ledger.evidence, self.ledger.reading
        days = next((c.name for c in evidence.contract.by_role(Role.DATE)), None)
        known = days in evidence.frame.columns and evidence.frame[days].dtype.is_temporal()
        if days is None or self.ledger.periods or not known:
            return None
        return Figures(read_ledger(evidence, replace(reading, days=days)), self.about)

    @property
    def minimum(self) -> int:
        """Fewest respondents behind a figure."""
        return self.policy.min_scores

    def column(self, name: str) -> dict[int, float]:
        """Return the values of a number column by row, missing ones left out."""
        if name not in self._columns:
            frame = self.ledger.evidence.frame
            pairs = zip(frame["_row"].to_list(), frame[name].to_list(), strict=True)
            self._columns[name] = {row: float(v) for row, v in pairs if v is not None and v == v}
        return self._columns[name]

    def texts_of(self, name: str) -> dict[int, str]:
        """Return the values of a column of words by row, missing ones left out."""
        if name not in self._words:
            frame = self.ledger.evidence.frame
            values = frame[name].cast(str).to_list()
            pairs = zip(frame["_row"].to_list(), values, strict=True)
            self._words[name] = {row: value.strip() for row, value in pairs if value}
        return self._words[name]

    def given(self, column: str, group: Group, period: Period | None) -> Counter[str]:
        """Return how many respondents of a group give each value, the last one of each."""
        key = (column, group, period)
        if key not in self._given:
            values = self.texts_of(column)
            last = {
                record.subject: values[record.row]
                for record in self.ledger.of(group, period)
                if record.row in values
            }
            self._given[key] = Counter(last.values())
        return self._given[key]

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

    def hidden(self, period: Period | None, measure: str = RATING) -> frozenset[str]:
        """Return the groups whose figures of one measure must not be shown."""
        key = (measure, period)
        if key not in self._hidden:
            groups = self.ledger.groups(period)
            sizes = {group: self.respondents(group, period, measure) for group in groups}
            total = self.respondents(None, period, measure)
            self._hidden[key] = self.policy.hidden(sizes, total=total)
        return self._hidden[key]

    def is_shown(self, group: Group, period: Period | None, measure: str = RATING) -> bool:
        """Return whether figures of a group, or of everybody, may be shown.

        Args:
            group: Path, or None for everybody.
            period: Reviewed period.
            measure: ``rating``, or what ``respondents`` knows.
        """
        if not self.policy.may_show(self.respondents(group, period, measure)):
            return False
        if group is None and self.about and not self.policy.may_show(self.persons(period)):
            return False
        return group is None or group not in self.hidden(period, measure)

    def respondents(self, group: Group, period: Period | None, measure: str) -> int:
        """Return how many people stand behind a measure of a group.

        Args:
            group: Path, or None for everybody.
            period: Reviewed period.
            measure: ``rating``; ``points:NAME`` or ``targets:NAME`` of an indicator;
                ``answers:COLUMN`` of a confidential source; ``opinions``; ``texts``; ``goals``;
                ``theme:KIND/NAME``; ``topic:NAME``; ``given:COLUMN`` or ``value:COLUMN/NAME``.
        """
        kind, _, name = measure.partition(":")
        if kind == RATING:
            return len(self.rated(group, period))
        if kind in ("points", "targets"):
            points = self.points(group, period, name).values()
            return sum(1 for p in points if kind == "points" or p.target is not None)
        if kind == "opinions":
            return sum(1 for one in self.rated(group, period).values() if self._has_opinion(one))
        if kind == "answers":
            return len(self.answers(name, self.ledger.of(group, period)))
        if kind == "texts":
            records = self.ledger.of(group, period)
            return len({record.subject for record in records if record.row in self.ledger.texts})
        if kind == "topic":
            return len(self.topics(group, period).get(name, ()))
        if kind == "goals":
            return len(self.goals(group, period))
        if kind == "given":
            return sum(self.given(name, group, period).values())
        if kind == "value":
            column, _, value = name.partition("/")
            return self.given(column, group, period).get(value, 0)
        theme = tuple(name.split("/", 1))
        return len(self.themes(group, period).get(theme, ()))

    def persons(self, period: Period | None) -> int:
        """Return how many people gave the answers of a period; each answer is one if unnamed."""
        rated = self.rated(None, period).values()
        return len({r.rater or r.subject for one in rated for r in one.records})

    def _has_opinion(self, rated: Rated) -> bool:
        known = [self.ledger.opinions.get(row) for row in rated.rows]
        scored = any(one and one.status == "scored" and one.probabilities for one in known)
        return scored and rated.level is not None

    def answers(self, column: str, records: list[Record]) -> dict[str, float]:
        """Return the last confidential answer of each respondent in some records.

        A survey is answered by the subject; upward and peer feedback by the rater.
        """
        by_row = self.column(column)
        is_survey = self.ledger.evidence.contract.column(column).source == "survey"
        return {
            (record.subject if is_survey else record.rater or f"row {record.row}"): by_row[
                record.row
            ]
            for record in records
            if record.row in by_row
        }

    def themes(self, group: Group, period: Period | None) -> dict[tuple[str, ...], set[str]]:
        """Return the people whose reviews name a theme, by kind (strength, growth) and theme."""
        key = (group, period)
        if key not in self._themes:
            told: dict[tuple[str, ...], set[str]] = defaultdict(set)
            for record in self.ledger.of(group, period):
                for kind, theme in themes_of(self.ledger, record.row):
                    told[kind, theme].add(record.subject)
            self._themes[key] = dict(told)
        return self._themes[key]

    def topics(self, group: Group, period: Period | None) -> dict[str, dict[str, list[int]]]:
        """Return by topic whose texts mention it, each with the rows that do."""
        key = (group, period)
        if key not in self._topics:
            told: dict[str, dict[str, list[int]]] = {}
            for record in self.ledger.of(group, period):
                for topic in dict.fromkeys(m.topic for m in self.ledger.topics.get(record.row, ())):
                    told.setdefault(topic, {}).setdefault(record.subject, []).append(record.row)
            self._topics[key] = told
        return self._topics[key]

    def goals(self, group: Group, period: Period | None) -> dict[str, float]:
        """Return the mean progress of the goals of each subject of a group, in percent."""
        found: dict[str, list[float]] = defaultdict(list)
        for record in self.ledger.of(group, period):
            for goal in self.ledger.goals.get(record.row, ()):
                if goal.progress is not None:
                    found[record.subject].append(goal.progress)
        return {subject: mean(progress) for subject, progress in found.items()}

    def bands(self, period: Period | None) -> CommonBands:
        """Return the bands of levels that all teams share, and the teams that may show them."""
        if period not in self._bands:
            total = self.level_counts(None, period)
            self._bands[period] = self.policy.common_bands(self.shown_counts(period), total)
        return self._bands[period]

    def shown_counts(self, period: Period | None) -> dict[str, list[int]]:
        """Return how many people stand at each level in every group that may be shown."""
        shown = (group for group in self.ledger.groups(period) if self.is_shown(group, period))
        return {group: self.level_counts(group, period) for group in shown}

    def level_counts(self, group: Group, period: Period | None) -> list[int]:
        """Return how many people stand at each level, or nearest to it by their mean."""
        values = self.ledger.values
        counts = [0] * len(self.ledger.levels)
        for one in self.rated(group, period).values():
            level = one.level
            if level is None and one.value is not None and values:
                own = one.value
                level = min(range(len(values)), key=lambda at: (abs(values[at] - own), at))
            if level is not None:
                counts[level] += 1
        return counts


def within(inner: Period | None, outer: Period | None) -> bool:
    """Return whether a figure's period ends inside the reviewed one."""
    if inner is None or outer is None:
        return inner is None or outer is None
    return outer.start < inner.end <= outer.end
