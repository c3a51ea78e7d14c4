"""Draws charts as plain SVG for pages: crisp, small, readable without colour.

Colours, fonts and dark mode come from the page's style sheet through classes. Every mark carries
a title, every chart a title and a description, and the numbers stand in a table beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.contracts import Chart, Language
from jixiao.reports.chart_shapes import WIDTH, Texts, chart_texts, shapes_of
from jixiao.reports.escaping import escaped


def draw(chart: Chart, language: Language, texts: Texts | None = None) -> str:
    """Return the chart as one ``<svg>`` element; every text in it is escaped.

    Args:
        chart: What to draw.
        language: Language of the numbers.
        texts: Result of ``chart_texts`` where it is known already.
    """
    texts = texts or chart_texts(chart, language)
    drawing = shapes_of(chart, language, texts)
    name = escaped(chart.title)
    words = "".join(
        [
            f'<text class="{kind}" x="{x}" y="{y}">{escaped(text)}</text>'
            for kind, x, y, text in drawing.words
        ]
    )
    return (
        f'<svg viewBox="0 0 {WIDTH} {drawing.height}" role="img" aria-label="{name}">'
        f"<title>{name}</title><desc>{escaped(told(chart, texts))}</desc>"
        f"{drawing.shapes}{words}</svg>"
    )


def told(chart: Chart, texts: Texts) -> str:
    """Return the values of a chart in one line, for readers who do not see it."""
    pairs = zip(chart.series, texts, strict=True)
    return "; ".join([_told(chart.labels, series.name, row) for series, row in pairs])


def _told(labels: Sequence[str], name: str, row: Sequence[str]) -> str:
    return f"{name}: " + ", ".join([f"{a} {b}" for a, b in zip(labels, row, strict=True)])
