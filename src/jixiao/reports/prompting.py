"""The prompt of one report: rules as data, then facts and comments with every name hidden.

Only what the report itself shows goes in: facts and comments that its sentences cite, after the
policy on small groups has spoken. Source rows, formulas and file names stay here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from jixiao.contracts import Claim, Fact, Frozen, Language, Message, Pseudonymiser, Report
from jixiao.reports.drafts import DraftSentence
from jixiao.reports.formats import period_text
from jixiao.reports.placeholders import value_of
from jixiao.reports.words import Words, read_packaged, words_of

REQUIRED = ("rating", "rating.mean", "indicators.worst")
"""Facts that a report never leaves out when it has them."""
REQUIRED_PARTS = ("missing", "hidden", "too_little", "needed")
"""Parts of fact ids that say what is missing or too small to show; never left out either."""
_LONGEST_ECHO = 6000
"""Most characters of an unusable answer that are shown to the model again."""


class Prompts(Frozen):
    """What the model is told in one language."""

    system: str
    """The rules."""
    repair: str
    """Asks for failing sentences once more."""
    unreadable: str
    """Asks for the whole answer once more; ``{reason}`` says why."""
    words: str
    """Words a sentence may be made of beside those of the outlines, parted by blanks."""


@lru_cache(maxsize=4)
def prompts_of(language: Language) -> Prompts:
    """Return the packaged prompts of a language."""
    return Prompts.model_validate(read_packaged("prompts", f"{language}.yaml"))


def is_required(fact_id: str) -> bool:
    """Return whether a report must tell a fact when it has it.

    Examples:
        >>> is_required("team.hidden"), is_required("kpi2.change")
        (True, False)
    """
    return fact_id in REQUIRED or any(part in REQUIRED_PARTS for part in fact_id.split("."))


def required_claims(report: Report) -> list[tuple[str, Claim, tuple[str, ...]]]:
    """Return section, claim and required facts of each sentence that may not be lost."""
    found = []
    for section in report.sections:
        for claim in section.claims:
            needed = tuple(fact for fact in claim.facts if is_required(fact))
            if needed:
                found.append((section.id, claim, needed))
    return found


def first_messages(report: Report, names: Pseudonymiser) -> tuple[Message, ...]:
    """Return the conversation that asks for a report.

    Args:
        report: The outline writer's report: its facts, comments and sections are the material.
        names: Hides names, identifiers and gendered words.
    """
    words = words_of(report.language)
    content = json.dumps(_material(report, names, words), ensure_ascii=False)
    return (
        Message(role="system", content=prompts_of(report.language).system),
        Message(role="user", content=content),
    )


def repair_messages(
    so_far: Sequence[Message],
    answer: str,
    failing: Iterable[tuple[DraftSentence, tuple[str, ...]]],
    *,
    language: Language,
    names: Pseudonymiser,
) -> tuple[Message, ...]:
    """Return the conversation that asks for failing sentences once more, with what was wrong."""
    listed = [
        {"n": sentence.n, "text": sentence.text, "problems": [names.hide(r) for r in reasons]}
        for sentence, reasons in failing
    ]
    asked = prompts_of(language).repair + json.dumps({"sentences": listed}, ensure_ascii=False)
    return (*so_far, _said(answer), Message(role="user", content=asked))


def again_messages(
    so_far: Sequence[Message], answer: str, reason: str, *, language: Language
) -> tuple[Message, ...]:
    """Return the conversation that asks for a whole answer once more."""
    asked = prompts_of(language).unreadable.replace("{reason}", reason)
    return (*so_far, _said(answer), Message(role="user", content=asked))


def _said(answer: str) -> Message:
    return Message(role="assistant", content=answer[:_LONGEST_ECHO])


def _material(report: Report, names: Pseudonymiser, words: Words) -> dict[str, Any]:
    sections = [section for section in report.sections if section.claims]
    cited = {name for section in sections for claim in section.claims for name in claim.facts}
    facts = [fact for fact in report.facts if fact.id in cited]
    period = period_text(report.period, report.language) if report.period else ""
    return {
        "report": {
            "level": words.interface[report.level],
            "subject": names.hide(report.subject),
            "period": period,
        },
        "sections": [
            {
                "id": section.id,
                "title": names.hide(section.title),
                "groups": [[*claim.facts, *claim.comments] for claim in section.claims],
            }
            for section in sections
        ],
        "facts": [_fact(fact, names, words, usual=period) for fact in facts],
        "comments": [{"id": c.id, "text": names.hide(c.text)} for c in report.comments],
        "required": [fact.id for fact in facts if is_required(fact.id)],
    }


def _fact(fact: Fact, names: Pseudonymiser, words: Words, *, usual: str) -> dict[str, str]:
    """Return what is told of a fact: its name once a group, its period where it is another."""
    period = period_text(fact.period, words.language) if fact.period else ""
    told = {
        "id": fact.id,
        "what": words.label(fact.id),
        "name": "" if "." in fact.id else value_of(fact, "name", words) or "",
        "value": value_of(fact, "fact", words) or words.interface["unknown"],
        "period": "" if period == usual else period,
    }
    hidden = {key: names.hide(value) if key != "id" else value for key, value in told.items()}
    return {key: value for key, value in hidden.items() if value}
