"""What the facts say about words of direction and comparison: rose, below target, 最高, 达标."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

from jixiao.gate.binding import about_figure, measure_at
from jixiao.gate.evidence import (
    Sign,
    extreme_of,
    is_extreme,
    is_less_better,
    judged,
    sign_of,
    signs,
)
from jixiao.gate.facts import Known
from jixiao.gate.figure_forms import Figure
from jixiao.gate.findings import Finding, Verdict
from jixiao.gate.parse import Change, Parsed
from jixiao.gate.scope import About, Scope
from jixiao.gate.whom import subjects_at

_WANTED = {"up": 1, "down": -1, "level": 0, "above": 1, "below": -1, "equal": 0}
_GOOD = {"better": 1, "worse": -1, "met": 1, "missed": -1}
_TOP = {"highest": 1, "lowest": -1}
_BARE = re.compile(
    r"\s*(?:,\s*)?(?:(?:is|was|are|as|of|level)\s+)?(?:the\s*)?|为|是|：|的是|\s*[（(]|[）)]?"
)
_TO = re.compile(r"\bto\b|[至到为]")
_MARK = re.compile("[,，;；、]")
_FAR = 1000
_JUDGED = re.compile(r"best|worst|最好|最差", re.IGNORECASE)
_OPPOSITE = {
    "up": "down",
    "down": "up",
    "above": "below",
    "below": "above",
    "better": "worse",
    "worse": "better",
    "met": "missed",
    "missed": "met",
    "highest": "not the highest",
    "lowest": "not the lowest",
    "level": "changed",
    "equal": "different",
}
_SAID = {
    "zh": {
        "down": "下降",
        "up": "上升",
        "below": "低于",
        "above": "高于",
        "worse": "变差",
        "better": "改善",
        "missed": "未达标",
        "met": "达标",
        "not the highest": "并非最高",
        "not the lowest": "并非最低",
        "changed": "有变化",
        "different": "不相同",
    },
    "en": {},
}


def judge_words(parsed: Parsed, scope: Scope, carried: dict[int, Known]) -> Iterator[Finding]:
    """Yield a finding for every word of direction or comparison that means something here.

    Args:
        parsed: The sentence.
        scope: What it may lean on.
        carried: Facts that carry its figures, by the figures' starts.
    """
    taken: set[int] = set()
    for figure in parsed.figures:
        change = _beside(figure, parsed)
        if change is not None:
            finding = _judge(change, parsed, scope, carried, figure)
            if finding is not None:
                taken.update(range(change.start, change.end))
                yield finding
    for change in parsed.changes:
        if change.start not in taken and not _is_loosening(change, parsed, carried):
            finding = _judge(change, parsed, scope, carried, None)
            if finding is not None:
                yield finding


def _beside(figure: Figure, parsed: Parsed) -> Change | None:
    """Return the word that says which way a difference goes: 20 less, 高0.3."""
    text = parsed.plain
    for kind, search in parsed.lexicon.beside.items():
        if parsed.lexicon.language == "zh":
            left = text[max(0, figure.start - 4) : figure.start]
            if found := search.search(left):
                at = max(0, figure.start - 4)
                return Change(at + found.start(), at + found.end(), kind, False)
        elif found := search.search(text[figure.end : figure.end + 24]):
            word = found[0].split()[-1]
            end = figure.end + found.end()
            return Change(end - len(word), end, kind, False)
    return None


def _is_loosening(change: Change, parsed: Parsed, carried: dict[int, Known]) -> bool:
    """Return whether a word only loosens a figure behind it: more than 100, at least 15.

    A target is given as it is: "more than the target of 100" compares with it.
    """
    return change.kind in ("above", "below", *_TOP) and any(
        figure.approximate in ("over", "less")
        and 0 <= figure.start - change.end <= 2
        and not (figure.start in carried and "target" in carried[figure.start].parts)
        for figure in parsed.figures
    )


def _judge(
    change: Change,
    parsed: Parsed,
    scope: Scope,
    carried: dict[int, Known],
    figure: Figure | None,
) -> Finding | None:
    about = _about(change, parsed, scope)
    if change.kind in _TOP:
        verdict, fact = _top(change, about, parsed, scope, carried)
    elif change.kind in _GOOD:
        verdict, fact = _good(change, about, parsed, scope, carried)
    else:
        verdict, fact = _direction(change, about, parsed, scope, carried, figure)
    if verdict is None:
        if _is_weak(change, parsed) or figure is not None:
            return None
        verdict = "unsupported"
    return _finding(change, parsed, verdict, fact)


def _is_weak(change: Change, parsed: Parsed) -> bool:
    word = " ".join(parsed.text[change.start : change.end].lower().split())
    return word in parsed.lexicon.weak


def _about(change: Change, parsed: Parsed, scope: Scope) -> About:
    place = Figure(change.start, change.end, 0.0, 0.0, 0.0)
    found = about_figure(place, parsed, scope)
    if change.start not in parsed.given:
        return found
    cores = measure_at(change.start, change.end, parsed)
    subjects = subjects_at(change.start, parsed, scope, cores=cores)
    return replace(found, subjects=subjects, cores=cores)


def _verdict(value: int, wanted: int, change: Change) -> Verdict:
    holds = (value == wanted) != change.negated
    if change.negated and value == wanted == 0:
        holds = False
    return "supported" if holds else "contradicted"


def _direction(
    change: Change,
    about: About,
    parsed: Parsed,
    scope: Scope,
    carried: dict[int, Known],
    figure: Figure | None,
) -> tuple[Verdict | None, Known | None]:
    wanted = _WANTED[change.kind]
    told = _told(change, parsed, carried, figure)
    if told is not None:
        return _verdict(told.value, wanted, change), told.fact
    if figure is not None:
        return None, None  # the figure is no difference
    if change.kind in ("above", "below", "equal"):
        against = _against_figure(change, about, parsed, scope, carried)
        if against is not None:
            return _verdict(against.value, wanted, change), against.fact
        rival = _against_name(change, about, parsed, scope)
        if rival is not None:
            return _verdict(rival.value, wanted, change), rival.fact
    found = list(signs(about, scope))
    bases = _bases(change, parsed)
    some = [one for one in found if one.base in bases]
    if not some and scope.cited:
        some = found
    if not some:
        return None, None
    best = some[0]
    for one in some:
        if _verdict(one.value, wanted, change) == "supported":
            best = one
            break
    if any(one.value != best.value for one in some) and not scope.cited:
        best = some[0]
    return _verdict(best.value, wanted, change), best.fact


def _told(
    change: Change, parsed: Parsed, carried: dict[int, Known], figure: Figure | None
) -> Sign | None:
    """Return the direction of the difference whose figure stands beside the word."""
    near = figure
    if near is None:
        start, end = parsed.clause(change.start)
        inside = [one for one in parsed.figures if start <= one.start < end]
        some = [
            one
            for one in inside
            if one.start in carried
            and carried[one.start].is_difference
            and carried[one.start].value is not None
        ]
        behind = [one for one in some if 0 <= one.start - change.end <= 24]
        near = behind[0] if behind else (some[-1] if some else None)
        if near is None:
            return _from_to(change, inside, parsed, carried)
    fact = carried.get(near.start)
    if fact is None or not fact.is_difference or fact.value is None:
        return None
    value = sign_of(fact.value)
    if figure is not None and _is_turned(change, parsed, carried, fact):
        value = -value
    return Sign(value, fact, "previous")


def _from_to(
    change: Change, inside: list[Figure], parsed: Parsed, carried: dict[int, Known]
) -> Sign | None:
    """Return the direction of "from 3.2 to 4.1" behind a word."""
    if change.kind not in ("up", "down", "level"):
        return None
    pairs = [one for one in inside if one.start >= change.start - 40]
    for first, second in pairwise(pairs):
        between = parsed.plain[first.end : second.start]
        left = parsed.plain[max(0, first.start - 24) : first.start]
        leads = parsed.lexicon.roles["previous"].search(left.replace("\0", ""))
        told = second.start in carried and first.start in carried
        if len(between) <= 24 and leads and told and _TO.search(between):
            value = sign_of(second.value - first.value)
            return Sign(value, carried[second.start], "previous")
    return None


def _is_turned(change: Change, parsed: Parsed, carried: dict[int, Known], fact: Known) -> bool:
    """Return whether the sentence tells the base first, and how far that is off."""
    if parsed.lexicon.language == "zh":
        return False
    leading = [
        one
        for one in parsed.figures
        if one.end < change.start and one.start in carried and carried[one.start] is not fact
    ]
    plain = [one for one in leading if not carried[one.start].is_difference]
    plain = [one for one in plain if carried[one.start].fact.id == fact.fact.base]
    if not plain:
        return False
    between = parsed.text[plain[-1].end : change.start]
    return between not in parsed.lexicon.itself and "；" not in between and ";" not in between


def _against_figure(
    change: Change, about: About, parsed: Parsed, scope: Scope, carried: dict[int, Known]
) -> Sign | None:
    """Return how a value compares with the figure right behind the word, as in "above 100"."""
    behind = [one for one in parsed.figures if 0 <= one.start - change.end <= 6]
    if not behind:
        return None
    figure = behind[0]
    base = carried.get(figure.start)
    before = [
        carried[one.start]
        for one in parsed.figures
        if one.end <= change.start and one.start in carried and not carried[one.start].is_difference
    ]
    if base is not None and before and before[-1] is not base and before[-1].core == base.core:
        return Sign(sign_of((before[-1].value or 0) - (base.value or 0)), before[-1], "previous")
    for one in scope.known:
        fits = about.cores is not None and one.core in about.cores and not one.parts
        own = about.subjects is None or one.fact.subject in about.subjects
        if fits and own and one.value is not None and one is not base:
            return Sign(sign_of(one.value - figure.value), one, "previous")
    return None


def _against_name(change: Change, about: About, parsed: Parsed, scope: Scope) -> Sign | None:
    """Return how one subject compares with another that is named behind the word."""
    _, end = parsed.clause(change.start)
    later = [one.start for one in parsed.changes if one.start > change.start]
    end = min([end, *later])
    behind = [one for one in parsed.names if one.subjects and change.end <= one.start < end]
    if parsed.lexicon.language == "zh":  # 比张三高
        behind = behind or [
            one
            for one in parsed.names
            if one.subjects
            and one.end <= change.start
            and parsed.text[one.start - 1 : one.start] in ("比", "较")
        ]
    if not behind or about.subjects is None:
        return None
    other = behind[0].subjects[0]
    if other in about.subjects:
        return None
    for one in scope.known:
        if one.fact.subject not in about.subjects or one.value is None or one.is_difference:
            continue
        if about.cores is not None and one.core not in about.cores:
            continue
        for rival in scope.facts.of(other):
            same = rival.core == one.core and rival.parts == one.parts
            if same and rival.fact.period == one.fact.period and rival.value is not None:
                return Sign(sign_of(one.value - rival.value), one, "previous")
    return None


def _bases(change: Change, parsed: Parsed) -> frozenset[str]:
    """Return what a word compares with, by the words around it."""
    start, end = parsed.clause(change.start)
    clause = parsed.plain[start:end]
    found = {name for name, search in parsed.lexicon.bases.items() if clause in search}
    if "average" in found:
        found |= {"team", "organisation"}
    if change.kind in ("better", "worse"):
        return frozenset(found or {"previous"})
    if change.kind in ("above", "below", "equal"):
        return frozenset(found or {"target", "team", "organisation", "previous"})
    return frozenset({"previous"})


def _good(
    change: Change, about: About, parsed: Parsed, scope: Scope, carried: dict[int, Known]
) -> tuple[Verdict | None, Known | None]:
    wanted = _GOOD[change.kind]
    base = "target" if change.kind in ("met", "missed") else "previous"
    for one in judged(about, scope):
        if one.base == base:
            return _verdict(one.value, wanted, change), one.fact
    counted = next((one for one in carried.values() if _counts_met(one)), None)
    if counted is not None and base == "target":
        return _verdict(1, wanted, change), counted
    nobody = next((one for one in scope.known if _counts_met(one) and one.value == 0), None)
    if nobody is not None and base == "target":
        return _verdict(-1, wanted, change), nobody
    less = is_less_better(about, scope, about.cores or ())
    if less is None:
        return None, None
    bases = {base} if base == "target" else _bases(change, parsed)
    for one in signs(about, scope):
        if one.base in bases:
            good = -one.value if less else one.value
            if base == "target":
                good = 1 if good >= 0 else -1
            return _verdict(good, wanted, change), one.fact
    return None, None


def _figure_of(change: Change, parsed: Parsed, carried: dict[int, Known]) -> Known | None:
    """Return the fact whose figure is called highest or lowest: 5 the highest, 最低为1."""
    text = parsed.plain
    some = [one for one in parsed.figures if one.start in carried]
    before = [one for one in some if one.end <= change.start]
    behind = [one for one in some if one.start >= change.end]
    left = text[before[-1].end : change.start] if before else "…"
    right = text[change.end : behind[0].start] if behind else "…"
    if _BARE.fullmatch(left):
        return carried[before[-1].start]
    if _BARE.fullmatch(right):
        return carried[behind[0].start]
    return None


def _counts_met(known: Known) -> bool:
    return "state" in known.parts and "met" in known.fact.measure.casefold()


def _top(
    change: Change, about: About, parsed: Parsed, scope: Scope, carried: dict[int, Known]
) -> tuple[Verdict | None, Known | None]:
    sign = _TOP[change.kind]
    near = _figure_of(change, parsed, carried)
    if near is not None and (said := extreme_of(near)):
        return _verdict(said, sign, change), near
    if (named := _named_extreme(change, parsed, scope)) is not None:
        return _verdict(_said_of(named, change, parsed), sign, change), named
    for one in scope.known:
        known = one.fact.value == "yes" and one.core in (about.cores or ())
        if known and (said := extreme_of(one)):
            return _verdict(said, sign, change), one
    for one in scope.known:
        own = about.subjects is not None and one.fact.subject in about.subjects
        ranked = "rank" in one.parts and one.value is not None and about.allows(one.core)
        if own and ranked and sign > 0:
            return _verdict(1 if one.value == 1 else 0, 1, change), one
    if about.cores is None and not scope.cited:
        return None, None  # the highest of what, the sentence does not say
    for subject in sorted(about.subjects or ()):
        holds, fact = is_extreme(subject, about, scope, sign)
        if holds is not None:
            return _verdict(1 if holds else 0, 1, change), fact
    return None, None


def _named_extreme(change: Change, parsed: Parsed, scope: Scope) -> Known | None:
    """Return the fact on the highest or lowest whose name stands nearest, marks counted as far."""
    found: dict[int, Known] = {}
    for one in scope.known:
        name = one.fact.value
        if not isinstance(name, str) or not name or not extreme_of(one):
            continue
        at = parsed.text.find(name)
        while at >= 0:
            end = at + len(name)
            between = parsed.text[end : change.start] or parsed.text[change.end : at]
            found.setdefault(len(between) + _FAR * bool(_MARK.search(between)), one)
            at = parsed.text.find(name, at + 1)
    return found[min(found)] if found else None


def _said_of(named: Known, change: Change, parsed: Parsed) -> int:
    """Return 1 where a fact that names the best or the largest bears out "highest", -1 "lowest".

    The best may have the smallest distance to its target, so only words of one kind are set
    against each other: the worst is not the best, and its distance is not the smallest.
    """
    word = parsed.text[change.start : change.end].casefold()
    said, wanted = extreme_of(named), _TOP[change.kind]
    is_judged = bool(_JUDGED.search(named.fact.measure))
    if (word in parsed.lexicon.words.quality) == is_judged:
        return said
    start, end = parsed.clause(change.start)
    if is_judged and parsed.plain[start:end] in parsed.lexicon.distance:
        return -said
    return wanted


def _finding(change: Change, parsed: Parsed, verdict: Verdict, fact: Known | None) -> Finding:
    expected = None
    if verdict == "contradicted" and not change.negated:
        opposite = _OPPOSITE[change.kind]
        expected = _SAID[parsed.lexicon.language].get(opposite, opposite)
    return Finding(
        start=change.start,
        end=change.end,
        text=parsed.text[change.start : change.end],
        type="WORD",
        verdict=verdict,
        expected=expected,
        fact=fact.fact.id if fact else None,
    )
