"""TF-IDF of words and characters, each text column by itself; fitted on training texts only.

English gives words (1–2) and characters within words (2–5); Chinese gives segmented words (1–2)
and characters (1–3). A column that holds both gets both. Counting is done by ``ngrams``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from jixiao.contracts import Examples
from jixiao.models.ngrams import Counts, Kind, Limits, Vocabulary, has_han, keys_of_names

Arrays = dict[str, np.ndarray[Any, Any]]


@dataclass(frozen=True)
class TextSettings:
    """How texts become features; the defaults are the tested ones.

    Attributes:
        words: Sizes of word n-grams; empty for none.
        chars_en: Sizes of character n-grams within words, for texts without Chinese.
        chars_zh: Sizes of character n-grams, for texts with Chinese.
        fewest_texts: An n-gram must stand in so many training texts; None: 1 below 2,000
            texts, else 2.
        largest: Most n-grams of one kind in one column.
        sublinear: Count 1 + log(n) instead of n.
    """

    words: tuple[int, ...] = (1, 2)
    chars_en: tuple[int, ...] = (2, 3, 4, 5)
    chars_zh: tuple[int, ...] = (1, 2, 3)
    fewest_texts: int | None = None
    largest: int = 300_000
    sublinear: bool = True


@dataclass(frozen=True)
class Block:
    """N-grams of one kind in one text column, with their weights.

    Attributes:
        column: Text column.
        language: ``""`` for every text, ``en`` for texts without and ``zh`` with Chinese.
        vocabulary: The n-grams.
        idf: Shape (n_grams,), float32, smoothed inverse document frequency.
    """

    column: str
    language: str
    vocabulary: Vocabulary
    idf: np.ndarray[Any, Any]

    @property
    def prefix(self) -> str:
        """Name before each n-gram: column and kind."""
        return f"{self.column}|{self.vocabulary.kind}|"

    def weights(self, texts: Sequence[str], *, sublinear: bool) -> Counts:
        """Return the TF-IDF of texts, CSR (n_texts, n_grams), float32, rows of length 1 or 0."""
        counts = self.vocabulary.count(_of_language(texts, self.language))
        if sublinear:
            counts.data = 1 + np.log(counts.data)
        counts.data *= self.idf[counts.indices]
        squares = np.asarray(counts.multiply(counts).sum(axis=1)).ravel()
        norm = np.sqrt(np.where(squares > 0, squares, 1)).astype(np.float32)
        counts.data /= np.repeat(norm, np.diff(counts.indptr))
        return counts


def _of_language(texts: Sequence[str], language: str) -> list[str]:
    if not language:
        return [text or "" for text in texts]
    chinese = language == "zh"
    return [text if text and has_han(text) == chinese else "" for text in texts]


class TextFeatures:
    """Text columns to one sparse matrix."""

    def __init__(self, blocks: Sequence[Block], *, sublinear: bool) -> None:
        self.blocks = tuple(blocks)
        self.sublinear = sublinear

    @classmethod
    def fit(cls, examples: Examples, settings: TextSettings | None = None) -> TextFeatures:
        """Learn n-grams and weights from the texts of training examples."""
        chosen = settings or TextSettings()
        blocks = []
        for column, texts in examples.texts.items():
            for kind, language, sizes in _plan(texts, chosen):
                blocks.append(
                    _fit_block(
                        column,
                        _of_language(texts, language),
                        kind=(kind, language, sizes),
                        settings=chosen,
                    )
                )
        kept = [block for block in blocks if len(block.idf)]
        return cls(kept, sublinear=chosen.sublinear)

    @property
    def names(self) -> list[str]:
        """Names of the features: ``column|kind|n-gram``."""
        return [block.prefix + name for block in self.blocks for name in block.vocabulary.names]

    @property
    def width(self) -> int:
        """Number of features."""
        return sum(len(block.idf) for block in self.blocks)

    def transform(self, examples: Examples) -> Counts:
        """Return CSR (n, width) float32; a column that is missing counts as empty texts."""
        empty = [""] * len(examples)
        parts = [
            block.weights(examples.texts.get(block.column, empty), sublinear=self.sublinear)
            for block in self.blocks
        ]
        if not parts:
            return sparse.csr_matrix((len(examples), 0), dtype=np.float32)
        return sparse.hstack(parts, format="csr", dtype=np.float32)

    def state(self) -> tuple[dict[str, Any], Arrays]:
        """Return what is saved: JSON (n-grams) and arrays (weights)."""
        listed = [
            {
                "column": block.column,
                "language": block.language,
                "kind": block.vocabulary.kind,
                "sizes": list(block.vocabulary.sizes),
                "names": list(block.vocabulary.names),
            }
            for block in self.blocks
        ]
        arrays = {f"idf.{at}": block.idf for at, block in enumerate(self.blocks)}
        return {"sublinear": self.sublinear, "blocks": listed}, arrays

    @classmethod
    def from_state(cls, listed: Mapping[str, Any], arrays: Arrays) -> TextFeatures:
        """Return the features a ``state`` describes."""
        blocks = []
        for at, item in enumerate(listed["blocks"]):
            keys = keys_of_names(item["names"], item["kind"])
            vocabulary = Vocabulary(
                kind=item["kind"],
                sizes=tuple(item["sizes"]),
                names=tuple(item["names"]),
                keys=keys,
                frequency=np.zeros(0),
            )
            blocks.append(Block(item["column"], item["language"], vocabulary, arrays[f"idf.{at}"]))
        return cls(blocks, sublinear=bool(listed["sublinear"]))


Plan = tuple[Kind, str, tuple[int, ...]]


def _plan(texts: Sequence[str], settings: TextSettings) -> list[Plan]:
    """Return which n-grams a column gets: a language counts from one text in fifty on."""
    filled = [text for text in texts if text]
    chinese = sum(has_han(text) for text in filled)
    plans: list[Plan] = [("words", "", settings.words)] if filled else []
    if chinese * 50 > len(filled):
        plans.append(("chars", "zh", settings.chars_zh))
    if (len(filled) - chinese) * 50 > len(filled):
        plans.append(("chars_in_words", "en", settings.chars_en))
    return [plan for plan in plans if plan[2]]


def _fit_block(column: str, texts: Sequence[str], *, kind: Plan, settings: TextSettings) -> Block:
    n_texts = len(texts)
    fewest = settings.fewest_texts or (1 if n_texts < 2000 else 2)
    limits = Limits(fewest_texts=fewest, largest=settings.largest)
    vocabulary = Vocabulary.fit(texts, kind[0], sizes=kind[2], limits=limits)
    held = vocabulary.frequency * n_texts
    idf = (np.log((1 + n_texts) / (1 + held)) + 1).astype(np.float32)
    return Block(column, kind[1], vocabulary, idf)
