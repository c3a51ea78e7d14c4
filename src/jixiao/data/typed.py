"""Cleaned strings to typed columns: numbers, dates, booleans; words stay words."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from jixiao.contracts import Column, DataType
from jixiao.core import parse_period
from jixiao.data.values import parse_booleans, parse_dates, parse_numbers

_LARGEST_WHOLE = 2.0**53


def share(mask: pl.Series) -> float:
    """Return the share of true values of a mask, 0 to 1; null counts as false."""
    return int(mask.sum()) / len(mask) if len(mask) else 0.0


@dataclass(frozen=True)
class TypedColumn:
    """Values of a column in its type.

    Attributes:
        values: Float64 or Int64, Date, Boolean or String; null where missing or unreadable.
        failed: Boolean; true where something stood there that cannot be read.
        ambiguous: Whether days and months of dates could be read both ways.
    """

    values: pl.Series
    failed: pl.Series
    ambiguous: bool = False


def typed(values: pl.Series, column: Column) -> TypedColumn:
    """Return a column of strings in the type its contract gives it.

    Whole numbers become Int64 where every value is whole, else Float64. Periods, categories,
    levels and texts stay strings.
    """
    if column.type in (DataType.NUMBER, DataType.INTEGER):
        numbers = parse_numbers(values)
        return TypedColumn(_narrow(numbers.values, column.type), numbers.failed)
    if column.type is DataType.DATE:
        dates = parse_dates(values, day_first=column.day_first)
        return TypedColumn(dates.values, dates.failed, dates.ambiguous and column.day_first is None)
    if column.type is DataType.BOOLEAN:
        booleans = parse_booleans(values)
        return TypedColumn(booleans.values, booleans.failed)
    if column.type is DataType.PERIOD:
        return TypedColumn(values, _no_period(values))
    return TypedColumn(values, pl.repeat(False, len(values), eager=True, dtype=pl.Boolean))


def _narrow(numbers: pl.Series, type_: DataType) -> pl.Series:
    if type_ is DataType.NUMBER:
        return numbers
    whole = (numbers == numbers.round()) & (numbers.abs() < _LARGEST_WHOLE)
    return numbers.cast(pl.Int64) if whole.fill_null(True).all() else numbers


def _no_period(values: pl.Series) -> pl.Series:
    distinct = values.drop_nulls().unique()
    named = [parse_period(value) is not None for value in distinct]
    unknown = distinct.filter(~pl.Series(named, dtype=pl.Boolean))
    return values.is_in(unknown.implode()).fill_null(False)
