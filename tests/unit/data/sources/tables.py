"""Shared by the tests of the readers: writes a file and reads it back."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from jixiao.contracts import Table
from jixiao.data.sources import Limits, RawTable, read_table


def read(path: Path, *, limits: Limits | None = None, **table: str) -> RawTable:
    """Read a file as the first table of a workspace beside it."""
    return read_table(Table(name="t", source=path.name, **table), path.parent, limits=limits)


def as_csv(rows: Sequence[Sequence[str]], **how: object) -> str:
    """Return rows as CSV text."""
    out = io.StringIO(newline="")
    csv.writer(out, **how).writerows(rows)  # type: ignore[arg-type]
    return out.getvalue()


def codes(table: RawTable) -> list[str]:
    """Return the codes of what was found."""
    return [problem.code for problem in table.problems]
