"""From guesses to contract columns: one subject, one rater, one period, and the details of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from jixiao.contracts import Column, DataType, Role, Task
from jixiao.data import vocabulary as words
from jixiao.data.bounds import believable
from jixiao.data.infer_roles import Evidence, is_rating_like, protected_kind
from jixiao.data.infer_tables import direction_of
from jixiao.data.scales import known_order, plain_level
from jixiao.data.values import parse_dates

_MOST_LEVELS = 60
_KEYS = (Role.ID, Role.SUBJECT, Role.RATER)
_FEW = 20
_FEW_MISSING = 0.02
_MANY, _NEARLY = 60, 0.97
MEASURED = frozenset(
    {
        *(Role.NUMBER, Role.ORDINAL, Role.INDICATOR, Role.PROGRESS, Role.CONFIDENTIAL),
        *(Role.TARGET, Role.PROTECTED, Role.LEAK),
    }
)
"""Roles whose numbers have a believable range."""


@dataclass
class Guessed:
    """A column's evidence with the role it was given; filled in step by step.

    Attributes:
        evidence: What its values show.
        role: Role so far.
        why: Reason in words.
        is_given: Whether the user gave the role.
        is_first: Whether it stands in the table of the records.
        type: Type that differs from the evidence's, or None.
        zero_is_missing: Whether 0 stands for no answer.
        records: Different rows of its table.
        is_series: Whether its table holds KPI series.
        is_mixed: Whether it holds the values of several indicators one below the other.
        beside: Name the join gives it where the first table has such a column already.
    """

    evidence: Evidence
    role: Role
    why: str
    is_given: bool = False
    is_first: bool = True
    type: DataType | None = None
    zero_is_missing: bool = False
    records: int = 0
    is_series: bool = False
    is_mixed: bool = False
    beside: str = ""

    @property
    def name(self) -> str:
        """Name as written, or as the join will call it."""
        return self.beside or self.evidence.profile.name

    @property
    def filled(self) -> float:
        """Share of rows with a value."""
        return 1 - self.evidence.profile.missing


def one_of_each(guessed: list[Guessed]) -> list[Guessed]:
    """Leave one subject, one rater and one period; the others become ids, dates or categories."""
    _sibling_ratings(guessed)
    _keep_one(guessed, Role.SUBJECT, _subject_rank)
    if not any(one.role is Role.SUBJECT for one in guessed):
        _subject_from_rater(guessed)
    _keep_one(guessed, Role.RATER, _rater_rank)
    _keep_one(guessed, Role.PERIOD, _period_rank)
    return guessed


def _sibling_ratings(guessed: list[Guessed]) -> None:
    """Numbers on the very levels of a named rating beside them are ratings too."""
    ratings = {
        _numbers(one): one.name
        for one in guessed
        if one.role in (Role.ORDINAL, Role.TARGET) and is_rating_like(one.evidence.profile)
    }
    for one in guessed:
        levels = _numbers(one)
        is_whole = one.role is Role.NUMBER and one.evidence.type is DataType.INTEGER
        if is_whole and not one.is_given and len(levels) >= 3 and levels in ratings:
            one.role = Role.ORDINAL
            one.why = f"a rating from {levels[0]:g} to {levels[-1]:g}, like {ratings[levels]!r}"


def _numbers(one: Guessed) -> tuple[float, ...]:
    if one.evidence.type not in (DataType.NUMBER, DataType.INTEGER):
        return ()
    found = one.evidence.profile.common_numbers
    return tuple(found.to_list()) if len(found) <= 11 else ()


def _keep_one(
    guessed: list[Guessed], role: Role, rank: Callable[[Guessed], tuple[Any, ...]]
) -> None:
    found = [one for one in guessed if one.role is role and not one.is_series]
    if len(found) < 2:
        return
    best = max(found, key=lambda one: (one.is_given, one.is_first, *rank(one)))
    for one in found:
        if one is best or one.is_given:
            continue
        if role is Role.PERIOD:
            is_date = one.evidence.type is DataType.DATE
            one.role = Role.DATE if is_date else Role.CATEGORY
            one.why += f"; {best.name!r} is the period"
        else:
            one.role = Role.ID
            one.why += f"; {best.name!r} is the {role}"


def _subject_rank(one: Guessed) -> tuple[bool, bool, float, int]:
    plain = one.evidence.plain
    is_person = words.PERSON_NAME.search(plain) is None and any(
        word in plain for word in ("emp", "staff", "person", "worker", "员工", "工号", "人员", "被")
    )
    has_key = words.ID.search(plain) is not None
    return is_person, has_key, one.filled, -one.evidence.position


def _rater_rank(one: Guessed) -> tuple[float, int]:
    return round(one.filled, 2), -one.evidence.position


def _period_rank(one: Guessed) -> tuple[bool, float, int]:
    is_period = one.evidence.type is DataType.PERIOD
    return is_period, one.filled, -one.evidence.position


def _subject_from_rater(guessed: list[Guessed]) -> None:
    """A customer whose every row differs is who the table is about, and rates nobody."""
    for one in guessed:
        profile = one.evidence.profile
        if one.role is Role.RATER and not one.is_given and profile.distinct_share >= 1.0:
            one.role, one.why = Role.SUBJECT, "one row each; who the table is about"
            return


def finish_column(one: Guessed, task: Task, *, has_period: bool) -> Column:
    """Return the contract's column for a guess, with levels, range, unit and flags."""
    profile = one.evidence.profile
    type_ = _type(one)
    is_measured = one.role in MEASURED and not one.is_mixed
    low, high = believable(profile, type_, one.role) if is_measured else (None, None)
    is_key = one.role in (Role.ID, Role.SUBJECT)
    unique = is_key and _is_unique(one)
    return Column(
        name=one.name,
        role=one.role,
        type=type_,
        unit=profile.unit if type_ in (DataType.NUMBER, DataType.INTEGER) else None,
        levels=_levels(one, type_, task),
        minimum=low,
        maximum=high,
        usual=_usual(one, type_) if is_measured else None,
        missing=round(profile.missing, 3) if one.role is not Role.IGNORED else None,
        day_first=_day_first(one) if type_ is DataType.DATE else None,
        zero_is_missing=one.zero_is_missing,
        required=one.role is Role.TARGET or _is_needed(one),
        unique=unique and one.is_first and not (has_period and one.role is Role.SUBJECT),
        higher_is_better=direction_of(one.evidence.plain) if one.role is Role.INDICATOR else None,
        source=_source(one) if one.role is Role.CONFIDENTIAL else None,
    )


def _is_unique(one: Guessed) -> bool:
    """Return whether each record has its own value, or all but a few that must be mistakes.

    Names and titles are no keys, however few of them repeat.
    """
    profile = one.evidence.profile
    if profile.rows < 2 or profile.missing > _FEW_MISSING:
        return False
    different = max(profile.distinct_share, profile.distinct / max(1, one.records))
    is_key = words.ID.search(one.evidence.plain) is not None or one.evidence.is_code
    if one.role is Role.ID and not is_key:
        return False
    is_own = one.role is Role.ID or _subject_rank(one)[0]
    return different >= 1.0 or (is_own and profile.filled >= _MANY and different >= _NEARLY)


def _day_first(one: Guessed) -> bool | None:
    """Return how days and months are read; None where nothing decides, and that is told."""
    parsed = parse_dates(one.evidence.values)
    return None if parsed.ambiguous else parsed.day_first


def _is_needed(one: Guessed) -> bool:
    """Return whether a row can do nothing without its subject: all but a few rows have one."""
    is_subject = one.role is Role.SUBJECT and one.is_first
    return is_subject and one.evidence.profile.missing <= _FEW_MISSING


def _usual(one: Guessed, type_: DataType) -> tuple[float, float, float] | None:
    profile = one.evidence.profile
    if type_ not in (DataType.NUMBER, DataType.INTEGER) or one.role not in MEASURED:
        return None
    if profile.filled < _FEW:
        return None
    found = profile.quantiles((0.1, 0.5, 0.9))
    return (found[0], found[1], found[2])


def _type(one: Guessed) -> DataType:
    if one.type is not None:
        return one.type
    found = one.evidence.type
    if one.role in _KEYS or one.role in (Role.TEXT, Role.GOAL):
        return DataType.TEXT
    if one.role in (Role.GROUP, Role.CATEGORY) and found is not DataType.BOOLEAN:
        return DataType.CATEGORY
    if one.role is Role.ORDINAL and found is DataType.CATEGORY:
        return DataType.ORDINAL
    if one.role is Role.PERIOD and found not in (DataType.PERIOD, DataType.DATE):
        return DataType.PERIOD
    if one.role is Role.PROTECTED and found is DataType.INTEGER and not _is_quantity(one):
        return DataType.CATEGORY
    return found


def _is_quantity(one: Guessed) -> bool:
    return protected_kind(one.name) in ("age", "family", "date of birth")


def _levels(one: Guessed, type_: DataType, task: Task) -> tuple[str, ...]:
    if one.role is Role.TARGET:
        return task.levels if len(task.levels) <= _MOST_LEVELS else ()
    if one.role in (*_KEYS, Role.IGNORED) or type_ not in (DataType.CATEGORY, DataType.ORDINAL):
        return ()
    kept: dict[str, str] = {}
    for value in one.evidence.profile.levels["value"].head(3 * _MOST_LEVELS):
        kept.setdefault(plain_level(value), value)
    values = list(kept.values())
    values = [value for value in values if not words.TOTAL.fullmatch(value)]
    if type_ is DataType.ORDINAL:
        return known_order(values) or tuple(values)
    if len(values) > _MOST_LEVELS or one.evidence.profile.distinct > 3 * _MOST_LEVELS:
        return ()
    return tuple(sorted(values))


def _source(one: Guessed) -> Literal["survey", "upward", "peer"]:
    for source, pattern in words.CONFIDENTIAL.items():
        if pattern.search(one.evidence.plain):
            return source
    return "survey"


__all__ = ["Guessed", "finish_column", "is_rating_like", "one_of_each"]
