"""Where the rules of a check put what they find: one problem for each kind and column.

The desk knows the table as read and as cleaned, which rows are explained already, and turns masks
of rows into problems, reasons and the fate of each row. Nothing here judges values.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from jixiao.contracts import Column, Contract, Counts, Problem
from jixiao.data.codes import CODES, Effect, severity_of
from jixiao.data.held_out import HeldOut
from jixiao.data.screens import Look, look
from jixiao.data.shown import shown
from jixiao.data.sources import RawTable

_FEW_NUMBERS = 20
USED, DUPLICATE, QUARANTINED = "used", "duplicate", "quarantined"


def count_rows(status: pl.Series) -> Counts:
    """Return how many rows were read, used, duplicate and quarantined.

    Args:
        status: Fate of each row that was read.
    """
    used, duplicate, quarantined = (
        int((status == fate).sum()) for fate in (USED, DUPLICATE, QUARANTINED)
    )
    return Counts(len(status), used, duplicate, quarantined)


@dataclass
class Desk:
    """A table under check.

    Attributes:
        raw: The table as read.
        cleaned: Its cells after cleaning, same rows and columns, all strings.
        contract: What the columns should be.
        held_out: The declared test part, none of whose rows is left out as a copy.
        problems: Findings so far, in the order found.
        typed: Typed values of each contract column that is in the table.
        failed: Cells of each typed column that could not be read as its type.
        levels: Of answers that were read already, the index of each one's level; null where there
            is none.
        ambiguous: Date columns whose days and months read both ways.
        settled: Rows that are explained as a whole (a header, a total, a shifted row…); later
            rules pass over them.
        explained: Cells of a column that a finding names already, so that no second one does.
        duplicate: Rows that repeat an earlier one.
        quarantined: Rows that cannot be used.
    """

    raw: RawTable
    cleaned: pl.DataFrame
    contract: Contract
    held_out: HeldOut | None = None
    problems: list[Problem] = field(default_factory=list)
    typed: dict[str, pl.Series] = field(default_factory=dict)
    failed: dict[str, pl.Series] = field(default_factory=dict)
    levels: dict[str, pl.Series] = field(default_factory=dict)
    ambiguous: set[str] = field(default_factory=set)
    settled: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.Boolean))
    explained: dict[str, pl.Series] = field(default_factory=dict)
    duplicate: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.Boolean))
    quarantined: pl.Series = field(default_factory=lambda: pl.Series(dtype=pl.Boolean))
    _quantiles: dict[str, tuple[float, float, float] | None] = field(default_factory=dict)
    _reasons: list[tuple[pl.Series, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.settled, self.duplicate, self.quarantined = self.none(), self.none(), self.none()

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.raw.frame.height

    @property
    def columns(self) -> tuple[Column, ...]:
        """Columns of the contract that are in the table, in the contract's order."""
        return tuple(c for c in self.contract.columns if c.name in self.cleaned.columns)

    def as_read(self, column: str) -> Look:
        """Return the look of a column as it was read."""
        return look(self.raw.frame, column)

    def as_cleaned(self, column: str) -> Look:
        """Return the look of a column after cleaning."""
        return look(self.cleaned, column)

    def none(self) -> pl.Series:
        """Return a mask of no row."""
        return pl.repeat(False, self.rows, eager=True, dtype=pl.Boolean)

    def open_cells(self, column: str) -> pl.Series:
        """Return the rows whose cell of a column no finding explains yet."""
        done = self.explained.get(column)
        return ~self.settled if done is None else ~(self.settled | done)

    def explain(self, column: str, rows: pl.Series) -> None:
        """Mark cells of a column as explained."""
        done = self.explained.get(column)
        self.explained[column] = rows if done is None else done | rows

    def quantiles(self, column: str) -> tuple[float, float, float] | None:
        """Return the tenth, fiftieth and ninetieth percentile of a numeric column; None if few."""
        if column not in self._quantiles:
            values = self.typed[column].drop_nulls().cast(pl.Float64, strict=False).drop_nulls()
            if len(values) < _FEW_NUMBERS:
                self._quantiles[column] = None
            else:
                found = [float(values.quantile(q, "nearest") or 0.0) for q in (0.1, 0.5, 0.9)]
                self._quantiles[column] = (found[0], found[1], found[2])
        return self._quantiles[column]

    def number_of(self, position: int) -> int:
        """Return the row number, as a person counts in the file, of a 0-based position."""
        if self.raw.row_numbers is not None:
            return int(self.raw.row_numbers[position])
        return self.raw.first_row + position

    def add(
        self,
        slug: str,
        rows: pl.Series | None,
        *,
        column: str | None = None,
        expected: str,
        got: str = "",
        effect: Effect | None = None,
    ) -> int:
        """Take a finding in; without a row in it, nothing happens.

        Args:
            slug: Name of the finding in the table of codes.
            rows: Rows it concerns, shape (rows,); None when the whole column or file is meant.
            column: Column it concerns.
            expected: What would have been right.
            got: What was found; by default the first cell, hidden where it must be.
            effect: Effect that differs from the table's, such as a note for a whole column.

        Returns:
            How many rows it concerns.
        """
        finding = CODES[slug]
        count = self.rows if rows is None else int(rows.sum())
        if not count and rows is not None:
            return 0
        does = effect or finding.effect
        first = None if rows is None else int(rows.arg_max() or 0)
        self.problems.append(
            Problem(
                code=finding.code,
                file=self.raw.file_of(first),
                row=None if first is None else self.number_of(first),
                column=column,
                expected=expected,
                got=got or self._cell(first, column),
                hint=finding.hint,
                rows=count,
                severity=severity_of(does),
            )
        )
        if rows is not None:
            self._apply(does, rows, f"{finding.code} {column or 'row'}: expected {expected}")
            if column is not None:
                self.explain(column, rows)
        return count

    def set_aside(self, rows: pl.Series, reason: str) -> None:
        """Quarantine rows that a problem of the reader names already."""
        self.settled = self.settled | rows
        self._apply(Effect.QUARANTINE, rows, reason)

    def _apply(self, effect: Effect, rows: pl.Series, reason: str) -> None:
        if effect is Effect.QUARANTINE:
            self.quarantined = self.quarantined | rows
        elif effect is Effect.DUPLICATE:
            self.duplicate = self.duplicate | rows
        else:
            return
        self._reasons.append((rows, reason))

    def _cell(self, first: int | None, name: str | None) -> str:
        if first is None or name is None:
            return "something else"
        return shown(self.raw.frame[name][first], self.column(name))

    def column(self, name: str) -> Column | None:
        """Return the contract's column of a name, or None."""
        return next((c for c in self.contract.columns if c.name == name), None)

    def status(self) -> pl.Series:
        """Return the fate of each row: used, duplicate or quarantined; duplicate wins."""
        frame = pl.DataFrame({"d": self.duplicate, "q": self.quarantined})
        return frame.select(
            pl.when("d").then(pl.lit(DUPLICATE)).when("q").then(pl.lit(QUARANTINED))
            .otherwise(pl.lit(USED)).alias("status")
        ).to_series()  # fmt: skip

    def reasons(self) -> pl.Series:
        """Return why each row is not used, findings joined by ``; ``; null where it is used."""
        empty = pl.Series("reason", [None], dtype=pl.String).new_from_index(0, self.rows)
        at = (self.duplicate | self.quarantined).arg_true()
        if not len(at):
            return empty
        told = [
            pl.when(rows.gather(at)).then(pl.lit(reason)).alias(str(number))
            for number, (rows, reason) in enumerate(self._reasons)
        ]
        joined = pl.select(pl.concat_str(told, separator="; ", ignore_nulls=True)).to_series()
        return empty.scatter(at, joined)
