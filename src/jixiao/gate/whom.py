"""Whom a figure or word of a sentence is about."""

from __future__ import annotations

import re
from collections.abc import Iterable

from jixiao.gate.facts import FactSet
from jixiao.gate.names import NameMention
from jixiao.gate.parse import Parsed
from jixiao.gate.scope import Scope

_STOP = re.compile(r"[,，;；。.、:：](?!\d)")


def subjects_at(
    at: int,
    parsed: Parsed,
    scope: Scope,
    *,
    cores: frozenset[str] | None = None,
    side: str = "",
) -> frozenset[str] | None:
    """Return the subjects that a place speaks of; None where nobody is meant in particular."""
    chosen = _named(at, parsed, scope, cores, side)
    if chosen is None:
        chosen = _carried(at, parsed, scope)
    if chosen is None:
        return None
    wider = _groups_near(at, parsed, scope, chosen)
    return chosen | wider


def _named(
    at: int, parsed: Parsed, scope: Scope, cores: frozenset[str] | None, side: str
) -> frozenset[str] | None:
    names = [one for one in parsed.names if one.subjects]
    if not names:
        return None
    if parsed.lexicon.own.search(parsed.plain[at : at + 32]):
        return frozenset(names[0].subjects)
    before = [one for one in names if one.end <= at]
    after = [one for one in names if one.start >= at]
    if after and _comes_from(after[0], at, parsed):
        return frozenset(after[0].subjects)
    if side == "after" and after:
        return frozenset(after[0].subjects)
    if side == "before" and before:
        return frozenset(before[-1].subjects)
    start, _ = parsed.clause(at)
    before = [one for one in before if not _is_object(one, at, parsed, scope)] or before
    near = [one for one in before if one.start >= start] or before
    if not near:
        return _first_after(after, at, parsed)
    persons = [one for one in near if _is_person(one, scope)]
    if (
        persons
        and _has_any(persons[-1], cores, scope)
        and not _is_compared(persons[-1], at, parsed)
    ):
        return frozenset(persons[-1].subjects)
    plain = [one for one in near if not _is_adjunct(one, parsed, scope)] or near
    return frozenset(plain[-1].subjects)


def _comes_from(name: NameMention, at: int, parsed: Parsed) -> bool:
    """Return whether a figure is that of a name behind it: 26 points from Li, to 28 for Li."""
    between = parsed.text[at : name.start]
    if parsed.lexicon.source.search(between):
        return True
    left = parsed.plain[max(0, at - 24) : at]
    compared = parsed.lexicon.roles["previous"].search(left)
    return bool(compared and parsed.lexicon.its_base.search(between))


def _is_object(name: NameMention, at: int, parsed: Parsed, scope: Scope) -> bool:
    """Return whether a name is only what something was compared with, in an earlier clause."""
    ends = [change.end for change in parsed.changes]
    if scope.facts.words.against:
        ends += [hit.end for hit in scope.against.hits(parsed.plain)]
    behind = any(0 <= name.start - end <= 5 for end in ends)
    over = _STOP.search(parsed.text[name.end : at]) or parsed.clause(at) != parsed.clause(
        name.start
    )
    return behind and bool(over)


def _is_compared(name: NameMention, at: int, parsed: Parsed) -> bool:
    """Return whether a comparison stands between a name and a place behind it."""
    return any(
        name.end <= change.start < at and change.kind in ("above", "below", "equal")
        for change in parsed.changes
    )


def _first_after(after: list[NameMention], at: int, parsed: Parsed) -> frozenset[str]:
    _, end = parsed.clause(at)
    near = [one for one in after if one.start < end] or after
    return frozenset(near[0].subjects)


def _is_person(name: NameMention, scope: Scope) -> bool:
    return any(scope.facts.kind_of(subject) == "person" for subject in name.subjects)


def _has_any(name: NameMention, cores: frozenset[str] | None, scope: Scope) -> bool:
    if cores is None:
        return True
    return any((subject, core) in scope.facts.held for subject in name.subjects for core in cores)


def _is_adjunct(name: NameMention, parsed: Parsed, scope: Scope) -> bool:
    left = parsed.text[: name.start]
    return not _is_person(name, scope) and bool(parsed.lexicon.adjunct.search(left))


def _carried(at: int, parsed: Parsed, scope: Scope) -> frozenset[str] | None:
    """Return whom a pronoun stands for, or who was spoken of last."""
    context = scope.context
    if not context.last:
        return None
    start, _ = parsed.clause(at)
    left = parsed.plain[start:at] or parsed.plain[:at]
    for kind, search in parsed.lexicon.pronouns.items():
        subject = context.person if kind == "person" else context.group
        if subject and left in search:
            return frozenset({subject})
    return frozenset({context.last})


def _groups_near(at: int, parsed: Parsed, scope: Scope, chosen: frozenset[str]) -> frozenset[str]:
    """Return the groups whose figures may stand here beside the subject's own."""
    near = parsed.plain[max(0, at - 40) : at + 24]
    bases = parsed.lexicon.bases
    if not any(near in bases[name] for name in ("team", "organisation", "average")):
        return frozenset()
    groups = {s for s in scope.facts.subject_ids if scope.facts.kind_of(s) == "group"}
    return frozenset(groups - chosen)


def homes_of(names: Iterable[NameMention], facts: FactSet) -> frozenset[str]:
    """Return the groups that names are or belong to."""
    named = {subject for one in names for subject in one.subjects}
    groups = {subject for subject in named if facts.kind_of(subject) == "group"}
    return frozenset(groups | {facts.group_of(s) for s in named - groups} - {""})
