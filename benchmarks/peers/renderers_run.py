"""Other renderers on the same report; runs in the ``renderers`` environment.

Request: ``chart`` (labels and values of a line with its target) and ``page`` (a report as HTML),
``rounds``. Answer: ``rows``, each a way with its median milliseconds of processor time.
"""

from __future__ import annotations

import io
import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any


def main() -> None:
    """Answer one request."""
    request = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    chart, page, rounds = request["chart"], request["page"], request["rounds"]
    ways: dict[str, Callable[[], object]] = {
        f"one chart as SVG, altair {version('altair')} with vl-convert": lambda: _altair(chart),
        f"one chart as SVG, matplotlib {version('matplotlib')}": lambda: _matplotlib(chart),
        f"PDF of our HTML page, weasyprint {version('weasyprint')}": lambda: _weasyprint(page),
    }
    rows = [{"way": name, "ms": _clock(way, rounds)} for name, way in ways.items()]
    Path(sys.argv[2]).write_text(json.dumps({"rows": rows}), "utf-8")


def _clock(way: Callable[[], object], rounds: int) -> float:
    way()
    times = []
    for _ in range(rounds):
        start = time.process_time()
        way()
        times.append((time.process_time() - start) * 1e3)
    return statistics.median(times)


def _altair(chart: dict[str, Any]) -> str:
    import altair
    import vl_convert

    rows = [
        {"period": label, "series": series["name"], "value": value}
        for series in chart["series"]
        for label, value in zip(chart["labels"], series["values"], strict=True)
    ]
    drawn = altair.Chart(altair.Data(values=rows)).mark_line(point=True)
    drawn = drawn.encode(x="period:O", y="value:Q", color="series:N").properties(width=380)
    return vl_convert.vegalite_to_svg(drawn.to_dict())


def _matplotlib(chart: dict[str, Any]) -> str:
    import matplotlib

    matplotlib.use("svg")
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(4, 2))
    for series in chart["series"]:
        axes.plot(chart["labels"], series["values"], marker="o", label=series["name"])
    axes.legend()
    out = io.StringIO()
    figure.savefig(out, format="svg")
    plt.close(figure)
    return out.getvalue()


def _weasyprint(page: str) -> bytes:
    from weasyprint import HTML

    return HTML(string=page).write_pdf()


if __name__ == "__main__":
    main()
