"""The second opinion apart from the rest of a report, so that the rest can be shown without it.

Whatever rests on the opinion leaves the body: sections, sentences of other sections, charts,
highlights, facts, the gate's removed sentences and the model's name.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from pydantic import BaseModel

from jixiao.contracts import Chart, Claim, Fact, Frozen, GateScore, Highlight, Report, Section
from jixiao.reports import written_by_model

SECTION = "opinion"
"""Id of the section that holds the second opinion."""
_BEFORE = ("data", "changes")
"""Sections that the second opinion stands before."""
_SPOKEN_OF = re.compile(r"second opinion|model|estimat|第二意见|参考意见|模型|估计", re.IGNORECASE)


class OpinionPart(Frozen):
    """What a report says of the second opinion."""

    section: Section
    """Sentences and charts."""
    facts: tuple[Fact, ...]
    """What they rest on."""
    highlights: tuple[Highlight, ...] = ()
    """Key figures of the opinion."""
    gate: GateScore | None = None
    """The gate's score of the whole report, with what it removed."""
    model: str = ""
    """The model's id."""
    analyst_only: bool = False
    """Whether no rating was on record when it was made."""


def canonical(model: BaseModel) -> str:
    """Return a record as JSON that is the same for the same content."""
    told = model.model_dump(mode="json")
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def text_hash(body: str, opinion: str) -> str:
    """Return the SHA-256 that stands for a text: of its body and, where there is one, opinion."""
    return hashlib.sha256(f"{body}\x00{opinion}".encode() if opinion else body.encode()).hexdigest()


def parted(report: Report) -> tuple[Report, OpinionPart | None]:
    """Return a report without its second opinion, and the opinion; None where it has none."""
    facts = {fact.id for fact in report.facts if _is_opinion(fact)}
    own = [section for section in report.sections if section.id == SECTION]
    if not facts and not own:
        return report.model_copy(update={"analyst_only": False}), None
    sifted = [_sifted(section, facts, report) for section in report.sections]
    kept = tuple(body for body, _, _ in sifted if body is not None)
    title = own[0].title if own else ""
    section = Section(
        id=SECTION,
        title=title,
        claims=tuple(claim for _, claims, _ in sifted for claim in claims),
        charts=tuple(chart for _, _, charts in sifted for chart in charts),
    )
    part = OpinionPart(
        section=section,
        facts=tuple(fact for fact in report.facts if fact.id in facts),
        highlights=tuple(one for one in report.highlights if facts & set(one.facts)),
        gate=report.gate,
        model=report.provenance.get("model", ""),
        analyst_only=report.analyst_only,
    )
    return _without(report, facts, kept), part


def _is_opinion(fact: Fact) -> bool:
    return "opinion." in fact.id or (fact.base or "").startswith("opinion")


def _sifted(
    section: Section, facts: set[str], report: Report
) -> tuple[Section | None, tuple[Claim, ...], tuple[Chart, ...]]:
    """Return what stays of a section, and the sentences and charts that rest on the opinion."""
    if section.id == SECTION:
        return None, section.claims, section.charts
    by_model = written_by_model(report)
    claims = [one for one in section.claims if _speaks(one, facts, by_model=by_model)]
    charts = [one for one in section.charts if any(facts & set(s.facts) for s in one.series)]
    if not claims and not charts:
        return section, (), ()
    left = section.model_copy(
        update={
            "claims": tuple(one for one in section.claims if one not in claims),
            "charts": tuple(one for one in section.charts if one not in charts),
        }
    )
    return (left if left.claims or left.charts else None), tuple(claims), tuple(charts)


def _speaks(claim: Claim, facts: set[str], *, by_model: bool) -> bool:
    """Return whether a sentence tells the opinion; a language model has read it throughout."""
    if claim.kind == "opinion" or facts & set(claim.facts):
        return True
    return by_model and bool(_SPOKEN_OF.search(claim.text))


def _without(report: Report, facts: set[str], sections: tuple[Section, ...]) -> Report:
    gate = report.gate and report.gate.model_copy(update={"removed": ()})
    provenance = {name: said for name, said in report.provenance.items() if name != "model"}
    return report.model_copy(
        update={
            "sections": sections,
            "facts": tuple(fact for fact in report.facts if fact.id not in facts),
            "highlights": tuple(one for one in report.highlights if not facts & set(one.facts)),
            "analyst_only": False,
            "gate": gate,
            "provenance": provenance,
        }
    )


def joined(body: Report, part: OpinionPart) -> Report:
    """Return a report with its second opinion."""
    at = next((i for i, one in enumerate(body.sections) if one.id in _BEFORE), len(body.sections))
    sections = body.sections
    if part.section.claims or part.section.charts:
        sections = (*sections[:at], part.section, *sections[at:])
    provenance = body.provenance | ({"model": part.model} if part.model else {})
    return body.model_copy(
        update={
            "sections": sections,
            "facts": (*body.facts, *part.facts),
            "highlights": (*body.highlights, *part.highlights),
            "provenance": provenance,
        }
    )


def opinion_of(part: OpinionPart) -> dict[str, Any]:
    """Return the opinion as plain keys: level, share, low, high, mass, levels, model.

    Shares are in percent; keys without a fact are left out.
    """
    told: dict[str, Any] = {}
    for fact in part.facts:
        name = fact.id.removeprefix("opinion.")
        if name in ("level", "share", "low", "high", "mass", "expected", "status"):
            told[name] = fact.value
        elif re.fullmatch(r"p\d+", name):
            told.setdefault("levels", []).append([fact.measure, fact.value])
    return told | ({"model": part.model} if part.model else {})
