"""The registry of cleaning steps and the function that runs the chosen ones in order.

A step is a pure function of a table of strings and the contract. A user adds one with
``STEPS.register("word.v1")`` and names it in the settings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import polars as pl

from jixiao.contracts import CleanSettings, Column, Contract, StepReport
from jixiao.core import Registry, plural
from jixiao.core.errors import DataError
from jixiao.data.screens import Look, each, holds, look, with_columns

Step = Callable[[pl.DataFrame, Contract], tuple[pl.DataFrame, StepReport]]
"""Table of strings and contract in; table with the same rows in the same order, and report out."""

STEPS: Registry[Step] = Registry("cleaning step")

Change = Callable[[Look, Column | None], pl.Series | None]
"""One column in; its changed ``seen`` values out, or None when nothing in them can match.

Each cell is changed by itself: of a column that repeats few values only those are seen.
"""


def clean(
    frame: pl.DataFrame, contract: Contract, settings: CleanSettings
) -> tuple[pl.DataFrame, list[StepReport]]:
    """Run the chosen steps in order.

    Args:
        frame: Columns of strings; null is an empty cell.
        contract: Says what each column is for; columns it does not know are treated as plain.
        settings: Names of the steps.

    Returns:
        The cleaned table, with the same rows in the same order, and one report for each step.

    Raises:
        ContractError: If a step is not registered; the message lists the known ones.
        DataError: If a step adds, drops or renames rows or columns.
    """
    steps = [(STEPS.full_name(name), STEPS.get(name)) for name in settings.steps]
    reports = []
    for name, step in steps:
        cleaned, report = step(frame, contract)
        if cleaned.height != frame.height or cleaned.columns != frame.columns:
            raise DataError(
                "JX-E221.step",
                f"cleaning step {name}",
                expected=f"{frame.height} rows and {frame.width} columns, as it was given",
                got=f"{cleaned.height} rows and {cleaned.width} columns",
                hint="a step may change cells only",
            )
        frame = cleaned
        reports.append(report)
    return frame, reports


def rewrite(
    frame: pl.DataFrame,
    contract: Contract,
    *,
    step: str,
    change: Change,
    words_only: bool = False,
) -> tuple[pl.DataFrame, dict[str, int]]:
    """Apply a change to every string column and count the cells it changed.

    Columns that stay the same keep their memory; those in which nothing can match are skipped.

    Args:
        frame: Table of strings.
        contract: Contract of the table.
        step: Registered name, for the message of a faulty step.
        change: The change of one column.
        words_only: Whether it never touches plain numbers, days and codes, so that columns of
            them are skipped.

    Raises:
        DataError: If the change returns a column of another length.
    """
    known = {column.name: column for column in contract.columns}
    replaced: list[Look] = []
    changed: dict[str, int] = {}

    def rewritten(seen: Look) -> Look | None:
        if seen.values.dtype != pl.String or (words_only and seen.is_plain):
            return None
        result = change(seen, known.get(seen.values.name))
        if result is not None and len(result) != len(seen.seen):
            raise DataError(
                "JX-E221.step",
                f"cleaning step {step}, one column",
                expected=f"{len(seen.seen)} cells",
                got=f"{len(result)} cells",
            )
        return None if result is None else _spread(seen, result)

    looks = [look(frame, name) for name in frame.columns]
    for seen, result in zip(looks, each(rewritten, looks, rows=frame.height), strict=True):
        count = 0 if result is None else int(result.values.ne_missing(seen.values).sum())
        if result is not None and count:
            replaced.append(result)
            changed[seen.values.name] = count
    return (with_columns(frame, replaced) if replaced else frame), changed


def _spread(seen: Look, result: pl.Series) -> Look | None:
    """Return the whole column with each of its seen values changed."""
    few = seen.few
    if few is None:
        return Look(result.alias(seen.values.name))
    differs = result.ne_missing(few) & few.is_not_null()
    if not differs.any():
        return None
    return seen.exchanged(few.filter(differs), result.filter(differs))


def is_ascii(series: pl.Series) -> bool:
    """Return whether every value is plain ASCII; cheaper than any search."""
    return int(series.str.len_bytes().sum()) == int(series.str.len_chars().sum())


def any_match(series: pl.Series, pattern: str, *, literal: bool = False) -> bool:
    """Return whether any value matches; nulls do not."""
    return holds(series, lambda value: value.str.contains(pattern, literal=literal))


def has_any(series: pl.Series, words: list[str]) -> bool:
    """Return whether any value holds any of many words; far cheaper than a pattern of them."""
    return holds(series, lambda value: value.str.contains_any(words))


def has_bytes(series: pl.Series, parts: Sequence[bytes]) -> bool:
    """Return whether any value holds one of a few byte sequences of UTF-8; the quickest search."""

    def held(value: pl.Expr) -> pl.Expr:
        plain = value.cast(pl.Binary)
        return pl.any_horizontal(plain.bin.contains(part) for part in parts)

    return holds(series, held)


def told(changed: dict[str, int], what: str) -> str:
    """Return a sentence on how many cells of how many columns changed, or an empty one."""
    if not changed:
        return ""
    cells, columns = sum(changed.values()), len(changed)
    return f"{what} in {plural(cells, 'cell')} of {plural(columns, 'column')}"
