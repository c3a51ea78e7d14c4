"""What every reader gives back: a table of strings, exactly as written, with where each row stood."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from jixiao.contracts import Problem


@dataclass(frozen=True)
class RawTable:
    """A table as it was read, before anything is cleaned.

    Attributes:
        name: Name of the table in the contract.
        file: Label for problems: file name, or the SQL URL without credentials.
        frame: Every column String; null is an empty cell; values exactly as written (Excel
            numbers and dates as canonical text: repr number, ISO date).
        first_row: Row number, as a person counts in that file, of frame row 0.
        row_numbers: Row number of each frame row where quoted line breaks shift them, else None.
        problems: Findings about the file as a whole.
        kinds: Per column hint of typed sources: ``number``, ``date``, ``boolean`` or ``""``.
    """

    name: str
    file: str
    frame: pl.DataFrame
    first_row: int = 2
    row_numbers: pl.Series | None = None
    problems: tuple[Problem, ...] = ()
    kinds: dict[str, str] = field(default_factory=dict)
