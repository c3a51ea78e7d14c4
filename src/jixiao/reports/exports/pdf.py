"""A report as PDF, and its charts as pictures, set by one typst compiler that is kept.

Everything that is said reaches the compiler as JSON, so that no text of a report is ever code.
The font comes with the product; nothing needs to be installed, and nothing is fetched.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from jixiao.contracts import Chart, Language, Report
from jixiao.reports.chart_shapes import WIDTH, chart_texts, shapes_of
from jixiao.reports.charts import told
from jixiao.reports.citations import Citations
from jixiao.reports.exports.texts import clean
from jixiao.reports.frame import frame_of
from jixiao.reports.words import words_of

if TYPE_CHECKING:
    from typst import Compiler

PICTURE_PPI = 180.0
"""Dots per 72 units of a chart's width; two of them for each of a good screen."""
_LOOKS = {
    'class="grid"': 'stroke="#e3e7ed"',
    'class="axis"': 'stroke="#8792a2"',
    'class="band"': 'fill="none" stroke="#f4dcc6" stroke-width="9" opacity=".6"',
    'class="ln value"': 'fill="none" stroke="#1f5fbf" stroke-width="2.25" stroke-linejoin="round"',
    'class="ln target"': 'fill="none" stroke="#b4540a" stroke-width="1.75" stroke-dasharray="5 4"',
    'class="ln peer"': 'fill="none" stroke="#b4540a" stroke-width="1.75" stroke-dasharray="5 4"',
    'class="dot"': 'fill="#1f5fbf" stroke="#ffffff" stroke-width="1.5"',
    'class="bar"': 'fill="#1f5fbf"',
    'class="bar soft"': 'fill="#b9cdea"',
    'class="track"': 'fill="#f2f5f9"',
}
_CLASS = re.compile(r'class="[a-z ]+"')
_DOTS = re.compile(r'(?:<circle class="dot" cx="[\d.]+" cy="[\d.]+" r="[\d.]+"></circle>)+')
_DOT = re.compile(r'cx="([\d.]+)" cy="([\d.]+)" r="([\d.]+)"')
_TITLE = re.compile(r"<title>[^<]*</title>")


def render_pdf(report: Report) -> bytes:
    """Return the report as a tagged PDF, the same bytes for the same report."""
    return _compile("report.typ", _page(report), "pdf")


def render_picture(chart: Chart, language: Language) -> bytes:
    """Return a chart as PNG on white, without its title."""
    return _compile("picture.typ", {"lang": language, **_chart(chart, language)}, "png")


def _compile(template: str, data: dict[str, Any], kind: Literal["pdf", "png"]) -> bytes:
    made = _compiler().compile(
        str(_folder() / "exports" / template),
        format=kind,
        ppi=PICTURE_PPI if kind == "png" else None,
        sys_inputs={"data": clean(json.dumps(data, ensure_ascii=False))},
    )
    if not isinstance(made, bytes):
        raise AssertionError(f"{template} makes one document, got {type(made).__name__}")
    return made


@lru_cache(maxsize=1)
def _compiler() -> Compiler:
    from typst import Compiler

    folder = _folder()
    return Compiler(root=str(folder), font_paths=[str(folder / "fonts")], ignore_system_fonts=True)


@lru_cache(maxsize=1)
def _folder() -> Path:
    return Path(str(files("jixiao.reports")))


def _page(report: Report) -> dict[str, Any]:
    words = words_of(report.language)
    say = words.interface
    frame = frame_of(report)
    citations = Citations(report, words)
    origin = [words.separator.join(f"{count} {of}" for count, of in frame.counts)]
    if frame.gate:
        gate = words.separator.join(f"{count} {of}" for count, of in frame.gate)
        origin.append(f"{say['gate']}{words.colon}{gate}")
    origin += [f"{say['removed']}{words.colon}{text}" for text in frame.removed]
    origin.append(frame.composed)
    origin.append(" · ".join(f"{label} {value}" for label, value in frame.provenance))
    origin.append(say["rows_note"])
    return {
        "lang": report.language,
        "title": report.title,
        "kicker": "  ·  ".join(frame.kicker),
        "notices": frame.notices,
        "tiles": [[t.label, t.text, t.note, t.tone] for t in report.highlights],
        "sections": [
            {
                "title": section.title,
                "claims": [[c.kind, c.text, citations.numbers_text(c)] for c in section.claims],
                "charts": [_chart(chart, report.language) for chart in section.charts],
            }
            for section in report.sections
        ],
        "quotes": [
            f"{q.number}  {_line(q.comment.text)}  {' · '.join(q.notes)}"
            for q in citations.quotations
        ],
        "facts": [
            f"{c.number}  {_line(c.label)}{words.colon}{' · '.join((_line(c.value), *c.notes))}"
            for c in citations.facts
        ],
        "origin": origin,
        "foot": " · ".join([_line(report.title), *([say["ai_short"]] if frame.has_ai else [])]),
        "say": {name: say[name] for name in ("quotations", "cited_facts", "provenance")},
    }


def _joined_dots(found: re.Match[str]) -> str:
    """Return circles as one path, which is set faster than a shape for each."""
    parts = []
    for x, y, r in _DOT.findall(found[0]):
        side = f"a{r} {r} 0 1 0 {{}}{2 * float(r):g} 0"
        parts.append(f"M{float(x) - float(r):g} {y}{side.format('')}{side.format('-')}")
    return f'<path class="dot" d="{"".join(parts)}"/>'


def _line(text: str) -> str:
    """Return the text on one line."""
    return " ".join(text.split())


def _chart(chart: Chart, language: Language) -> dict[str, Any]:
    texts = chart_texts(chart, language)
    drawing = shapes_of(chart, language, texts)
    shapes = _TITLE.sub("", drawing.shapes).replace('"/><path class="grid" d="', "")
    shapes = _DOTS.sub(_joined_dots, shapes)
    shapes = _CLASS.sub(lambda found: _LOOKS[found[0]], shapes)
    box = f'viewBox="0 0 {WIDTH} {drawing.height}"'
    legend = [[s.role, s.name] for s in chart.series] if len(chart.series) > 1 else []
    return {
        "title": chart.title,
        "legend": legend,
        "alt": told(chart, texts),
        "height": drawing.height,
        "svg": f'<svg xmlns="http://www.w3.org/2000/svg" {box}>{shapes}</svg>',
        "words": [
            [kind.partition(" ")[0], kind.partition(" ")[2], x, y, said]
            for kind, x, y, said in drawing.words
        ],
    }
