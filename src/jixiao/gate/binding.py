"""What a figure or word of a sentence is about: which subject, measure, period and role."""

from __future__ import annotations

import re
from functools import lru_cache

from jixiao.gate.facts import FactSet
from jixiao.gate.figure_forms import Figure
from jixiao.gate.lexicon import Lexicon
from jixiao.gate.measures import MeasureMention
from jixiao.gate.parse import Change, Parsed
from jixiao.gate.scope import About, Context, Scope
from jixiao.gate.when import base_behind, is_base, is_beside, joins_base, period_at
from jixiao.gate.whom import homes_of, subjects_at

_ANY_DIGIT = dict.fromkeys(map(ord, "123456789"), "0")
"""Makes words around figures alike; patterns of roles tell no digit from another."""
_IS = re.compile(r"\s*(?:was|were|is|are)\s+")
_IN = re.compile(
    r"\s*(?:[a-z]+\s+){0,3}(?:,\s*)?(?:in|into|during|over|after|before|at)\b\s*(?:the\s+)?",
    re.IGNORECASE,
)
_APART = re.compile(r"[,，;；。、:：()（）和与及]|\.(?!\d)")


def about_figure(figure: Figure, parsed: Parsed, scope: Scope) -> About:
    """Return what a figure is about."""
    given = parsed.given.get(figure.start)
    if given and given.core:
        cores: frozenset[str] | None = frozenset({given.core})
    else:
        behind = not (given and given.otherwise)
        end = given.end if given else figure.end
        cores = measure_at(figure.start, end, parsed, behind=behind)
    if given and cores is None and given.otherwise:
        cores = frozenset({given.otherwise})
    if given and given.subject == "groups":
        subjects: frozenset[str] | None = frozenset(scope.groups)
    else:
        side = given.subject if given else ""
        subjects = subjects_at(figure.start, parsed, scope, cores=cores, side=side)
    roles = roles_of(figure, parsed)
    directed = bool(_changes_in_clause(figure.start, parsed))
    after = parsed.lexicon.roles["change_after"]
    period, base = period_at(figure, parsed, scope)
    if period is not None and joins_base(period, figure, parsed):
        roles |= {"value"}
    if period is not None and is_base(period, parsed) and joins_base(period, figure, parsed):
        roles |= {"previous"}
    if "previous" in roles and period is not None and not is_beside(period, figure, parsed):
        period = None
    return About(
        subjects,
        cores,
        period,
        base,
        roles,
        in_change="change" in roles or directed,
        is_directed=directed or bool(after.search(parsed.plain[figure.end : figure.end + 28])),
        is_given=bool(given and given.core),
        mentioned=parsed.named if scope.cited else None,
    )


def _changes_in_clause(at: int, parsed: Parsed) -> list[Change]:
    start, end = parsed.clause(at)
    return [change for change in parsed.changes if start <= change.start < end]


def roles_of(figure: Figure, parsed: Parsed) -> frozenset[str]:
    """Return what the words around a figure say it is, such as a target or a rank."""
    left = parsed.plain[max(0, figure.start - 64) : figure.start]
    right = parsed.plain[figure.end : figure.end + 28]
    counted = figure.unit is not None and figure.unit.dimension == "count"
    found = set(_roles_before(left.translate(_ANY_DIGIT), parsed.lexicon))
    found |= _roles_after(right.translate(_ANY_DIGIT), parsed.lexicon, counted)
    start, end = figure.start - 24, figure.end + 16
    for place, part in parsed.parts:
        reached = counted and part == "target" and place >= figure.end
        if start <= place < end and not reached:  # 15 people reached their goals
            found.add(part)
    return frozenset(found)


@lru_cache(maxsize=4096)
def _roles_before(left: str, lexicon: Lexicon) -> frozenset[str]:
    some = ((name, one) for name, one in lexicon.roles.items() if not name.endswith("_after"))
    return frozenset(name for name, one in some if name != "range" and one.search(left))


@lru_cache(maxsize=4096)
def _roles_after(right: str, lexicon: Lexicon, counted: bool) -> frozenset[str]:
    some = ((name, one) for name, one in lexicon.roles.items() if name.endswith("_after"))
    found = (name.removesuffix("_after") for name, one in some if one.search(right))
    return frozenset(name for name in found if not (counted and name == "target"))


def measure_at(
    start: int, end: int, parsed: Parsed, *, behind: bool = True
) -> frozenset[str] | None:
    """Return the cores of the measure that a place speaks of; farther behind it only if asked."""
    mentions = parsed.measures
    if not mentions:
        return None
    beside = [
        one
        for one in mentions
        if start <= one.start < end
        or (0 <= one.start - end <= 3 and not _APART.search(parsed.text[end : one.start]))
        or (one.start > end and _IS.fullmatch(parsed.text, end, one.start))
        or (one.start > end and parsed.given and _reaches(end, one, parsed))
    ]
    first, last = parsed.clause(start)
    if beside:
        return beside[0].cores | _within(beside[0].cores, first, start, parsed)
    before = [one for one in mentions if first <= one.start and one.end <= start]
    after = [one for one in mentions if one.start >= end and one.end <= last]
    if before:
        return before[-1].cores
    if after and behind:
        return after[0].cores
    earlier = [one for one in mentions if one.end <= start]
    if earlier:
        return earlier[-1].cores
    return mentions[0].cores if behind else None


def _reaches(end: int, mention: MeasureMention, parsed: Parsed) -> bool:
    """Return whether a figure goes on into a measure: 59-41 lead at halftime."""
    found = _IN.match(parsed.text, end)
    return found is not None and mention.start <= found.end() < mention.end


def _within(cores: frozenset[str], first: int, at: int, parsed: Parsed) -> frozenset[str]:
    """Return parts of a measure named earlier: in the second half, where they scored 65 points."""
    named = {
        core
        for one in parsed.measures
        if first <= one.start and one.end <= at
        for core in one.cores
    }
    return frozenset(core for core in named for own in cores if core.startswith(f"{own} in "))


def carry(
    context: Context, parsed: Parsed, facts: FactSet, *, wrong: frozenset[int] = frozenset()
) -> None:
    """Note what a sentence was about, for the ones behind it; ``wrong`` are its wrong names."""
    for name in parsed.names:
        if not name.subjects:
            continue
        subject = name.subjects[0]
        if facts.kind_of(subject) == "person":
            context.person = subject
        elif facts.kind_of(subject) == "group":
            context.group = subject
        else:
            continue
    leading = next((one for one in parsed.names if one.subjects), None)
    if leading is not None:
        context.last = leading.subjects[0]
    if homes := homes_of((one for one in parsed.names if one.start not in wrong), facts):
        context.homes = homes
    past = {
        base_behind(figure, parsed)
        for figure in parsed.figures
        if "previous" in roles_of(figure, parsed)
    }
    for one in parsed.periods:
        if one.weekday is None and one not in past and not is_base(one, parsed):
            context.period = one
            break
