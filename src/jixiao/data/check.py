"""Judges every row of a table against its contract: used, duplicate or quarantined, and why.

Rules are functions from a :class:`~jixiao.data.desk.Desk` to nothing; they run in a fixed order,
whole rows before single cells, so that a header in the middle of the data is one finding and not
twenty wrong types. All of them work on whole columns.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from jixiao.contracts import Contract, Counts, Problem, Role
from jixiao.data.check_damage import check_damage
from jixiao.data.check_dates import check_dates
from jixiao.data.check_fit import check_fit
from jixiao.data.check_indicators import check_indicators
from jixiao.data.check_levels import check_levels
from jixiao.data.check_missing import check_missing
from jixiao.data.check_numbers import check_numbers
from jixiao.data.check_rows import check_structure
from jixiao.data.check_swaps import check_swaps
from jixiao.data.check_types import check_types, type_columns
from jixiao.data.desk import QUARANTINED, USED, Desk, count_rows
from jixiao.data.duplicates import check_duplicates
from jixiao.data.held_out import HeldOut
from jixiao.data.quarantine import quarantine_table
from jixiao.data.sources import RawTable

ROW = "_row"


@dataclass(frozen=True)
class Checked:
    """A table after its check.

    Attributes:
        frame: Typed used rows, with ``_row`` (Int64), the 0-based position in the raw frame.
        counts: How many rows were read, used, duplicate and quarantined.
        problems: What was found.
        status: Per raw row: used, duplicate or quarantined.
        reasons: Per raw row why it is not used; null where it is.
        quarantine: Raw cells of the quarantined rows with ``_row`` and ``_reason``.
    """

    frame: pl.DataFrame
    counts: Counts
    problems: tuple[Problem, ...]
    status: pl.Series
    reasons: pl.Series
    quarantine: pl.DataFrame


_RULES: tuple[Callable[[Desk], None], ...] = (
    type_columns,
    check_fit,
    check_structure,
    check_duplicates,
    check_swaps,
    check_damage,
    check_types,
    check_missing,
    check_indicators,
    check_numbers,
    check_levels,
    check_dates,
)


def check(
    raw: RawTable,
    cleaned: pl.DataFrame,
    contract: Contract,
    *,
    needs_target: bool = True,
    held_out: HeldOut | None = None,
) -> Checked:
    """Check a table and type its usable rows.

    Args:
        raw: The table as read.
        cleaned: The same rows after cleaning, all strings.
        contract: What the columns should be; columns that are not in the table are passed over.
        needs_target: Whether a row without a usable target is unusable; False for scoring.
        held_out: The declared test part; none of its rows is left out as a copy.
    """
    wanted = contract if needs_target else _without_target(contract)
    desk = Desk(raw, cleaned, wanted, held_out)
    if needs_target and contract.task.target not in cleaned.columns:
        desk.add("column-needed", None, column=contract.task.target, expected="it", got="none")
    for rule in _RULES:
        rule(desk)
    status, reasons = desk.status(), desk.reasons()
    return Checked(
        frame=_used(desk, contract, status == USED),
        counts=count_rows(status),
        problems=tuple(desk.problems),
        status=status,
        reasons=reasons,
        quarantine=quarantine_table(raw.frame, status == QUARANTINED, reasons),
    )


def _without_target(contract: Contract) -> Contract:
    """Return the contract with a target that is passed over, as when rows are to be scored."""
    columns = tuple(
        column.model_copy(update={"role": Role.IGNORED, "required": False})
        if column.role is Role.TARGET
        else column
        for column in contract.columns
    )
    return contract.model_copy(update={"columns": columns})


def _used(desk: Desk, contract: Contract, used: pl.Series) -> pl.DataFrame:
    columns = [
        desk.typed[column.name].alias(column.name)
        for column in contract.columns
        if column.name in desk.typed
    ]
    frame = pl.DataFrame([pl.int_range(desk.rows, eager=True).alias(ROW), *columns])
    return frame.filter(used)
