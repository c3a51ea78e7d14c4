"""Numbers, categories and indicator series as one dense table; everything learnt from train only.

Numbers are standardised and carry a flag where they may be missing; categories become one column
per common value, one for rare and one for missing, and their frequency; each indicator series
becomes its summaries. Trees take the same table with NaN left in.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Examples
from jixiao.contracts.examples import Floats

SUMMARIES = ("last", "mean", "slope", "change", "volatility", "missing")
"""Summaries of an indicator series over its steps, in the order of ``summarise``."""

_CLIP = 6.0


@dataclass(frozen=True)
class NumberColumn:
    """A number: its centre and spread in train, and whether it was ever missing there."""

    name: str
    mean: float
    std: float
    has_missing: bool


@dataclass(frozen=True)
class CategoryColumn:
    """A category: its common values, and the share of train rows of every value."""

    name: str
    levels: tuple[str, ...]
    shares: dict[str, float]
    has_missing: bool


class TableEncoder:
    """Table columns of examples to a dense float32 matrix.

    Args:
        max_levels: Most values of one category that get a column of their own.
        min_rows: Fewest train rows of a value that gets one.
    """

    def __init__(self, *, max_levels: int = 40, min_rows: int = 3) -> None:
        self.max_levels = max_levels
        self.min_rows = min_rows
        self.numbers: tuple[NumberColumn, ...] = ()
        self.categories: tuple[CategoryColumn, ...] = ()

    def fit(self, examples: Examples) -> TableEncoder:
        """Learn centres, spreads and values from train, and return itself."""
        found = _all_numbers(examples)
        columns = [_fit_number(name, values) for name, values in found.items()]
        self.numbers = tuple(column for column in columns if column is not None)
        self.categories = tuple(
            self._fit_category(name, values) for name, values in examples.categories.items()
        )
        return self

    def _fit_category(self, name: str, values: Sequence[str | None]) -> CategoryColumn:
        counts = Counter(value for value in values if value is not None)
        common = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        levels = [value for value, n_rows in common if n_rows >= self.min_rows]
        shares = {value: n_rows / len(values) for value, n_rows in sorted(counts.items())}
        missing = any(value is None for value in values)
        return CategoryColumn(name, tuple(sorted(levels[: self.max_levels])), shares, missing)

    @property
    def names(self) -> list[str]:
        """Names of the columns that ``transform`` returns."""
        names = [column.name for column in self.numbers]
        names += [f"{column.name} is missing" for column in self.numbers if column.has_missing]
        for category in self.categories:
            names += [f"{category.name} = {level}" for level in category.levels]
            names += [f"{category.name} is rare", f"{category.name} is missing"]
            names.append(f"{category.name} frequency")
        return names

    def transform(self, examples: Examples, *, fill: bool = True) -> npt.NDArray[np.float32]:
        """Return shape (n, len(names)), float32.

        Args:
            examples: Any examples; a column they lack counts as missing.
            fill: Whether numbers are standardised, clipped to ±6 and filled with the mean;
                otherwise they stay as they are, NaN where missing (for trees).
        """
        n_rows = len(examples)
        found = _all_numbers(examples)
        nothing = np.full(n_rows, np.nan)
        raw = [found.get(column.name, nothing) for column in self.numbers]
        parts = [
            self._number(column, values, fill)
            for column, values in zip(self.numbers, raw, strict=True)
        ]
        parts += [
            np.isnan(values).astype(np.float64)
            for column, values in zip(self.numbers, raw, strict=True)
            if column.has_missing
        ]
        for category in self.categories:
            given = examples.categories.get(category.name) or [None] * n_rows
            parts.extend(_category_parts(category, given))
        table = np.column_stack(parts) if parts else np.zeros((n_rows, 0))
        return np.asarray(table, dtype=np.float32)

    @staticmethod
    def _number(column: NumberColumn, values: Floats, fill: bool) -> Floats:
        if not fill:
            return values
        scaled = np.clip((values - column.mean) / column.std, -_CLIP, _CLIP)
        return np.asarray(np.nan_to_num(scaled, nan=0.0))

    def to_json(self) -> dict[str, Any]:
        """Return everything learnt, as plain keys."""
        return {
            "max_levels": self.max_levels,
            "min_rows": self.min_rows,
            "numbers": [asdict(column) for column in self.numbers],
            "categories": [asdict(column) for column in self.categories],
        }

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> TableEncoder:
        """Return the encoder ``to_json`` describes."""
        encoder = cls(max_levels=saved["max_levels"], min_rows=saved["min_rows"])
        encoder.numbers = tuple(NumberColumn(**item) for item in saved["numbers"])
        encoder.categories = tuple(
            CategoryColumn(**{**item, "levels": tuple(item["levels"])})
            for item in saved["categories"]
        )
        return encoder


def _all_numbers(examples: Examples) -> dict[str, Floats]:
    """Return every number of the examples by name, series summaries included."""
    found: dict[str, Floats] = {
        name: np.asarray(examples.numbers[:, at], dtype=np.float64)
        for at, name in enumerate(examples.number_names)
    }
    if examples.series is not None and examples.series.shape[1]:
        summaries = summarise(examples.series)
        for at, name in enumerate(examples.series_names):
            for kind, summary in enumerate(SUMMARIES):
                found[f"{name} {summary}"] = summaries[:, at, kind]
    return {name: np.where(np.isfinite(values), values, np.nan) for name, values in found.items()}


def _fit_number(name: str, values: Floats) -> NumberColumn | None:
    """Return the column, or None when train holds a single value throughout."""
    missing = np.isnan(values)
    known = values[~missing]
    if not len(known) or (not missing.any() and (known == known[0]).all()):
        return None
    std = float(known.std())
    return NumberColumn(name, float(known.mean()), std if std > 0 else 1.0, bool(missing.any()))


def _category_parts(column: CategoryColumn, values: Sequence[str | None]) -> list[Floats]:
    """Return one array per column of a category: values, rare, missing, frequency."""
    place = {level: at for at, level in enumerate(column.levels)}
    rare, missing = len(place), len(place) + 1
    at = np.array([missing if v is None else place.get(v, rare) for v in values], dtype=np.int64)
    flags = np.zeros((len(values), len(place) + 2))
    flags[np.arange(len(values)), at] = 1.0
    shares = np.array([0.0 if v is None else column.shares.get(v, 0.0) for v in values])
    return [*flags.T, shares]


def summarise(series: Floats) -> Floats:
    """Return summaries of indicator series.

    Args:
        series: Shape (n, seq_len, n_indicators), oldest step first, NaN where missing.

    Returns:
        Shape (n, n_indicators, 6), float64, in the order of ``SUMMARIES``: the last known value;
        the mean; the least-squares slope a step; the last known value minus the one before it;
        the standard deviation; the share of steps missing. NaN where a summary needs more known
        steps than there are.
    """
    values = np.moveaxis(np.asarray(series, dtype=np.float64), 1, 2)  # (n, n_indicators, seq_len)
    known = np.isfinite(values)
    count = known.sum(axis=2)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        mean = np.nanmean(np.where(known, values, np.nan), axis=2)
        volatility = np.nanstd(np.where(known, values, np.nan), axis=2)
    last = _known_from_end(values, known, 0)
    change = last - _known_from_end(values, known, 1)
    volatility[count < 2] = np.nan
    missing = 1 - count / values.shape[2]
    return np.stack([last, mean, _slope(values, known), change, volatility, missing], axis=2)


def _known_from_end(values: Floats, known: npt.NDArray[np.bool_], skip: int) -> Floats:
    """Return the last known value, or with ``skip`` the known one so many places before it."""
    rank = np.cumsum(known[:, :, ::-1], axis=2)[:, :, ::-1]  # known steps from here to the end
    chosen = known & (rank == skip + 1)
    picked = np.where(chosen, np.where(known, values, 0.0), 0.0).sum(axis=2)
    return np.where(chosen.any(axis=2), picked, np.nan)


def _slope(values: Floats, known: npt.NDArray[np.bool_]) -> Floats:
    steps = np.broadcast_to(np.arange(values.shape[2], dtype=np.float64), values.shape)
    count = np.maximum(known.sum(axis=2), 1)
    filled = np.where(known, values, 0.0)
    step_mean = (steps * known).sum(axis=2) / count
    mean = filled.sum(axis=2) / count
    away = np.where(known, steps - step_mean[:, :, None], 0.0)
    spread = (away**2).sum(axis=2)
    slope = (away * (filled - mean[:, :, None])).sum(axis=2) / np.where(spread > 0, spread, 1)
    return np.where(spread > 0, slope, np.nan)
