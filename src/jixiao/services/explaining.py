"""Explaining a score: what it would be without each sentence of a text and without each value.

The model is asked again about the same row with one part left out, so that any model can be
explained and nothing is assumed about its insides. An effect is the answer with the part less the
answer without it. Effects of single parts do not add up to the score, and they are reasons of the
model, not of the person or thing that the row is about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from jixiao.data import split_sentences
from jixiao.services.live import Cell, RowScore
from jixiao.services.scoring import NOT_SCORED

MOST_PIECES = 24
"""Pieces a text is cut into; a longer one is cut into pieces of several sentences."""
MOST_PARTS = 40
"""Parts of a row that are left out, one after the other."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a row and what leaving it out does.

    Attributes:
        column: Its column.
        start: Where it begins in the value, in characters.
        end: Where it ends.
        effect: Answer with the part less answer without it, in the explanation's unit; None where
            there is no answer without it.
    """

    column: str
    start: int
    end: int
    effect: float | None = None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A score and its parts, the largest effect first.

    Attributes:
        score: What is explained.
        unit: levels: places on the scale of ratings; probability: of the class ``about``, 0 to 1;
            number: as the target is counted. None where there is no score.
        about: The class whose probability the effects are about; empty elsewhere.
        parts: What was left out.
    """

    score: RowScore
    unit: Literal["levels", "probability", "number"] | None = None
    about: str = ""
    parts: tuple[Part, ...] = ()


def with_variants(
    rows: Sequence[Mapping[str, Cell]], *, read: Collection[str]
) -> list[Mapping[str, Cell]]:
    """Return each row, followed by the same row without each of its parts.

    Args:
        rows: Values by column.
        read: Columns that the model reads.
    """
    return [made for row in rows for made in (row, *_variants(row, read))]


def explained(
    rows: Sequence[Mapping[str, Cell]], scores: Sequence[RowScore], *, read: Collection[str]
) -> list[Explanation]:
    """Return an explanation of each row.

    Args:
        rows: What was asked about.
        scores: Of everything that ``with_variants`` made of them, in its order.
        read: Columns that the model reads.
    """
    waiting = iter(scores)
    return [_explanation(row, waiting, read) for row in rows]


def _explanation(
    row: Mapping[str, Cell], scores: Iterator[RowScore], read: Collection[str]
) -> Explanation:
    score, parts = next(scores), _parts(row, read)
    others = list(islice(scores, len(parts)))
    if score.status == NOT_SCORED:
        return Explanation(score)
    about = _likeliest(score)
    whole = _answer(score, about)
    found = [
        Part(part.column, part.start, part.end, _difference(whole, _answer(other, about)))
        for part, other in zip(parts, others, strict=True)
    ]
    found.sort(key=lambda part: -abs(part.effect or 0.0))
    if score.expected is not None:
        return Explanation(score, "levels", "", tuple(found))
    return Explanation(score, "probability" if about else "number", about, tuple(found))


def _likeliest(score: RowScore) -> str:
    """Return the class that the effects are about: the answer, or the likeliest of several."""
    if score.expected is not None or not score.probabilities:
        return ""
    if isinstance(score.score, str) and score.score in score.probabilities:
        return score.score
    return max(score.probabilities, key=lambda name: score.probabilities[name])


def _answer(score: RowScore, about: str) -> float | None:
    if score.status == NOT_SCORED:
        return None
    if score.expected is not None:
        return score.expected
    if about:
        return score.probabilities.get(about)
    return score.score if isinstance(score.score, float) else None


def _difference(whole: float | None, without: float | None) -> float | None:
    return None if whole is None or without is None else whole - without


def _variants(row: Mapping[str, Cell], read: Collection[str]) -> Iterator[Mapping[str, Cell]]:
    for part in _parts(row, read):
        value = str(row[part.column])
        left = " ".join((value[: part.start] + " " + value[part.end :]).split())
        yield {**row, part.column: left or None}


def _parts(row: Mapping[str, Cell], read: Collection[str]) -> list[Part]:
    """Return the parts of a row: whole values, and pieces of those with several sentences."""
    found = []
    for column, value in row.items():
        if column in read and value not in (None, ""):
            found += [Part(column, start, end) for start, end in _pieces(str(value))]
    return found[:MOST_PARTS]


def _pieces(value: str) -> list[tuple[int, int]]:
    sentences = split_sentences(value)
    if len(sentences) < 2:
        return [(0, len(value))]
    step = -(-len(sentences) // MOST_PIECES)
    groups = (sentences[at : at + step] for at in range(0, len(sentences), step))
    return [(group[0].start, group[-1].end) for group in groups]
