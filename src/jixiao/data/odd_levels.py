"""Values that stand in a handful of cells and are of another kind than all others of their column.

Rare is not odd: a small department is right. Odd is a number among words, a word among numbers, a
value written with kinds of characters that no common value has, or a common value of another
column.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from jixiao.data.profile import Profile
from jixiao.data.vocabulary import MISSING_WORDS

_MOST_LEVELS, _FEWEST = 80, 60
_FEW_CELLS, _FEW_SHARE, _FEW_ODD = 5, 0.02, 6
_COMMON = 3
_WORD = 3
_KINDS = (r"[0-9]", r"[A-Za-z]", r"[\u3400-\u9fff]", r"[^\w\s&/,.()'\-+:;、（）]")
_NUMBER = r"^\s*[-+]?[\d.,]+\s*%?\s*$"


def odd_levels(column: Profile, table: Sequence[Profile], frame: pl.DataFrame) -> list[str]:
    """Return the values of a column of words that cannot be meant.

    Args:
        column: The column; texts and keys, whose values hardly repeat, have none.
        table: All columns of its table.
        frame: The table itself.
    """
    levels = column.levels
    if not 2 <= levels.height <= _MOST_LEVELS or column.filled < _FEWEST:
        return []
    most = max(_FEW_CELLS, round(_FEW_SHARE * column.filled))
    rare = levels.filter(pl.col("n") <= most)
    common = levels.filter(pl.col("n") > most)
    if not rare.height or not common.height or int(common["n"].sum()) < 0.8 * column.filled:
        return []
    foreign = _foreign(column, rare["value"], table, frame)
    unlike = _unlike(rare["value"], common["value"])
    odd = [
        value
        for value, is_unlike in zip(rare["value"], unlike, strict=True)
        if (is_unlike or value in foreign) and value.lower() not in MISSING_WORDS
    ]
    return odd if len(odd) <= _FEW_ODD else []


def _unlike(rare: pl.Series, common: pl.Series) -> pl.Series:
    """Return which rare values are written with other kinds of characters than all common ones.

    A kind of character that several rare values have is no oddity but the way of small levels.
    """
    odd = pl.repeat(False, len(rare), eager=True, dtype=pl.Boolean)
    several = max(1, (len(rare) + len(common)) // 4)
    for kind in (_NUMBER, *_KINDS):
        if not common.str.contains(kind).any():
            has = rare.str.contains(kind)
            most = _FEW_ODD if kind == _NUMBER else several
            odd = odd | has if int(has.sum()) <= most else odd
    for kind in (_NUMBER, _KINDS[0]):
        if len(common) >= _COMMON and common.str.contains(kind).all():
            lacks = ~rare.str.contains(kind)
            odd = odd | lacks if int(lacks.sum()) <= several else odd
    return odd


def _foreign(
    column: Profile, rare: pl.Series, table: Sequence[Profile], frame: pl.DataFrame
) -> set[str]:
    """Return rare values that are common in another column, which lacks one in those very rows."""
    own = set(column.levels.filter(pl.col("n") > _FEW_CELLS)["value"])
    found: set[str] = set()
    for other in table:
        if other is column or other.distinct > _MOST_LEVELS or other.number_share > 0.5:
            continue
        theirs = other.levels.filter(pl.col("n") > _FEW_SHARE * other.filled)["value"]
        shared = set(rare) & {value for value in theirs if len(value) >= _WORD}
        if shared and not own & set(theirs):
            here, there = (frame[one.name].str.strip_chars() for one in (column, other))
            for value in shared:
                beside = there.filter((here == value).fill_null(False))
                found |= set() if beside.is_in(theirs.implode()).any() else {value}
    return found
