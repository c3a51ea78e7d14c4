"""Dividing training rows for out-of-fold work: no subject on two sides, levels spread evenly."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from jixiao.contracts import Examples, Task, TaskKind
from jixiao.core.seeds import rng

Positions = npt.NDArray[np.int64]
Array = npt.NDArray[Any]


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


def make_folds(examples: Examples, task: Task, *, n_folds: int, seed: int) -> list[Positions]:
    """Return the held-out positions of each fold; together they are all rows, each once.

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
    folds = [np.flatnonzero(fold_of == fold) for fold in range(n_folds)]
    return [fold for fold in folds if len(fold)]


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


def splits(folds: Sequence[Positions], n_rows: int) -> Iterator[tuple[Positions, Positions]]:
    """Yield (rest, held out) positions of each fold."""
    for fold in folds:
        held = np.zeros(n_rows, dtype=bool)
        held[fold] = True
        yield np.flatnonzero(~held), fold


def known(examples: Examples, task: Task) -> Examples:
    """Return the examples whose target is known."""
    if examples.y is None:
        return examples.take(np.zeros(0, dtype=np.int64))
    if task.kind is TaskKind.NUMBER:
        return examples.take(np.flatnonzero(np.isfinite(examples.y)))
    if task.kind is TaskKind.CLASSES:
        return examples.take(np.flatnonzero((examples.y >= 0).all(axis=1)))
    return examples.take(np.flatnonzero(examples.y >= 0))
