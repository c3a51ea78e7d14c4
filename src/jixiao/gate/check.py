"""Checks one sentence: every figure, name, date, word of comparison, quotation and reason in it."""

from __future__ import annotations

from dataclasses import replace

from jixiao.gate.findings import Finding
from jixiao.gate.judge_context import judge_causes, judge_company, judge_outside, judge_quotes
from jixiao.gate.judge_figures import judge_figures, swapped_subject
from jixiao.gate.judge_labels import is_level, judge_labels, judge_levels
from jixiao.gate.judge_names import (
    judge_names,
    judge_opposed,
    judge_periods,
    set_against_themselves,
    wrong_name,
)
from jixiao.gate.judge_words import judge_words
from jixiao.gate.names import Names
from jixiao.gate.parse import Parsed
from jixiao.gate.scope import About, Scope

_RANK = {"contradicted": 0, "unsupported": 1, "supported": 2, "not_checkable": 3}


def check(parsed: Parsed, scope: Scope, names: Names) -> list[Finding]:
    """Return what the facts say about a sentence, in reading order; spans never overlap."""
    changes = [one for one in parsed.changes if not is_level(one, parsed, scope)]
    if len(changes) != len(parsed.changes):
        parsed = replace(parsed, changes=changes)
    opposed = set_against_themselves(parsed, scope)
    parsed = _meant(parsed, opposed)
    figures = judge_figures(parsed, scope)
    numbers = [finding for finding, _ in figures]
    carried = {
        one.start: scope.facts.get(one.fact)
        for one in numbers
        if one.verdict == "supported" and one.fact
    }
    first = [*judge_quotes(parsed, scope), *judge_periods(parsed, scope)]
    kept, swapped = _with_swaps(figures, parsed, scope)
    parsed = _meant(parsed, swapped)
    first += [*kept, *judge_opposed(opposed, parsed, scope)]
    first += judge_names(parsed, scope, names)
    first += judge_company(parsed, scope)
    first += judge_labels(parsed, scope)
    first += judge_levels(parsed, scope)
    first += judge_words(parsed, scope, carried)
    first += judge_causes(parsed, scope, first)
    support = any(one.verdict == "supported" and one.type != "NAME" for one in first)
    first += judge_outside(parsed, scope, support or bool(scope.cited and scope.known))
    return _apart(first)


def _meant(parsed: Parsed, right: dict[int, str]) -> Parsed:
    """Return the sentence with what wrong names may mean: the right subject first, or their own."""
    if not any(right.values()):
        return parsed
    names = [
        replace(one, subjects=(right[one.start], *one.subjects)) if right.get(one.start) else one
        for one in parsed.names
    ]
    return replace(parsed, names=names)


def _with_swaps(
    figures: list[tuple[Finding, About]], parsed: Parsed, scope: Scope
) -> tuple[list[Finding], dict[int, str]]:
    """Return the figures' findings, with a wrong name in the place of figures it explains.

    Also the subject meant by each wrong name, by its start.
    """
    kept, meant = [finding for finding, _ in figures], dict[int, str]()
    for name, other, places in swapped_subject(figures, parsed, scope):
        for place in places:
            kept[place] = kept[place].model_copy(update={"verdict": "supported", "expected": None})
        kept.append(wrong_name(name, parsed, scope.facts.name_of(other)))
        meant[name.start] = other
    return kept, meant


def _is_told_already(finding: Finding, findings: list[Finding]) -> bool:
    """Return whether what fails right before says it all: third straight win, winners of five."""
    if finding.type == "NUMBER" and finding.fails:
        return any(
            one.type == "NOT_CHECKABLE" and one.fails and 0 <= finding.start - one.end <= 1
            for one in findings
        )
    if finding.type not in ("NOT_CHECKABLE", "WORD") or not finding.fails:
        return False
    near = 24 if finding.type == "NOT_CHECKABLE" else 2
    return any(
        one.type == "NUMBER" and one.fails and 0 <= finding.start - one.end <= near
        for one in findings
    )


def _apart(findings: list[Finding]) -> list[Finding]:
    """Leave the gravest of overlapping findings, and the first of equally grave ones."""
    found: list[Finding] = []
    findings = [one for one in findings if not _is_told_already(one, findings)]
    order = sorted(findings, key=lambda one: (_RANK[one.verdict], one.start, one.start - one.end))
    for finding in order:
        if all(finding.end <= one.start or one.end <= finding.start for one in found):
            found.append(finding)
    return sorted(found, key=lambda one: one.start)
