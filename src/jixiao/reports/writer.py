"""The outline writer: turns facts and quotations into sentences, highlights and charts.

It decides nothing: conditions and words stand in the outline, values in the facts. The same facts
and the same draw give the same sentences.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal
from zlib import crc32

from jixiao.contracts import Claim, Comment, Fact, Highlight, Section
from jixiao.reports.chart_data import charts_of
from jixiao.reports.formats import period_text, value_text
from jixiao.reports.outline import SLOT, Condition, HighlightSpec, Outline, SectionSpec, Sentence
from jixiao.reports.words import Words

QUOTES = frozenset({"strength", "growth", "action"})
"""Loops that go over quotations instead of facts."""
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a sentence: a fact id (or ``quote``) and how it is written."""

    name: str
    how: str


@dataclass(frozen=True, slots=True)
class Filled:
    """A sentence with the facts and comments in it."""

    text: str
    facts: tuple[str, ...]
    comments: tuple[str, ...]


@dataclass(frozen=True)
class Scope:
    """What slots and conditions may refer to.

    Attributes:
        facts: Facts by id.
        comments: Quotations by id: ``strength1``, ``growth1``…
        words: Language.
        key: Loop key that stands for ``item``; empty outside loops.
        item: Prefix of the facts of this round, such as ``kpi2``; or the id of a comment.
    """

    facts: Mapping[str, Fact]
    comments: Mapping[str, Comment]
    words: Words
    key: str = ""
    item: str = ""
    _ids: dict[str, str] = field(default_factory=dict)

    def fact(self, name: str) -> Fact | None:
        """Return the fact of a name, the loop's key replaced; None when there is no value."""
        found = self.facts.get(self.full(name))
        return None if found is None or found.value is None else found

    def full(self, name: str) -> str:
        """Return the fact id that a name means in this round."""
        if self.key and (name == self.key or name.startswith(self.key + ".")):
            return self.item + name[len(self.key) :]
        return name

    def holds(self, conditions: Sequence[Condition]) -> bool:
        """Return whether all conditions are met."""
        return all(self._holds(condition) for condition in conditions)

    def _holds(self, condition: Condition) -> bool:
        found = self.fact(condition.fact)
        if condition.absent or found is None:
            return condition.absent and found is None
        if not condition.operator:
            return True
        left, right, compare = found.value, condition.value, _COMPARE[condition.operator]
        if isinstance(left, str) and isinstance(right, str):
            return compare(left, right)
        if isinstance(left, str) or isinstance(right, str) or left is None:
            return condition.operator == "!="
        return compare(left, right)

    def rounds(self, key: str, most: int) -> Iterator[Scope]:
        """Yield a scope for kpi1, kpi2… as long as there is such a fact or comment."""
        known: Mapping[str, object] = self.comments if key in QUOTES else self.facts
        for place in range(1, most + 1):
            item = f"{key}{place}"
            if item not in known:
                return
            yield Scope(self.facts, self.comments, self.words, key, item)


@lru_cache(maxsize=4096)
def _pieces(template: str) -> tuple[str | Slot, ...]:
    pieces: list[str | Slot] = []
    at = 0
    for found in SLOT.finditer(template):
        if found.start() > at:
            pieces.append(template[at : found.start()])
        pieces.append(Slot(found[1], found[2] or ""))
        at = found.end()
    if at < len(template):
        pieces.append(template[at:])
    return tuple(pieces)


def fill(template: str, scope: Scope) -> Filled | None:
    """Return the sentence with its slots filled, or None where one of them has no value."""
    parts: list[str] = []
    facts: dict[str, None] = {}
    comments: tuple[str, ...] = ()
    for piece in _pieces(template):
        if isinstance(piece, str):
            parts.append(piece)
            continue
        if piece.name == "quote":
            text = _quoted(scope, piece.how)
            comments = (scope.item,)
        else:
            fact = scope.fact(piece.name)
            text = None if fact is None else _written(fact, piece.how, scope.words)
            if fact is not None:
                facts[fact.id] = None
        if text is None:
            return None
        parts.append(text)
    return Filled("".join(parts), tuple(facts), comments)


def _quoted(scope: Scope, how: str) -> str | None:
    comment = scope.comments[scope.item]
    if how != "period":
        return comment.text
    return period_text(comment.period, scope.words.language) if comment.period else None


def _written(fact: Fact, how: str, words: Words) -> str | None:
    if how == "name":
        return fact.measure
    if how == "list":
        return value_text(fact, words).replace(", ", words.separator)
    if how == "named":
        return words.value(fact.measure)
    if how == "period":
        return period_text(fact.period, words.language) if fact.period else None
    if how.startswith("count "):
        one, _, many = how[6:].partition("|")
        number = value_text(fact, words, how="abs")
        return f"{number} {one if _is_one(fact) else many or one}"
    if how.startswith("if "):
        one, _, many = how[3:].partition("|")
        return one if _is_one(fact) else many
    return value_text(fact, words, how=how)


def _is_one(fact: Fact) -> bool:
    return fact.value in (1, -1)


class OutlineWriter:
    """Writes reports of one level in one language.

    Args:
        outline: What to say.
        words: Words beside the sentences.
    """

    def __init__(self, outline: Outline, words: Words) -> None:
        self.outline = outline
        self.words = words

    def highlights(self, scope: Scope) -> tuple[Highlight, ...]:
        """Return the key figures whose value is known."""
        found = []
        for spec in self.outline.highlights:
            value = fill(spec.value, scope)
            if value is None:
                continue
            notes = (fill(note, scope) for note in spec.note)
            note = next((filled for filled in notes if filled), Filled("", (), ()))
            facts = tuple(dict.fromkeys((*value.facts, *note.facts)))
            found.append(
                Highlight(
                    label=spec.label,
                    text=value.text,
                    note=note.text,
                    tone=_tone(spec, scope),
                    facts=facts,
                )
            )
        return tuple(found)

    def sections(self, scope: Scope, *, draw: int) -> tuple[Section, ...]:
        """Return the sections that have something to say.

        Args:
            scope: Facts and comments of the report.
            draw: Random number of the report, which chooses among the variants.
        """
        written = (self._section(spec, scope, draw) for spec in self.outline.sections)
        return tuple(section for section in written if section.claims or section.charts)

    def _section(self, spec: SectionSpec, scope: Scope, draw: int) -> Section:
        if not scope.holds(spec.when):
            return Section(id=spec.id, title=spec.title)
        claims = tuple(
            claim
            for place, sentence in enumerate(spec.sentences)
            for claim in _claims(sentence, scope, draw + crc32(f"{spec.id}/{place}".encode()))
        )
        charts = charts_of(spec.charts, scope)
        return Section(id=spec.id, title=spec.title, claims=claims, charts=charts)


def _tone(spec: HighlightSpec, scope: Scope) -> Literal["plain", "good", "bad"]:
    if spec.good and scope.holds(spec.good):
        return "good"
    return "bad" if spec.bad and scope.holds(spec.bad) else "plain"


def _claims(sentence: Sentence, scope: Scope, draw: int) -> Iterator[Claim]:
    if sentence.each:
        for place, inner in enumerate(scope.rounds(sentence.each, sentence.most)):
            yield from _said(sentence, inner, draw + place)
    else:
        yield from _said(sentence, scope, draw)


def _said(sentence: Sentence, scope: Scope, draw: int) -> Iterator[Claim]:
    if not scope.holds(sentence.when):
        return
    for inner in sentence.say:
        yield from _said(inner, scope, draw + crc32(inner.id.encode()))
    filled = _chosen(sentence.variants, scope, draw) or _chosen(sentence.otherwise, scope, draw)
    if filled is not None:
        yield _claim(sentence, scope, filled)


def _chosen(variants: Sequence[str], scope: Scope, draw: int) -> Filled | None:
    """Return the drawn variant, or the next one whose slots all have values."""
    count = len(variants)
    for turn in range(count):
        filled = fill(variants[(draw + turn) % count], scope)
        if filled is not None:
            return filled
    return None


def _claim(sentence: Sentence, scope: Scope, filled: Filled) -> Claim:
    names = [scope.full(name) for name in sentence.cites]
    names += [scope.full(condition.fact) for condition in sentence.when]
    carried = [name for name in names if name in scope.facts]
    text = filled.text
    if scope.words.language == "en":
        text = text[:1].upper() + text[1:]
    return Claim(
        text=text,
        facts=tuple(dict.fromkeys((*filled.facts, *carried))),
        comments=filled.comments,
        kind=sentence.kind,
    )
