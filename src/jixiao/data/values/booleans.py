"""Booleans as people write them, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from jixiao.data.values.spread import spread

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
    read = spread(values, values.is_not_null(), _read)
    return ParsedBooleans(
        read["value"].alias(values.name), read["failed"].fill_null(value=False).alias(values.name)
    )


def _read(distinct: pl.Series) -> pl.DataFrame:
    plain = distinct.str.normalize("NFKC").str.strip_chars().str.to_lowercase()
    known = [*TRUE, *FALSE]
    truth = [True] * len(TRUE) + [False] * len(FALSE)
    value = plain.replace_strict(known, truth, default=None, return_dtype=pl.Boolean)
    return pl.DataFrame({"value": value, "failed": value.is_null() & (plain != "")})
