"""What every reader gives back: a table of strings, exactly as written, with each row's place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import polars as pl

from jixiao.contracts import Problem
from jixiao.core import content_hash

_SLICE = 100_000
_NULL = 0xFFFF_FFFF


@dataclass(frozen=True)
class RawTable:
    """One source table as it was written.

    Attributes:
        name: Table name.
        file: Label for problems: file name, or a SQL URL without credentials.
        left_out: Places, among all rows of the file counted from 0, of rows that have cells but
            nothing in any of them; they are not in ``frame``, and a scored file answers for them.
        files: Where several files stand one below the other: position in ``frame`` of the first
            row of each, with its label.
        frame: Every column String, null = empty cell, values exactly as written; numbers and
            dates of typed sources as canonical text (``0.125``, ``2025-03-04``).
        first_row: Row number, as a person counts in that file, of frame row 0.
        row_numbers: Row number of each frame row, Int64; None when they simply run on from
            ``first_row``.
        problems: Findings about the file as a whole and about rows that do not fit it.
        kinds: Column name to ``number``, ``date`` or ``boolean`` where a typed source said so.
        bad_rows: Position in ``frame`` to the reason why the row's cells cannot be trusted
            (ragged, not JSON); such rows belong into quarantine.
    """

    name: str
    file: str
    frame: pl.DataFrame
    first_row: int = 2
    row_numbers: pl.Series | None = None
    problems: tuple[Problem, ...] = ()
    kinds: dict[str, str] = field(default_factory=dict)
    bad_rows: dict[int, str] = field(default_factory=dict)
    files: tuple[tuple[int, str], ...] = ()
    left_out: tuple[int, ...] = ()

    def file_of(self, position: int | None) -> str:
        """Return the label of the file that a position in ``frame`` came from; all for None."""
        if position is None or not self.files:
            return self.file
        return next(label for start, label in reversed(self.files) if start <= position)

    def row_number(self, position: int) -> int:
        """Return the row number a person counts for a position in ``frame``."""
        if self.row_numbers is None:
            return self.first_row + position
        return int(self.row_numbers[position])

    @cached_property
    def data_hash(self) -> str:
        """SHA-256 of the column names and the cells, whatever the file around them looked like."""
        return content_hash(_hashed(self.frame))

    def with_problems(self, *problems: Problem) -> RawTable:
        """Return the table with further findings."""
        return replace(self, problems=(*self.problems, *problems))


def _hashed(frame: pl.DataFrame) -> Iterator[bytes]:
    """Yield the names, then the lengths and the text of the cells; null has a length of its own."""
    yield from (name.encode() for name in frame.columns)
    for part in frame.iter_slices(_SLICE):
        for cells in part:
            yield cells.str.len_bytes().fill_null(_NULL).to_numpy().astype("<u4").tobytes()
            yield str(cells.str.join("").item()).encode()
