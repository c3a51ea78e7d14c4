"""Believable ranges of numbers, learned with room to grow, so that only slips fall outside."""

from __future__ import annotations

import math
import re

import numpy as np
import polars as pl

from jixiao.contracts import DataType, Role
from jixiao.contracts.examples import Floats
from jixiao.data import vocabulary as words
from jixiao.data.infer_roles import is_rating_like
from jixiao.data.profile import Profile
from jixiao.data.promises import MONEY, NATURAL, NOT_A_QUANTITY
from jixiao.data.slips import slipped
from jixiao.data.vocabulary import MISSING_NUMBERS

_SHARE = re.compile(
    r"(?<![a-z])(?:(?<!hourly )(?<!daily )(?<!pay )rate|ratio|share|percent\w*|pct|confidence"
    r"|discount)(?![a-z])|率|占比|比例"
)
_FEW = 30
_ROOM = 2.0
_SELDOM, _MOST_CODED, _TAIL = 0.015, 0.2, 8.0
_TWICE, _TWO_DIGITS = 11.0, 10.0
_SLIPS = (100.0, 1000.0, 10_000.0, _TWICE)


def believable(column: Profile, type_: DataType, role: Role) -> tuple[float | None, float | None]:
    """Return the smallest and largest believable number of a column; None where anything goes.

    Ratings keep their exact ends, ages and shares their natural ones; other columns get twice
    their largest value, rounded up, so that growth passes and a slip of the decimal point fails.

    Args:
        column: Evidence on the column.
        type_: Its type; only numbers have bounds.
        role: Its role.
    """
    if type_ not in (DataType.NUMBER, DataType.INTEGER) or column.bounds is None:
        return None, None
    low, high = _without_slips(column)
    is_rated = role is Role.CONFIDENTIAL or words.RATING_NAME.search(column.plain)
    if role is Role.ORDINAL or (is_rated and is_rating_like(column)):
        low, high = float(column.common_numbers[0]), float(column.common_numbers[-1])
        return min(low, 1.0) if low in (0.0, 1.0, 2.0) else low, _rating_top(high)
    if (low, high) == (0.0, 1.0) and column.distinct == 2:
        return 0.0, 1.0
    if (natural := _natural(column)) is not None:
        return natural
    if _SHARE.search(column.plain) and low >= 0:
        if high <= 1:
            return 0.0, 1.0
        if high <= 100 and high > 1.5:
            return 0.0, 100.0
    if column.filled < _FEW:
        return None, None
    return _lower(low, high), _upper(high)


def _natural(column: Profile) -> tuple[float, float] | None:
    """Return the range that a name gives its numbers, where all but a few keep to it."""
    for names, low, high in NATURAL:
        if names.search(column.plain) and not NOT_A_QUANTITY.search(column.plain):
            inside = column.numbers.is_between(low, high).fill_null(False)
            hits = int((column.levels["n"] * inside.cast(pl.Int64)).sum())
            return (low, high) if hits >= 0.95 * column.filled else None
    return None


def _without_slips(column: Profile) -> tuple[float, float]:
    """Return the smallest and largest number that is no slip and no code for nothing.

    Figures far beyond the rest are slips only when one factor explains all of them and the rest
    has no long tail; otherwise they are believable. A few negative numbers among counts are
    none.
    """
    known = pl.DataFrame({"v": column.numbers, "n": column.levels["n"]}).drop_nulls()
    values = np.repeat(known["v"].to_numpy(), known["n"].to_numpy())
    values = _without_codes(values)
    negative = values < 0
    is_counted = words.COUNT.search(column.plain) or MONEY.search(column.plain)
    is_count = len(values) >= _FEW and is_counted is not None
    if is_count and 0 < negative.mean() <= _SELDOM:
        values = values[~negative]
    off = slipped(values)
    kept = values[~off]
    if off.any() and (not len(kept) or not _is_slip(values[off], kept)):
        kept = values
    return float(kept.min()), float(kept.max())


def _without_codes(values: Floats) -> Floats:
    """Return numbers without -999 and its like, where they lie far from all others."""
    coded = np.isin(values, sorted(MISSING_NUMBERS))
    rest = values[~coded]
    if not coded.any() or len(rest) < _FEW or coded.mean() > _MOST_CODED:
        return values
    low, high = float(rest.min()), float(rest.max())
    far = (values < low - 2 * (high - low)) | (values > high + 2 * (high - low)) | (values < 0)
    return rest if low >= 0 and bool(far[coded].all()) else values


def _is_slip(off: Floats, kept: Floats) -> bool:
    positive = kept[kept > 0]
    if len(positive) < 0.5 * len(kept):
        return False
    low, middle, high = np.quantile(positive, (0.02, 0.5, 0.98))
    if high > _TAIL * middle:
        return False
    is_whole = bool((kept == np.round(kept)).all())
    backs = [off / factor for factor in _SLIPS if factor != _TWICE or kept.max() < _TWO_DIGITS]
    return any(
        bool(((b >= low / 1.1) & (b <= high * 1.1)).all())
        and (not is_whole or bool(np.isclose(b, np.round(b)).all()))
        for b in backs
    )


def _rating_top(high: float) -> float:
    return next((top for top in (3.0, 4.0, 5.0, 6.0, 7.0, 10.0) if high <= top), high)


def _upper(high: float) -> float:
    if high <= 0:
        return 0.0
    return nice(high * _ROOM)


def _lower(low: float, high: float) -> float:
    if low >= 0:
        is_far = low > 10 and high < 20 * low
        return nice_down(low / _ROOM) if is_far else 0.0
    return -nice(-low * _ROOM)


def nice(value: float) -> float:
    """Return the next round number (1, 1.5, 2, 3, 5 or 8 and zeros) at or above a positive one."""
    power = 10.0 ** math.floor(math.log10(value))
    step = next((s for s in (1.0, 1.5, 2.0, 3.0, 5.0, 8.0) if s * power >= value * (1 - 1e-9)), 10)
    return round(step * power, 12)


def nice_down(value: float) -> float:
    """Return the next round number at or below a positive one."""
    power = 10.0 ** math.floor(math.log10(value))
    step = max(s for s in (1.0, 1.5, 2.0, 3.0, 5.0, 8.0) if s * power <= value * (1 + 1e-9))
    return round(step * power, 12)
