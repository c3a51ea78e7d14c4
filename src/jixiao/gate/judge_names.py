"""What the facts say about names, who belongs where, and dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from jixiao.contracts import Span
from jixiao.gate.finder import Hit
from jixiao.gate.findings import Finding, Verdict
from jixiao.gate.names import NameMention, Names
from jixiao.gate.parse import Parsed, Placed, blank
from jixiao.gate.periods import Mention
from jixiao.gate.scope import Scope
from jixiao.gate.when import is_base


def judge_names(parsed: Parsed, scope: Scope, names: Names) -> Iterator[Finding]:
    """Yield a finding for every name of a sentence."""
    wrong = dict(_wrong_groups(parsed, scope))
    for name in parsed.names:
        if name.start in wrong:
            yield wrong_name(name, parsed, wrong[name.start])
        elif not _is_covered(name, parsed, scope):
            yield _name(name, parsed, "unsupported")
        else:
            yield _name(name, parsed, "supported")
    words: list[Placed] = [*parsed.measures, *_values(parsed, scope)]
    for name in names.unknown(blank(parsed.plain, words)):
        yield _name(name, parsed, "unsupported")


def _is_covered(name: NameMention, parsed: Parsed, scope: Scope) -> bool:
    """Return whether a cited fact or comment is about the name; all are, where none is cited."""
    if not scope.cited or not name.subjects:
        return bool(name.subjects)
    cited = {one.fact.subject for one in scope.known}
    said = {str(one.fact.value) for one in scope.known}
    text = parsed.text[name.start : name.end]
    return (
        bool(cited & set(name.subjects)) or text in said or bool(scope.quoted & set(name.subjects))
    )


def _values(parsed: Parsed, scope: Scope) -> Iterator[Hit]:
    """Yield where the words of facts stand, which are no names to look for."""
    folded = parsed.text.casefold()
    for word in scope.facts.texts:
        if word in folded and len(word) > 1:
            at = folded.find(word)
            while at >= 0:
                yield Hit(at, at + len(word), word)
                at = folded.find(word, at + len(word))


def _wrong_groups(parsed: Parsed, scope: Scope) -> Iterator[tuple[int, str]]:
    """Yield groups that a person is said to belong to and does not, with the right one."""
    facts = scope.facts
    persons = [one for one in parsed.names if one.subjects and _kind(one, scope) == "person"]
    for group in (one for one in parsed.names if one.subjects and _kind(one, scope) == "group"):
        person = _member(group, persons, parsed)
        if person is None:
            continue
        homes = {facts.group_of(subject) for subject in person.subjects} - {""}
        if homes and not homes & set(group.subjects):
            yield group.start, facts.name_of(min(homes))


def set_against_themselves(parsed: Parsed, scope: Scope) -> dict[int, str]:
    """Return names set against themselves, by their starts: the one other subject, or nothing."""
    words = [hit.end for hit in scope.against.hits(parsed.plain)]
    words += [one.end for one in parsed.changes if one.kind in ("above", "below")]
    known = [one for one in parsed.names if one.subjects]
    objects: list[NameMention] = []
    found = {}
    for end in sorted(words):
        before = [one for one in known if one.end <= end and one not in objects]
        behind = [one for one in known if 0 <= one.start - end <= 12][:1]
        objects += behind
        if before and behind and before[-1].subjects == behind[0].subjects:
            found[behind[0].start] = _other(behind[0], scope)
    return found


def judge_opposed(opposed: dict[int, str], parsed: Parsed, scope: Scope) -> Iterator[Finding]:
    """Yield a finding for every name that is set against itself."""
    for name in parsed.names:
        if name.start in opposed:
            other = opposed[name.start]
            yield wrong_name(name, parsed, scope.facts.name_of(other) if other else None)


def _other(name: NameMention, scope: Scope) -> str:
    facts, kind = scope.facts, _kind(name, scope)
    rest = [s for s in facts.subject_ids if s not in name.subjects and facts.kind_of(s) == kind]
    return rest[0] if len(rest) == 1 else ""


def _kind(name: NameMention, scope: Scope) -> str:
    return scope.facts.kind_of(name.subjects[0])


def _member(group: NameMention, persons: list[NameMention], parsed: Parsed) -> NameMention | None:
    """Return the person that the sentence puts into a group."""
    start, end = parsed.clause(group.start)
    led = parsed.lexicon.led_by.match(parsed.text[group.end :])
    behind = [one for one in persons if group.end <= one.start < end]
    if led or re.match(r"\s*\([^)]*\)\s*(?:was|were) led by", parsed.text[group.end :]):
        return behind[0] if behind else None
    if parsed.lexicon.member.search(parsed.text[: group.start]):
        before = [one for one in persons if start <= one.start and one.end <= group.start]
        if before and group.start - before[-1].end <= 40:
            return before[-1]
    if parsed.lexicon.language == "zh" and behind and behind[0].start - group.end <= 1:
        return behind[0]
    return None


def judge_periods(parsed: Parsed, scope: Scope) -> Iterator[Finding]:
    """Yield a finding for every date, period and day of the week."""
    spans = scope.spans if parsed.periods else frozenset()
    for mention in parsed.periods:
        fits = any(mention.fits(span) for span in spans) or _frames(mention, spans)
        told = any(mention.fits(span) for span in scope.told)
        if scope.cited and len(spans) > 1 and not told and is_base(mention, parsed):
            latest = max(spans, key=lambda span: span.end)
            fits = any(mention.fits(span) for span in spans if span != latest)
        if mention.weekday is not None:
            yield _weekday(mention, parsed, scope, fits)
            continue
        yield Finding(
            start=mention.start,
            end=mention.end,
            text=parsed.text[mention.start : mention.end],
            type="NUMBER",
            verdict="supported" if fits else "unsupported",
        )


def _frames(mention: Mention, spans: frozenset[Span]) -> bool:
    """Return whether a year is named in which a fact's period lies."""
    if mention.months != (1, 12) or mention.day is not None:
        return False
    return any(span.start.startswith(str(mention.year)) for span in spans)


def _weekday(mention: Mention, parsed: Parsed, scope: Scope, fits: bool) -> Finding:
    elsewhere = scope.elsewhere(parsed.text[: mention.start])
    days = {span for span in scope.spans if Mention(0, 0, weekday=_day(span)).fits(span)}
    supported = fits and not elsewhere
    expected = None
    verdict: Verdict = "supported" if supported else "unsupported"
    if not supported and len(days) == 1 and not elsewhere:
        verdict, expected = "contradicted", _weekday_name(next(iter(days)), parsed)
    return Finding(
        start=mention.start,
        end=mention.end,
        text=parsed.text[mention.start : mention.end],
        type="NAME",
        verdict=verdict,
        expected=expected,
    )


def _day(span: Span) -> int:
    return date.fromisoformat(span.start).weekday()


def _weekday_name(span: Span, parsed: Parsed) -> str:
    place = _day(span)
    if parsed.lexicon.language == "zh":
        return f"周{'一二三四五六日'[place]}"
    return ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")[place]


def wrong_name(name: NameMention, parsed: Parsed, expected: str | None) -> Finding:
    """Return the finding of a name in the place of another one, where that is known."""
    return _name(name, parsed, "contradicted").model_copy(update={"expected": expected})


def _name(name: NameMention, parsed: Parsed, verdict: Verdict) -> Finding:
    text = parsed.text[name.start : name.end]
    return Finding(start=name.start, end=name.end, text=text, type="NAME", verdict=verdict)
