"""Sixty planted faults named by the check, and fifty clean files it should leave alone.

Faults are planted in random slices of real data sets at random columns and rows; every kind once,
the rest drawn at random. The contract comes from the whole clean set, as in a workspace that
checks next quarter's export. Run: ``python -m benchmarks.faults --data ../shared/data``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from benchmarks.fault_bases import Base, bases
from benchmarks.fault_planting import KINDS, FaultKind
from benchmarks.page import data_folder, write_json, write_section
from jixiao.contracts import CleanSettings, Problem
from jixiao.core import JixiaoError
from jixiao.core.seeds import rng
from jixiao.data import Overrides, check, clean, infer, match_tables

FAULTS, CLEAN_FILES = 60, 50
Judge = Callable[[pl.DataFrame, Base], tuple[Problem, ...]]


@dataclass(frozen=True)
class Outcome:
    """What became of one planted fault."""

    kind: str
    base: str
    column: str | None
    rows: int
    named: bool
    found: tuple[str, ...]


def problems_of(frame: pl.DataFrame, base: Base) -> tuple[Problem, ...]:
    """Return what a check of a file says, renamed columns included."""
    raw = replace(base.raw, frame=frame, row_numbers=None)
    (matched,), told = match_tables(base.contract, [raw])
    cleaned, _ = clean(matched.frame, base.contract, CleanSettings())
    return (*told, *check(matched, cleaned, base.contract).problems)


def alone(frame: pl.DataFrame, base: Base) -> tuple[Problem, ...]:
    """Return what a check says when the contract, too, is guessed from the faulty file."""
    raw = replace(base.raw, frame=frame, row_numbers=None)
    source = base.contract.tables[0]
    try:
        guess = infer([raw], [source], Overrides(target=base.contract.task.target))
    except JixiaoError:
        return ()
    cleaned, _ = clean(frame, guess.contract, CleanSettings())
    return (*guess.problems, *check(raw, cleaned, guess.contract).problems)


def slice_of(
    base: Base, g: np.random.Generator, *, least: int = 120, most: int = 900
) -> pl.DataFrame:
    """Return a run of rows, or a random draw of them, as another export would hold."""
    frame = base.raw.frame
    size = min(frame.height, int(g.integers(least, most)))
    if g.random() < 0.5:
        start = int(g.integers(0, frame.height - size + 1))
        return frame[start : start + size]
    return frame[sorted(g.choice(frame.height, size=size, replace=False).tolist())]


def plant_one(
    kind: FaultKind, tables: list[Base], g: np.random.Generator, judge: Judge = problems_of
) -> Outcome:
    """Plant one fault in one table that can have it and say whether it was named rightly."""
    able = [base for base in tables if _has(base, kind)]
    base = able[int(g.integers(len(able)))]
    frame, column = kind.plant(slice_of(base, g), base.plan, g)
    found = judge(frame, base)
    places = set(column.split("|")) if column else None
    hits = [
        problem
        for problem in found
        if _slug(problem) in kind.rightly and (places is None or problem.column in places)
    ]
    told = tuple(f"{_slug(problem)}:{problem.column}" for problem in found)
    return Outcome(kind.name, base.name, column, frame.height, bool(hits), told)


def _has(base: Base, kind: FaultKind) -> bool:
    if "case" in kind.name and "worded" not in base.plan:
        return False
    return all(need in base.plan for need in kind.needs.split())


def _slug(problem: Problem) -> str:
    return problem.code.split(".", 1)[1]


def plant_all(tables: list[Base], seed: int, judge: Judge = problems_of) -> list[Outcome]:
    """Plant every kind once and random kinds until there are sixty faults."""
    g = rng(seed, "faults")
    extra = [KINDS[int(at)] for at in g.integers(0, len(KINDS), max(0, FAULTS - len(KINDS)))]
    return [plant_one(kind, tables, g, judge) for kind in [*KINDS, *extra][:FAULTS]]


def clean_files(tables: list[Base], seed: int, count: int = CLEAN_FILES) -> list[tuple[str, str]]:
    """Return the set and code of every finding in clean slices."""
    g = rng(seed, "clean")
    alarms = []
    for at in range(count):
        base = tables[at % len(tables)]
        found = problems_of(slice_of(base, g), base)
        alarms += [(base.name, f"{_slug(p)}:{p.column}") for p in found]
    return alarms


def main() -> None:
    """Run the benchmark and write its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--json")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    tables = list(bases(data_folder(arguments.data)))
    outcomes = plant_all(tables, arguments.seed)
    alarms = clean_files(tables, arguments.seed)
    named = sum(outcome.named for outcome in outcomes)
    of = [("planted faults named rightly", named, len(outcomes), "at least 57")]
    of.append(("false alarms over clean files", len(alarms), CLEAN_FILES, "at most 1"))
    single = sum(outcome.named for outcome in plant_all(tables, arguments.seed, alone))
    of.append(("the same, with no earlier export to compare with", single, len(outcomes), "–"))
    rows: list[dict[str, Any]] = [
        dict(zip(("measure", "value", "of", "goal"), line, strict=True)) for line in of
    ]
    missed = [f"{o.kind} ({o.base}, {o.column})" for o in outcomes if not o.named]
    note = f"Missed: {'; '.join(missed) or 'none'}. {len(KINDS)} kinds, {len(tables)} tables."
    note += (
        " Without an earlier export, swapped, missing, renamed or rescaled columns show nothing."
    )
    write_section("Planted faults and clean files", rows, note=note)
    detail = [vars(outcome) if hasattr(outcome, "__dict__") else outcome for outcome in outcomes]
    write_json(arguments.json, {"faults": detail, "alarms": alarms})
    print(f"named {named} of {len(outcomes)}; false alarms {len(alarms)} over {CLEAN_FILES}")
    for outcome in outcomes:
        if not outcome.named:
            print("  missed:", outcome.kind, outcome.base, outcome.column, outcome.found)
    for name, count in Counter(alarms).items():
        print("  alarm:", name, count)


if __name__ == "__main__":
    main()
