"""What the facts say about each figure of a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from jixiao.gate.binding import about_figure
from jixiao.gate.derive import derived
from jixiao.gate.facts import Known
from jixiao.gate.figure_forms import Figure
from jixiao.gate.findings import Finding, Verdict
from jixiao.gate.matching import distance, is_same_value, may_be
from jixiao.gate.names import NameMention
from jixiao.gate.parse import Parsed
from jixiao.gate.scope import About, Scope
from jixiao.gate.written import value_as_written

SWAPPED = 0.7
"""Share of a name's figures that must hold for another subject before the name is called wrong."""


def judge_figures(parsed: Parsed, scope: Scope) -> list[tuple[Finding, About]]:
    """Return a finding for every figure, with what the figure is about."""
    used: set[str] = set()
    found = []
    abouts = _in_order(parsed, [about_figure(one, parsed, scope) for one in parsed.figures])
    together: dict[int, set[str]] = {}
    for figure, about in zip(parsed.figures, abouts, strict=True):
        given = parsed.given.get(figure.start)
        one = _judge(figure, about, parsed, scope, used)
        fact = one.fact
        if given and given.subject == "groups" and fact is not None:
            taken = together.setdefault(given.together, set())
            if one.verdict == "supported" and fact in taken:
                one = one.model_copy(update={"verdict": "contradicted"})
            taken.add(fact)
        found.append((one, about))
    return found


def _in_order(parsed: Parsed, abouts: list[About]) -> list[About]:
    """Hand figures out by order where the sentence says "respectively" (分别)."""
    if parsed.text not in parsed.lexicon.in_order:
        return abouts
    names = [one.subjects for one in parsed.names if one.subjects]
    cores = [one.cores for one in parsed.measures]
    count = len(abouts)
    by_name, by_measure = len(names) == count > 1, len(cores) == count > 1
    return [
        replace(
            about,
            subjects=frozenset(names[place]) if by_name else about.subjects,
            cores=cores[place] if by_measure else about.cores,
        )
        for place, about in enumerate(abouts)
    ]


def _judge(figure: Figure, about: About, parsed: Parsed, scope: Scope, used: set[str]) -> Finding:
    """Match a figure to the nearest fact; one that another figure took already comes last."""
    behind = re.split(r"[,;(]", parsed.text[figure.end :], maxsplit=1)[0]
    beyond = not about.is_given and scope.beyond(behind)
    if beyond or scope.elsewhere(parsed.text[: figure.start]):
        return _finding(figure, parsed, "unsupported")
    fitting = [one for one in scope.known if may_be(figure, one, about)]
    fitting = _latest(fitting, about, scope)
    same = [one for one in fitting if is_same_value(figure, one, about)]
    same.sort(key=lambda one: (one.fact.id in used, distance(figure, one)))
    if same and not _is_taken(same[0], fitting, used, scope):
        used.add(same[0].fact.id)
        return _finding(figure, parsed, "supported", fact=same[0])
    if not same and (found := derived(figure, about, parsed, scope)):
        return _finding(figure, parsed, "supported", fact=found)
    free = [one for one in fitting if one.fact.id not in used and one.value is not None]
    if free and _is_meant(free, about, scope):
        return _finding(figure, parsed, "contradicted", fact=_nearest(figure, free))
    return _finding(figure, parsed, "unsupported")


def _latest(fitting: list[Known], about: About, scope: Scope) -> list[Known]:
    """Leave out what an earlier period gave, unless the sentence speaks of that period.

    Where no period is named, the period of an earlier sentence is meant if a fact has it, and the
    last one otherwise.
    """
    if scope.cited or about.period is not None or "previous" in about.roles:
        return fitting
    context = scope.context.period
    best: dict[tuple[str, str, frozenset[str]], str] = {}
    for one in fitting:
        span = one.fact.period
        if span is None:
            continue
        key = (one.fact.subject, one.core, one.parts)
        rank = f"~{span.end}" if context is not None and context.fits(span) else span.end
        best[key] = max(best.get(key, ""), rank)
    kept = []
    for one in fitting:
        span = one.fact.period
        if span is None:
            kept.append(one)
            continue
        rank = f"~{span.end}" if context is not None and context.fits(span) else span.end
        if rank == best[(one.fact.subject, one.core, one.parts)]:
            kept.append(one)
    return kept


def _is_taken(same: Known, fitting: list[Known], used: set[str], scope: Scope) -> bool:
    """Return whether a cited value stands twice while another cited one is not told at all."""
    if not scope.cited or same.fact.id not in used:
        return False
    return any(
        one.fact.id not in used and one.value is not None and one.value != same.value
        for one in fitting
    )


def _is_meant(rest: list[Known], about: About, scope: Scope) -> bool:
    """Return whether it is clear enough which fact a wrong figure stands for."""
    return scope.cited or about.cores is not None or len(rest) == 1


def _nearest(figure: Figure, rest: list[Known]) -> Known:
    def distance(one: Known) -> float:
        value = one.value or 0.0
        return abs(value - figure.value) / (abs(value) + abs(figure.value) or 1.0)

    return min(rest, key=distance)


def _finding(
    figure: Figure, parsed: Parsed, verdict: Verdict, *, fact: Known | None = None
) -> Finding:
    expected = None
    if fact is not None and verdict == "contradicted":
        expected = value_as_written(fact)
    return Finding(
        start=figure.start,
        end=figure.end,
        text=parsed.text[figure.start : figure.end],
        type="NUMBER",
        verdict=verdict,
        expected=expected,
        fact=fact.fact.id if fact else None,
    )


def swapped_subject(
    judged: list[tuple[Finding, About]], parsed: Parsed, scope: Scope
) -> Iterator[tuple[NameMention, str, list[int]]]:
    """Yield names that stand where another subject's figures are told, it, and those figures.

    Where most figures behind a name fail for its subject and hold for one other subject of its
    kind, the name is wrong and not the figures. A single figure counts from three digits on.
    """
    if scope.cited:
        return
    for name, places in _by_name(judged, parsed).items():
        failing = [place for place in places if judged[place][0].fails]
        if len(failing) * 2 <= len(places) or not _is_telling(places, judged):
            continue
        other = _who_else(name, places, judged, parsed, scope)
        if other is not None:
            held = [
                place
                for place in failing
                if _holds(parsed.figures[place], judged[place][1], other, scope)
            ]
            yield name, other, held


def _by_name(judged: list[tuple[Finding, About]], parsed: Parsed) -> dict[NameMention, list[int]]:
    """Return the figures behind each name, by their places."""
    found: dict[NameMention, list[int]] = {}
    for place, (finding, about) in enumerate(judged):
        given = parsed.given.get(finding.start)
        if about.subjects is None or (given and given.subject == "before"):
            continue
        before = [
            one
            for one in parsed.names
            if one.end <= finding.start and set(one.subjects) & about.subjects
        ]
        if before:
            found.setdefault(before[-1], []).append(place)
    return found


def _is_telling(places: list[int], judged: list[tuple[Finding, About]]) -> bool:
    return len(places) > 1 or sum(map(str.isdigit, judged[places[0]][0].text)) >= 3


def _who_else(
    name: NameMention,
    places: list[int],
    judged: list[tuple[Finding, About]],
    parsed: Parsed,
    scope: Scope,
) -> str | None:
    """Return the one other subject for whom most of the figures hold, clearly more than here."""
    facts, kind = scope.facts, scope.facts.kind_of(name.subjects[0])
    own = sum(not judged[place][0].fails for place in places)
    counts: dict[str, int] = {}
    for rival in facts.subject_ids:
        if rival not in name.subjects and facts.kind_of(rival) == kind:
            counts[rival] = sum(
                _holds(parsed.figures[place], judged[place][1], rival, scope) for place in places
            )
    best = max(counts.values(), default=0)
    fitting = [rival for rival, count in counts.items() if count == best]
    clear = best >= SWAPPED * len(places) and best > own + (len(places) > 1)
    return fitting[0] if clear and len(fitting) == 1 else None


def _holds(figure: Figure, about: About, subject: str, scope: Scope) -> bool:
    moved = replace(about, subjects=frozenset({subject}))
    return any(
        is_same_value(figure, one, moved)
        for one in scope.facts.of(subject)
        if may_be(figure, one, moved)
    )
