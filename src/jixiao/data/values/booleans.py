"""Booleans as people write them, in Chinese and English."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

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
    distinct = values.drop_nulls().unique()
    plain = distinct.str.normalize("NFKC").str.strip_chars().str.to_lowercase()
    yes, no, blank = (
        values.is_in(distinct.filter(plain.is_in(words)).implode()).fill_null(value=False)
        for words in (TRUE, FALSE, ("",))
    )
    found = pl.DataFrame({"yes": yes, "known": yes | no}).select(pl.when("known").then("yes"))
    failed = ~(yes | no | blank) & values.is_not_null()
    return ParsedBooleans(found.to_series().alias(values.name), failed.alias(values.name))
