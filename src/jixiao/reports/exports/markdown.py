"""A report as Markdown: sentences with numbered evidence, charts as tables, nothing to click.

Every text of the report is escaped, so that none of it becomes a heading, a link or markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from jixiao.contracts import Chart, Language, Report
from jixiao.reports.chart_shapes import chart_texts
from jixiao.reports.citations import Citations
from jixiao.reports.frame import frame_of
from jixiao.reports.words import Words, words_of

_SPECIAL = re.compile(r"([\\`*_{}\[\]()#|~$])")
_ADDRESS = re.compile(r":(?=//)|(?<=mailto):|(?<=www)\.", re.IGNORECASE)
"""Where GitHub's dialect would see an address that can be clicked."""
_AT_START = re.compile(r"^(?:[-+=]+|\d+[.)])(?=\s|$)")
_TONES = {"good": "▲ ", "bad": "▼ ", "plain": ""}


def render_markdown(report: Report) -> str:
    """Return the report as CommonMark with tables (GitHub's dialect)."""
    words = words_of(report.language)
    citations = Citations(report, words)
    frame = frame_of(report)
    lines = [f"# {plain(report.title)}", "", " · ".join(map(plain, frame.kicker)), ""]
    for notice in frame.notices:
        lines += [f"> **{plain(notice)}**", ""]
    lines += _tiles(report)
    for section in report.sections:
        lines += [f"## {plain(section.title)}", ""]
        for claim in section.claims:
            numbers = citations.numbers_text(claim)
            cited = f" <sup>{numbers}</sup>" if numbers else ""
            lines.append(f"- {plain(claim.text)}{cited}")
        lines += ["", *_charts(section.charts, report.language)]
    lines += _evidence(citations, words)
    lines += _foot(report, words)
    return "\n".join(lines).replace("\n\n\n", "\n\n").rstrip("\n") + "\n"


def plain(text: str) -> str:
    r"""Return a text that Markdown shows as it is, on one line.

    Examples:
        >>> print(plain("1. <b>*x*</b>"))
        1\. &lt;b&gt;\*x\*&lt;/b&gt;
        >>> print(plain("see https://www.example.org"))
        see https\://www\.example.org
    """
    line = " ".join(text.split())
    line = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line = _ADDRESS.sub(r"\\\g<0>", _SPECIAL.sub(r"\\\1", line))
    start = _AT_START.match(line)
    if start is None:
        return line
    return f"{start[0][:-1]}\\{start[0][-1]}{line[start.end() :]}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _tiles(report: Report) -> list[str]:
    if not report.highlights:
        return []
    tiles = report.highlights
    notes = [f"{_TONES[tile.tone]}{plain(tile.note)}" if tile.note else "" for tile in tiles]
    return [
        _row([plain(tile.label) for tile in tiles]),
        _row(["---"] * len(tiles)),
        _row([f"**{plain(tile.text)}**" for tile in tiles]),
        *([_row(notes)] if any(notes) else []),
        "",
    ]


def _charts(charts: Sequence[Chart], language: Language) -> Iterator[str]:
    for chart in charts:
        yield f"**{plain(chart.title)}**"
        yield ""
        yield _row(["", *(plain(series.name) for series in chart.series)])
        yield _row(["---", *["---:"] * len(chart.series)])
        columns = zip(*chart_texts(chart, language), strict=True)
        for label, values in zip(chart.labels, columns, strict=True):
            yield _row([plain(label), *map(plain, values)])
        yield ""


def _evidence(citations: Citations, words: Words) -> Iterator[str]:
    say = words.interface
    if citations.quotations:
        yield from (f"## {say['quotations']}", "")
        for quotation in citations.quotations:
            notes = plain(" · ".join(quotation.notes))
            yield f"{quotation.number}\\. {plain(quotation.comment.text)} ({notes})"
            yield ""
    if citations.facts:
        yield from (f"## {say['cited_facts']}", "")
        yield _row(["", say["fact"], say["value"], say["formula"]])
        yield _row(["---:", "---", "---", "---"])
        for cited in citations.facts:
            notes = plain(" · ".join(cited.notes))
            yield _row([str(cited.number), plain(cited.label), plain(cited.value), notes])
        yield ""


def _foot(report: Report, words: Words) -> Iterator[str]:
    frame = frame_of(report)
    yield from ("---", "")
    yield words.separator.join(f"{count} {of}" for count, of in frame.counts)
    yield ""
    if frame.gate:
        told = words.separator.join(f"{count} {of}" for count, of in frame.gate)
        yield f"{words.interface['gate']}{words.colon}{told}"
        yield ""
    if frame.removed:
        yield from (f"{words.interface['removed']}{words.colon}", "")
        yield from (f"- {plain(text)}" for text in frame.removed)
        yield ""
    yield from (plain(frame.composed), "")
    yield from (f"- {plain(label)}{words.colon}{plain(value)}" for label, value in frame.provenance)
    yield from ("", plain(words.interface["rows_note"]))
