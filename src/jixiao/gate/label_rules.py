"""Rules by which a measure decides a word of a field: ``== 2``, next after somebody, above another.

Which words a rule is for, and of whom they are said, is left to ``judge_labels``.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from functools import lru_cache

from jixiao.gate.facts import Known, as_number
from jixiao.gate.finder import Finder
from jixiao.gate.parse import Parsed
from jixiao.gate.scope import Scope

NEAR = 12
"""Farthest that the name somebody is set above stands behind the words, in code points."""
_TEST = re.compile(r"(==|!=|>=|<=|>|<)\s*(.+)")
_COMPARE: dict[str, Callable[[float, float], bool]] = {
    ">=": operator.ge,
    "<=": operator.le,
    ">": operator.gt,
    "<": operator.lt,
}


def decide(
    rule: str, facts: list[Known], place: tuple[int, int], parsed: Parsed, scope: Scope
) -> tuple[bool | None, Known]:
    """Return whether a rule holds, and the fact that says so.

    Args:
        rule: As ``Label.holds`` describes it.
        facts: Facts of the measure on whom the words are said of, at least one.
        place: First code point of the words, and the first one after them.
        parsed: The sentence.
        scope: What it may lean on.

    Returns:
        None instead of a verdict where nothing can be said.
    """
    if _is_near(place[0], parsed):
        return None, facts[0]  # nearly a double-double
    if rule == "next":
        told = _told_before(facts[0], scope)
        return (None if told is None else _follows(facts[0], told, scope)), facts[0]
    if rule == "above":
        return _is_above(facts[0], place, parsed, scope)
    right = next((one for one in facts if holds(one, rule)), None)
    return right is not None, right or facts[0]


def _is_above(
    one: Known, place: tuple[int, int], parsed: Parsed, scope: Scope
) -> tuple[bool | None, Known]:
    """Return whether a subject has more than the one named behind, in the part that is named."""
    own = scope.facts.kind_of(one.fact.subject)
    rivals = [
        subject
        for name in parsed.names
        if 0 <= name.start - place[1] <= NEAR
        for subject in name.subjects
        if scope.facts.kind_of(subject) == own
    ]
    rivals = rivals or [group for group in scope.groups if group != one.fact.subject]
    core = _part_named(one.core, place, parsed)
    mine, its = (
        next((known for known in scope.facts.of(subject) if known.core == core), None)
        for subject in (one.fact.subject, rivals[0] if rivals else "")
    )
    if len(set(rivals)) != 1 or mine is None or its is None or mine is its:
        return None, one
    return (mine.value or 0.0) > (its.value or 0.0), mine


def _part_named(core: str, place: tuple[int, int], parsed: Parsed) -> str:
    """Return the part of a measure that the clause names, behind a place or else before it."""
    start, end = parsed.clause(place[0])
    parts = [
        (one.start, part)
        for one in parsed.measures
        if start <= one.start < end
        for part in one.cores
        if part.startswith(f"{core} ")
    ]
    behind = [part for at, part in parts if at >= place[1]]
    before = [part for at, part in parts if at < place[0]]
    return behind[0] if behind else (before[-1] if before else core)


def _told_before(one: Known, scope: Scope) -> Known | None:
    """Return the same measure of the person named in an earlier sentence, of the same group."""
    last, group = scope.context.person, scope.facts.group_of(one.fact.subject)
    if last == one.fact.subject or not group or scope.facts.group_of(last) != group:
        return None
    same = (other for other in scope.facts.of(last) if other.fact.measure == one.fact.measure)
    return next(same, None)


def _follows(one: Known, told: Known, scope: Scope) -> bool:
    """Return whether no other member of the group lies between two of them, the higher first."""
    group = scope.facts.group_of(one.fact.subject)
    low, high = one.value or 0.0, told.value or 0.0
    between = (
        other
        for other in scope.known
        if other.fact.measure == one.fact.measure and other.value is not None
        if scope.facts.group_of(other.fact.subject) == group and low < other.value < high
    )
    return low <= high and next(between, None) is None


def _is_near(at: int, parsed: Parsed) -> bool:
    """Return whether a word before a label says that it nearly holds."""
    under = _finder(("near", *parsed.lexicon.words.approximate.under))
    return parsed.plain[max(0, at - 16) : at] in under


@lru_cache(maxsize=16)
def _finder(words: tuple[str, ...]) -> Finder:
    return Finder(words)


def holds(known: Known, test: str) -> bool:
    """Return whether a fact passes a test such as ``>= 10`` or ``== win``."""
    found = _TEST.fullmatch(test.strip())
    if found is None or known.fact.value is None:
        return False
    number = as_number(found[2])
    if number is None or known.value is None:
        same = str(known.fact.value).casefold() == found[2].strip().casefold()
        return same if found[1] == "==" else (not same and found[1] == "!=")
    if found[1] in ("==", "!="):
        return (known.value == number) == (found[1] == "==")
    return _COMPARE[found[1]](known.value, number)
