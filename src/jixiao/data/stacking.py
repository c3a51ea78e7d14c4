"""Record tables one below another, and the way back: which row came from which file.

Two tables are stacked when a quarter or a declared test part comes as a file of its own. They are
checked as one, so that a copy is found across them; what is found is told of each by its own name.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

import polars as pl

from jixiao.contracts import Counts, Table
from jixiao.data.desk import count_rows
from jixiao.data.quarantine import ROW
from jixiao.data.sources import RawTable


@dataclass(frozen=True)
class Stack:
    """Record tables read as one.

    Attributes:
        raw: The rows of all, one below the other; columns that a table lacks are empty.
        parts: Part that each row's table is declared to be: train, test or all.
        tables: Each table as read, in order.
        starts: Position in ``raw`` of the first row of each table.
    """

    raw: RawTable
    parts: pl.Series
    tables: tuple[RawTable, ...]
    starts: tuple[int, ...]

    def counts(self, status: pl.Series) -> dict[str, Counts]:
        """Return the counts of each table.

        Args:
            status: Used, duplicate or quarantined for each row of ``raw``.
        """
        return {
            table.name: count_rows(status.slice(start, table.frame.height))
            for start, table in zip(self.starts, self.tables, strict=True)
        }

    def quarantine(self, rows: pl.DataFrame) -> dict[str, pl.DataFrame]:
        """Return the quarantined rows of each table that has any, numbered as in its own file.

        Args:
            rows: Quarantined rows of ``raw``, with ``_row``.
        """
        found: dict[str, pl.DataFrame] = {}
        for start, table in zip(self.starts, self.tables, strict=True):
            end = start + table.frame.height
            of = rows.filter((pl.col(ROW) >= start) & (pl.col(ROW) < end))
            if of.height:
                strange = [name for name in self.raw.frame.columns if name not in table.frame]
                found[table.name] = of.drop(strange).with_columns(pl.col(ROW) - start)
        return found


def stack(pairs: Sequence[tuple[Table, RawTable]]) -> Stack:
    """Return record tables one below the other, the first one's name above all.

    Args:
        pairs: At least one table of the contract with what was read of it.
    """
    raws = tuple(raw for _, raw in pairs)
    parts = pl.concat([pl.repeat(t.part, raw.frame.height, eager=True) for t, raw in pairs])
    starts = tuple(accumulate((raw.frame.height for raw in raws), initial=0))[:-1]
    if len(raws) == 1:
        return Stack(raws[0], parts, raws, starts)
    stacked = replace(
        raws[0],
        bad_rows={
            start + row: reason
            for start, raw in zip(starts, raws, strict=True)
            for row, reason in raw.bad_rows.items()
        },
        file=" + ".join(raw.file for raw in raws),
        left_out=tuple(
            at + sum(raw.frame.height + len(raw.left_out) for raw in raws[:number])
            for number, raw in enumerate(raws)
            for at in raw.left_out
        ),
        files=tuple((start, raw.file) for start, raw in zip(starts, raws, strict=True)),
        frame=pl.concat([raw.frame for raw in raws], how="diagonal"),
        row_numbers=pl.concat([_numbers(raw) for raw in raws]),
        problems=tuple(problem for raw in raws for problem in raw.problems),
    )
    return Stack(stacked, parts, raws, starts)


def _numbers(raw: RawTable) -> pl.Series:
    if raw.row_numbers is not None:
        return raw.row_numbers.cast(pl.Int64).alias("row")
    end = raw.first_row + raw.frame.height
    return pl.int_range(raw.first_row, end, eager=True).alias("row")
