"""The role of a column: by what its name says and by what its values show.

Rules are asked in order and the first that speaks decides. What identifies a row or a person can
never become a feature: counters, damaged numbers, near-unique codes and names come before all
rules that make features.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from jixiao.contracts import DataType, Role
from jixiao.data import vocabulary as words
from jixiao.data.profile import Profile, is_counter
from jixiao.data.scales import known_order

Guess = tuple[Role, str]
_NUMERIC = (DataType.NUMBER, DataType.INTEGER)
_MOST_CODES = 60
_NEAR_UNIQUE = 0.95
_LEAST_GOALS = 8
_FEW_ROWS = 20
_CODE = r"^[A-Za-z0-9_\-./]*\d[A-Za-z0-9_\-./]*$"
_UNIX = (6e8, 2.2e9)


@dataclass(frozen=True)
class Evidence:
    """A column's profile, its type and the table it stands in."""

    profile: Profile
    type: DataType
    why: str
    values: pl.Series
    position: int

    @property
    def plain(self) -> str:
        """Name without case, width and punctuation."""
        return self.profile.plain

    @property
    def is_code(self) -> bool:
        """Whether most values look like codes: no blanks, digits in them."""
        levels = self.profile.levels
        share = levels.filter(pl.col("value").str.contains(_CODE))["n"].sum()
        return bool(self.profile.filled) and float(share) / self.profile.filled > 0.9


def guess_role(evidence: Evidence) -> Guess:
    """Return the role of one column and the reason in words; subject and rater are candidates."""
    for rule in _RULES:
        if (found := rule(evidence)) is not None:
            return found
    return Role.CATEGORY, evidence.why


def protected_kind(name: str) -> str | None:
    """Return which protected attribute a column name speaks of, or None."""
    plain = words.plain_name(words.own_name(name))
    for kind, pattern in words.PROTECTED.items():
        if pattern.search(plain) and not words.TEXT.fullmatch(plain):
            return kind
    return None


def _empty(e: Evidence) -> Guess | None:
    if not e.profile.filled:
        return Role.IGNORED, "no values"
    if e.profile.distinct <= 1 and e.profile.missing < 0.01:
        return Role.IGNORED, "the same value in every row"
    return None


def _row_number(e: Evidence) -> Guess | None:
    unnamed = not e.plain or e.plain.startswith("unnamed")
    if unnamed and e.type is DataType.INTEGER:
        return Role.IGNORED, "unnamed column that numbers the rows"
    named = words.ROW_NUMBER.fullmatch(e.plain) is not None
    if e.type is not DataType.INTEGER or not (named or _is_key(e)):
        return None
    if not is_counter(e.values):
        return None
    if words.SUBJECT.fullmatch(e.plain) or words.PERSON_NAME.search(e.plain):
        return None
    if named or not words.ID.search(e.plain):
        return Role.IGNORED, "numbers the rows"
    return Role.ID, "numbers the rows; never a feature"


def _is_key(e: Evidence) -> bool:
    return e.profile.distinct_share >= 1.0 and e.profile.filled >= _FEW_ROWS


def _damaged(e: Evidence) -> Guess | None:
    if e.profile.is_damaged_id:
        return Role.IGNORED, "long numbers cut by a spreadsheet (like 1.2E+17); no key any more"
    return None


def _protected(e: Evidence) -> Guess | None:
    if e.type is DataType.TEXT:
        return None
    kind = protected_kind(e.profile.name)
    return (Role.PROTECTED, f"protected attribute ({kind}); never a feature") if kind else None


def _person(e: Evidence) -> Guess | None:
    if e.type in (DataType.DATE, DataType.PERIOD):
        return None
    if words.CONTACT.search(e.plain) and e.profile.distinct > 1 and e.type is not DataType.TEXT:
        return Role.ID, "contact or identity data; never a feature"
    repeated = e.profile.distinct_share < _NEAR_UNIQUE
    if words.RATER.fullmatch(e.plain) and e.profile.distinct > 1 and e.type is not DataType.TEXT:
        return Role.RATER, "named like the person who rates"
    if words.PERSON_NAME.search(e.plain) and e.type not in _NUMERIC:
        return Role.SUBJECT, f"names of people{', repeated' if repeated else ''}"
    if words.SUBJECT.fullmatch(e.plain) and _is_reference(e):
        return Role.SUBJECT, f"named like who or what is assessed, {e.profile.distinct} of them"
    return None


def _is_reference(e: Evidence) -> bool:
    has_key_word = words.ID.search(e.plain) is not None
    return e.profile.distinct > 2 and (has_key_word or e.type is not DataType.NUMBER)


def _confidential(e: Evidence) -> Guess | None:
    if e.type in (DataType.DATE, DataType.PERIOD):
        return None
    for source, pattern in words.CONFIDENTIAL.items():
        if pattern.search(e.plain):
            return Role.CONFIDENTIAL, f"confidential source ({source})"
    return None


def _when(e: Evidence) -> Guess | None:
    if e.type is DataType.PERIOD:
        return Role.PERIOD, e.why
    if e.type is DataType.DATE:
        return (Role.PERIOD if words.PERIOD.search(e.plain) else Role.DATE), e.why
    bounds = e.profile.bounds
    is_late = bounds is not None and _UNIX[0] < bounds[0] and bounds[1] < _UNIX[1]
    if e.type is DataType.INTEGER and is_late and words.DATE.search(e.plain):
        return Role.IGNORED, "seconds since 1970; give dates to use it"
    return None


def _text(e: Evidence) -> Guess | None:
    if e.type is not DataType.TEXT:
        return None
    return (Role.GOAL if words.GOAL.search(e.plain) else Role.TEXT), e.why


def _goal(e: Evidence) -> Guess | None:
    is_worded = e.type is DataType.CATEGORY and e.profile.distinct >= _LEAST_GOALS
    if not is_worded or not words.GOAL.search(e.plain):
        return None
    return Role.GOAL, f"wording of goals, {e.profile.distinct} different ones"


def _group(e: Evidence) -> Guess | None:
    if e.type is DataType.NUMBER or not words.GROUP.fullmatch(e.plain):
        return None
    if e.profile.distinct_share > 0.5 and e.profile.rows >= _FEW_ROWS:
        return None
    return Role.GROUP, f"named like an organisational unit, {e.profile.distinct} of them"


def _free_key(e: Evidence) -> Guess | None:
    if e.type is DataType.NUMBER or e.profile.filled < _FEW_ROWS:
        return None
    named = words.ID.search(e.plain) is not None and e.plain.split()[-1:] != ["level"]
    share = e.profile.distinct_share
    if e.type is DataType.INTEGER:
        if named and share > 0.2:
            return Role.ID, f"{share:.0%} different values and named like a key; never a feature"
        wide = e.profile.bounds is not None and e.profile.bounds[1] >= 1e5
        if share >= 1.0 and wide and _same_length(e):
            return Role.ID, "every value different and equally long; never a feature"
        return None
    if share >= _NEAR_UNIQUE:
        return Role.ID, f"{share:.0%} different values; never a feature"
    if e.is_code and share > 0.2:
        return Role.ID, f"codes, {share:.0%} of them different; never a feature"
    return None


def _same_length(e: Evidence) -> bool:
    return e.profile.levels["value"].str.len_chars().n_unique() == 1


def _number(e: Evidence) -> Guess | None:
    if e.type not in _NUMERIC:
        return None
    if words.PROGRESS.fullmatch(e.plain):
        return Role.PROGRESS, "named like the progress of a goal"
    if words.CODE.fullmatch(e.plain) and e.type is DataType.INTEGER:
        if e.profile.distinct <= _MOST_CODES:
            return Role.CATEGORY, f"a code with {e.profile.distinct} values, no quantity"
        return Role.IGNORED, f"a code with {e.profile.distinct} values, no quantity"
    if words.RATING_NAME.search(e.plain) and is_rating_like(e.profile):
        levels = e.profile.common_numbers
        low, high = levels[0], levels[-1]
        return Role.ORDINAL, f"a rating from {low:g} to {high:g}"
    return Role.NUMBER, e.why


def is_rating_like(column: Profile) -> bool:
    """Return whether numbers are few, evenly spaced and in the range of ratings."""
    levels = column.common_numbers
    if not 2 <= len(levels) <= 11:
        return False
    low, high = float(levels[0]), float(levels[-1])
    if low < -5 or high > 10 or high - low < 1:
        return False
    halves = bool(((levels * 2) == (levels * 2).round()).all())
    return halves and 2 <= len(levels) <= 11


def _worded_order(e: Evidence) -> Guess | None:
    if e.type is not DataType.CATEGORY or e.profile.distinct < 3:
        return None
    ordered = known_order(e.profile.levels["value"].head(13).to_list())
    if ordered is None:
        return None
    return Role.ORDINAL, f"worded levels from {ordered[0]!r} to {ordered[-1]!r}"


_RULES: tuple[Callable[[Evidence], Guess | None], ...] = (
    _empty,
    _row_number,
    _damaged,
    _protected,
    _person,
    _confidential,
    _when,
    _text,
    _goal,
    _group,
    _worded_order,
    _free_key,
    _number,
)
