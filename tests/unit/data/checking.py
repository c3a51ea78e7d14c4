"""Invented tables for tests of inference and checking."""

from __future__ import annotations

import numpy as np
import polars as pl

from jixiao.contracts import CleanSettings, Contract, Problem, Table
from jixiao.data.check import Checked, check
from jixiao.data.clean import clean
from jixiao.data.inference import Inference, infer
from jixiao.data.overrides import Overrides
from jixiao.data.sources import RawTable

PHRASES = ("delivers on time", "helps the team", "misses deadlines", "writes clear reports")


def staff(rows: int = 200, seed: int = 0) -> pl.DataFrame:
    """Return reviews of invented people; every column of strings, every row another person."""
    g = np.random.default_rng(seed)
    start = np.datetime64("2012-03-01") + g.integers(0, 3000, rows).astype("timedelta64[D]")
    end = start + g.integers(30, 900, rows).astype("timedelta64[D]")
    return pl.DataFrame(
        {
            "emp_id": [f"E{10_000 + 7 * at}" for at in range(rows)],
            "department": g.choice(["Sales", "Support", "Finance", "Lab"], rows),
            "gender": g.choice(["F", "M"], rows),
            "age": g.integers(21, 63, rows).astype(str),
            "salary": (g.integers(300, 900, rows) * 100).astype(str),
            "sick_days": g.integers(0, 12, rows).astype(str),
            "start_date": start.astype(str),
            "end_date": end.astype(str),
            "comment": [
                f"Case {at}: {g.choice(PHRASES)} and {g.choice(PHRASES)}, as note {at * 3} says."
                for at in range(rows)
            ],
            "rating": g.choice(["1", "2", "3", "4", "5"], rows),
        }
    )


def raw_table(frame: pl.DataFrame, name: str = "reviews") -> RawTable:
    """Return a frame as a reader gives it back."""
    return RawTable(name=name, file=f"{name}.csv", frame=frame.cast(pl.String))


def inferred(frame: pl.DataFrame, **options: object) -> Inference:
    """Return what is inferred of one table."""
    source = Table(name="reviews", source="reviews.csv")
    return infer([raw_table(frame)], [source], Overrides(**options))  # type: ignore[arg-type]


def checked(frame: pl.DataFrame, contract: Contract, *, needs_target: bool = True) -> Checked:
    """Return the check of one table after the usual cleaning."""
    raw = raw_table(frame)
    cleaned, _ = clean(raw.frame, contract, CleanSettings())
    return check(raw, cleaned, contract, needs_target=needs_target)


def slugs(problems: tuple[Problem, ...]) -> set[tuple[str, str | None]]:
    """Return kind and column of each problem."""
    return {(problem.code.split(".")[1], problem.column) for problem in problems}


def edited(frame: pl.DataFrame, column: str, cells: dict[int, str | None]) -> pl.DataFrame:
    """Return the frame with some cells of a column changed."""
    values = frame[column].to_list()
    for row, cell in cells.items():
        values[row] = cell
    return frame.with_columns(pl.Series(column, values, dtype=pl.String))
