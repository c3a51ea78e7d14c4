"""A report as a Word document: styles, tables and pictures of the charts.

Every run names its font for Chinese too, because a document that names only the Latin one is
shown in whatever the reader's program falls back to.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jixiao.contracts import Chart, Claim, Report
from jixiao.reports.chart_shapes import chart_texts
from jixiao.reports.charts import told
from jixiao.reports.citations import Citations
from jixiao.reports.exports.texts import clean
from jixiao.reports.frame import Frame, frame_of
from jixiao.reports.words import Words, words_of

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

LATIN, CHINESE = "Calibri", "Microsoft YaHei"
FONTS = (("ascii", LATIN), ("hAnsi", LATIN), ("cs", LATIN), ("eastAsia", CHINESE))
"""The font of each kind of script."""
ACCENT, SOFT, WARN, INK, RULE = "1F5FBF", "566274", "8A5A00", "16202E", "D5DBE3"
PAGE = 17.0
"""Width between the margins, in centimetres."""
FACT_WIDTHS = (1.0, 4.6, 3.0, 8.4)
_BREAKS = frozenset("\t\r\n")
_MARKS = {"strength": ACCENT, "growth": "B4540A", "opinion": "8792A2", "missing": WARN}

Picture = Callable[[Chart], bytes]
"""Draws a chart as PNG."""


def render_docx(report: Report, picture: Picture) -> bytes:
    """Return the report as a DOCX document.

    Args:
        report: What it says.
        picture: Draws the charts.
    """
    from docx import Document

    document = Document()
    _prepare(document, report)
    writer = _Writer(document, report)
    writer.head()
    writer.sections(picture)
    writer.evidence()
    writer.foot()
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _prepare(document: Document, report: Report) -> None:
    """Set page, styles and properties."""
    from docx.shared import Cm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(1.8)
    for name, size, before in (("Normal", 10.5, 0), ("Title", 22, 0), ("Heading 1", 13, 14)):
        style = document.styles[name]
        _set_style(style, size=size, bold=name != "Normal")
        style.paragraph_format.space_before = Pt(before)
        style.paragraph_format.space_after = Pt(4)
    borders = document.styles["Title"].element.pPr.find(_tag("pBdr"))
    if borders is not None:
        borders.getparent().remove(borders)
    document.core_properties.title = clean(report.title)[:255]
    document.core_properties.author = "jixiao"
    document.core_properties.language = words_of(report.language).html_lang


@lru_cache(maxsize=256)
def _tag(name: str) -> str:
    from docx.oxml.ns import qn

    return qn(f"w:{name}")


def _set_style(style: Any, *, size: float, bold: bool) -> None:
    """Set both fonts, size and colour of a style."""
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size, style.font.bold = LATIN, Pt(size), bold
    style.font.color.rgb = RGBColor.from_string(INK)
    fonts = style.element.rPr.rFonts
    for name in list(fonts.attrib):
        del fonts.attrib[name]  # theme fonts would win over those named here
    for kind, font in FONTS:
        fonts.set(_tag(kind), font)


@lru_cache(maxsize=64)
def _look(size: float, bold: bool, color: str) -> Any:
    """Return the properties of a run: Latin and Chinese font, size and colour; to be copied."""
    from docx.oxml import OxmlElement

    properties, fonts = OxmlElement("w:rPr"), OxmlElement("w:rFonts")
    for kind, font in FONTS:
        fonts.set(_tag(kind), font)
    properties.append(fonts)
    parts = [("w:b", "1" if bold else "0"), ("w:color", color)]
    parts += [("w:sz", str(round(size * 2))), ("w:szCs", str(round(size * 2)))]
    for name, value in parts:
        part = OxmlElement(name)
        part.set(_tag("val"), value)
        properties.append(part)
    return properties


class _Writer:
    """Writes the parts of one report into a document.

    Args:
        document: Styled and empty.
        report: What goes into it.
    """

    def __init__(self, document: Document, report: Report) -> None:
        self.document = document
        self.report = report
        self.words: Words = words_of(report.language)
        self.frame: Frame = frame_of(report)
        self.citations = Citations(report, self.words)

    def _say(self, text: str, *, size: float = 10.5, color: str = INK, bold: bool = False) -> Any:
        paragraph = self.document.add_paragraph()
        self._run(paragraph, text, size=size, color=color, bold=bold)
        return paragraph

    def _run(
        self,
        paragraph: Paragraph,
        text: str,
        *,
        size: float = 10.5,
        color: str = INK,
        bold: bool = False,
    ) -> Any:
        run, said = paragraph.add_run(), clean(text)
        run._r.append(deepcopy(_look(size, bold, color)))
        if not _BREAKS.isdisjoint(said):
            run.text = said  # turns breaks into elements, and takes longer
        elif said:
            run.add_text(said)
        return run

    def _head(self, text: str, style: str = "Heading1") -> None:
        """Add a heading by its style's id: looked up by its name, the style takes milliseconds."""
        self.document.add_paragraph(clean(text))._p.style = style

    def head(self) -> None:
        """Write title, notices and key figures."""
        self._say(" · ".join(self.frame.kicker), size=10, color=SOFT)
        self._head(self.report.title, "Title")
        for notice in self.frame.notices:
            self._say(notice, color=WARN, bold=True)
        tiles = self.report.highlights
        for start in range(0, len(tiles), 4):
            row = tiles[start : start + 4]
            table = self._table(1, [PAGE / len(row)] * len(row))
            for cell, tile in zip(table.rows[0].cells, row, strict=True):
                self._run(cell.paragraphs[0], tile.label, size=9, color=SOFT)
                self._run(cell.add_paragraph(), tile.text, size=15, bold=True)
                color = {"good": ACCENT, "bad": "B4540A", "plain": SOFT}[tile.tone]
                mark = {"good": "▲ ", "bad": "▼ ", "plain": ""}[tile.tone]
                if tile.note:
                    self._run(cell.add_paragraph(), mark + tile.note, size=9, color=color)

    def sections(self, picture: Picture) -> None:
        """Write every section: sentences with evidence numbers, then its charts, two in a row."""
        for section in self.report.sections:
            self._head(section.title)
            for claim in section.claims:
                self._claim(claim)
            for start in range(0, len(section.charts), 2):
                self._pictures(section.charts[start : start + 2], picture)

    def _claim(self, claim: Claim) -> None:
        from docx.shared import Cm

        paragraph = self._say(claim.text)
        paragraph.paragraph_format.left_indent = Cm(0.35)
        _mark(paragraph, _MARKS.get(claim.kind, RULE))
        numbers = self.citations.numbers_text(claim)
        if numbers:
            self._run(paragraph, f" {numbers}", size=10.5, color=SOFT).font.superscript = True

    def _pictures(self, charts: Sequence[Chart], picture: Picture) -> None:
        from docx.shared import Cm

        table = self._table(1, [PAGE / 2] * 2, ruled=False)
        _keep_whole(table)
        for cell, chart in zip(table.rows[0].cells, charts, strict=False):
            self._run(cell.paragraphs[0], chart.title, size=9.5, bold=True)
            shown = (
                cell.add_paragraph().add_run().add_picture(io.BytesIO(picture(chart)), width=Cm(8))
            )
            properties = shown._inline.docPr
            properties.set("descr", clean(told(chart, chart_texts(chart, self.report.language))))
            properties.set("title", clean(chart.title))

    def _table(self, rows: int, widths: Sequence[float], *, ruled: bool = True) -> Table:
        """Add a table; widths in centimetres."""
        from docx.shared import Cm

        table: Table = self.document.add_table(rows=rows, cols=len(widths))
        table.autofit = False
        for column, width in zip(table._tbl.tblGrid.gridCol_lst, widths, strict=True):
            column.w = Cm(width)
        for place, cell in enumerate(table._cells):  # by place, each would walk the table
            cell.width = Cm(widths[place % len(widths)])
        if ruled:
            _rule(table)
        return table

    def evidence(self) -> None:
        """Write the numbered facts and quotations."""
        say = self.words.interface
        if self.citations.quotations:
            self._head(say["quotations"])
            for quotation in self.citations.quotations:
                paragraph = self._say(f"{quotation.number}  {quotation.comment.text}", size=9.5)
                self._run(paragraph, f"  {' · '.join(quotation.notes)}", size=8.5, color=SOFT)
        if self.citations.facts:
            self._head(say["cited_facts"])
            self._facts()

    def _facts(self) -> None:
        say = self.words.interface
        heads = ("", say["fact"], say["value"], say["formula"])
        facts = self.citations.facts
        lines = [(str(c.number), c.label, c.value, " · ".join(c.notes)) for c in facts]
        table = self._table(1 + len(lines), FACT_WIDTHS)
        cells = iter(table._cells)
        for place, line in enumerate((heads, *lines)):
            for column, text in enumerate(line):
                color = SOFT if place == 0 or column == len(line) - 1 else INK
                paragraph = next(cells).paragraphs[0]
                self._run(paragraph, text, size=8.5, color=color, bold=place == 0)
        header = table.rows[0]._tr.get_or_add_trPr()
        header.append(header.makeelement(_tag("tblHeader"), {_tag("val"): "true"}))
        _keep_whole(table)

    def foot(self) -> None:
        """Write counts, the gate's score, what it took out, and the provenance."""
        say, colon = self.words.interface, self.words.colon
        self._head(say["provenance"])
        lines = [self.words.separator.join(f"{n} {of}" for n, of in self.frame.counts)]
        if self.frame.gate:
            gate = self.words.separator.join(f"{n} {of}" for n, of in self.frame.gate)
            lines.append(f"{say['gate']}{colon}{gate}")
        lines += [f"{say['removed']}{colon}{text}" for text in self.frame.removed]
        lines += [self.frame.composed]
        lines += [f"{label}{colon}{value}" for label, value in self.frame.provenance]
        for line in (*lines, say["rows_note"]):
            self._say(line, size=9, color=SOFT)


def _mark(paragraph: Paragraph, color: str) -> None:
    """Draw a bar on the left of a paragraph."""
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.makeelement(_tag("pBdr"), {})
    look = {"val": "single", "sz": "12", "space": "6", "color": color}
    borders.append(borders.makeelement(_tag("left"), {_tag(n): v for n, v in look.items()}))
    place = properties.find(_tag("spacing"))
    if place is None:
        place = properties.find(_tag("ind"))
    place.addprevious(borders) if place is not None else properties.append(borders)


def _keep_whole(table: Table) -> None:
    """Let no row of a table be parted by a page break."""
    for row in table._tbl.tr_lst:
        properties = row.get_or_add_trPr()
        properties.insert(0, properties.makeelement(_tag("cantSplit"), {_tag("val"): "true"}))


def _rule(table: Table) -> None:
    """Draw thin lines between the rows of a table."""
    properties = table._tbl.tblPr
    borders = properties.makeelement(_tag("tblBorders"), {})
    for side in ("top", "bottom", "insideH"):
        look = {"val": "single", "sz": "4", "space": "0", "color": RULE}
        borders.append(borders.makeelement(_tag(side), {_tag(n): v for n, v in look.items()}))
    properties.find(_tag("tblLayout")).addprevious(borders)
