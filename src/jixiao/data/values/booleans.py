"""Booleans as people write them, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from jixiao.data.values.spread import filled, marked, spread

TRUE = ("true", "t", "yes", "y", "1", "1.0", "on", "v", "√", "✓", "✔", "☑", "是", "有", "对", "真")
FALSE = (
    "false",
    "f",
    "no",
    "n",
    "0",
    "0.0",
    "off",
    "x",
    "×",
    "✗",
    "✘",
    "☐",
    "否",
    "无",
    "错",
    "假",
)


@dataclass(frozen=True, slots=True)
class ParsedBooleans:
    """Booleans of n rows.

    Attributes:
        values: Boolean; null where missing or not readable.
        failed: Boolean; true where something stood there that is no yes or no.
    """

    values: pl.Series
    failed: pl.Series


def parse_booleans(values: pl.Series) -> ParsedBooleans:
    """Read yes and no: yes/no, true/false, 1/0, v/x, 是/否, 有/无 in any case and width."""
    at = values.is_not_null().arg_true()
    read = spread(values.gather(at), _read)
    none = pl.repeat(None, len(values), eager=True, dtype=pl.Boolean).alias(values.name)
    failed = marked(len(values), at, read["failed"]).alias(values.name)
    return ParsedBooleans(filled(none, at, read["value"]), failed)


def _read(distinct: pl.Series) -> pl.DataFrame:
    plain = distinct.str.normalize("NFKC").str.strip_chars().str.to_lowercase()
    known = [*TRUE, *FALSE]
    truth = [True] * len(TRUE) + [False] * len(FALSE)
    value = plain.replace_strict(known, truth, default=None, return_dtype=pl.Boolean)
    return pl.DataFrame({"value": value, "failed": value.is_null() & (plain != "")})
