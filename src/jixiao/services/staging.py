"""A file checked as if it stood in for a table of the contract, before anything is taken in."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from jixiao.contracts import Settings, Table, WorkspaceStore
from jixiao.core import DataError, JixiaoError
from jixiao.data import RawTable, read_table
from jixiao.data.quarantine import ROW
from jixiao.services.checking import accept_mended
from jixiao.services.preparation import Prepared, prepare
from jixiao.services.sources import with_tables

MOST_ROWS = 200
"""Quarantined rows kept for looking at and mending."""


@dataclass(frozen=True)
class Staged:
    """What a check of a staged file found.

    Attributes:
        table: Table it stands in for.
        counts: Rows of that table: read, used, duplicate, quarantined.
        findings: Problems and leaks as plain keys.
        rows: Quarantined rows with ``_row`` and ``_reason`` in front, at most ``MOST_ROWS``.
        numbers: Number of each of these rows as a person counts it in the file.
        blocked: Whether it cannot be taken in before something is mended.
    """

    table: str
    counts: dict[str, int]
    findings: tuple[dict[str, Any], ...]
    rows: pl.DataFrame
    numbers: tuple[int, ...]
    blocked: bool

    def to_json(self) -> dict[str, Any]:
        """Return plain keys."""
        return {
            "table": self.table,
            "counts": self.counts,
            "findings": list(self.findings),
            "columns": self.rows.columns,
            "rows": [[_cell(cell) for cell in row] for row in self.rows.iter_rows()],
            "numbers": list(self.numbers),
            "blocked": self.blocked,
        }


def _cell(cell: Any) -> str:
    return "" if cell is None else str(cell)


def stage(
    settings: Settings,
    source: str,
    table: str | None,
    store: WorkspaceStore,
    mended: Path | None = None,
) -> Staged:
    """Check a file as if it stood in for a table.

    Args:
        settings: The workspace's settings.
        source: The file, as ``stored_source`` gives it.
        table: Table of the contract; the one whose columns fit best when None.
        store: The workspace.
        mended: Corrected rows, in a file named after the table.

    Raises:
        DataError: If the file cannot be read, or fits no table.
        ContractError: If there is no such table.
    """
    name = table or best_table(settings, source, store)
    contract = with_tables(settings.contract, {name: source})
    changed = settings.model_copy(update={"contract": contract})
    if mended is not None:
        accept_mended(changed, mended, store)
    prepared = prepare(changed, store)
    told = next(one for one in contract.tables if one.name == name)
    raw = read_table(told, store.base, environment=store.environment)
    return _staged(prepared, raw, Path(source).name)


def _staged(prepared: Prepared, raw: RawTable, file: str) -> Staged:
    name = raw.name
    rows = prepared.quarantine.get(name, pl.DataFrame()).head(MOST_ROWS)
    positions = rows[ROW].to_list() if rows.height else []
    problems = [one for one in prepared.problems if one.file == file]
    return Staged(
        table=name,
        counts=prepared.tables[name].to_json(),
        findings=tuple(one.to_json() for one in problems),
        rows=rows,
        numbers=tuple(raw.row_number(int(at)) for at in positions),
        blocked=prepared.is_blocked,
    )


def best_table(settings: Settings, source: str, store: WorkspaceStore) -> str:
    """Return the table whose columns a file has most of.

    Raises:
        DataError: If it has fewer than half of the columns of any.
    """
    given = set(read_table(Table(name="upload", source=source), store.base).frame.columns)
    shares: dict[str, float] = {}
    for one in settings.contract.tables:
        try:
            known = read_table(one, store.base, environment=store.environment).frame.columns
        except JixiaoError:
            continue
        shares[one.name] = len(given & set(known)) / max(len(known), 1)
    best = max(shares, key=lambda name: shares[name], default=None)
    if best is None or shares[best] < 0.5:
        raise DataError(
            "JX-E298",
            "upload",
            expected="at least half of the columns of a table of jixiao.yaml",
            got=f"{shares[best]:.0%} of those of {best}" if best else "no table to compare with",
            hint="choose the table it stands in for; renamed columns are then matched",
        )
    return best
