"""Rendering of employee reports: milliseconds a report from raw rows, and of the HTML page alone.

``python -m benchmarks.rendering``: the people, figures and texts are invented here under a seed.
Where matplotlib or altair can be imported, the same history chart is drawn by them beside ours.
"""

from __future__ import annotations

import argparse
import io
import statistics
import time
from collections.abc import Callable
from typing import Any

import polars as pl

from benchmarks.page import write_json, write_section
from jixiao.contracts import (
    Chart,
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
from jixiao.reports import Evidence, make_reports, render_html
from jixiao.reports.charts import draw

LEVELS = ("1", "2", "3", "4", "5")
INDICATORS = {"Sales": 120_000.0, "Satisfaction": 88.0, "Complaints": 6.0, "Utilisation": 72.0}
SAMPLE = 300
"""Reports that are kept for the timing of the pages."""
TEXTS = (
    "按时交付了全部版本，但跨部门沟通需要加强。建议下季度参加项目管理培训。",
    "Delivered every release on time, but status updates were late. Next quarter plan tests early.",
)


def main() -> None:
    """Measure and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="not used; every benchmark takes it")
    parser.add_argument("--json")
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    rows = measure(options.people, rounds=options.rounds)
    write_section("Rendering of reports", rows, note=_NOTE)
    write_json(options.json, rows)


_NOTE = (
    "One report: 8 quarters, 4 indicators with targets, a review text, a second opinion, in one "
    "language. Processor time of one core, median of rounds; an empty Python call is given for "
    "the speed of the machine at that moment."
)


def measure(people: int, *, rounds: int) -> list[dict[str, Any]]:
    """Return the table's rows."""
    evidence = invented(people)
    sample: list[Report] = []

    def stream() -> None:
        for report in make_reports(evidence, levels=["employee"], languages=["en"]):
            if len(sample) < SAMPLE:
                sample.append(report)

    make_ms = _clock(stream, 1) / people
    for report in sample:
        render_html(report)
    pages = [render_html(report) for report in sample]
    charts = [c for report in sample for s in report.sections for c in s.charts]
    page_ms = _clock(lambda: [render_html(r) for r in sample], rounds) / len(sample)
    chart_ms = _clock(lambda: [draw(chart, "en") for chart in charts], rounds) / len(charts)
    call_ns = _clock(lambda: [_nothing() for _ in range(100_000)], rounds) * 10
    rows = [
        {"way": "facts, claims and charts as data, from raw rows", "ms": make_ms},
        {"way": f"HTML page with {len(charts) / len(sample):.1f} charts", "ms": page_ms},
        {"way": "one chart as SVG", "ms": chart_ms},
    ]
    rows += [{"way": name, "ms": ms} for name, ms in _peers(charts[0])]
    size = sum(len(page.encode()) for page in pages) / len(pages) / 1024
    return [row | {"KiB a page": size, "empty call, ns": call_ns} for row in rows]


def _nothing() -> None:
    return None


def _clock(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        times.append((time.process_time() - start) * 1e3)
    return statistics.median(times)


def _peers(chart: Chart) -> list[tuple[str, float]]:
    found = []
    try:
        import matplotlib.pyplot as plt
    except ImportError:
        pass
    else:

        def with_matplotlib() -> None:
            figure, axes = plt.subplots(figsize=(4, 2))
            axes.plot(chart.labels, chart.series[0].values)
            figure.savefig(io.StringIO(), format="svg")
            plt.close(figure)

        found.append(("one chart by matplotlib", _clock(with_matplotlib, 20)))
    return found


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
