"""Finished reports as examples to learn from: the prompt, and the answer that would make it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from jixiao.contracts import Claim, Comment, Fact, Message, Pseudonymiser, Report
from jixiao.reports.placeholders import PLACE, Sources, fill_text, with_placeholders
from jixiao.reports.prompting import first_messages
from jixiao.reports.usage import misplaced
from jixiao.reports.words import words_of


@dataclass(frozen=True)
class Pair:
    """One example.

    Attributes:
        messages: The prompt.
        answer: What a model should answer, JSON.
        sentences: Sentences in the answer.
        dropped: Sentences of the report that no answer can make: a figure of theirs comes from
            no cited fact.
    """

    messages: tuple[Message, ...]
    answer: str
    sentences: int
    dropped: int


def pair_of(report: Report, names: Pseudonymiser) -> Pair:
    """Return a report as prompt and answer.

    Args:
        report: A report whose every sentence was approved.
        names: Its pseudonyms.
    """
    messages = first_messages(report, names)
    facts = {fact.id: fact for fact in report.facts}
    comments = {comment.id: comment for comment in report.comments}
    sentences: list[dict[str, object]] = []
    dropped = 0
    for section in report.sections:
        for claim in section.claims:
            text = _template(claim, facts, comments, report=report, names=names)
            if text is None:
                dropped += 1
                continue
            sentences.append(
                {
                    "n": len(sentences) + 1,
                    "section": section.id,
                    "text": text,
                    "facts": list(claim.facts),
                    "comments": list(claim.comments),
                }
            )
    answer = json.dumps({"sentences": sentences}, ensure_ascii=False)
    return Pair(messages, answer, len(sentences), dropped)


def _template(
    claim: Claim,
    facts: Mapping[str, Fact],
    comments: Mapping[str, Comment],
    *,
    report: Report,
    names: Pseudonymiser,
) -> str | None:
    """Return a sentence with placeholders and tokens; None where filling does not give it back."""
    words = words_of(report.language)
    own = [facts[name] for name in claim.facts if name in facts]
    quoted = [comments[name] for name in claim.comments if name in comments]
    text = with_placeholders(claim.text, own, quoted, words)
    if any(misplaced(text, report.language)):  # figures written alike stand in the other order
        own.reverse()
        text = with_placeholders(claim.text, own, quoted, words)
    small = with_placeholders(claim.text[:1].lower() + claim.text[1:], own, quoted, words)
    if report.language == "en" and small.startswith("{{"):  # a name that opens the sentence
        text = small
    parts, at = [], 0
    for found in PLACE.finditer(text):
        parts += [names.hide(text[at : found.start()]), found[0]]
        at = found.end()
    hidden = "".join([*parts, names.hide(text[at:])])
    filled = fill_text(hidden, Sources(facts, comments, words, names))
    said = filled.text[:1].upper() + filled.text[1:] if report.language == "en" else filled.text
    return hidden if said == claim.text and not filled.faults else None
