"""Ranges and units: slips of the decimal point, other scales, percentages, impossible numbers.

A whole column in another unit is told once and blocks; single cells in another unit, on another
scale or out of range set their rows aside. Known ranges come from the contract.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from jixiao.contracts import Column, DataType, Role
from jixiao.data.check_missing import outside
from jixiao.data.desk import Desk
from jixiao.data.typed import share
from jixiao.data.values import parse_numbers

_NUMERIC = (DataType.NUMBER, DataType.INTEGER)
_FACTORS = (100.0, 1000.0, 10_000.0, 0.01, 0.001, 0.0001, 10.0, 0.1, 60.0, 1 / 60, 12.0, 1 / 12)
_SLIPS = (100.0, 1000.0, 10_000.0, 0.01, 0.001, 10.0)
_BACK = (100.0, 1000.0, 10_000.0)
_LOG_ROOM = 2.0
_FEW = 8
_SHARE_TOP = 1.5


@dataclass(frozen=True)
class _Numbers:
    column: Column
    values: pl.Series
    low: float | None
    high: float | None


def check_numbers(desk: Desk) -> None:
    """Name numbers in another unit, on another scale, negative, or out of their range."""
    for column in desk.columns:
        numbers = _numbers_of(desk, column)
        if numbers is None:
            continue
        if (factor := _whole_column(numbers)) is not None:
            desk.explain(column.name, ~desk.none())
            desk.add(
                "unit-column",
                None,
                column=column.name,
                expected=f"values around {_told(_usual(column)[1])}",
                got=f"values about {_factor(factor)} as large",
            )
            continue
        _cells(desk, numbers)


def _numbers_of(desk: Desk, column: Column) -> _Numbers | None:
    if column.role is Role.IGNORED:
        return None
    scale = desk.contract.task.scale if column.role is Role.TARGET else None
    if scale is not None and _is_numeric(scale.levels):
        values = parse_numbers(desk.cleaned[column.name]).values
        return _Numbers(column, values, scale.values[0], scale.values[-1])
    if column.type not in _NUMERIC or (column.minimum is None and column.maximum is None):
        return None
    values = desk.typed[column.name].cast(pl.Float64)
    return _Numbers(column, values, column.minimum, column.maximum)


def _is_numeric(levels: tuple[str, ...]) -> bool:
    return all(level.replace(".", "", 1).lstrip("-").isdigit() for level in levels)


def _usual(column: Column) -> tuple[float, float, float]:
    return column.usual or (0.0, 0.0, 0.0)


def _told(value: float) -> str:
    return f"{value:,.6g}"


def _factor(factor: float) -> str:
    return f"{factor:g} times" if factor >= 1 else f"1/{1 / factor:g}"


def _whole_column(numbers: _Numbers) -> float | None:
    """Return by which factor a whole column is off, or None when it is not."""
    usual = numbers.column.usual
    values = numbers.values.drop_nulls()
    if usual is None or len(values) < _FEW:
        return None
    found = [float(values.quantile(q, "nearest") or 0.0) for q in (0.1, 0.5, 0.9)]
    pairs = [(new, old) for new, old in zip(found, usual, strict=True) if old != 0 and new != 0]
    if not pairs or any(new * old < 0 for new, old in pairs):
        return None
    for factor in _FACTORS:
        strict = _LOG_ROOM if factor >= 100 or factor <= 0.01 else 1.12
        near = all(1 / strict < new / old / factor < strict for new, old in pairs)
        if near and (len(pairs) > 1 or factor >= 100) and _is_apart(values, usual, factor):
            return factor
    return None


def _is_apart(values: pl.Series, usual: tuple[float, float, float], factor: float) -> bool:
    """Return whether most values lie beyond what was usual, on the side of the factor."""
    low, high = min(usual), max(usual)
    beyond = (
        values.abs() > max(abs(low), abs(high)) if factor > 1 else values.abs() < abs(low or high)
    )
    return share(beyond) > 0.5


def _cells(desk: Desk, numbers: _Numbers) -> None:
    column = numbers.column
    ranged = column.model_copy(update={"minimum": numbers.low, "maximum": numbers.high})
    off = outside(numbers.values, ranged) & desk.open_cells(column.name)
    expected = f"a number from {_end(numbers.low)} to {_end(numbers.high)}"
    odd = _fractions(desk, numbers)
    if not off.any() and not odd.any():
        return
    if (mixed := _mixed_scale(numbers, off)) is not None:
        desk.add("mixed-scale", off, column=column.name, expected=expected, got=mixed)
        return
    slips = _slipped(numbers, off)
    is_fraction = column.usual is not None and column.usual[2] <= _SHARE_TOP
    slug = "percent-mixed" if _is_share(numbers) and is_fraction else "unit-cells"
    desk.add(slug, slips, column=column.name, expected=expected)
    slug = "percent-mixed" if _is_share(numbers) else "unit-cells"
    desk.add(slug, odd & ~slips, column=column.name, expected=expected)
    off = off & ~slips & ~odd
    if numbers.low is not None and numbers.low >= 0:
        negative = off & (numbers.values < 0).fill_null(False)
        desk.add("negative", negative, column=column.name, expected="a number of 0 or more")
        off = off & ~negative
    desk.add("out-of-range", off, column=column.name, expected=expected)


def _end(value: float | None) -> str:
    return "any" if value is None else _told(value)


def _is_share(numbers: _Numbers) -> bool:
    """Return whether a column holds shares, as fractions or as percentages."""
    column = numbers.column
    usual = column.usual
    if column.unit == "%" or (numbers.low == 0 and numbers.high in (1.0, 100.0)):
        return not (usual is not None and {usual[0], usual[2]} <= {0.0, 1.0})
    small = usual is not None and usual[0] >= 0 and usual[2] <= _SHARE_TOP
    return small and column.type is DataType.NUMBER


def _slipped(numbers: _Numbers, off: pl.Series) -> pl.Series:
    """Return which numbers out of range are usual ones times a power of ten."""
    usual = numbers.column.usual
    none = off & False
    if not off.any():
        return none
    low, high = (numbers.low, numbers.high) if usual is None else (usual[0], usual[2])
    if low is None or high is None or high <= 0:
        return none
    room = 1.0 if usual is None else 1.6
    at = off.arg_true()
    values = numbers.values.gather(at)
    found = values != values
    for factor in _SLIPS[:5]:
        back = values / factor
        inside = (back >= low / room) & (back <= high * room)
        if _levels(numbers):
            inside = inside & (back == back.round())
        found = found | (inside & (values != 0))
    return none.scatter(at.filter(found), values=True) if found.any() else none


def _levels(numbers: _Numbers) -> bool:
    return numbers.column.role in (Role.ORDINAL, Role.TARGET) and (numbers.high or 0) <= 10


def _fractions(desk: Desk, numbers: _Numbers) -> pl.Series:
    """Return cells far below the usual ones that a factor of 100, 1000 or 10,000 brings back.

    In a column of whole numbers a fraction is such a cell, and in a column of percentages a
    fraction of one.
    """
    usual = numbers.column.usual
    none = desk.none()
    if usual is None or usual[0] <= 0:
        return none
    whole = numbers.column.type is DataType.INTEGER
    small = (numbers.values > 0) & (numbers.values * 30 < usual[0])
    if whole:
        small = small & (numbers.values != numbers.values.round())
    elif not _is_share(numbers) and not usual[0] >= 5:
        return none
    fits = desk.none()
    for factor in _BACK:
        back = numbers.values * factor
        fits = fits | ((back >= usual[0] / 1.6) & (back <= usual[2] * 1.6)).fill_null(False)
    return (small & fits).fill_null(False) & desk.open_cells(numbers.column.name)


def _mixed_scale(numbers: _Numbers, off: pl.Series) -> str | None:
    """Return what the other scale looks like when ratings on two scales stand side by side."""
    high = numbers.high
    if high is None or not 2 <= high <= 10 or not _is_rating(numbers):
        return None
    others = numbers.values.filter(off)
    if len(others) < 3 or others.n_unique() < 2:
        return None
    top = float(others.max())  # type: ignore[arg-type]
    bottom = float(others.min())  # type: ignore[arg-type]
    hundreds = bool(((others / 100) == (others / 100).round()).all())
    if bottom <= high or top > 100 or (hundreds and top >= 100 and bottom >= 100):
        return None
    return f"{len(others)} ratings up to {_told(top)}"


def _is_rating(numbers: _Numbers) -> bool:
    return numbers.column.role in (Role.ORDINAL, Role.TARGET)
