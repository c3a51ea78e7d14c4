"""Dividing training rows for out-of-fold work.

No subject stands on two sides and levels are spread evenly; or, in time order, models are only
ever fitted to rows before the ones they are judged on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from jixiao.contracts import Examples, Prediction, Task, TaskKind
from jixiao.core.seeds import rng

Positions = npt.NDArray[np.int64]
Array = npt.NDArray[Any]
Parts = tuple[tuple[Positions, Positions], ...]
FIRST_SHARE = 0.6
"""Share of the rows, the oldest, that are never held out in time order. Models of four such folds
are then fitted to three quarters of the rows on average, as those of four even folds are: with
far fewer, what needs few rows would look better than it will be when fitted to all."""


@dataclass(frozen=True)
class Folds:
    """Which rows are fitted to and which are then scored.

    Attributes:
        parts: (fitted to, held out) positions of each fold; no row is held out twice.
        in_time_order: Whether every row fitted to lies before the rows held out. The oldest rows
            are then never held out; otherwise every row is.
    """

    parts: Parts
    in_time_order: bool = False

    @property
    def held(self) -> Positions:
        """Held-out positions, fold after fold."""
        return np.concatenate([held for _, held in self.parts])

    @property
    def rows(self) -> Positions:
        """Held-out positions in the order of the rows."""
        return np.sort(self.held)

    def in_row_order(self, scores: Prediction) -> Prediction:
        """Return scores given fold after fold in the order of ``rows``."""
        order = np.argsort(self.held)
        return Prediction(
            proba=None if scores.proba is None else scores.proba[order],
            value=None if scores.value is None else scores.value[order],
        )


def concat(first: Examples, second: Examples) -> Examples:
    """Return the rows of both; a column only one of them has is missing for the other."""
    if not len(second):
        return first
    if not len(first):
        return second
    pair, sizes = (first, second), (len(first), len(second))
    names = tuple(dict.fromkeys(first.number_names + second.number_names))
    return replace(
        first,
        rows=np.concatenate([first.rows, second.rows]),
        texts=_columns([part.texts for part in pair], sizes, ""),
        languages=_column([part.languages for part in pair], sizes, ""),
        numbers=np.concatenate([_numbers(part, names) for part in pair]),
        number_names=names,
        categories=_columns([part.categories for part in pair], sizes, None),
        series=_stacked([part.series for part in pair]),
        keys=_keys(first, second),
        y=_stacked([part.y for part in pair]),
        previous=_stacked([part.previous for part in pair]),
    )


def _columns(parts: Sequence[dict[str, Any]], sizes: Sequence[int], empty: Any) -> dict[str, Any]:
    names = dict.fromkeys(name for part in parts for name in part)
    return {name: _column([part.get(name) for part in parts], sizes, empty) for name in names}


def _column(parts: Sequence[Any], sizes: Sequence[int], empty: Any) -> list[Any]:
    if not any(parts):
        return []
    filled = [list(part or [empty] * size) for part, size in zip(parts, sizes, strict=True)]
    return filled[0] + filled[1]


def _numbers(part: Examples, names: Sequence[str]) -> Array:
    place = {name: at for at, name in enumerate(part.number_names)}
    nothing = np.full(len(part), np.nan)
    found = [part.numbers[:, place[name]] if name in place else nothing for name in names]
    return np.column_stack(found) if found else np.zeros((len(part), 0))


def _stacked(parts: Sequence[Array | None]) -> Any:
    known = [part for part in parts if part is not None]
    return np.concatenate(known) if len(known) == len(parts) else None


def _keys(first: Examples, second: Examples) -> pl.DataFrame:
    if not (first.keys.width and second.keys.width):
        return pl.DataFrame()
    shared = [name for name in first.keys.columns if name in second.keys.columns]
    return pl.concat(
        [first.keys.select(shared), second.keys.select(shared)], how="vertical_relaxed"
    )


def subjects_of(examples: Examples) -> list[str] | None:
    """Return the subject of each row, or None when no subject has two rows."""
    if "subject" not in examples.keys.columns:
        return None
    subjects = [str(subject) for subject in examples.keys["subject"].to_list()]
    return subjects if len(set(subjects)) < len(subjects) else None


def make_folds(examples: Examples, task: Task, *, n_folds: int, seed: int) -> Folds:
    """Return folds that hold every row out once.

    Rows of one subject share a fold. Without repeated subjects, levels are spread evenly.
    """
    draw = rng(seed, "folds")
    fold_of = np.empty(len(examples), dtype=np.int64)
    subjects = subjects_of(examples)
    if subjects is not None:
        names, unit_of = np.unique(np.array(subjects), return_inverse=True)
        fold_of = _spread_subjects(np.bincount(unit_of, minlength=len(names)), n_folds, draw)[
            unit_of
        ]
    else:
        order = draw.permutation(len(examples))
        levels = _strata(examples, task)[order]
        fold_of[order[np.argsort(levels, kind="stable")]] = np.arange(len(examples)) % n_folds
    pairs = [(np.flatnonzero(fold_of != f), np.flatnonzero(fold_of == f)) for f in range(n_folds)]
    return Folds(tuple((rest, held) for rest, held in pairs if len(held)))


def is_later(train: Examples, validation: Examples) -> bool:
    """Return whether every validation row lies after every row of train, or in its last period."""
    if "period" not in train.keys.columns or "period" not in validation.keys.columns:
        return False
    last, first = train.keys["period"].max(), validation.keys["period"].min()
    return last is not None and first is not None and bool(first >= last)  # type: ignore[operator]


def forward_folds(examples: Examples, *, n_folds: int) -> Folds:
    """Return folds in time order: each period is scored by models of earlier periods alone.

    The oldest ``FIRST_SHARE`` of the rows, and rows without a period, are only fitted to. Rows of
    one period share a fold; there are fewer folds where there are few periods.

    Args:
        examples: Rows of at least two periods.
        n_folds: Most folds.
    """
    rank = examples.keys["period"].rank("dense").fill_null(0).to_numpy().astype(np.int64)
    counts = np.cumsum(np.bincount(rank, minlength=rank.max() + 1))
    shares = np.linspace(FIRST_SHARE, 1.0, n_folds + 1)[:-1]
    # the last rank before each cut: at least one period before it and one behind it
    ends = np.searchsorted(counts, shares * len(examples)).clip(1, rank.max() - 1)
    cuts = [*np.unique(ends).tolist(), int(rank.max())]
    pairs = [
        (np.flatnonzero(rank <= low), np.flatnonzero((rank > low) & (rank <= high)))
        for low, high in pairwise(cuts)
    ]
    return Folds(tuple(pairs), in_time_order=True)


def folds_of(
    examples: Examples, task: Task, *, n_folds: int, seed: int, in_time_order: bool
) -> Folds:
    """Return folds in time order where that is asked for and there are periods, else even ones.

    Args:
        examples: Rows whose target is known.
        task: What is predicted.
        n_folds: Most folds.
        seed: Seed of the draw where time plays no part.
        in_time_order: Whether the rows to be scored later on will be later ones.
    """
    if in_time_order and examples.keys["period"].drop_nulls().n_unique() > 1:
        return forward_folds(examples, n_folds=n_folds)
    return make_folds(examples, task, n_folds=min(n_folds, len(examples)), seed=seed)


def _strata(examples: Examples, task: Task) -> Array:
    if examples.y is None:
        return np.zeros(len(examples))
    if task.kind is TaskKind.CLASSES:
        return np.asarray(examples.y.argmax(axis=1))
    return examples.y


def _spread_subjects(sizes: Array, n_folds: int, draw: np.random.Generator) -> Positions:
    """Return a fold per subject: large ones first, each to the fold that has fewest rows."""
    fold_of = np.zeros(len(sizes), dtype=np.int64)
    filled = np.zeros(n_folds)
    order = draw.permutation(len(sizes))
    for subject in order[np.argsort(-sizes[order], kind="stable")].tolist():
        fold_of[subject] = int(filled.argmin())
        filled[fold_of[subject]] += sizes[subject]
    return fold_of


def known(examples: Examples, task: Task) -> Examples:
    """Return the examples whose target is known."""
    if examples.y is None:
        return examples.take(np.zeros(0, dtype=np.int64))
    if task.kind is TaskKind.NUMBER:
        return examples.take(np.flatnonzero(np.isfinite(examples.y)))
    if task.kind is TaskKind.CLASSES:
        return examples.take(np.flatnonzero((examples.y >= 0).all(axis=1)))
    return examples.take(np.flatnonzero(examples.y >= 0))
