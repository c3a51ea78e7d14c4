"""What facts and comments say about quotations, reasons, and claims that no fact can hold."""

from __future__ import annotations

import re
from collections.abc import Iterator

from jixiao.contracts import Comment
from jixiao.gate.findings import Finding, SpanType, Verdict
from jixiao.gate.lexicon import HAN
from jixiao.gate.names import NameMention
from jixiao.gate.parse import Parsed, Quote
from jixiao.gate.scope import Scope
from jixiao.gate.whom import homes_of, subjects_at

_ENDS = " .,;:!?。，；：！？…\u3000"
_WAS = re.compile(r"\b(?:was|were|is|are)\s+$")
_WORD = re.compile(r"[A-Za-z]{4,}")
ENOUGH = 0.6
"""Share of a reason's words that a comment must hold to carry it."""


def judge_quotes(parsed: Parsed, scope: Scope) -> Iterator[Finding]:
    """Yield a finding for every quotation; it must be an exact piece of a comment or a value."""
    for quote in parsed.quotes:
        comment = _source(quote, parsed, scope)
        if comment is not None:
            yield _finding(parsed, quote.start, quote.end, "CONTEXT", "supported", comment.id)
            continue
        values = scope.facts.texts.get(quote.text.strip(_ENDS).casefold(), ())
        cited = [one for one in values if not scope.cited or one in scope.known]
        if cited:
            yield _finding(parsed, quote.start, quote.end, "WORD", "supported", cited[0].fact.id)
        elif _is_named(quote, parsed, scope):
            continue
        else:
            verdict: Verdict = "unsupported"
            yield _finding(parsed, quote.start, quote.end, "CONTEXT", verdict)


def _is_named(quote: Quote, parsed: Parsed, scope: Scope) -> bool:
    """Return whether a measure or subject is set in quotation marks."""
    plain = quote.text.strip(_ENDS).casefold()
    del parsed
    return plain in scope.facts.cores or plain in {s.casefold() for s in scope.facts.subject_ids}


def _source(quote: Quote, parsed: Parsed, scope: Scope) -> Comment | None:
    text = squeezed(quote.text)
    found = [one for one in scope.comments if text and text in squeezed(one.text)]
    if not found:
        return None
    subjects = subjects_at(quote.start, parsed, scope)
    own = [one for one in found if subjects is None or one.subject in subjects]
    persons = {s for s in subjects or () if scope.facts.kind_of(s) == "person"}
    return own[0] if own else (None if persons else found[0])


def squeezed(text: str) -> str:
    """Return a text for comparison letter by letter: blanks joined, marks at its ends left out."""
    return " ".join(text.split()).strip(_ENDS + "…")


def judge_causes(parsed: Parsed, scope: Scope, supported: list[Finding]) -> Iterator[Finding]:
    """Yield a finding for every reason that neither a comment nor a cited fact gives."""
    for found in parsed.lexicon.cause.hits(parsed.plain):
        start, end = parsed.clause(found.start)
        reason = parsed.text[found.end : _stop(parsed.text, found.end)]
        if parsed.lexicon.language == "zh" and not reason.strip(_ENDS):
            reason = parsed.text[start : found.start]
        if _is_absence(reason, parsed, scope) or _is_quoted(found.end, parsed, supported):
            continue
        comment = next((one for one in scope.comments if _carries(one.text, reason)), None)
        verdict: Verdict = "supported" if comment else "unsupported"
        stop = min(end, found.end + len(reason.rstrip()))
        fact = comment.id if comment else None
        yield _finding(parsed, found.start, max(stop, found.end), "CONTEXT", verdict, fact)


def _stop(text: str, start: int) -> int:
    found = re.compile(r"[,;，；。.!?！？]").search(text, start)
    return found.start() if found else len(text)


def _is_absence(reason: str, parsed: Parsed, scope: Scope) -> bool:
    missing = any(
        one.parts & {"threshold"} or one.fact.measure.startswith(("missing", "data"))
        for one in scope.known
    )
    return missing and f"{reason} " in parsed.lexicon.absence


def _is_quoted(at: int, parsed: Parsed, supported: list[Finding]) -> bool:
    """Return whether a supported quotation gives the reason."""
    return any(
        one.type == "CONTEXT" and one.verdict == "supported" and 0 <= one.start - at <= 24
        for one in supported
    ) and bool(parsed.quotes)


def _carries(comment: str, reason: str) -> bool:
    mine = _content(reason)
    if not mine:
        return False
    return len(mine & _content(comment)) / len(mine) >= ENOUGH


def _content(text: str) -> set[str]:
    """Return what a text says: Latin words, and pairs of Chinese characters."""
    words = {word.casefold()[:6] for word in _WORD.findall(text)}
    han = "".join(char if HAN.match(char) else " " for char in text)
    pairs = {piece[i : i + 2] for piece in han.split() for i in range(len(piece) - 1)}
    return words | pairs


def judge_company(parsed: Parsed, scope: Scope) -> Iterator[Finding]:
    """Yield a person told of as if a member of the group told of before, of which it is none."""
    names = [one for one in parsed.names if one.subjects]
    if not names:
        return
    first, homes = names[0], homes_of(names[:1], scope.facts)
    groups = {s for one in names for s in one.subjects if scope.facts.kind_of(s) == "group"}
    if groups or not homes:
        return
    before = scope.context.homes
    if _is_led_by(first, parsed):
        before = frozenset({scope.context.group} - {""})
    elif not _joins(first, names[1:], parsed, scope):
        return
    if before and not homes & before:
        yield _finding(parsed, first.start, first.end, "CONTEXT", "contradicted")


def _is_led_by(name: NameMention, parsed: Parsed) -> bool:
    """Return whether a group that a pronoun stands for is said to be led by a person."""
    for hit in parsed.lexicon.pronouns["group"].hits(parsed.plain[: name.start]):
        led = parsed.lexicon.led_by.match(parsed.text[hit.end :])
        if led is not None and 0 <= name.start - (hit.end + led.end()) <= 1:
            return True
    return False


def _joins(name: NameMention, rest: list[NameMention], parsed: Parsed, scope: Scope) -> bool:
    """Return whether a person is set beside those told of before: Li was next, the other was Li."""
    _, end = parsed.clause(name.start)
    until = min([end, *(one.start for one in rest)])
    behind = parsed.plain[name.end : until] in scope.joining
    left = parsed.plain[: name.start]
    return behind or (bool(_WAS.search(left)) and left in scope.joining)


def judge_outside(parsed: Parsed, scope: Scope, has_support: bool) -> Iterator[Finding]:
    """Yield claims that no set of facts holds, and judgements without any fact."""
    for search in (parsed.lexicon.history, scope.outside):
        for found in search.hits(parsed.plain):
            yield _finding(parsed, found.start, found.end, "NOT_CHECKABLE", "unsupported")
    yield from _traits(parsed, scope)
    if has_support:
        return
    for found in parsed.lexicon.evaluative.hits(parsed.plain):
        verdict: Verdict = "unsupported" if scope.cited else "not_checkable"
        yield _finding(parsed, found.start, found.end, "NOT_CHECKABLE", verdict)


def _traits(parsed: Parsed, scope: Scope) -> Iterator[Finding]:
    """Yield what a person is said to be like; only a comment in the same words carries it."""
    for found in parsed.lexicon.traits.hits(parsed.plain):
        if any(found.start < one.end and one.start < found.end for one in parsed.measures):
            continue
        said = (one for one in scope.comments if found.phrase in one.text.casefold())
        comment = next(said, None)
        verdict: Verdict = "supported" if comment else "unsupported"
        fact = comment.id if comment else None
        yield _finding(parsed, found.start, found.end, "NOT_CHECKABLE", verdict, fact)


def _finding(
    parsed: Parsed,
    start: int,
    end: int,
    kind: SpanType,
    verdict: Verdict,
    fact: str | None = None,
) -> Finding:
    text = parsed.text[start:end]
    return Finding(start=start, end=end, text=text, type=kind, verdict=verdict, fact=fact)
