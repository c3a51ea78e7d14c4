"""The outline writer: turns facts and quotations into sentences, highlights and charts.

It decides nothing: conditions and words stand in the outline, values in the facts. The same facts
and the same draw give the same sentences.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal
from zlib import crc32

from jixiao.contracts import Claim, Highlight, Section
from jixiao.reports.chart_data import charts_of
from jixiao.reports.outline import HighlightSpec, Outline, SectionSpec, Sentence
from jixiao.reports.slots import Filled, Scope, fill
from jixiao.reports.words import Words


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
