"""Checks one sentence: every figure, name, date, word of comparison, quotation and reason in it."""

from __future__ import annotations

from dataclasses import replace

from jixiao.gate.binding import About, Scope
from jixiao.gate.findings import Finding
from jixiao.gate.judge_context import judge_causes, judge_outside, judge_quotes
from jixiao.gate.judge_figures import judge_figures, swapped_subject
from jixiao.gate.judge_labels import is_level, judge_labels, judge_levels
from jixiao.gate.judge_names import judge_names, judge_periods
from jixiao.gate.judge_words import judge_words
from jixiao.gate.names import Names
from jixiao.gate.parse import Parsed

_RANK = {"contradicted": 0, "unsupported": 1, "supported": 2, "not_checkable": 3}


def check(parsed: Parsed, scope: Scope, names: Names) -> list[Finding]:
    """Return what the facts say about a sentence, in reading order; spans never overlap."""
    changes = [one for one in parsed.changes if not is_level(one, parsed, scope)]
    if len(changes) != len(parsed.changes):
        parsed = replace(parsed, changes=changes)
    figures = judge_figures(parsed, scope)
    numbers = [finding for finding, _ in figures]
    carried = {
        one.start: scope.facts.get(one.fact)
        for one in numbers
        if one.verdict == "supported" and one.fact
    }
    first = [*judge_quotes(parsed, scope), *judge_periods(parsed, scope)]
    first += _with_swaps(figures, parsed, scope)
    first += judge_names(parsed, scope, names)
    first += judge_labels(parsed, scope)
    first += judge_levels(parsed, scope)
    first += judge_words(parsed, scope, carried)
    first += judge_causes(parsed, scope, first)
    support = any(one.verdict == "supported" and one.type != "NAME" for one in first)
    first += judge_outside(parsed, scope, support or bool(scope.cited and scope.known))
    return _apart(first)


def _with_swaps(
    figures: list[tuple[Finding, About]], parsed: Parsed, scope: Scope
) -> list[Finding]:
    """Return the figures' findings, with a wrong name in the place of figures it explains."""
    kept = [finding for finding, _ in figures]
    for name, places in swapped_subject(figures, parsed, scope):
        for place in places:
            kept[place] = kept[place].model_copy(update={"verdict": "supported", "expected": None})
        kept.append(name)
    return kept


def _is_told_already(finding: Finding, findings: list[Finding]) -> bool:
    """Return whether a failing figure right before a claim says all of it: third straight win."""
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
