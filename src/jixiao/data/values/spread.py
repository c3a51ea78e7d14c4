"""Parses each distinct odd value once and gives every row its result."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

_FEW = 1000
WIDE = "０１２３４５６７８９．，：－＋％（）／＄￥　\u00a0\u2009\u202f\u2212\u2013"
NARROW = "0123456789.,:-+%()/$¥    --"


def narrowed(values: pl.Series) -> pl.Series:
    """Return strings with full-width digits and signs made plain and the ends stripped."""
    if not values.str.contains(f"[{WIDE}]").any():
        return values.str.strip_chars()
    return values.str.replace_many(list(WIDE), list(NARROW)).str.strip_chars()


def spread(chosen: pl.Series, parse: Callable[[pl.Series], pl.DataFrame]) -> pl.DataFrame:
    """Return what ``parse`` makes of each row, asking it once for each distinct value.

    Args:
        chosen: Strings without nulls.
        parse: Gets distinct strings, gives a frame with as many rows and any columns.
    """
    if len(chosen) < _FEW:
        return parse(chosen)
    distinct = chosen.unique()
    if len(distinct) > 0.5 * len(chosen):
        return parse(chosen)
    table = parse(distinct).insert_column(0, distinct.alias("_key"))
    keys = chosen.alias("_key").to_frame()
    return keys.join(table, on="_key", how="left", maintain_order="left").drop("_key")


def filled(values: pl.Series, at: pl.Series, parsed: pl.Series) -> pl.Series:
    """Return ``values`` with the rows at positions ``at`` set to ``parsed``."""
    if len(at) == len(values):
        return parsed.cast(values.dtype).alias(values.name)
    return values.scatter(at, parsed)


def marked(size: int, at: pl.Series, marks: pl.Series) -> pl.Series:
    """Return a mask of ``size`` rows, true where ``marks`` is, whose rows are at ``at``."""
    none = pl.repeat(False, size, eager=True, dtype=pl.Boolean)
    hits = at.filter(marks)
    return none.scatter(hits, values=True) if len(hits) else none
