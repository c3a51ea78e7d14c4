"""What the facts say about words that a measure decides: levels of a scale, labels of a field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from jixiao.gate.evidence import CODES
from jixiao.gate.facts import Known, Label, split_measure
from jixiao.gate.finder import Finder
from jixiao.gate.findings import Finding, Verdict
from jixiao.gate.label_rules import decide
from jixiao.gate.parse import Change, Parsed
from jixiao.gate.scope import Scope
from jixiao.gate.whom import subjects_at

_STATED = {
    "en": re.compile(
        r"\s+(?:is|was|of|stands at|stood at|remains|remained|became|:)\s+(?:an?\s+|rated\s+)?"
        r"[\"“]?([A-Za-z][\w+ -]*?)[\"”]?(?=\s*(?:[,.;()]|$|\b(?:in|for|on|and|with|while|at)\b))"
    ),
    "zh": re.compile(
        r"(?:结果)?(?:为|是|：|达到|评为|定为)[\"“]?([^\s，。；、的\"”（(\d\0]{1,6})[\"”]?(?=[，。；、（(]|$)"
    ),
}
_NO_LEVEL = frozenset(
    {"the", "among", "within", "outside", "inside", "no", "not", "same", "at", "above", "below"}
)
NEAR = 30
"""Farthest that words of one phrase stand apart, in code points."""


def judge_labels(parsed: Parsed, scope: Scope) -> Iterator[Finding]:
    """Yield a finding for every word of the field that a measure decides."""
    taken: set[int] = set()
    found: list[tuple[Label, Finding]] = []
    for label in scope.facts.words.labels:
        finder, marked = _label_search(label.words)
        for hit in finder.hits(parsed.plain):
            first, last = marked[hit.phrase]
            said = _Said(hit.start, hit.start + first, hit.start + last)
            if said.start not in taken and _is_beside(label, said, parsed):
                finding = _judge(label, said, parsed, scope)
                if finding is not None:
                    taken.update(range(said.start, said.end))
                    found.append((label, finding))
    wrong = [one.start for label, one in found if one.fails and not label.counts_others]
    for label, one in found:
        near = any(0 < start - one.end <= NEAR for start in wrong)
        if not (label.counts_others and one.fails and near):
            yield one


@lru_cache(maxsize=512)
def _label_search(words: tuple[str, ...]) -> tuple[Finder, dict[str, tuple[int, int]]]:
    """Return a search for the phrases, and which part of each is marked."""
    marked = {}
    for word in words:
        lead, opened, rest = word.partition("[")
        inside, _, tail = rest.partition("]")
        phrase = (lead + inside + tail).lower()
        marked[phrase] = (len(lead), len(lead) + len(inside)) if opened else (0, len(phrase))
    return Finder(marked), marked


@dataclass(frozen=True, slots=True)
class _Said:
    """Where a label's phrase begins, and the part of it that is marked."""

    phrase: int
    start: int
    end: int


def _is_beside(label: Label, said: _Said, parsed: Parsed) -> bool:
    """Return whether the measure that a label is about stands behind its words."""
    if not label.about:
        return True
    behind = (one for one in parsed.measures if 0 <= one.start - said.end <= NEAR)
    first = next(behind, None)
    return first is not None and split_measure(label.about)[0] in first.cores


def _judge(label: Label, said: _Said, parsed: Parsed, scope: Scope) -> Finding | None:
    measure = label.measure.casefold()
    start, end = said.start, said.end
    text = parsed.text[start:end]
    if measure not in scope.facts.measures:
        return Finding(start=start, end=end, text=text, type="WORD", verdict="unsupported")
    if scope.elsewhere(parsed.text[: said.phrase]):
        return None
    side = "after" if label.subject == "object" else ""
    cores = frozenset({split_measure(measure)[0]})
    subjects = subjects_at(start, parsed, scope, cores=cores, side=side)
    facts = [
        one
        for one in scope.known
        if one.fact.measure.casefold() == measure
        and (subjects is None or one.fact.subject in subjects)
    ]
    if not facts:
        return None
    right, fact = decide(label.holds, facts, (start, end), parsed, scope)
    if right is None:
        return None
    verdict: Verdict = "supported" if right else "contradicted"
    return Finding(
        start=start,
        end=end,
        text=text,
        type="WORD",
        verdict=verdict,
        expected=None if right else f"{fact.fact.measure} is {fact.fact.value}",
        fact=fact.fact.id,
    )


def is_level(change: Change, parsed: Parsed, scope: Scope) -> bool:
    """Return whether a word of comparison is only how a level is called: Exceeds, 超出期望.

    The level must be a fact's, written as there; where no fact is cited, with a capital letter.
    """
    levels = _levels(scope)
    return any(
        hit.start <= change.start and change.end <= hit.end
        for hit in _search(tuple(sorted(levels))).hits(parsed.text)
        if parsed.text[hit.start : hit.end] in levels
    )


@lru_cache(maxsize=256)
def _search(words: tuple[str, ...]) -> Finder:
    return Finder(words)


def _levels(scope: Scope) -> frozenset[str]:
    words = {
        one.fact.value
        for some in ([scope.known] if scope.cited else scope.facts.texts.values())
        for one in some
        if isinstance(one.fact.value, str) and one.value is None and "state" not in one.parts
    }
    return frozenset(
        word
        for word in words
        if word.casefold() not in CODES and (scope.cited or word != word.lower())
    )


def judge_levels(parsed: Parsed, scope: Scope) -> Iterator[Finding]:
    """Yield a finding for every level or other word that a sentence states for a measure."""
    stated = _STATED[parsed.lexicon.language]
    for mention in parsed.measures:
        found = stated.match(parsed.text, mention.end)
        if found is None or parsed.plain[found.start(1)] == "\0":
            continue
        if found[1].split()[0].lower() in _NO_LEVEL:
            continue
        facts = [
            one
            for one in scope.known
            if one.core in mention.cores
            and isinstance(one.fact.value, str)
            and one.value is None
            and not one.parts & {"state", "season"}
        ]
        if not facts:
            continue
        subjects = subjects_at(mention.end, parsed, scope, cores=mention.cores)
        own = [one for one in facts if subjects is None or one.fact.subject in subjects]
        yield _level(found.start(1), found.end(1), parsed, own or facts)


def _level(start: int, end: int, parsed: Parsed, facts: list[Known]) -> Finding:
    text = parsed.text[start:end]
    latest = max(facts, key=lambda one: one.fact.period.end if one.fact.period else "")
    fitting = [one for one in facts if _fits(one, parsed)] or [latest]
    said = text.strip().casefold()
    right = next((one for one in fitting if str(one.fact.value).casefold() == said), None)
    return Finding(
        start=start,
        end=end,
        text=text,
        type="WORD",
        verdict="supported" if right else "contradicted",
        expected=None if right else str(fitting[0].fact.value),
        fact=(right or fitting[0]).fact.id,
    )


def _fits(known: Known, parsed: Parsed) -> bool:
    span = known.fact.period
    return bool(span and any(mention.fits(span) for mention in parsed.periods))
