"""Parses each distinct odd value once and gives every row its result."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

WIDE = "０１２３４５６７８９．，：－＋％（）／＄￥　\u00a0\u2009\u202f\u2212\u2013"
NARROW = "0123456789.,:-+%()/$¥    --"


def narrowed(values: pl.Series) -> pl.Series:
    """Return strings with full-width digits and signs made plain and the ends stripped."""
    if not values.str.contains(f"[{WIDE}]").any():
        return values.str.strip_chars()
    return values.str.replace_many(list(WIDE), list(NARROW)).str.strip_chars()


def spread(
    values: pl.Series, odd: pl.Series, parse: Callable[[pl.Series], pl.DataFrame]
) -> pl.DataFrame:
    """Return what ``parse`` makes of the rows of ``values`` marked in ``odd``, nulls elsewhere.

    Args:
        values: Strings, n rows.
        odd: Boolean, n rows, no nulls.
        parse: Gets distinct strings, gives a frame with as many rows and any columns.
    """
    chosen = values.filter(odd)
    distinct = chosen.unique()
    if distinct.len() > 0.5 * chosen.len():
        parsed = parse(chosen)
    else:
        table = parse(distinct).insert_column(0, distinct.alias("_key"))
        keys = chosen.alias("_key").to_frame()
        parsed = keys.join(table, on="_key", how="left", maintain_order="left").drop("_key")
    if chosen.len() == values.len():
        return parsed
    rows = pl.DataFrame({"_at": odd.arg_true()}).hstack(parsed)
    every = pl.DataFrame({"_at": pl.int_range(values.len(), dtype=pl.UInt32, eager=True)})
    return every.join(rows, on="_at", how="left", maintain_order="left").drop("_at")
