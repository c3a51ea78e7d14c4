"""Faults that the gate lets through, clean sentences that it stops, and its time a report.

``python -m benchmarks.gate [--people N] [--json FILE]``: reports of invented people in both
languages; each fault is planted in a sentence that the outline writer made from real facts.
"""

from __future__ import annotations

import argparse
import random
import time
from collections import Counter
from typing import Any

from benchmarks.mutating import MAKERS
from benchmarks.page import write_json, write_section
from benchmarks.rendering import invented
from jixiao.contracts import Report
from jixiao.gate import FactSet, check_claim
from jixiao.reports import make_reports

FAULTS = 1200
"""Faults planted in all, evenly over kinds."""


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="not used; every benchmark takes it")
    parser.add_argument("--json")
    parser.add_argument("--people", type=int, default=60)
    parser.add_argument("--show", action="store_true", help="print what was let through")
    options = parser.parse_args()
    reports = list(make_reports(invented(options.people), languages=["en", "zh"], analyst=True))
    rows = [*planted(reports, show=options.show), clean(reports), timed(reports)]
    write_json(options.json, rows)
    if not options.show:
        write_section("The gate", rows, note=_NOTE)


_NOTE = (
    "One fault is planted in one sentence of a report, in English and Chinese, by code that shares "
    "nothing with the gate; caught: the gate refuses the sentence. Clean: sentences as they were "
    "written that the gate stops. Time: processor time of one core for a whole report."
)


def planted(reports: list[Report], *, show: bool) -> list[dict[str, Any]]:
    """Return how many faults of each kind are caught."""
    dice = random.Random(7)
    told: Counter[str] = Counter()
    caught: Counter[str] = Counter()
    each = FAULTS // len(MAKERS) + 1
    known = {id(report): FactSet(report.facts, report.comments) for report in reports}
    claims = [(r, c) for r in reports for s in r.sections for c in s.claims]
    dice.shuffle(claims)
    for kind, make in MAKERS.items():
        for report, claim in claims:
            if told[kind] >= each:
                break
            text = make(claim, report, dice)
            if text is None or text == claim.text:
                continue
            told[kind] += 1
            fault = claim.model_copy(update={"text": text})
            found = check_claim(fault, known[id(report)], language=report.language)
            caught[kind] += bool(found)
            if show and not found:
                print(kind, "|", claim.text, "|", text, "|", claim.facts)
    goals = {"direction": "at least 98 %", "cause": "at least 90 %"}
    return [
        {
            "measure": f"{kind} caught",
            "value": caught[kind],
            "of": told[kind],
            "goal": goals.get(kind, "all"),
        }
        for kind in MAKERS
    ]


def clean(reports: list[Report]) -> dict[str, Any]:
    """Return how many clean sentences were stopped."""
    scores = [report.gate for report in reports if report.gate]
    return {
        "measure": "clean sentences stopped",
        "value": sum(len(score.removed) for score in scores),
        "of": sum(score.claims for score in scores),
        "goal": "at most 2 %",
    }


def timed(reports: list[Report]) -> dict[str, Any]:
    """Return milliseconds a report, the best of three rounds."""
    best = min(_round(reports) for _ in range(3))
    return {"measure": "ms a report", "value": best, "of": len(reports), "goal": "under 5"}


def _round(reports: list[Report]) -> float:
    start = time.process_time()
    for report in reports:
        known = FactSet(report.facts, report.comments)
        for section in report.sections:
            for claim in section.claims:
                check_claim(claim, known, language=report.language)
    return (time.process_time() - start) / len(reports) * 1e3


if __name__ == "__main__":
    main()
