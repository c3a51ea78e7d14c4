"""The outline writer: turns facts and quotations into sentences, highlights and charts.

It decides nothing: conditions and words stand in the outline, values in the facts. The same facts
and the same draw give the same sentences.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal
from zlib import crc32

from jixiao.contracts import Claim, Highlight, Section
from jixiao.reports.chart_data import charts_of
from jixiao.reports.outline import HighlightSpec, Outline, SectionSpec, Sentence
from jixiao.reports.slots import Filled, Scope, fill, joined
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

    def sections(
        self, scope: Scope, *, draw: int, draft: Draft | None = None
    ) -> tuple[Section, ...]:
        """Return the sections that have something to say.

        Args:
            scope: Facts and comments of the report.
            draw: Random number of the report, which chooses among the variants.
            draft: Keeps what has been said, for whoever wants to know; a new one when None.
        """
        draft = draft or Draft(draw)
        written = (self._section(spec, scope, draft) for spec in self.outline.sections)
        return tuple(section for section in written if section.claims or section.charts)

    def _section(self, spec: SectionSpec, scope: Scope, draft: Draft) -> Section:
        if not scope.holds(spec.when):
            return Section(id=spec.id, title=spec.title)
        claims = tuple(
            claim
            for place, sentence in enumerate(spec.sentences)
            for claim in draft.claims(sentence, scope, crc32(f"{spec.id}/{place}".encode()))
        )
        charts = charts_of(spec.charts, scope)
        return Section(id=spec.id, title=spec.title, claims=claims, charts=charts)


class Draft:
    """What one page has said so far, so that it neither repeats a sentence nor wears one out.

    Args:
        draw: Random number of the page.

    Attributes:
        used: How often each template has been said.
    """

    def __init__(self, draw: int) -> None:
        self.draw = draw
        self.used: Counter[str] = Counter()
        self._texts: set[str] = set()

    def claims(self, sentence: Sentence, scope: Scope, draw: int) -> Iterator[Claim]:
        """Yield what a sentence of the outline comes to.

        Args:
            sentence: What to say.
            scope: Facts and comments.
            draw: Number of the sentence, added to that of the page.
        """
        if sentence.item:
            yield from self._listed(sentence, scope, draw)
        elif sentence.each:
            for place, inner in enumerate(scope.rounds(sentence.each, sentence.most)):
                yield from self._said(sentence, inner, draw + place)
        else:
            yield from self._said(sentence, scope, draw)

    def _said(self, sentence: Sentence, scope: Scope, draw: int) -> Iterator[Claim]:
        if not scope.holds(sentence.when):
            return
        for inner in sentence.say:
            yield from self._said(inner, scope, draw + crc32(inner.id.encode()))
        for variants in (sentence.variants, sentence.otherwise):
            filled = self._chosen(variants, scope, draw)
            if filled is not None:
                yield _claim(sentence, [scope], filled)
                return

    def _listed(self, sentence: Sentence, scope: Scope, draw: int) -> Iterator[Claim]:
        rounds = scope.rounds(sentence.each, sentence.most)
        held = [inner for inner in rounds if inner.holds(sentence.when)]
        items = [(inner, item) for inner in held if (item := fill(sentence.item, inner))]
        if not items:
            return
        if len(items) == 1 and sentence.alone:
            filled = self._chosen(sentence.alone, items[0][0], draw)
        else:
            together = joined([item for _, item in items], scope.words)
            filled = self._chosen(sentence.variants, replace(scope, items=together), draw)
        if filled is not None:
            yield _claim(sentence, [inner for inner, _ in items], filled)

    def _chosen(self, variants: Sequence[str], scope: Scope, draw: int) -> Filled | None:
        """Return the variant used least on the page, the drawn one of equals; None if none fits."""
        count = len(variants)
        start = (self.draw + draw) % count if count else 0
        turned = [*variants[start:], *variants[:start]]
        for variant in sorted(turned, key=self.used.__getitem__) if self.used else turned:
            filled = fill(variant, scope)
            if filled is not None and filled.text not in self._texts:
                self.used[variant] += 1
                self._texts.add(filled.text)
                return filled
        return None


def _tone(spec: HighlightSpec, scope: Scope) -> Literal["plain", "good", "bad"]:
    if spec.good and scope.holds(spec.good):
        return "good"
    return "bad" if spec.bad and scope.holds(spec.bad) else "plain"


def _claim(sentence: Sentence, scopes: Sequence[Scope], filled: Filled) -> Claim:
    names = [scope.full(name) for scope in scopes for name in sentence.cites]
    names += [scope.full(one.fact) for scope in scopes for one in sentence.when]
    carried = [name for name in names if name in scopes[0].facts]
    text = filled.text
    if scopes[0].words.language == "en":
        text = text[:1].upper() + text[1:]
    return Claim(
        text=text,
        facts=tuple(dict.fromkeys((*filled.facts, *carried))),
        comments=filled.comments,
        kind=sentence.kind,
    )
