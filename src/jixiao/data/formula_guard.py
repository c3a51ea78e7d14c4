"""Cells of CSV files that a spreadsheet would run as formulas, made text and brought back exactly.

Spreadsheets read a cell of a CSV file that starts with ``=``, ``+``, ``-``, ``@``, a tab or a
carriage return as a formula, whatever quotes stand around it. A text of that kind gets an
apostrophe in front; so does one that starts with apostrophes before such a sign, so that taking
one away again always gives the text as it was. Plain figures such as ``-5`` or ``+3.2%`` and bare
signs run nothing and stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

_SIGNS = r"[=+\-@\t\r＝＋－＠]"
_RISKY = rf"^'*{_SIGNS}"
_HARMLESS = r"^(?:[+-]?[0-9][0-9.,]*%?|[=+\-@＝＋－＠]+)$"
_GUARDED = rf"^'+{_SIGNS}"


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the table with every risky text, headers too, as text that runs nowhere.

    Examples:
        >>> guarded(pl.DataFrame({"a": ["=1+1", "-5", "'=x"]}))["a"].to_list()
        ["'=1+1", '-5', "''=x"]
    """
    changed = [_guard(pl.col(name)).alias(name) for name in _texts(frame)]
    return _renamed(frame.with_columns(changed), _guard)


def unguarded(frame: pl.DataFrame) -> pl.DataFrame:
    """Return what ``guarded`` was given; a table that was never guarded comes back as it is.

    Examples:
        >>> unguarded(pl.DataFrame({"a": ["'=1+1", "-5", "''=x"]}))["a"].to_list()
        ['=1+1', '-5', "'=x"]
    """
    changed = [_unguard(pl.col(name)).alias(name) for name in _texts(frame)]
    return _renamed(frame.with_columns(changed), _unguard)


def _texts(frame: pl.DataFrame) -> list[str]:
    kinds = (pl.String, pl.Categorical, pl.Enum)
    return [name for name, kind in frame.schema.items() if isinstance(kind, kinds)]


def _guard(cell: pl.Expr) -> pl.Expr:
    text = cell.cast(pl.String)
    is_risky = text.str.contains(_RISKY) & ~text.str.contains(_HARMLESS)
    return pl.when(is_risky).then(pl.concat_str(pl.lit("'"), text)).otherwise(text)


def _unguard(cell: pl.Expr) -> pl.Expr:
    text = cell.cast(pl.String)
    return pl.when(text.str.contains(_GUARDED)).then(text.str.slice(1)).otherwise(text)


def _renamed(frame: pl.DataFrame, change: Callable[[pl.Expr], pl.Expr]) -> pl.DataFrame:
    names = pl.DataFrame({"name": frame.columns}, schema={"name": pl.String})
    frame.columns = names.select(change(pl.col("name")).alias("name"))["name"].to_list()
    return frame
