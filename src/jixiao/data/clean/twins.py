"""Case twins: "HR" and "hr", "finishing" and "finishing ": one category in several spellings."""

from __future__ import annotations

from typing import Any

import polars as pl

from jixiao.contracts import Column, Contract, DataType, StepReport, TaskKind
from jixiao.contracts.schema import Role
from jixiao.data.clean.steps import STEPS, told
from jixiao.data.screens import Look, look, with_columns

_ROLES = {Role.CATEGORY, Role.GROUP, Role.ORDINAL, Role.PROTECTED, Role.TARGET}
_TYPES = {DataType.CATEGORY, DataType.ORDINAL}
_SHOWN = 50


def twins_of(seen: Look, declared: frozenset[str]) -> dict[str, str]:
    """Return each spelling that loses against a more frequent twin, with the winner.

    Twins differ in case and blanks only. A declared spelling wins over undeclared ones, and two
    declared spellings are two categories. Ties go to the spelling that sorts first, so that the
    order of the rows does not matter.

    Args:
        seen: Strings; null is no spelling.
        declared: Spellings that the contract names.
    """
    name = seen.values.name
    key = pl.col(name).str.strip_chars().str.replace_all(r"\s+", " ").str.to_lowercase()
    if not seen.seen.unique().to_frame(name).drop_nulls().select(key.is_duplicated().any()).item():
        return {}
    counts = seen.values.value_counts(name="n").drop_nulls()
    groups = (
        counts.with_columns(key.alias("__key"))
        .filter(pl.len().over("__key") > 1)
        .sort(["n", name], descending=[True, False])
        .group_by("__key", maintain_order=True)
        .agg(pl.col(name))
    )
    mapping: dict[str, str] = {}
    for spellings in groups[name].to_list():
        kept = [spelling for spelling in spellings if spelling in declared]
        winner = kept[0] if kept else spellings[0]
        mapping |= {s: winner for s in spellings if s != winner and s not in kept}
    return mapping


def _applies(column: Column | None, contract: Contract) -> bool:
    if column is None or column.role not in _ROLES:
        return False
    if column.role is Role.TARGET:
        return contract.task.kind in (TaskKind.CLASS, TaskKind.ORDINAL)
    return column.role in (Role.CATEGORY, Role.GROUP, Role.ORDINAL) or column.type in _TYPES


@STEPS.register("case_twins.v1")
def case_twins(frame: pl.DataFrame, contract: Contract) -> tuple[pl.DataFrame, StepReport]:
    """Write every category in its most frequent spelling."""
    shown: dict[str, Any] = {}
    changed: dict[str, int] = {}
    replaced: list[Look] = []
    for column in contract.columns:
        if column.name not in frame.columns or not _applies(column, contract):
            continue
        seen = look(frame, column.name)
        series = seen.values
        is_target = column.role is Role.TARGET
        declared = frozenset(column.levels) | frozenset(contract.task.levels if is_target else ())
        mapping = twins_of(seen, declared) if series.dtype == pl.String else {}
        if not mapping:
            continue
        changed[column.name] = int(series.is_in(list(mapping)).sum())
        old, new = (
            pl.Series(words, dtype=pl.String) for words in zip(*mapping.items(), strict=True)
        )
        replaced.append(seen.exchanged(old, new))
        if column.role is not Role.PROTECTED:
            shown[column.name] = dict(sorted(mapping.items())[:_SHOWN])
    note = told(changed, "spellings made alike (the most frequent one wins)")
    details = {"spellings": shown} if shown else {}
    frame = with_columns(frame, replaced) if replaced else frame
    return frame, StepReport("case_twins.v1", changed, note, details)
