"""The type of a column, by evidence on its values; the name decides only between close readings."""

from __future__ import annotations

import polars as pl

from jixiao.contracts import DataType
from jixiao.data.profile import Profile
from jixiao.data.vocabulary import DATE, JOB, PERIOD, TEXT

MOST = 0.9
"""Share of the filled cells that must read as a type; the rest is then reported as wrong."""
_LONG = 40
_SHORT_TEXT = 8
_REPEATS = 0.2
_MOSTLY, _ENOUGH, _VARIED = 0.55, 40, 10
_LEADING_ZERO = r"^0\d+$"


def guess_type(column: Profile) -> tuple[DataType, str]:
    """Return the type of a column and why, in words.

    Numbers win over dates for plain digits unless the name speaks of a date or a period.
    """
    if not column.filled:
        return DataType.CATEGORY, "no values"
    for guess in (_date, _period, _number):
        if (found := guess(column)) is not None:
            return found
    if column.is_boolean:
        return DataType.CATEGORY, "two values, yes and no"
    return _words(column)


def _date(column: Profile) -> tuple[DataType, str] | None:
    if column.hint == "date" and column.date_share > 0.5:
        return DataType.DATE, "dates in a typed source"
    is_digits = column.number_share >= 0.5
    if is_digits and not DATE.search(column.plain):
        return None
    if column.date_share < MOST:
        return None
    told = f"{column.date_share:.0%} of the values are dates"
    return DataType.DATE, told + (" (day and month may be swapped)" * column.dates_ambiguous)


def _period(column: Profile) -> tuple[DataType, str] | None:
    if not PERIOD.search(column.plain) and column.number_share >= 0.5:
        return None
    if column.period_share < MOST:
        return None
    return DataType.PERIOD, f"{column.period_share:.0%} of the values name a period"


def _number(column: Profile) -> tuple[DataType, str] | None:
    if _has_leading_zeros(column) or not (column.number_share >= MOST or _is_mixed(column)):
        return None
    share = f"{column.number_share:.0%} of the values are"
    if column.integer_share >= 0.98 * column.number_share and column.unit is None:
        return DataType.INTEGER, f"{share} whole numbers"
    return DataType.NUMBER, f"{share} numbers"


def _is_mixed(column: Profile) -> bool:
    """Return whether most values are varied numbers and the rest a few words among them."""
    if column.number_share < _MOSTLY or column.filled < _ENOUGH:
        return False
    different = column.numbers.drop_nulls().n_unique()
    others = column.levels.filter(column.numbers.is_null())
    return different >= _VARIED and others.height <= max(5, different // 4)


def _has_leading_zeros(column: Profile) -> bool:
    hits = column.levels.filter(pl.col("value").str.contains(_LEADING_ZERO))["n"].sum()
    return float(hits) / column.filled > 0.02


def _words(column: Profile) -> tuple[DataType, str]:
    length, share = column.mean_length, column.distinct_share
    is_job = JOB.fullmatch(column.plain) is not None and column.plain != "title"
    named = TEXT.search(column.plain) is not None and not is_job
    is_prose = length >= _LONG and share > _REPEATS and column.word_share > 0.5
    is_varied = share > 0.5 and column.word_share > 0.5 and column.distinct > 50
    is_named_prose = named and share > _REPEATS and length >= _SHORT_TEXT and column.distinct > 12
    if is_prose or is_named_prose or (is_varied and length >= 20 and not is_job):
        return DataType.TEXT, f"free text, {length:.0f} characters on average"
    return DataType.CATEGORY, f"{column.distinct} different values"
