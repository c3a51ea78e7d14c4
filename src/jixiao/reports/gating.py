"""Puts a report's sentences through the gate: what fails is taken out and listed."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.contracts import Claim, Comment, Fact, GateScore, Language, RemovedClaim, Section
from jixiao.gate import REFUSED, FactSet, Finding, check_claim, flag_wording


def gated(
    sections: Sequence[Section],
    facts: Sequence[Fact],
    comments: Sequence[Comment],
    *,
    language: Language,
) -> tuple[tuple[Section, ...], GateScore]:
    """Return the sections without the sentences that fail, and the gate's score.

    Args:
        sections: As they were written.
        facts: All facts the sentences may cite.
        comments: All comments they may quote.
        language: Language of the sentences.
    """
    known = FactSet(facts, comments)
    kept: list[Section] = []
    removed: list[RemovedClaim] = []
    for section in sections:
        claims = []
        for claim in section.claims:
            reasons = reasons_against(claim, known, language=language)
            if reasons:
                removed.append(RemovedClaim(section=section.id, text=claim.text, reasons=reasons))
            else:
                claims.append(claim)
        if len(claims) != len(section.claims):
            section = section.model_copy(update={"claims": tuple(claims)})
        if section.claims or section.charts:
            kept.append(section)
    written = sum(len(section.claims) for section in sections)
    score = GateScore(claims=written, verified=written - len(removed), removed=tuple(removed))
    return tuple(kept), score


def reasons_against(claim: Claim, facts: FactSet, *, language: Language) -> tuple[str, ...]:
    """Return why a sentence may not stand in a report; empty where it passes.

    Args:
        claim: The sentence and what it cites.
        facts: The report's facts and comments.
        language: Language of the sentence.
    """
    reasons = [_reason(finding) for finding in check_claim(claim, facts, language=language)]
    if not claim.comments:  # a person's own words are quoted as they are
        flags = flag_wording(claim.text, language, kinds=REFUSED)
        reasons += [f"{flag.kind} {flag.text}" for flag in flags]
    return tuple(reasons)


def _reason(finding: Finding) -> str:
    expected = f", expected {finding.expected}" if finding.expected else ""
    return f"{finding.type} {finding.text}{expected}"
