"""Reads, cleans and checks a million rows: ours against plain pandas and bare polars.

Every way runs in a process of its own, the ways taking turns, and must find the same duplicate and
unusable rows and the same medians. Time is counted from the start of the interpreter, imports
included. What each way does:

- jixiao: ``read_table``, ``clean`` with all its steps and ``check`` with all its rules, as
  ``jixiao check`` calls them: beside the counts it says what is wrong, where and how to mend it,
  looks for damage, formulas, totals, shifted rows and the like, and keeps every unusable row as it
  was written with its reasons.
- pandas: ``read_csv``; strips five text columns, mends the case of one, drops copies, reads
  numbers, days and yes/no, tests ranges, levels and repeated ids, and filters. It knows how many
  rows are bad, not which fault each has.
- polars: the same as pandas in one query, likewise without findings.

    python -m benchmarks.preparation --data ../shared/data [--rounds 5] [--texts different]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

ROWS = 1_000_000
COPIES = 45_402
DEPARTMENTS = ("Sales", "Support", "Research", "Logistics", "Finance", "People")
WORDS = [
    *("steady", "team", "good", "result", "late", "review", "plan", "goal", "client", "sales"),
    *("quarter", "support", "strong", "weak", "improve", "deliver", "report", "target", "helps"),
    *("others", "keeps", "promises", "misses", "deadlines", "quality", "准时", "客户", "质量"),
]
TRUTH = ("read", "used", "duplicate", "bad", "median_hours", "median_amount")


def generate(path: Path, *, texts: str = "repeated") -> None:
    """Write the table: about 130 MB, with planted copies, bad cells and sloppy spellings.

    Args:
        path: Where to.
        texts: ``repeated`` draws the comments from 60,000; ``different`` makes each its own.
    """
    import polars as pl

    rng = np.random.default_rng(20)
    n = ROWS - COPIES
    wordings = np.array(
        [" ".join(rng.choice(WORDS, rng.integers(7, 16))) for _ in range(60_000)], dtype=object
    )
    department = rng.choice(np.array(DEPARTMENTS, dtype=object), n)
    sloppy = rng.random(n) < 0.02
    department[sloppy] = [f"{name} " for name in department[sloppy]]
    lower = rng.random(n) < 0.01
    department[lower] = [name.lower() for name in department[lower]]
    rating = rng.choice(np.array(["1", "2", "3", "4", "5"], dtype=object), n)
    rating[rng.random(n) < 0.03] = ""
    rating[rng.random(n) < 0.0005] = "9"
    hours = np.round(rng.normal(40, 6, n).clip(1, 79), 2).astype(str).astype(object)
    hours[rng.random(n) < 0.0005] = "n.v."
    day = rng.choice(
        [f"{y}-{m:02d}-{d:02d}" for y in (2024, 2025) for m in range(1, 13) for d in range(1, 29)],
        n,
    ).astype(object)
    day[rng.random(n) < 0.0003] = "2025-13-45"
    frame = pl.DataFrame(
        {
            "record": [f"R{at:07d}" for at in range(n)],
            "employee": [f"E{at:06d}" for at in rng.integers(0, 200_000, n)],
            "day": day,
            "department": department,
            "rating": rating,
            "hours": hours,
            "amount": np.round(rng.lognormal(8, 1, n), 2),
            "comment": wordings[rng.integers(0, len(wordings), n)],
            "remote": rng.choice(["yes", "no"], n),
        },
        strict=False,
    )
    if texts == "different":
        frame = frame.with_columns(pl.concat_str("comment", "record", separator=" "))
    copies = frame[np.sort(rng.choice(n, COPIES, replace=False)).tolist()]
    pl.concat([frame, copies]).sample(fraction=1.0, shuffle=True, seed=1).write_csv(path)


def with_jixiao(path: Path) -> dict[str, Any]:
    """Read, clean and check through the public functions of the data room."""
    from jixiao.contracts import (
        CleanSettings,
        Column,
        Contract,
        DataType,
        Role,
        Scale,
        Table,
        Task,
        TaskKind,
    )
    from jixiao.data import check, clean, read_table

    table = Table(name="reviews", source=path.name)
    columns = (
        Column(name="record", role=Role.ID, type=DataType.TEXT, unique=True),
        Column(name="employee", role=Role.SUBJECT, type=DataType.TEXT),
        Column(name="day", role=Role.DATE, type=DataType.DATE),
        Column(name="department", role=Role.GROUP, type=DataType.CATEGORY, levels=DEPARTMENTS),
        Column(name="rating", role=Role.TARGET, type=DataType.ORDINAL, required=True),
        Column(name="hours", role=Role.NUMBER, type=DataType.NUMBER, minimum=0, maximum=100),
        Column(name="amount", role=Role.NUMBER, type=DataType.NUMBER, minimum=0),
        Column(name="comment", role=Role.TEXT, type=DataType.TEXT),
        Column(name="remote", role=Role.CATEGORY, type=DataType.BOOLEAN),
    )
    task = Task(
        kind=TaskKind.ORDINAL, target="rating", scale=Scale(levels=("1", "2", "3", "4", "5"))
    )
    contract = Contract(tables=(table,), columns=columns, task=task)
    raw = read_table(table, path.parent)
    cleaned, _ = clean(raw.frame, contract, CleanSettings())
    checked = check(raw, cleaned, contract)
    counts = checked.counts
    return {
        "read": counts.read,
        "used": counts.used,
        "duplicate": counts.duplicate,
        "bad": counts.quarantined,
        "median_hours": checked.frame["hours"].median(),
        "median_amount": checked.frame["amount"].median(),
    }


def with_pandas(path: Path) -> dict[str, Any]:
    """Do the same as a user of pandas would write it."""
    import pandas as pd

    frame = pd.read_csv(path)
    read = len(frame)
    for name in ("record", "employee", "department", "comment", "remote"):
        frame[name] = frame[name].str.strip()
    frame["department"] = frame["department"].str.title()
    copies = frame.duplicated()
    frame = frame[~copies].copy()
    frame["rating"] = pd.to_numeric(frame["rating"], errors="coerce")
    frame["hours"] = pd.to_numeric(frame["hours"], errors="coerce")
    frame["day"] = pd.to_datetime(frame["day"], format="%Y-%m-%d", errors="coerce")
    frame["remote"] = frame["remote"].map({"yes": True, "no": False})
    bad = ~frame["rating"].between(1, 5) | ~frame["hours"].between(0, 100) | frame["day"].isna()
    bad |= ~(frame["amount"] >= 0) | ~frame["department"].isin(DEPARTMENTS)
    bad |= frame["record"].duplicated(keep=False)
    used = frame[~bad]
    return {
        "read": read,
        "used": len(used),
        "duplicate": int(copies.sum()),
        "bad": int(bad.sum()),
        "median_hours": float(used["hours"].median()),
        "median_amount": float(used["amount"].median()),
    }


def with_polars(path: Path) -> dict[str, Any]:
    """Do the same in one bare polars query: no findings, no row numbers, no reasons."""
    import polars as pl

    text = ("record", "employee", "department", "comment", "remote")
    frame = pl.scan_csv(path, infer_schema=False).with_columns(pl.col(text).str.strip_chars())
    frame = frame.with_columns(pl.col("department").str.to_titlecase())
    whole = frame.collect(engine="streaming")
    unique = whole.unique(maintain_order=False).lazy()
    typed = unique.with_columns(
        pl.col("rating", "hours", "amount").cast(pl.Float64, strict=False),
        pl.col("day").str.to_date("%Y-%m-%d", strict=False),
        pl.col("remote") == "yes",
    )
    good = (
        pl.col("rating").is_between(1, 5)
        & pl.col("hours").is_between(0, 100)
        & pl.col("day").is_not_null()
        & (pl.col("amount") >= 0)
        & pl.col("department").is_in(DEPARTMENTS)
        & pl.col("record").is_unique()
    ).fill_null(value=False)
    used = typed.filter(good).collect(engine="streaming")
    n_unique = unique.select(pl.len()).collect().item()
    return {
        "read": whole.height,
        "used": used.height,
        "duplicate": whole.height - n_unique,
        "bad": n_unique - used.height,
        "median_hours": used["hours"].median(),
        "median_amount": used["amount"].median(),
    }


WAYS: dict[str, Callable[[Path], dict[str, Any]]] = {
    "jixiao": with_jixiao,
    "pandas": with_pandas,
    "polars": with_polars,
}


def peak_mb() -> float:
    """Return the largest memory this process ever held, in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(way: str, path: Path) -> dict[str, Any]:
    """Run one way in a process of its own; return its result with seconds and MB."""
    start = time.perf_counter()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.preparation", "--way", way, "--file", str(path)],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "OMP_NUM_THREADS": "2", "POLARS_MAX_THREADS": "2"},
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    wall = time.perf_counter() - start
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return {**json.loads(done.stdout), "wall_s": wall, "cpu_s": cpu}


def compare(path: Path, rounds: int) -> dict[str, Any]:
    """Let the ways take turns, and refuse unequal findings."""
    runs: dict[str, list[dict[str, Any]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way in WAYS:
            runs[way].append(measure(way, path))
    truths = {
        way: [{key: run[key] for key in TRUTH} for run in found] for way, found in runs.items()
    }
    first = truths["pandas"][0]
    for way, found in truths.items():
        for truth in found:
            assert truth == first, f"{way} found {truth}, pandas {first}"
    medians = {
        way: {
            key: statistics.median(run[key] for run in found)
            for key in ("cpu_s", "wall_s", "peak_mb")
        }
        for way, found in runs.items()
    }
    return {"truth": first, "medians": medians, "rounds": rounds, "mb": path.stat().st_size / 1e6}


def main() -> None:
    from benchmarks.page import write_json, write_section

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="not needed: the table is generated")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--texts", choices=("repeated", "different"), default="repeated")
    parser.add_argument("--json")
    parser.add_argument("--way", choices=tuple(WAYS), help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.way:
        result = WAYS[asked.way](asked.file)
        print(json.dumps({**result, "peak_mb": peak_mb()}))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = asked.file or Path(folder) / "reviews.csv"
        if not path.exists():
            generate(path, texts=asked.texts)
        result = compare(path, asked.rounds)
    base = result["medians"]["pandas"]
    rows = [
        {
            "way": way,
            "CPU s": figures["cpu_s"],
            "÷ pandas": figures["cpu_s"] / base["cpu_s"],
            "wall s": figures["wall_s"],
            "wall ÷ pandas": figures["wall_s"] / base["wall_s"],
            "peak MB": figures["peak_mb"],
            "MB ÷ pandas": figures["peak_mb"] / base["peak_mb"],
        }
        for way, figures in result["medians"].items()
    ]
    truth = result["truth"]
    note = (
        f"{truth['read']:,} rows, {result['mb']:.0f} MB, 9 columns; every way found the same "
        f"{truth['duplicate']:,} copies and {truth['bad']:,} unusable rows. Medians of "
        f"{result['rounds']} rounds in turn, each in a fresh process, imports counted, on 2 "
        f"threads; load of the machine {os.getloadavg()[1]:.0f}. jixiao says beside the counts "
        "what is wrong where, and looks for more; pandas and polars count bad rows only."
    )
    name = "Data preparation"
    if asked.texts == "different":
        name += ", every text different"
    write_section(name, rows, note=note)
    write_json(asked.json, result)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
