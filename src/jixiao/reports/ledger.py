"""The evidence once more as plain rows by subject, group and period, read a single time.

Every fact builder looks things up here, so that a run over thousands of subjects touches the
tables once. The ledger computes nothing that a report states.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import polars as pl

from jixiao.contracts import Role, TaskKind
from jixiao.core import Period
from jixiao.reports.evidence import Evidence
from jixiao.reports.spans import months_of, periods_of


@dataclass(frozen=True, slots=True)
class Record:
    """One used record.

    Attributes:
        row: Position in the checked table.
        subject: Own id, or the row's number where records have no subject.
        group: Path of the group, coarse to fine; None when unknown.
        rater: Who rated; None when unknown.
        period: Reviewed period; None when the data has no periods.
        level: Index in the task's levels; None for a number or where nothing is stored.
        value: Number of the rating; None where nothing is stored or the task has classes.
    """

    row: int
    subject: str
    group: str | None
    rater: str | None
    period: Period | None
    level: int | None
    value: float | None

    @property
    def is_rated(self) -> bool:
        """Whether a human judgement is stored."""
        return self.level is not None or self.value is not None


@dataclass(frozen=True, slots=True)
class Point:
    """One figure of one indicator; ``target`` is None where none is set."""

    period: Period | None
    value: float
    target: float | None
    row: int | None


@dataclass(frozen=True, slots=True)
class Text:
    """One masked text of a record."""

    row: int
    column: str
    text: str


@dataclass(frozen=True, slots=True)
class Opinion:
    """A model's view of one record: a probability per level, their mean, and the status."""

    probabilities: tuple[float, ...]
    expected: float | None
    predicted: str | float | None
    status: str


@dataclass(frozen=True, slots=True)
class Goal:
    """A goal of one record, in the masked words of the data."""

    row: int
    column: str
    text: str
    progress: float | None
    due: date | None


@dataclass(frozen=True, slots=True)
class Action:
    """A next step that somebody agreed on in a period, and whether it is done."""

    row: int
    about: str
    text: str
    owner: str | None
    due: date | None
    is_done: bool
    period: Period


@dataclass(frozen=True, slots=True)
class Mention:
    """A topic that a text speaks of, and the words of the text that say so."""

    topic: str
    column: str
    words: str


@dataclass(frozen=True, slots=True)
class Reading:
    """By which columns records are told apart.

    Attributes:
        subject: Columns that together name a subject; each record is its own without any.
        groups: Columns of the group path; those of the contract when None.
        settles: Whether a subject has one group a period.
        rater: Column of who answered; the contract's rater when None.
        days: Column of days whose months are the periods; the contract's period column when None.
    """

    subject: tuple[str, ...]
    groups: tuple[str, ...] | None = None
    settles: bool = True
    rater: str | None = None
    days: str | None = None


@dataclass(frozen=True)
class Ledger:
    """All rows of the evidence, indexed.

    Attributes:
        evidence: What it was read from.
        reading: How records were told apart.
        levels: Names of the levels or classes, lowest first; empty for a number.
        values: Number of each level; empty for classes and numbers.
        has_subjects: Whether records name who they are about.
        records: All records, in table order.
        by_subject: Records of each subject, oldest first.
        by_row: Record at each position of the checked table.
        periods: All periods, oldest first.
        points: Subject → indicator → figures, oldest first.
        texts: Row → masked texts.
        opinions: Row → second opinion.
        topics: Row → topics that its texts mention.
        goals: Row → its goals.
        actions: Subject → agreed next steps, oldest first.
    """

    evidence: Evidence
    reading: Reading
    levels: tuple[str, ...]
    values: tuple[float, ...]
    has_subjects: bool
    records: list[Record]
    by_subject: dict[str, list[Record]]
    by_row: dict[int, Record]
    periods: list[Period]
    points: dict[str, dict[str, list[Point]]]
    texts: dict[int, list[Text]]
    opinions: dict[int, Opinion]
    topics: dict[int, list[Mention]]
    goals: dict[int, list[Goal]]
    actions: dict[str, list[Action]]
    cells: dict[tuple[str | None, Period | None], list[Record]] = field(default_factory=dict)
    """Records by group (None: everybody) and period."""
    passages: dict[int, list[Any]] = field(default_factory=dict)
    """What the texts of a row speak of, kept by whoever reads them first."""

    def of(self, group: str | None, period: Period | None) -> list[Record]:
        """Return the records of a group, or of everybody, in a period."""
        return self.cells.get((group, period), [])

    def groups(self, period: Period | None) -> list[str]:
        """Return the groups that have records in a period, sorted."""
        return sorted(g for g, p in self.cells if p == period and g is not None)

    def before(self, period: Period | None) -> Period | None:
        """Return the last period of the data that ends before a period starts, or None."""
        if period is None:
            return None
        earlier = [known for known in self.periods if known.end <= period.start]
        return earlier[-1] if earlier else None


def read_ledger(evidence: Evidence, reading: Reading | None = None) -> Ledger:
    """Read the evidence into rows.

    Args:
        evidence: All tables.
        reading: How records are told apart; by the contract's subject and groups when None.
    """
    subject = evidence.contract.one(Role.SUBJECT)
    reading = reading or Reading((subject.name,) if subject else ())
    records = _records(evidence, reading)
    records = _settled(records) if reading.settles else records
    by_subject: dict[str, list[Record]] = defaultdict(list)
    cells: dict[tuple[str | None, Period | None], list[Record]] = defaultdict(list)
    for record in records:
        by_subject[record.subject].append(record)
        cells[None, record.period].append(record)
        if record.group is not None:
            cells[record.group, record.period].append(record)
    for own in by_subject.values():
        own.sort(key=_order)
    return Ledger(
        evidence=evidence,
        reading=reading,
        levels=evidence.contract.task.levels,
        values=evidence.contract.task.values,
        has_subjects=bool(reading.subject),
        records=records,
        by_subject=dict(by_subject),
        by_row={record.row: record for record in records},
        periods=sorted({r.period for r in records if r.period}, key=lambda p: (p.end, p.start)),
        points=_points(evidence.indicators),
        texts=_texts(evidence.comments),
        opinions=_opinions(evidence),
        topics=_topics(evidence.topics),
        goals=_goals(evidence.goals),
        actions=_actions(evidence.actions),
        cells=dict(cells),
    )


def _order(record: Record) -> tuple[str, str, int]:
    period = record.period
    ends = (period.end.isoformat(), period.start.isoformat()) if period else ("", "")
    return (*ends, record.row)


def _records(evidence: Evidence, reading: Reading) -> list[Record]:
    frame, contract = evidence.frame, evidence.contract
    rows = frame["_row"].to_list()
    rater = contract.one(Role.RATER)
    levels, values = _ratings(evidence)
    named = _named(frame, reading.subject)
    raters = _strings(frame, reading.rater or (rater.name if rater else None))
    groups = _group_paths(evidence, reading.groups)
    periods = months_of(frame[reading.days]) if reading.days else periods_of(frame, contract)
    return [
        Record(
            row,
            str(row) if named[i] is None else str(named[i]),
            groups[i],
            raters[i],
            periods[i],
            levels[i],
            values[i],
        )
        for i, row in enumerate(rows)
    ]


def _settled(records: list[Record]) -> list[Record]:
    """Give each subject one group a period, the one of its last record, so that groups part."""
    home: dict[tuple[str, Period | None], str] = {}
    for record in records:
        if record.group is not None:
            home[record.subject, record.period] = record.group
    return [
        record
        if record.group == home.get((record.subject, record.period))
        else replace(record, group=home[record.subject, record.period])
        for record in records
    ]


def _strings(frame: pl.DataFrame, name: str | None) -> list[str | None]:
    if name is None or name not in frame.columns:
        return [None] * frame.height
    return frame[name].cast(pl.String).to_list()


def _named(frame: pl.DataFrame, names: tuple[str, ...]) -> list[str | None]:
    """Return the subject of each row; None where one of its parts is missing."""
    columns = [_strings(frame, name) for name in names]
    if len(columns) == 1:
        return columns[0]
    return [
        None if not parts or any(part is None for part in parts) else "\x1f".join(map(str, parts))
        for parts in (zip(*columns, strict=True) if columns else [()] * frame.height)
    ]


def _group_paths(evidence: Evidence, given: tuple[str, ...] | None) -> list[str | None]:
    frame = evidence.frame
    names = [c.name for c in evidence.contract.by_role(Role.GROUP)] if given is None else [*given]
    names = [name for name in names if name in frame.columns]
    names.sort(key=lambda name: frame[name].n_unique())
    columns = [_strings(frame, name) for name in names]
    if not columns:
        return [None] * frame.height
    paths = []
    for parts in zip(*columns, strict=True):
        known = [part.strip() for part in parts if part and part.strip()]
        paths.append(" / ".join(known) or None)
    return paths


def _ratings(evidence: Evidence) -> tuple[list[int | None], list[float | None]]:
    task, frame = evidence.contract.task, evidence.frame
    empty: list[None] = [None] * frame.height
    if task.target not in frame.columns:
        return list(empty), list(empty)
    if task.kind is TaskKind.NUMBER:
        return list(empty), frame[task.target].cast(pl.Float64).to_list()
    places = {level: index for index, level in enumerate(task.levels)}
    levels = [None if v is None else places.get(v) for v in _strings(frame, task.target)]
    if task.kind is TaskKind.ORDINAL:
        return levels, [None if level is None else task.values[level] for level in levels]
    return levels, list(empty)


def _points(table: pl.DataFrame | None) -> dict[str, dict[str, list[Point]]]:
    points: dict[str, dict[str, list[Point]]] = defaultdict(lambda: defaultdict(list))
    if table is None or table.is_empty():
        return {}
    names = ("subject", "period_start", "period_end", "indicator", "value", "target")
    columns = [table[name].to_list() for name in names]
    rows = table["_row"].to_list() if "_row" in table.columns else [None] * table.height
    for subject, start, end, name, value, target, row in zip(*columns, rows, strict=True):
        if value is not None and value == value:
            period = Period(start, end) if start and end else None
            wanted = target if target is not None and target == target else None
            points[str(subject)][name].append(Point(period, value, wanted, row))
    for own in points.values():
        for series in own.values():
            series.sort(key=lambda p: (p.period.end, p.period.start) if p.period else ())
    return {subject: dict(own) for subject, own in points.items()}


def _texts(table: pl.DataFrame | None) -> dict[int, list[Text]]:
    texts: dict[int, list[Text]] = defaultdict(list)
    if table is not None:
        for row, column, text in table.select("_row", "column", "text").iter_rows():
            if text:
                texts[row].append(Text(row, column, text))
    return dict(texts)


def _topics(table: pl.DataFrame | None) -> dict[int, list[Mention]]:
    topics: dict[int, list[Mention]] = defaultdict(list)
    if table is not None:
        for row, column, topic, words in table.select(
            "_row", "column", "topic", "mention"
        ).iter_rows():
            topics[row].append(Mention(topic, column, words))
    return dict(topics)


def _goals(table: pl.DataFrame | None) -> dict[int, list[Goal]]:
    goals: dict[int, list[Goal]] = defaultdict(list)
    if table is not None:
        names = ("_row", "column", "text", "progress", "due")
        for row, column, text, progress, due in table.select(names).iter_rows():
            goals[row].append(Goal(row, column, text, progress, due))
    return dict(goals)


def _actions(table: pl.DataFrame | None) -> dict[str, list[Action]]:
    actions: dict[str, list[Action]] = defaultdict(list)
    if table is not None:
        for row in table.iter_rows(named=True):
            actions[row["subject"]].append(
                Action(
                    row["_row"],
                    row["about"],
                    row["text"],
                    row["owner"],
                    row["due"],
                    row["done"],
                    Period(row["period_start"], row["period_end"]),
                )
            )
    for own in actions.values():
        own.sort(key=lambda action: (action.period.end, action.row))
    return dict(actions)


def _opinions(evidence: Evidence) -> dict[int, Opinion]:
    scores = evidence.scores
    if scores is None:
        return {}
    names = [f"p_{level}" for level in evidence.contract.task.levels]
    names = names if all(name in scores.columns for name in names) else []
    have = [n for n in ("expected", "score", "status") if n in scores.columns]
    opinions = {}
    for row in scores.select("_row", *have, *names).iter_rows(named=True):
        shares = tuple(float(row[name] or 0.0) for name in names)
        status = row.get("status") or "scored"
        opinions[row["_row"]] = Opinion(shares, row.get("expected"), row.get("score"), status)
    return opinions
