"""Verifies whole texts, and single claims against the facts they cite."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from jixiao.contracts import Claim, Language
from jixiao.gate.binding import carry
from jixiao.gate.check import check
from jixiao.gate.facts import FactSet, Known
from jixiao.gate.figure_forms import written
from jixiao.gate.findings import Finding, Sentence, Verification
from jixiao.gate.parse import parse, sentences_of
from jixiao.gate.scope import Context, Scope

_MARKED = re.compile(r"[\d<>\"“”]")


def verify_text(text: str, facts: FactSet) -> Verification:
    """Check every sentence of a text against a set of facts.

    Subjects and periods are followed from sentence to sentence: "she" is the person named last.

    Args:
        text: The text, in Chinese, English or both.
        facts: What may carry it.

    Returns:
        Spans with verdicts; offsets count code points of ``text`` from 0.
    """
    names = facts.names
    context = Context()
    spans: list[Finding] = []
    told: list[Sentence] = []
    for start, sentence in sentences_of(text):
        parsed = parse(sentence, facts, names, facts.named)
        scope = Scope(facts, facts.known, tuple(facts.comments), context)
        found = check(parsed, scope, names)
        wrong = (one for one in found if one.type == "NAME" and one.fails)
        carry(context, parsed, facts, wrong=frozenset(one.start for one in wrong))
        spans += [_moved(one, start) for one in found]
        told.append(Sentence(start=start, end=start + len(sentence), verdict=_sentence(found)))
    return Verification(spans=tuple(spans), sentences=tuple(told))


def _moved(finding: Finding, by: int) -> Finding:
    return finding.model_copy(update={"start": finding.start + by, "end": finding.end + by})


def _sentence(
    found: list[Finding],
) -> Literal["verified", "contradicted", "own statement", "nothing to check"]:
    """Return what holds of a sentence: one name alone is nothing to check."""
    if any(one.verdict == "contradicted" for one in found):
        return "contradicted"
    if any(one.verdict in ("unsupported", "not_checkable") for one in found):
        return "own statement"
    return "verified" if any(one.type != "NAME" for one in found) else "nothing to check"


def check_claim(claim: Claim, facts: FactSet, *, language: Language) -> tuple[Finding, ...]:
    """Check one sentence against the facts and comments that it cites.

    Args:
        claim: The sentence and the ids that carry it.
        facts: The report's facts and comments.
        language: Language it is written in.

    Returns:
        What fails, in reading order; empty where the sentence passes.
    """
    missing = [name for name in (*claim.facts, *claim.comments) if not facts.has(name)]
    if missing:
        return (_whole(claim, f"a known id instead of {missing[0]!r}"),)
    known = tuple(facts.get(name) for name in claim.facts)
    comments = tuple(facts.quotable[name] for name in claim.comments)
    names = facts.names
    cores = frozenset(one.core for one in known)
    parsed = parse(claim.text, facts, names, cores, language=language, literal=_literal(known))
    scope = Scope(facts, known, comments, cited=True)
    return tuple(one for one in check(parsed, scope, names) if one.fails)


def _literal(known: tuple[Known, ...]) -> list[str]:
    """Return measures and words of facts that hold figures or marks, the longest first."""
    said = {name for one in known for name in _named(one.fact.measure)}
    for one in known:
        if isinstance(one.fact.value, str) and one.value is None:
            said |= {one.fact.value, *one.fact.value.split(", ")}
    return sorted((word for word in said if _holds_figure(word)), key=len, reverse=True)


@lru_cache(maxsize=4096)
def _holds_figure(word: str) -> bool:
    return bool(_MARKED.search(word)) or any(written(word))


def _named(measure: str) -> tuple[str, str]:
    return measure, measure.rpartition("_")[0]


def _whole(claim: Claim, expected: str) -> Finding:
    return Finding(
        start=0,
        end=len(claim.text),
        text=claim.text,
        type="CONTEXT",
        verdict="unsupported",
        expected=expected,
    )
