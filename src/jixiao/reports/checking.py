"""Joins the gate to a writer: one check for each report, from its facts and comments."""

from __future__ import annotations

from jixiao.contracts import Claim, Report
from jixiao.gate import FactSet
from jixiao.reports.gating import reasons_against
from jixiao.reports.judging import Check


def gate_check(report: Report) -> Check:
    """Return the gate's check of a report's sentences."""
    known = FactSet(report.facts, report.comments)

    def check(claim: Claim) -> tuple[str, ...]:
        return reasons_against(claim, known, language=report.language)

    return check
