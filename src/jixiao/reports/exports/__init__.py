"""One report in every format: HTML, PDF, DOCX, XLSX, Markdown and JSON from the same record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

from jixiao.contracts import Report
from jixiao.reports.exports.docx import render_docx
from jixiao.reports.exports.markdown import render_markdown
from jixiao.reports.exports.pdf import render_pdf, render_picture
from jixiao.reports.exports.xlsx import render_xlsx
from jixiao.reports.html import render_html
from jixiao.reports.json import to_json

__all__ = ["FORMATS", "Format", "render"]

Format = Literal["html", "json", "pdf", "docx", "xlsx", "md"]
FORMATS: tuple[Format, ...] = get_args(Format)
"""Every format, each the ending of its files."""


def render(report: Report, kind: Format) -> bytes:
    """Return the whole file of a report in a format, not yet signed.

    Args:
        report: What is rendered.
        kind: One of ``FORMATS``.
    """
    return _RENDERERS[kind](report)


def _docx(report: Report) -> bytes:
    return render_docx(report, lambda chart: render_picture(chart, report.language))


_RENDERERS: dict[Format, Callable[[Report], bytes]] = {
    "html": lambda report: render_html(report).encode(),
    "json": lambda report: to_json(report).encode(),
    "pdf": render_pdf,
    "docx": _docx,
    "xlsx": render_xlsx,
    "md": lambda report: render_markdown(report).encode(),
}
