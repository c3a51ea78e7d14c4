"""Sixty planted faults named by the check, and fifty clean files it should leave alone.

Faults are planted in random slices of real data sets at random columns and rows; every kind once,
the rest drawn at random. The contract comes from the whole clean set, as in a workspace that
checks next quarter's export, or from the damaged file itself, as when it is the first.
Run: ``python -m benchmarks.faults --data ../shared/data``.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import polars as pl

from benchmarks.fault_bases import Base, bases
from benchmarks.fault_planting import KINDS, FaultKind
from benchmarks.page import data_folder, write_json, write_section
from jixiao.bootstrap import open_workspace
from jixiao.contracts import CleanSettings, Problem, Severity
from jixiao.core import JixiaoError
from jixiao.core.seeds import rng
from jixiao.data import check, clean, match_tables

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


def against_contract(frame: pl.DataFrame, base: Base) -> tuple[Problem, ...]:
    """Return what a check says of a later export, renamed columns included."""
    raw = replace(base.raw, frame=frame, row_numbers=None)
    (matched,), told = match_tables(base.contract, [raw])
    cleaned, _ = clean(matched.frame, base.contract, CleanSettings())
    return (*told, *check(matched, cleaned, base.contract).problems)


def first_file(frame: pl.DataFrame, base: Base) -> tuple[Problem, ...]:
    """Return what ``jixiao init`` and then ``jixiao check`` say of a file never seen before."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{base.name}.csv"
        frame.write_csv(path)
        workspace = open_workspace(Path(folder) / "w")
        try:
            workspace.init([str(path)])
        except JixiaoError as error:
            refused = (error.code, path.name, None, error.place, error.expected, error.got, "")
            return (Problem(*refused, severity=Severity.BLOCKING),)
        return workspace.check().problems


def slice_of(
    base: Base, g: np.random.Generator, *, least: int = 120, most: int = 900
) -> pl.DataFrame:
    """Return a run of rows, or a random draw of them, in which not all answers are the same."""
    while True:
        part = _slice(base, g, least=least, most=most)
        if part[base.contract.task.target].n_unique() > 1:
            return part


def _slice(base: Base, g: np.random.Generator, *, least: int, most: int) -> pl.DataFrame:
    frame = base.raw.frame
    size = min(frame.height, int(g.integers(least, most)))
    if g.random() < 0.5:
        start = int(g.integers(0, frame.height - size + 1))
        return frame[start : start + size]
    return frame[sorted(g.choice(frame.height, size=size, replace=False).tolist())]


def plant_one(
    kind: FaultKind, tables: list[Base], g: np.random.Generator, judge: Judge = against_contract
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


def plant_all(tables: list[Base], seed: int, judge: Judge = against_contract) -> list[Outcome]:
    """Plant every kind once and random kinds until there are sixty faults."""
    g = rng(seed, "faults")
    extra = [KINDS[int(at)] for at in g.integers(0, len(KINDS), max(0, FAULTS - len(KINDS)))]
    return [plant_one(kind, tables, g, judge) for kind in [*KINDS, *extra][:FAULTS]]


def clean_files(
    tables: list[Base], seed: int, judge: Judge = against_contract
) -> list[tuple[str, str]]:
    """Return the set and what was said of each clean slice; notes are marked as such."""
    g = rng(seed, "clean")
    alarms = []
    for at in range(CLEAN_FILES):
        base = tables[at % len(tables)]
        found = judge(slice_of(base, g), base)
        alarms += [(base.name, f"{_slug(p)}:{p.column}{' (note)' * p.is_note}") for p in found]
    return alarms


def measured(tables: list[Base], seed: int, judge: Judge) -> dict[str, Any]:
    """Return what was found of sixty faults and said of fifty clean files."""
    outcomes, alarms = plant_all(tables, seed, judge), clean_files(tables, seed, judge)
    notes = sum(told.endswith(" (note)") for _, told in alarms)
    return {
        "named": sum(outcome.named for outcome in outcomes),
        "alarms": len(alarms) - notes,
        "notes": notes,
        "missed": [vars(outcome) for outcome in outcomes if not outcome.named],
        "said": [f"{name}: {told}" for name, told in alarms],
    }


def _lines(found: dict[str, Any], *, of: str, goal: str) -> list[dict[str, Any]]:
    measures = (
        ("planted faults named rightly", found["named"], FAULTS, goal),
        ("false alarms over clean files", found["alarms"], CLEAN_FILES, "at most 1"),
        ("notes over clean files", found["notes"], CLEAN_FILES, "–"),
    )
    return [
        {"measure": f"{measure}, {of}", "value": value, "of": total, "goal": aim}
        for measure, value, total, aim in measures
    ]


def main() -> None:
    """Run the benchmark and write its table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data")
    parser.add_argument("--json")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--dry", action="store_true", help="print only; write no table")
    arguments = parser.parse_args()
    tables = list(bases(data_folder(arguments.data)))
    later = measured(tables, arguments.seed, against_contract)
    first = measured(tables, arguments.seed, first_file)
    rows = _lines(later, of="contract of the clean set", goal="at least 57")
    rows += _lines(first, of="the faulty file is the very first", goal="–")
    if not arguments.dry:
        write_section("Planted faults and clean files", rows, note=_note(later, first))
    write_json(arguments.json, {"later": later, "first": first})
    for name, found in (("contract of the clean set", later), ("first file", first)):
        print(f"{name}: named {found['named']} of {FAULTS}", end="; ")
        print(f"{found['alarms']} false alarms, {found['notes']} notes over {CLEAN_FILES} files")
        for one in found["missed"]:
            print(f"  missed: {one['kind']} ({one['base']}, {one['column']}): {one['found']}")
        for told, count in Counter(found["said"]).items():
            print(f"  said of a clean file: {told} ({count})")


def _note(later: dict[str, Any], first: dict[str, Any]) -> str:
    parts = [f"{len(KINDS)} kinds of fault."]
    for name, found in (("With a contract", later), ("In a first file", first)):
        missed = "; ".join(f"{o['kind']} ({o['base']}, {o['column']})" for o in found["missed"])
        parts.append(f"{name}, missed: {missed or 'none'}.")
    parts.append("A first file is measured by `jixiao init` and `jixiao check` of that file alone;")
    parts.append("it cannot show a column left out, renamed or added.")
    return " ".join(parts)


if __name__ == "__main__":
    main()
