"""Which split a contract allows, the safest one first, and why, in words."""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from jixiao.contracts import Contract, Role, SplitSettings, TaskKind
from jixiao.core.errors import ContractError

PART = "_part"
"""Column of the records that names a declared part: train, test or all."""

_MIN_UNITS = 10
_MIN_DAYS = 3
_REPEATS = 3.0
_REVIEW = re.compile(r"review|rating|period|date$|评|考核|周期|季度", re.IGNORECASE)
_OWN_PAST = re.compile(r"hire|join|birth|dob|terminat|start|入职|出生|离职", re.IGNORECASE)


@dataclass(frozen=True)
class Choice:
    """How to split.

    Attributes:
        method: subject, rater, stratified, time or column.
        reason: Why, in words.
        by: Column whose values must not be divided; None for single records.
        column: Column that declares the part or holds the time.
    """

    method: str
    reason: str
    by: str | None = None
    column: str = ""


def choose_method(frame: pl.DataFrame, contract: Contract, settings: SplitSettings) -> Choice:
    """Return the declared method, or the safest one when the settings say ``auto``.

    Raises:
        ContractError: If the declared method needs a column that is not there.
    """
    if settings.method == "column" or (settings.method == "auto" and settings.column):
        return _by_column(frame, settings)
    if settings.method in ("subject", "rater"):
        role = Role(settings.method)
        name = _present(frame, contract, role)
        if name is None:
            raise _missing(settings.method, f"a column with the role {role.value}")
        return Choice(settings.method, f"asked for: each {role.value} on one side", by=name)
    if settings.method == "time":
        column = settings.column or time_column(frame, contract)
        if column is None or column not in frame.columns:
            raise _missing("time", "a column with the role period or date")
        return Choice("time", "asked for: the past trains, the latest tests", column=column)
    if settings.method == "stratified":
        return Choice("stratified", "asked for: every level in its share on each side")
    return _safest(frame, contract)


def _by_column(frame: pl.DataFrame, settings: SplitSettings) -> Choice:
    if not settings.column or settings.column not in frame.columns:
        raise ContractError(
            "JX-E122.column",
            "split.column",
            expected=f"one of the columns {', '.join(sorted(frame.columns))}",
            got=repr(settings.column),
            hint="name the column that says train, validation or test",
        )
    return Choice("column", f"declared by column {settings.column}", column=settings.column)


def _missing(method: str, expected: str) -> ContractError:
    return ContractError(
        "JX-E122.column",
        f"split.method {method}",
        expected=expected,
        got="none in the contract",
        hint="give a column that role, or use split.method auto",
    )


def _present(frame: pl.DataFrame, contract: Contract, role: Role) -> str | None:
    names = [column.name for column in contract.by_role(role) if column.name in frame.columns]
    return names[0] if names else None


def time_column(frame: pl.DataFrame, contract: Contract) -> str | None:
    """Return the column that says when a record was made, or None."""
    period = _present(frame, contract, Role.PERIOD)
    if period is not None:
        return period
    dates = [c.name for c in contract.by_role(Role.DATE) if c.name in frame.columns]
    dates = [name for name in dates if not _OWN_PAST.search(name)]
    named = [name for name in dates if _REVIEW.search(name)]
    return next(iter(named or dates), None)


def _safest(frame: pl.DataFrame, contract: Contract) -> Choice:
    if PART in frame.columns and _declares_parts(frame[PART]):
        return Choice("column", "the test rows are a declared file of their own", column=PART)
    time = time_column(frame, contract)
    days = frame[time].drop_nulls().n_unique() if time else 0
    subject = _repeated(frame, contract, Role.SUBJECT)
    if time and _asks_for_the_future(contract, days, subject):
        return Choice(
            "time",
            f"the figure of a coming {_word(contract, time)} is asked for and there are {days} of "
            "them: the past trains, the latest tests",
            column=time,
        )
    for role, found in ((Role.SUBJECT, subject), (Role.RATER, _rater(frame, contract))):
        if found and found[1] >= _MIN_UNITS:
            name, units, rows = found
            return Choice(
                role.value,
                f"{units:,} {role.value}s have {rows:,} records: each {role.value} is on one side, "
                "so that nobody is recognised",
                by=name,
            )
    if subject and time and days >= _MIN_DAYS:
        return Choice(
            "time",
            f"only {subject[1]} subjects, too few to divide, but {days} dates: the past trains, "
            "the latest tests",
            column=time,
        )
    return Choice("stratified", "no subject has two records: every level in its share on each side")


def _word(contract: Contract, time: str) -> str:
    return "period" if any(c.name == time for c in contract.by_role(Role.PERIOD)) else "date"


def _declares_parts(parts: pl.Series) -> bool:
    return bool((parts == "test").any()) and bool((parts != "test").any())


def _asks_for_the_future(
    contract: Contract, days: int, subject: tuple[str, int, int] | None
) -> bool:
    """Return whether a number is followed over time, as a KPI is."""
    if contract.task.kind is not TaskKind.NUMBER or days < _MIN_DAYS:
        return False
    return subject is None or subject[2] / max(subject[1], 1) >= _REPEATS


def _repeated(frame: pl.DataFrame, contract: Contract, role: Role) -> tuple[str, int, int] | None:
    """Return column, units and rows of a role whose units have several records; else None."""
    name = _present(frame, contract, role)
    if name is None:
        return None
    filled = frame[name].drop_nulls()
    units = filled.n_unique()
    return (name, units, len(filled)) if 0 < units < len(filled) else None


def _rater(frame: pl.DataFrame, contract: Contract) -> tuple[str, int, int] | None:
    """Return the rater where no subject is known: a manager's records then share their wording."""
    if _present(frame, contract, Role.SUBJECT) is not None:
        return None
    return _repeated(frame, contract, Role.RATER)
