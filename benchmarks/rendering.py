"""Rendering of employee reports: milliseconds a page, and 1,000 reports from raw rows to files.

``python -m benchmarks.rendering``: the people, figures and texts are invented here under a seed.
altair with vl-convert, matplotlib and weasyprint draw and set the same beside ours, in their own
environment, in the same run. The end-to-end lines run in fresh processes.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.page import write_json, write_section
from benchmarks.peers.run import run_peer
from jixiao.contracts import (
    Column,
    Contract,
    DataType,
    Report,
    Role,
    Scale,
    Table,
    Task,
    TaskKind,
)
from jixiao.core import parse_period
from jixiao.core.seeds import rng
from jixiao.reports import Evidence, Format, make_reports, render
from jixiao.reports.charts import draw
from jixiao.reports.gating import gated

LEVELS = ("1", "2", "3", "4", "5")
INDICATORS = {"Sales": 120_000.0, "Satisfaction": 88.0, "Complaints": 6.0, "Utilisation": 72.0}
SAMPLE = 300
"""Reports that are kept for the timing of the pages."""
FEW: dict[Format, int] = {"html": SAMPLE, "pdf": 100, "md": 100, "xlsx": 20, "docx": 10}
"""How many of them are rendered in each format."""
TEXTS = (
    "按时交付了全部版本，但跨部门沟通需要加强。建议下季度参加项目管理培训。",
    "Delivered every release on time, but status updates were late. Next quarter plan tests early.",
)


def main() -> None:
    """Measure and write both tables, or with ``--one`` answer one end-to-end run."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="not used; every benchmark takes it")
    parser.add_argument("--json")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--one", choices=["html", "pdf"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        print(json.dumps(_end_to_end(options.people, options.one)))
        return
    sample = _sample(SAMPLE)
    pages = measure(sample, rounds=options.rounds)
    whole = [
        _in_process(people, kind) for kind in ("html", "pdf") for people in (200, options.people)
    ]
    write_section("Rendering of reports", pages, note=_NOTE)
    write_section("Reports from raw rows to files", whole, note=_WHOLE_NOTE)
    write_json(options.json, {"pages": pages, "end_to_end": whole})


_NOTE = (
    "One report: 8 quarters, 4 indicators with targets, a review text, a second opinion, in one "
    "language. Processor time of one core, median of rounds; an empty Python call is given for "
    "the speed of the machine at that moment. The gate's caches are warm, as in the midst of a "
    "run. A PDF has three pages and holds the evidence of every sentence: of its time the list of "
    "evidence and the charts take a quarter each, the sentences a sixth, a page without content "
    "2.6 ms, tags 0.5 ms. Chart words without boxes (1.0 ms), one path for the dots and one for "
    "the lines of a chart (0.5 to 1), and no kerning in the evidence with the script named (1.0) "
    "were kept; words inside the drawings, Latin fonts alone, a paragraph for each fact and a "
    "chart that may break gained nothing; a page number without the total would gain 1 ms. The "
    "goals (0.5 ms a page, 5 ms a PDF, 5 ms the gate, 15 and 30 s a thousand) were set where "
    "altair took 26 ms a chart and matplotlib 29: compare by them."
)
_WHOLE_NOTE = (
    "Employee reports in one language with the outline writer, in a fresh process: facts, "
    "sentences, charts, rendering, signature and files written to the disk. Peak memory counts "
    "the whole process with the invented rows; the difference between 200 and all is their cost."
)


def _sample(people: int) -> list[Report]:
    return list(make_reports(invented(people), levels=["employee"], languages=["en"]))


def measure(sample: Sequence[Report], *, rounds: int) -> list[dict[str, Any]]:
    """Return the table of single pages."""
    charts = [c for report in sample for s in report.sections for c in s.charts]
    drawn = f"{len(charts) / len(sample):.1f} charts"
    rows = []
    for kind, count in FEW.items():
        part = list(sample[:count])
        sizes = [len(render(report, kind)) for report in part]
        ms = _clock(lambda p=part, k=kind: [render(r, k) for r in p], rounds) / len(part)
        size = sum(sizes) / len(sizes) / 1024
        rows.append({"way": f"{kind}, with {drawn}", "ms": ms, "KiB": size})
    rows.append(_gate(sample))
    ms = _clock(lambda: [draw(chart, "en") for chart in charts], rounds) / len(charts)
    rows.append({"way": "one chart as SVG", "ms": ms, "KiB": None})
    line = next(chart for chart in charts if chart.kind == "line" and len(chart.series) > 1)
    asked = {"chart": line.model_dump(), "page": render(sample[0], "html").decode()}
    answer = run_peer("renderers", "renderers_run.py", {**asked, "rounds": 4 * rounds}, threads=1)
    rows += [row | {"KiB": None} for row in answer["rows"]]
    call_ns = _clock(lambda: [_nothing() for _ in range(100_000)], rounds) * 10
    return [row | {"empty call, ns": call_ns} for row in rows]


def _gate(sample: Sequence[Report]) -> dict[str, Any]:
    """Return what the gate takes for a report in the midst of a run: its caches are warm."""
    claims = [sum(len(s.claims) for s in report.sections) for report in sample]
    times = []
    for report in sample:
        start = time.process_time()
        gated(report.sections, report.facts, report.comments, language=report.language)
        times.append((time.process_time() - start) * 1e3)
    said = f"the gate, {sum(claims) / len(claims):.0f} sentences of a report"
    return {"way": said, "ms": statistics.median(times), "KiB": None}


def _in_process(people: int, kind: str) -> dict[str, Any]:
    """Return an end-to-end run in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.rendering", "--one", kind, "--people", str(people)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


def _end_to_end(people: int, kind: Format) -> dict[str, Any]:
    from jixiao.gateways import WorkspaceFolder
    from jixiao.services.exporting import Exporter, workspace_signer

    evidence = invented(people)
    with tempfile.TemporaryDirectory() as folder:
        store = WorkspaceFolder(Path(folder))
        wall, used = time.perf_counter(), time.process_time()
        with store.report_log() as log:
            signer = workspace_signer(store)
            exporter = Exporter(store, log, signer, Path("reports"), [kind], only_changed=False)
            for report in make_reports(evidence, levels=["employee"], languages=["en"]):
                exporter.write(report)
        wall, used = time.perf_counter() - wall, time.process_time() - used
        written = len(list(Path(folder).rglob(f"*.{kind}")))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"files": f"{written} {kind}", "CPU s": used, "wall s": wall, "peak MiB": peak}


def _nothing() -> None:
    return None


def _clock(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1e3)
    return statistics.median(times)


def invented(people: int, *, seed: int = 7) -> Evidence:
    """Return evidence about invented people over eight quarters."""
    dice = rng(seed, "benchmarks", "rendering")
    quarters = [f"{year}Q{quarter}" for year in (2024, 2025) for quarter in (1, 2, 3, 4)]
    records, points, texts, scores = [], [], [], []
    for person in range(people):
        subject, skill = f"E{person:05d}", dice.normal(3, 0.8)
        for quarter in quarters:
            row, span = len(records), parse_period(quarter)
            assert span is not None
            level = LEVELS[int(min(4, max(0, round(skill - 1 + dice.normal(0, 0.5)))))]
            records.append((row, subject, f"T{person % 40}", f"M{person % 60}", quarter, level))
            texts.append((row, "review", TEXTS[row % 2]))
            scores.append((row, 0.05, 0.1, 0.2, 0.5, 0.15, 3.6, "4", "scored"))
            for name, typical in INDICATORS.items():
                value = round(float(typical * dice.normal(1, 0.1)), 1)
                points.append((subject, span.start, span.end, name, value, typical))
    return Evidence(
        frame=_frame(records, ["_row", "subject", "team", "rater", "period", "rating"]),
        contract=_contract(),
        indicators=_frame(
            points, ["subject", "period_start", "period_end", "indicator", "value", "target"]
        ),
        comments=_frame(texts, ["_row", "column", "text"]),
        scores=_frame(
            scores, ["_row", *(f"p_{level}" for level in LEVELS), "expected", "score", "status"]
        ),
        provenance={"data_hash": "invented"},
    )


def _frame(rows: list[Any], names: list[str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=names, orient="row")


def _contract() -> Contract:
    roles = {
        "subject": Role.SUBJECT,
        "team": Role.GROUP,
        "rater": Role.RATER,
        "period": Role.PERIOD,
        "review": Role.TEXT,
        "rating": Role.TARGET,
    }
    columns = [Column(name=name, role=role, type=DataType.TEXT) for name, role in roles.items()]
    columns += [
        Column(
            name=name,
            role=Role.INDICATOR,
            type=DataType.NUMBER,
            higher_is_better=name != "Complaints",
        )
        for name in INDICATORS
    ]
    return Contract(
        tables=(Table(name="reviews", source="reviews.csv"),),
        columns=tuple(columns),
        task=Task(kind=TaskKind.ORDINAL, target="rating", scale=Scale(levels=LEVELS)),
    )


if __name__ == "__main__":
    main()
