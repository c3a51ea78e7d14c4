"""Figures that follow from facts by one step: differences, changes in percent, sums, multiples.

Only facts of the same measure, parts and unit are combined: two periods of one subject, two
subjects of one period, a value and its target. A chain of steps is never tried.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations

from jixiao.gate.facts import Known
from jixiao.gate.figure_forms import Figure
from jixiao.gate.matching import has_same_unit
from jixiao.gate.parse import Parsed
from jixiao.gate.scope import About, Scope

MOST_PAIRS = 400
"""Most pairs of facts that are tried for one figure."""
_SUM = {
    "en": ("total", "together", "combined", "in all", "altogether"),
    "zh": ("合计", "共", "总计", "总共", "一共"),
}


def derived(figure: Figure, about: About, parsed: Parsed, scope: Scope) -> Known | None:
    """Return the fact that a figure follows from by one step, or None."""
    if figure.kind == "ordinal":
        return None
    for new, old in _pairs(about, parsed, scope):
        if _follows(figure, new, old, about):
            return new
    return _summed(figure, about, parsed, scope)


def _pairs(about: About, parsed: Parsed, scope: Scope) -> Iterator[tuple[Known, Known]]:
    """Yield the newer and the older, the value and its target, the one and the other subject."""
    named = {subject for one in parsed.names for subject in one.subjects}
    subjects = (about.subjects or frozenset()) | named
    some = [
        one
        for one in scope.known
        if one.value is not None
        and (about.cores is None or one.core in about.cores)
        and (not subjects or one.fact.subject in subjects)
        and not one.is_difference
    ]
    count = 0
    for first, second in combinations(some, 2):
        if first.core != second.core or _dimension(first) != _dimension(second):
            continue
        if not (_are_periods(first, second) or _are_peers(first, second)):
            continue
        count += 1
        if count > MOST_PAIRS:
            return
        newer = _is_newer(first, second)
        yield (first, second) if newer else (second, first)


def _dimension(known: Known) -> str | None:
    return known.unit.dimension if known.unit else None


def _are_periods(first: Known, second: Known) -> bool:
    return (
        first.fact.subject == second.fact.subject
        and first.parts == second.parts
        and first.fact.period != second.fact.period
    )


def _are_peers(first: Known, second: Known) -> bool:
    """Return whether two values of one period may be set beside each other."""
    if first.fact.period != second.fact.period:
        return False
    if first.fact.subject == second.fact.subject:
        return first.parts != second.parts and "rank" not in first.parts | second.parts
    return first.parts == second.parts


def _is_newer(first: Known, second: Known) -> bool:
    """Return whether the first is the later one, or the value beside its target."""
    if first.fact.period != second.fact.period:
        one, other = first.fact.period, second.fact.period
        return one is not None and (other is None or one.end > other.end)
    return "target" not in first.parts


def _follows(figure: Figure, new: Known, old: Known, about: About) -> bool:
    fresh, stale = new.value or 0.0, old.value or 0.0
    if figure.kind == "factor":
        return stale > 0 and figure.accepts(fresh / stale)
    if figure.kind == "times":
        if stale <= 0:
            return False
        grown = about.in_change and figure.accepts(fresh / stale - 1)
        return grown or figure.accepts(fresh / stale)
    if figure.kind == "ratio" or (figure.unit and figure.unit.dimension == "percent"):
        scale = 1.0 if figure.kind == "ratio" else 100.0
        if about.in_change and stale > 0:
            return figure.accepts(abs(fresh - stale) / stale * scale)
        return "target" in old.parts and stale > 0 and figure.accepts(fresh / stale * scale)
    turned = figure.signed and figure.value < 0 and about.is_directed
    value = "value" in about.roles  # fell to 50: what it came to, not by how much
    if turned or value or "change" not in about.roles or not _unit_of_difference(figure, new):
        return False
    return _accepts_difference(figure, new, fresh - stale)


def _unit_of_difference(figure: Figure, new: Known) -> bool:
    if _dimension(new) == "percent":
        return figure.unit is not None and figure.unit.dimension in ("points of percent", "points")
    return has_same_unit(figure, new)


def _accepts_difference(figure: Figure, new: Known, difference: float) -> bool:
    size = figure.unit.size if figure.unit and figure.unit.dimension == _dimension(new) else 1.0
    value = difference / size
    return figure.accepts(value) or (not figure.signed and figure.accepts(abs(value)))


def _summed(figure: Figure, about: About, parsed: Parsed, scope: Scope) -> Known | None:
    """Return a fact of a sum over the subjects that the sentence names."""
    words = _SUM[parsed.lexicon.language]
    if not any(word in parsed.text.lower() for word in words):
        return None
    named = _alike(figure, parsed, scope)
    wide = replace(about, subjects=frozenset(named))
    groups: dict[tuple[str, object], dict[str, Known]] = {}
    for one in scope.known:
        fits = wide.cores is None or one.core in wide.cores
        if one.value is not None and not one.parts and fits and one.fact.subject in named:
            period = one.fact.period
            if about.period is None or (period is not None and about.period.fits(period)):
                groups.setdefault((one.core, period), {})[one.fact.subject] = one
    for some in groups.values():
        first = next(iter(some.values()))
        total = sum(one.value or 0.0 for one in some.values())
        complete = len(some) == len(named) > 1 and has_same_unit(figure, first)
        if complete and figure.accepts(total):
            return first
    return None


def _alike(figure: Figure, parsed: Parsed, scope: Scope) -> set[str]:
    """Return the subjects named that are of one kind with the one named last before a figure."""
    named = [one for one in parsed.names if one.subjects]
    before = [one for one in named if one.end <= figure.start] or named
    kind = scope.facts.kind_of(before[-1].subjects[0]) if before else ""
    return {s for one in named for s in one.subjects if scope.facts.kind_of(s) == kind}
