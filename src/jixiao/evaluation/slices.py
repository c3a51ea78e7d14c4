"""The same figures for parts of the test rows: groups, languages, periods, raters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from jixiao.evaluation.intervals import Resamples, intervals
from jixiao.evaluation.judged import Judged
from jixiao.evaluation.metrics import compute_all

MIN_ROWS = 30
"""Fewest rows of a slice that is judged; a common bar for rates of groups."""
MOST_SLICES = 30
"""Most values of one column that are shown; the largest."""


def slices_of(
    judged: Judged,
    columns: Mapping[str, Sequence[Any]],
    *,
    seed: int,
    min_rows: int = MIN_ROWS,
    subjects: Sequence[Any] | None = None,
) -> dict[str, list[dict[str, Any]]]:
    """Return figures by value of each column, the largest values first.

    Args:
        judged: The test rows.
        columns: Name (``group``, ``language``, ``period``, ``rater``, ``protected:NAME``…) to one
            value per row; None where unknown.
        seed: Seed of the intervals.
        min_rows: Fewest rows that are judged.
        subjects: Who each row is about.

    Returns:
        Per column a list of ``{"value", "n", "people", "too_small", "test", "intervals"}``; the
        figures are None where a slice is too small to judge, ``people`` (distinct subjects) where
        they are not known.
    """
    found = {
        name: _by_value(judged, values, seed=seed, min_rows=min_rows)
        for name, values in columns.items()
        if len({str(value) for value in values}) > 1
    }
    for name, parts in found.items():
        people = _people(columns[name], subjects)
        for part in parts:
            part["people"] = people.get(part["value"])
    return found


def _people(values: Sequence[Any], subjects: Sequence[Any] | None) -> dict[str, int]:
    known: dict[str, set[Any]] = {}
    for value, subject in zip(values, subjects or (), strict=subjects is not None):
        known.setdefault(_named(value), set()).add(subject)
    return {value: len(one) for value, one in known.items()}


def _named(value: Any) -> str:
    return "(unknown)" if value is None else str(value)


def _by_value(
    judged: Judged, values: Sequence[Any], *, seed: int, min_rows: int
) -> list[dict[str, Any]]:
    named = np.array([_named(value) for value in values])
    largest = sorted(Counter(named.tolist()).items(), key=lambda item: (-item[1], item[0]))
    return [
        _slice(judged.take(np.flatnonzero(named == value)), value, seed=seed, min_rows=min_rows)
        for value, _ in largest[:MOST_SLICES]
    ]


def _slice(part: Judged, value: str, *, seed: int, min_rows: int) -> dict[str, Any]:
    if len(part) < min_rows:
        nothing = {"test": None, "intervals": None}
        return {"value": value, "n": len(part), "too_small": True, **nothing}
    resamples = Resamples(len(part), None, seed=seed, n_resamples=300)
    return {
        "value": value,
        "n": len(part),
        "too_small": False,
        "test": compute_all(part),
        "intervals": intervals(part, resamples),
    }
