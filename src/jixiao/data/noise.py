"""Suspect labels: rows whose given label a cross-fitted model finds hard to believe.

Confident learning counts a row as suspect when another class is more probable for it than that
class usually is for its own rows. Levels of a rating are ordered, and a neighbouring level is a
matter of opinion: there a row is suspect by how far its label lies from what is expected. The
probabilities must be out of fold: a model that has seen a wrong label believes it. A second kind
of evidence needs no model: equal texts, other labels.

References:
    Northcutt, Jiang, Chuang (2021), Confident Learning, doi:10.1613/jair.1.12125.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from jixiao.contracts.examples import Floats
from jixiao.core.errors import DataError

_BLANKS = re.compile(r"\s+")
FAR = 1.25
"""Levels between a label and what is expected of it from which a rating is suspect."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """One label that is probably wrong.

    Attributes:
        position: Position of the example.
        given: Index of its label.
        likely: Index of the label the model finds likely.
        confidence: Probability the model gives to the given label, 0 to 1; low is suspect.
        margin: How much more probable the likely label is, 0 to 1; for ordered levels the expected
            distance of the label in levels, as a share of the longest possible.
        conflicts: Positions of equal texts with another label.
    """

    position: int
    given: int
    likely: int
    confidence: float
    margin: float
    conflicts: tuple[int, ...] = ()


def label_suspects(
    y: npt.NDArray[np.int64],
    proba: Floats,
    texts: Sequence[str] | None = None,
    *,
    ordered: bool = False,
) -> list[Suspect]:
    """Return the examples whose label is probably wrong, the least believable first.

    Args:
        y: Label indices, shape (n,); -1 where unknown, which are skipped.
        proba: Out-of-fold probabilities, shape (n, n_classes), rows sum to 1; rows of NaN are
            skipped.
        texts: Text of each example; equal texts with other labels are added as evidence.
        ordered: Whether the classes are levels of a rating, lowest first.

    Raises:
        DataError: If the shapes differ.
    """
    labels, scores = np.asarray(y, dtype=np.int64), np.asarray(proba, dtype=np.float64)
    if scores.ndim != 2 or len(labels) != len(scores):
        raise DataError(
            "JX-E222.labels",
            "label_suspects",
            expected=f"one row of probabilities for each of {len(labels)} labels",
            got=f"an array of shape {scores.shape}",
            hint="pass out-of-fold probabilities of the same examples, in the same order",
        )
    likely, margins = _far_labels(labels, scores) if ordered else _doubtful(labels, scores)
    conflicts = conflicting_duplicates(texts, labels) if texts is not None else {}
    found = []
    for at in np.flatnonzero((likely >= 0) & (likely != labels)).tolist():
        given, other = int(labels[at]), int(likely[at])
        believed, margin = float(scores[at, given]), float(margins[at])
        found.append(Suspect(at, given, other, believed, margin, conflicts.get(at, ())))
    return sorted(found, key=lambda s: (-s.margin, s.position))


def _doubtful(
    labels: npt.NDArray[np.int64], scores: Floats
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the confident label of each row, and how much more probable it is than the given."""
    likely = _confident_labels(labels, scores)
    rows = np.arange(len(labels))
    return likely, scores[rows, likely] - scores[rows, labels]


def _far_labels(
    labels: npt.NDArray[np.int64], scores: Floats
) -> tuple[npt.NDArray[np.int64], Floats]:
    """Return the likely level of rows whose given one lies far off, and the expected distance."""
    levels = np.arange(scores.shape[1])
    distance = (np.nan_to_num(scores) * np.abs(levels - labels[:, None])).sum(axis=1)
    usable = (labels >= 0) & np.isfinite(scores).all(axis=1)
    likely = np.where(usable & (distance >= FAR), scores.argmax(axis=1), -1)
    return likely.astype(np.int64), distance / max(1, len(levels) - 1)


def class_thresholds(labels: npt.NDArray[np.int64], scores: Floats) -> Floats:
    """Return the mean probability of each class over its own rows; infinite without any.

    Args:
        labels: Label indices, shape (n,), -1 unknown.
        scores: Probabilities, shape (n, n_classes).
    """
    n_classes = scores.shape[1]
    own = [scores[labels == k, k] for k in range(n_classes)]
    return np.asarray([values.mean() if len(values) else np.inf for values in own])


def _confident_labels(labels: npt.NDArray[np.int64], scores: Floats) -> npt.NDArray[np.int64]:
    """Return the most probable class among those above their threshold; -1 where none is."""
    usable = (labels >= 0) & np.isfinite(scores).all(axis=1)
    thresholds = class_thresholds(np.where(usable, labels, -1), np.nan_to_num(scores))
    above = np.where(scores >= thresholds - 1e-12, scores, -1.0)
    best = above.argmax(axis=1)
    confident = usable & (above[np.arange(len(above)), best] > 0)
    return np.where(confident, best, -1).astype(np.int64)


def conflicting_duplicates(
    texts: Sequence[str], y: npt.NDArray[np.int64]
) -> dict[int, tuple[int, ...]]:
    """Return, for each example whose text stands elsewhere with another label, where.

    Case and blanks do not count; empty texts and unknown labels (-1) are left out.

    Args:
        texts: One text per example.
        y: Label indices, shape (n,).
    """
    places: dict[str, list[int]] = {}
    for at, text in enumerate(texts):
        plain = _BLANKS.sub(" ", text or "").strip().lower()
        if plain and y[at] >= 0:
            places.setdefault(plain, []).append(at)
    result = {}
    for group in places.values():
        if len({int(y[at]) for at in group}) > 1:
            for at in group:
                result[at] = tuple(other for other in group if y[other] != y[at])
    return result
