"""Texts of a wanted length from real reviews, and readers of the sets the benchmarks share."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np

from jixiao.contracts import Examples, Task, TaskKind

_SIGMA = 0.8
_WORDS_PER_TOKEN = 0.806


def review_words(data: Path) -> list[str]:
    """Return all words of the Glassdoor reviews, in the order of the file."""
    path = data / "hr_glassdoor_uk" / "glassdoor_reviews.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [w for row in rows for name in ("headline", "pros", "cons") for w in row[name].split()]


def mix(data: Path, mean_tokens: int, *, count: int = 10_000) -> list[str]:
    """Return texts cut from the stream of reviews at lognormal lengths.

    Args:
        data: Folder of the real data sets.
        mean_tokens: Mean length in tokens, before anything is cut off.
        count: How many texts.
    """
    words = review_words(data)
    draw = np.random.default_rng(mean_tokens)
    middle = np.log(mean_tokens * _WORDS_PER_TOKEN) - _SIGMA**2 / 2
    lengths = np.maximum(1, np.rint(draw.lognormal(middle, _SIGMA, count))).astype(int)
    texts, at = [], 0
    for length in lengths.tolist():
        if at + length > len(words):
            at = int(draw.integers(0, 1000))
        texts.append(" ".join(words[at : at + length]))
        at += length
    return texts


def banking77(data: Path) -> tuple[Examples, Examples, Task]:
    """Return the official train and test parts of banking77 and their task."""
    parts = []
    for name in ("train", "test"):
        path = data / "intents_en_banking77" / f"{name}.csv"
        with path.open(encoding="utf-8", newline="") as file:
            parts.append([(row["text"], row["category"]) for row in csv.DictReader(file)])
    classes = tuple(sorted({intent for _, intent in parts[0]}))
    place = {intent: at for at, intent in enumerate(classes)}
    train, test = (
        Examples(
            rows=np.arange(len(rows)),
            texts={"text": [text for text, _ in rows]},
            languages=["en"] * len(rows),
            y=np.array([place[intent] for _, intent in rows]),
        )
        for rows in parts
    )
    return train, test, Task(kind=TaskKind.CLASS, target="category", classes=classes)
