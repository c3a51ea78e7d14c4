"""Cross-fitted dependence between one column and the answer, in both directions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from jixiao.contracts import Task, TaskKind
from jixiao.core.seeds import rng
from jixiao.data.labels import to_classes, to_scale

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_FOLDS = 5
_MOST_ROWS = 20_000
_BINS = 40
_NUMBER_BANDS = 10
_MOST_SPELLINGS = 300


@dataclass(frozen=True)
class Answers:
    """Answers of n rows.

    Attributes:
        index: Level, class or band index, shape (n,).
        names: Name of each.
        folds: Fold of each row, 0 to 4.
        task: What they answer.
    """

    index: Ints
    names: tuple[str, ...]
    folds: Ints
    task: Task

    @property
    def majority(self) -> float:
        """Share of the commonest answer."""
        return float(np.bincount(self.index).max() / len(self.index))


@dataclass(frozen=True)
class Fit:
    """What a column tells of the answer, on rows it was not fitted to.

    Attributes:
        proba: Held-out probabilities, shape (n, n_answers).
        removed: Share of the answer's uncertainty (log loss of its frequencies) removed; below 0
            when the column misleads.
        accuracy: Share of rows whose most likely answer is right.
    """

    proba: Floats
    removed: float
    accuracy: float


def answers_of(target: pl.Series, task: Task) -> tuple[Answers, pl.Series]:
    """Return the answers and the positions of the rows that have one, thinned to 20,000.

    A number is cut into ten bands of equal size; of several classes the cell as a whole counts.
    """
    if task.kind is TaskKind.NUMBER:
        index, names = _bands(target.cast(pl.Float64, strict=False))
    elif task.kind is TaskKind.CLASSES:
        names = tuple(target.drop_nulls().unique(maintain_order=True).cast(pl.String).to_list())
        index = _positions(target.cast(pl.String), names)
    else:
        mapped = to_scale(target, task.scale) if task.scale else to_classes(target, task)
        index, names = mapped.index, task.levels
    kept = index.is_not_null().arg_true()
    kept = kept.gather_every(max(1, len(kept) // _MOST_ROWS))
    values = index.gather(kept).to_numpy().astype(np.int64)
    folds = rng(0, "leaks").integers(0, _FOLDS, len(values))
    return Answers(values, names, folds, task), kept


def _bands(numbers: pl.Series) -> tuple[pl.Series, tuple[str, ...]]:
    values = numbers.to_numpy()
    known = ~np.isnan(values)
    edges = np.unique(np.quantile(values[known], np.linspace(0, 1, _NUMBER_BANDS + 1)[1:-1]))
    index = pl.Series(np.digitize(values, edges, right=True)).cast(pl.Int64)
    names = tuple(f"band {at + 1}" for at in range(len(edges) + 1))
    return index.set(pl.Series(~known), None), names


def _positions(values: pl.Series, names: tuple[str, ...]) -> pl.Series:
    return values.replace_strict(
        list(names), list(range(len(names))), default=None, return_dtype=pl.Int64
    )


def cells_of(values: pl.Series) -> Ints:
    """Return the cell of each row: a value or, for many numbers, one of 40 bands; 0 is missing."""
    if values.dtype.is_temporal():
        values = values.to_physical()
    if not values.dtype.is_numeric():
        ranks = values.cast(pl.String).rank("dense").fill_null(0)
        return ranks.to_numpy().astype(np.int64)
    numbers = values.cast(pl.Float64).to_numpy()
    known = ~np.isnan(numbers)
    cells = np.zeros(len(numbers), dtype=np.int64)
    if not known.any():
        return cells
    distinct = np.unique(numbers[known])
    if len(distinct) > _BINS:
        distinct = np.unique(np.quantile(numbers[known], np.linspace(0, 1, _BINS + 1)[1:-1]))
        cells[known] = np.digitize(numbers[known], distinct, right=True) + 1
        return cells
    cells[known] = np.searchsorted(distinct, numbers[known]) + 1
    return cells


def _held_out(given: Ints, wanted: Ints, folds: Ints) -> Floats:
    """Return probabilities of ``wanted`` given a cell, each fold from the other folds."""
    n_cells, n_wanted = int(given.max()) + 1, int(wanted.max()) + 1
    proba = np.zeros((len(given), n_wanted))
    for fold in range(_FOLDS):
        train, test = folds != fold, folds == fold
        if not train.any():
            continue
        counts = np.zeros((n_cells, n_wanted))
        np.add.at(counts, (given[train], wanted[train]), 1.0)
        prior = (counts.sum(axis=0) + 0.5) / (counts.sum() + 0.5 * n_wanted)
        table = (counts + prior) / (counts.sum(axis=1, keepdims=True) + 1.0)
        proba[test] = table[given[test]]
    return proba


def fit_answer(cells: Ints, answers: Answers) -> Fit:
    """Return what the cells of a column tell of the answers, held out."""
    proba = _held_out(cells, answers.index, answers.folds)
    rows = np.arange(len(cells))
    loss = -np.log(np.maximum(proba[rows, answers.index], 1e-9)).mean()
    shares = np.bincount(answers.index) / len(answers.index)
    known = shares[shares > 0]
    entropy = float(-(known * np.log(known)).sum())
    right = float((proba.argmax(axis=1) == answers.index).mean())
    wide = np.zeros((len(cells), len(answers.names)))
    wide[:, : proba.shape[1]] = proba
    return Fit(wide, 1 - float(loss) / entropy if entropy > 0 else 0.0, right)


def fit_back(cells: Ints, answers: Answers) -> tuple[float, float]:
    """Return how often the answer gives a column's cell, held out, and its commonest cell does."""
    proba = _held_out(answers.index, cells, answers.folds)
    right = float((proba.argmax(axis=1) == cells).mean())
    return right, float(np.bincount(cells).max() / len(cells))


def levels_of_answer(values: pl.Series, answers: Answers) -> Ints | None:
    """Return the values read as answers, -1 where they are none; None for numbers and bands."""
    task = answers.task
    if task.kind not in (TaskKind.ORDINAL, TaskKind.CLASS):
        return None
    if values.n_unique() > _MOST_SPELLINGS or values.dtype.is_temporal():
        return None
    written = values.cast(pl.String)
    if values.dtype.is_float():
        written = written.str.replace(r"\.0$", "")
    mapped = to_scale(written, task.scale) if task.scale else to_classes(written, task)
    return mapped.index.fill_null(-1).to_numpy().astype(np.int64)
