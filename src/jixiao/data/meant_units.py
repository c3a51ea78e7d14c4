"""Units of a first file that cannot be meant: ages of 3,400, counts of 0.03, shares of 1,500 %.

A whole column is off where its name has a natural range and one round factor brings all of it
back; a part of a column is off where it lies far from the rest and one factor brings exactly that
part among the rest.
"""

from __future__ import annotations

import re

import numpy as np
import polars as pl

from jixiao.contracts.examples import Floats
from jixiao.data.profile import Profile
from jixiao.data.promises import DAYS_AWAY, NATURAL, NOT_A_QUANTITY, SPAN_OF_YEARS
from jixiao.data.vocabulary import COUNT

_FEWEST, _MOSTLY, _VARIED = 20, 0.95, 5
_FACTORS = (100.0, 1000.0, 10_000.0, 0.01, 0.001, 0.0001, 12.0)
_PARTS = (100.0, 1000.0, 10_000.0, 0.01, 0.001, 0.0001)
_RANGES: tuple[tuple[re.Pattern[str], float, float], ...] = (
    *NATURAL,
    (re.compile(r"(?<![a-z])(?:percent\w*|pct)(?![a-z])|百分比|占比"), 0.0, 100.0),
)
_LEAST_PART, _MOST_PART = 3, 0.4
_NARROW, _GAP = 8.0, 5.0


def whole_factor(column: Profile) -> float | None:
    """Return by which factor all numbers of a column are too large; None when they may be right.

    Args:
        column: A column of numbers; ages in months count as off by 12.
    """
    figures = _figures(column)
    if len(figures) < _FEWEST or not figures.any():
        return None
    if NOT_A_QUANTITY.search(column.plain):
        return None
    for names, low, high in _RANGES:
        if names.search(column.plain):
            return _back(figures, low, high) or _shrunk(figures, names)
    return _whole_steps(figures) if COUNT.search(column.plain) else None


def _figures(column: Profile) -> Floats:
    known = pl.DataFrame({"v": column.numbers, "n": column.levels["n"]}).drop_nulls()
    return np.repeat(known["v"].to_numpy(), known["n"].to_numpy())


def _back(figures: Floats, low: float, high: float) -> float | None:
    filled = figures[figures != 0]
    if len(filled) < _FEWEST or ((filled >= low) & (filled <= high)).mean() > 1 - _MOSTLY:
        return None
    for factor in _FACTORS:
        back = filled / factor
        inside = ((back >= low) & (back <= high)).mean() >= _MOSTLY
        if inside and (factor != 12.0 or low > 0) and len(np.unique(back)) >= _VARIED:
            return factor
    return None


def _shrunk(figures: Floats, names: re.Pattern[str]) -> float | None:
    """Return the factor of days or years so small that only hundredths of whole ones explain it."""
    return _whole_steps(figures) if names in (DAYS_AWAY, SPAN_OF_YEARS) else None


def _whole_steps(figures: Floats) -> float | None:
    """Return by which factor counts are off: all fractions, or all hundreds and thousands."""
    filled = figures[figures != 0]
    if len(filled) < _FEWEST or len(np.unique(filled)) < _VARIED or (filled < 0).any():
        return None
    whole = np.isclose(filled, np.round(filled), rtol=0, atol=1e-9)
    if not whole.any():
        for factor in (0.01, 0.001, 0.0001):
            back = filled / factor
            if (np.abs(back - np.round(back)) < 1e-6 * back).mean() >= _MOSTLY:
                return factor
        return None
    for factor in (1000.0, 100.0):
        if (filled % factor == 0).all() and whole.all():
            return factor
    return None


def part_off(column: Profile) -> pl.Series:
    """Return which of the column's levels are usual numbers times one round factor.

    Returns:
        Boolean, shape of ``column.levels``; all false where the rest has a long tail, where the
        part is more than two fifths, or where no one factor explains all of it.
    """
    none = pl.repeat(False, column.levels.height, eager=True, dtype=pl.Boolean)
    figures = _figures(column)
    positive = np.sort(figures[figures > 0])
    if len(positive) < 2 * _FEWEST or len(positive) < 0.9 * len(figures):
        return none
    at = int(np.argmax(positive[1:] / positive[:-1])) + 1
    parts = sorted((positive[:at], positive[at:]), key=len)
    odd, rest = parts[0], parts[1]
    if positive[at] < _GAP * positive[at - 1] or not _is_part(odd, rest, len(positive)):
        return none
    low, high = float(odd[0]), float(odd[-1])
    return column.numbers.is_between(low, high).fill_null(False)


def _is_part(odd: Floats, rest: Floats, total: int) -> bool:
    if not _LEAST_PART <= len(odd) <= _MOST_PART * total:
        return False
    low, high = np.quantile(rest, (0.02, 0.98))
    if high > _NARROW * low:
        return False
    return any(_fits(odd / factor, rest, (low / 1.05, high * 1.05)) for factor in _PARTS)


def _fits(back: Floats, rest: Floats, ends: tuple[float, float]) -> bool:
    """Return whether numbers are like the rest once brought back, whole where the rest is."""
    inside = bool(((back >= ends[0]) & (back <= ends[1])).all())
    is_whole = bool((rest == np.round(rest)).all())
    return inside and (not is_whole or bool(np.isclose(back, np.round(back)).all()))
