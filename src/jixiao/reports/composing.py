"""Makes a report of what became of a language model's sentences, or falls back to the outline's.

Figures, charts, titles and provenance are never the model's.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from jixiao.contracts import Claim, GateScore, RemovedClaim, Report
from jixiao.reports.drafts import printable
from jixiao.reports.judging import Judged
from jixiao.reports.prompting import required_claims

LEAST_KEPT = 0.5
"""Share of its sentences that must pass; a report with less has failed."""


@dataclass
class Course:
    """What has happened to one report so far.

    Attributes:
        keys: Names under which the model's answers are kept.
        verified: Sentences that passed as they were written.
        repaired: Sentences that passed once they were written anew.
        failed: Sentences that are removed.
    """

    keys: list[str] = field(default_factory=list)
    verified: list[Judged] = field(default_factory=list)
    repaired: list[Judged] = field(default_factory=list)
    failed: list[Judged] = field(default_factory=list)

    @property
    def kept(self) -> list[Judged]:
        """Sentences that stand."""
        return [*self.verified, *self.repaired]

    @property
    def has_failed(self) -> bool:
        """Whether too little stands for a report."""
        kept = len(self.kept)
        return not kept or kept < LEAST_KEPT * (kept + len(self.failed))


def composed(base: Report, course: Course, model: str) -> Report:
    """Return the report of the sentences that stand, with required facts added.

    Args:
        base: The outline writer's report.
        course: What became of the model's.
        model: Name of the model, for the provenance.
    """
    told = {name for one in course.kept for name in one.claim.facts}
    added: dict[str, list[Claim]] = {}
    for section, claim, needed in required_claims(base):
        if not set(needed) <= told:
            added.setdefault(section, []).append(claim)
    own: dict[str, list[Claim]] = {}
    for one in sorted(course.kept, key=lambda judged: judged.sentence.n):
        own.setdefault(one.sentence.section, []).append(one.claim)
    sections = [
        section.model_copy(
            update={"claims": (*own.get(section.id, ()), *added.get(section.id, ()))}
        )
        for section in base.sections
    ]
    kept = tuple(section for section in sections if section.claims or section.charts)
    used = {name for section in kept for claim in section.claims for name in claim.comments}
    score = GateScore(
        claims=len(course.kept) + len(course.failed),
        verified=len(course.verified),
        repaired=len(course.repaired),
        removed=_removed(course),
        added=sum(map(len, added.values())),
    )
    return base.model_copy(
        update={
            "sections": kept,
            "comments": tuple(comment for comment in base.comments if comment.id in used),
            "gate": score,
            "provenance": _provenance(base, course, model, writer="llm"),
        }
    )


def fallen_back(base: Report, course: Course, model: str) -> Report:
    """Return the outline writer's report, saying why: the model's failed, or there was none.

    Args:
        base: The outline writer's report.
        course: What became of the model's; without any answer where it gave none.
        model: Name of the model, for the provenance.
    """
    count = sum(len(section.claims) for section in base.sections)
    own = base.gate or GateScore(claims=count, verified=count)
    removed = (*own.removed, *_removed(course))
    score = own.model_copy(
        update={
            "claims": own.verified + own.repaired + len(removed),
            "removed": removed,
            "fell_back": True,
            "unanswered": not course.keys,
        }
    )
    provenance = _provenance(base, course, model, writer="outline")
    return base.model_copy(update={"gate": score, "provenance": provenance})


def _removed(course: Course) -> tuple[RemovedClaim, ...]:
    return tuple(
        RemovedClaim(
            section=printable(one.sentence.section, 40),
            text=printable(one.claim.text, 300),
            reasons=tuple(printable(reason, 120) for reason in one.reasons),
        )
        for one in course.failed
    )


def _provenance(base: Report, course: Course, model: str, *, writer: str) -> dict[str, str]:
    """Name the model that was asked and its stored answers, also where none of it was used."""
    answers = " ".join(key[:16] for key in course.keys)
    return {**base.provenance, "writer": writer, "writer_model": model, "answers": answers}
