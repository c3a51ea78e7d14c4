"""Text evidence: which exact pieces of review text speak of strengths, growth or next steps.

A transparent method: sentences are cut at stops and at turns such as "but", cue words of a
bilingual lexicon are counted and negation turns them round. What comes out is always an exact
substring of the masked text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from jixiao.contracts import Comment, Frozen
from jixiao.core import language_of
from jixiao.reports.ledger import Ledger, Record, Text
from jixiao.reports.spans import span
from jixiao.reports.words import read_packaged

Kind = Literal["strength", "growth", "action"]
KINDS: tuple[Kind, ...] = ("strength", "growth", "action")
MOST = 3
"""Most quotations of one kind in a report."""
SHORTEST = {"zh": 6, "en": 18}
"""Fewest characters that make sense alone."""
LONGEST = 240
"""Most characters of a quotation."""
_STOP = re.compile(r"[。！？!?；;\n\r]+|\.(?=\s|$)|…+")
_EDGE = " \t\u3000,，、:：-–—·\"'“”‘’"
_END = _EDGE + ".。!！?？"
_LIST_MARK = re.compile(r"^(?:\(?\d{1,2}[.)、）]|[-*•·])\s*")


class Cues(Frozen):
    """Cue words of one language."""

    strength: tuple[str, ...]
    """Speak of what went well."""
    growth: tuple[str, ...]
    """Speak of what should become better."""
    action: tuple[str, ...]
    """Speak of a next step."""
    negation: tuple[str, ...]
    """Turn the cue that follows closely round."""
    opening: tuple[str, ...]
    """Lead over from the sentence before and say nothing alone."""
    neutral: tuple[str, ...]
    """Say nothing about how it went, or something that no report should repeat: never quoted."""
    reversal: tuple[str, ...]
    """Patterns in which growth words stand for something good; each counts as two strengths."""
    turn: tuple[str, ...]
    """Begin a clause that goes against the one before."""
    concession: tuple[str, ...]
    """Begin a clause that only says under which circumstances; what follows them is not judged."""
    themes: dict[str, tuple[str, ...]]
    """Theme to the words that name it."""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Compiled cues of one language."""

    cues: dict[Kind, re.Pattern[str]]
    turn: re.Pattern[str]
    opening: re.Pattern[str]
    neutral: re.Pattern[str]
    reversal: re.Pattern[str]
    concession: re.Pattern[str]
    themes: dict[str, re.Pattern[str]]


@dataclass(frozen=True, slots=True)
class Passage:
    """One exact piece of a text and what it speaks of."""

    source: Text
    text: str
    kind: Kind
    weight: float


@lru_cache(maxsize=4)
def lexicon(language: str) -> Lexicon:
    """Return the cues of a language, ready to search with."""
    cues = Cues.model_validate(read_packaged("words", "cues.yaml")[language])
    edge = r"\b" if language == "en" else ""
    gap = r"\W+(?:(?!and\b|but\b|or\b)\w+\W+){0,4}?" if language == "en" else r"[^，。；]{0,5}?"
    joint = r"\s*(?:,|or|and|nor)\s+" if language == "en" else r"[和、与及或]"
    no = rf"(?P<no>{edge}(?:{_any(cues.negation)}){gap})?"

    def pattern(words: Sequence[str]) -> re.Pattern[str]:
        cue = rf"{edge}(?:{_any(words)}){edge}"
        return re.compile(f"{no}{cue}(?:{joint}{cue})*", re.IGNORECASE)

    turn = rf"(?:(?<=[,，、\s])|(?<=[\u3400-\u9fff])){edge}(?:{_any(cues.turn)}){edge}"
    named = {"strength": cues.strength, "growth": cues.growth, "action": cues.action}
    return Lexicon(
        {kind: pattern(named[kind]) for kind in KINDS},
        re.compile(turn, re.IGNORECASE),
        re.compile(rf"(?:{_any((*cues.turn, *cues.opening))}){edge}", re.IGNORECASE),
        re.compile(_any(cues.neutral), re.IGNORECASE),
        re.compile("|".join(cues.reversal), re.IGNORECASE),
        re.compile(rf"(?<=[\s,，]){edge}(?:{_any(cues.concession)}){edge}.*", re.IGNORECASE),
        {name: pattern(words) for name, words in cues.themes.items()},
    )


def _any(words: Sequence[str]) -> str:
    return "|".join(sorted((re.escape(w) for w in words), key=len, reverse=True))


def pieces(text: str) -> Iterator[str]:
    """Yield the sentences and contrasted clauses of a text, each an exact part of it."""
    at = 0
    for stop in [*_STOP.finditer(text), None]:
        end = stop.start() if stop else len(text)
        yield from _clauses(text[at:end])
        at = stop.end() if stop else end


def _clauses(sentence: str) -> Iterator[str]:
    words = lexicon(language_of(sentence))
    cuts = [found.start() for found in words.turn.finditer(sentence)]
    at = 0
    for cut in [*cuts, len(sentence)]:
        piece = _LIST_MARK.sub("", sentence[at:cut].strip(_EDGE)).strip(_EDGE)
        turned = words.opening.match(piece)
        piece = piece[turned.end() :].strip(_EDGE) if turned else piece
        piece = piece.rstrip(_END).strip()
        if piece:
            yield piece
        at = cut


def judge(piece: str) -> tuple[Kind, float] | None:
    """Return what a sentence or clause speaks of and how strongly; None when it says neither."""
    language = language_of(piece)
    if not SHORTEST[language] <= len(piece) <= LONGEST:
        return None
    points, words = dict.fromkeys(KINDS, 0.0), lexicon(language)
    if words.neutral.search(piece):
        return None
    told = words.concession.sub("", piece)
    points["strength"] += 2.0 * sum(1 for _ in words.reversal.finditer(told))
    for kind, pattern in words.cues.items():
        for found in pattern.finditer(told):
            points[_turned(kind) if found["no"] else kind] += 1.0
    if points["strength"] and points["growth"]:
        points["strength"] = 0.0 if points["growth"] >= points["strength"] else points["strength"]
    best = max(KINDS, key=lambda kind: (points[kind], kind == "action"))
    return (best, points[best]) if points[best] else None


def _turned(kind: Kind) -> Kind:
    return "growth" if kind == "strength" else "strength"


def passages(texts: Sequence[Text]) -> list[Passage]:
    """Return every piece of the texts that speaks of a strength, growth or a next step."""
    found = [(text, piece) for text in texts for piece in dict.fromkeys(pieces(text.text))]
    kept = []
    for text, piece in found:
        judged = judge(piece)
        if judged:
            kept.append(Passage(text, piece, *judged))
    return kept


def passages_of(ledger: Ledger, row: int) -> list[Passage]:
    """Return the passages of one record's texts, judged once per run."""
    known = ledger.passages.get(row)
    if known is None:
        found = passages(ledger.texts.get(row, ()))
        known = ledger.passages[row] = found
    return known


def themes_of(ledger: Ledger, row: int) -> Iterator[tuple[str, str]]:
    """Yield kind (strength or growth; next steps count as growth) and theme of each passage."""
    for passage in passages_of(ledger, row):
        kind = "growth" if passage.kind == "action" else passage.kind
        for theme, pattern in lexicon(language_of(passage.text)).themes.items():
            if pattern.search(passage.text):
                yield kind, theme


def quoted(ledger: Ledger, records: Sequence[Record], *, most: int = MOST) -> list[Comment]:
    """Return the strongest quotations about one subject, at most a few of each kind.

    Ids are ``strength1``, ``growth1``, ``action1`` and so on, strongest first.
    """
    by_row = {record.row: record for record in records}
    found = [passage for row in by_row for passage in passages_of(ledger, row)]
    comments = []
    for kind in KINDS:
        own = sorted(
            (p for p in found if p.kind == kind),
            key=lambda p: (-p.weight, abs(len(p.text) - 60), p.source.row, p.text),
        )
        for place, passage in enumerate(_distinct(own)[:most], start=1):
            record = by_row[passage.source.row]
            comments.append(
                Comment(
                    id=f"{kind}{place}",
                    subject=record.subject,
                    text=passage.text,
                    row=passage.source.row,
                    column=passage.source.column,
                    language=language_of(passage.text),
                    period=span(record.period),
                )
            )
    return comments


def _distinct(found: Sequence[Passage]) -> list[Passage]:
    first: dict[str, Passage] = {}
    for passage in found:
        first.setdefault(passage.text, passage)
    return list(first.values())
