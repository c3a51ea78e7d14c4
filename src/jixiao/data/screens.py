"""Answers cheap questions about a whole column once, so that dear searches run only where needed.

Answers are kept by the column's content, so that every step and rule that meets the same column
shares them, and a changed column is asked again.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, TypeVar

import polars as pl

T = TypeVar("T")
_KEPT = 256
_SMALL = 5_000
_SAMPLE = 1_000
_answers: OrderedDict[tuple[Any, ...], Any] = OrderedDict()


def few_values(values: pl.Series) -> pl.Series | None:
    """Return the different values of a long column that repeats few of them; None for others."""
    if len(values) < _SMALL:
        return None
    return _once("few", values, _few)


def to_search(values: pl.Series) -> pl.Series:
    """Return what a search for any match must look at: the different values, or all."""
    few = few_values(values)
    return values if few is None else few


def is_numeric(values: pl.Series) -> bool:
    """Return whether every filled cell of a long column is a plain, finite number."""
    if len(values) < _SMALL or values.null_count() == len(values):
        return False
    return _once("numeric", values, _all_numbers)


def _few(values: pl.Series) -> pl.Series | None:
    if values.head(_SAMPLE).n_unique() > _SAMPLE // 2:
        return None
    distinct = values.unique()
    return distinct if len(distinct) <= len(values) // 4 else None


def _all_numbers(values: pl.Series) -> bool:
    if (
        values.head(_SAMPLE).cast(pl.Float64, strict=False).null_count()
        > values.head(_SAMPLE).null_count()
    ):
        return False
    numbers = values.cast(pl.Float64, strict=False)
    return numbers.null_count() == values.null_count() and bool(numbers.is_finite().all())


def _once(question: str, values: pl.Series, answer: Callable[[pl.Series], T]) -> T:
    key = (question, len(values), values.null_count(), int(values.hash(seed=3).sum() or 0))
    if key not in _answers:
        _answers[key] = answer(values)
        while len(_answers) > _KEPT:
            _answers.popitem(last=False)
    _answers.move_to_end(key)
    kept: T = _answers[key]
    return kept
