"""A report as a workbook: sentences, native charts on their figures, facts, quotations, origin.

Figures stay numbers. No text can become a formula or a link, whatever it starts with.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from jixiao.contracts import Chart, ChartSeries, Report
from jixiao.reports.chart_shapes import axis_marks
from jixiao.reports.citations import Citations
from jixiao.reports.exports.texts import cell
from jixiao.reports.frame import frame_of
from jixiao.reports.words import Words, words_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

ACCENT, TARGET, SOFT, RULE, WASH = "#1f5fbf", "#b4540a", "#566274", "#d5dbe3", "#f2f5f9"
FONTS = {"zh": "Microsoft YaHei", "en": "Calibri"}
"""Fonts that the programs that open workbooks bring along; others take their place elsewhere."""
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_KINDS = {"line": "line", "bar": "bar", "distribution": "column", "probability": "bar"}
_CHART_ROWS = 15
FIGURE = "#,##0.##"
"""How figures are shown; the cells hold all their digits."""


def render_xlsx(report: Report) -> bytes:
    """Return the report as an XLSX workbook."""
    from xlsxwriter.workbook import Workbook

    stream = io.BytesIO()
    book = Workbook(stream, _OPTIONS)
    book.set_properties({"title": cell(report.title), "comments": "jixiao"})
    writer = _Writer(book, report)
    writer.sentences()
    writer.charts()
    writer.facts()
    writer.quotations()
    writer.origin()
    book.close()
    return stream.getvalue()


class _Writer:
    """Writes the sheets of one report.

    Args:
        book: An empty workbook.
        report: What goes into it.
    """

    def __init__(self, book: Workbook, report: Report) -> None:
        self.book = book
        self.report = report
        self.words: Words = words_of(report.language)
        self.say = self.words.interface
        self.frame = frame_of(report)
        self.citations = Citations(report, self.words)
        self.plain = self._format(text_wrap=True)
        self.bold = self._format(bold=True, text_wrap=True)
        self.soft = self._format(font_color=SOFT, text_wrap=True)
        self.number = self._format(num_format=FIGURE, align="left")
        self.head = self._format(bold=True, bg_color=WASH, bottom=1, bottom_color=RULE)

    def _format(self, **style: object) -> Format:
        font = {"font_name": FONTS[self.report.language], "font_size": 10.5, "valign": "top"}
        return self.book.add_format(font | style)

    def _sheet(self, name: str, widths: Sequence[float]) -> Worksheet:
        sheet = self.book.add_worksheet(name)
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def _table(self, name: str, heads: Sequence[tuple[str, float]]) -> Callable[..., None]:
        """Start a sheet with a fixed header row and return what adds a row to it."""
        sheet = self._sheet(name, [width for _, width in heads])
        sheet.set_landscape()
        for column, (text, _) in enumerate(heads):
            sheet.write_string(0, column, cell(text), self.head)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        row = 0

        def add(*values: object) -> None:
            nonlocal row
            row += 1
            for column, value in enumerate(values):
                self._put(sheet, row, column, value)

        return add

    def _put(self, sheet: Worksheet, row: int, column: int, value: object) -> None:
        """Write a figure as a number and everything else as a text."""
        if isinstance(value, int | float):
            sheet.write_number(row, column, value, self.number)
        elif value is not None and value != "":
            sheet.write_string(row, column, cell(str(value)), self.plain)

    def sentences(self) -> None:
        """Write title, notices, key figures and every sentence with its evidence numbers."""
        sheet = self._sheet(self.say["report"][:31], [26, 84, 16])
        title = self._format(bold=True, font_size=18)
        sheet.set_row(0, 28)
        sheet.write_string(0, 0, cell(self.report.title), title)
        kicker = self._format(font_color=SOFT)
        sheet.write_string(1, 0, cell(" · ".join(self.frame.kicker)), kicker)
        row = 3
        notice = self._format(bold=True, font_color="#8a5a00", bg_color="#fdf3df", text_wrap=True)
        for text in self.frame.notices:
            sheet.merge_range(row, 0, row, 2, "", notice)
            sheet.write_string(row, 0, cell(text), notice)
            row += 1
        for tile in self.report.highlights:
            sheet.write_string(row, 0, cell(tile.label), self.soft)
            note = f"{tile.text}  ·  {tile.note}" if tile.note else tile.text
            sheet.write_string(row, 1, cell(note), self.bold)
            row += 1
        heading = self._format(bold=True, font_size=12, font_color=ACCENT, top=1, top_color=RULE)
        for section in self.report.sections:
            row += 1
            for column, text in ((0, section.title), (1, ""), (2, self.say["fact"])):
                sheet.write_string(row, column, cell(text), heading)
            for claim in section.claims:
                row += 1
                sheet.write_string(row, 1, cell(claim.text), self.plain)
                numbers = self.citations.numbers_text(claim)
                sheet.write_string(row, 2, numbers, self.soft)
            row += 1
        sheet.write_string(row + 1, 1, cell(self.frame.composed), self.soft)

    def charts(self) -> None:
        """Write the figures of every chart with the chart beside them."""
        charts = [chart for section in self.report.sections for chart in section.charts]
        if not charts:
            return
        sheet = self._sheet(self.say["charts"], [26, 14, 14, 14])
        row = 0
        for chart in charts:
            sheet.write_string(row, 0, cell(chart.title), self.bold)
            for column, series in enumerate(chart.series, start=1):
                sheet.write_string(row + 1, column, cell(series.name), self.head)
            for place, label in enumerate(chart.labels, start=row + 2):
                sheet.write_string(place, 0, cell(label), self.plain)
                for column, series in enumerate(chart.series, start=1):
                    self._put(sheet, place, column, series.values[place - row - 2])
            self._draw(sheet, chart, row)
            row += max(_CHART_ROWS, len(chart.labels) + 2) + 2

    def _draw(self, sheet: Worksheet, chart: Chart, row: int) -> None:
        drawn = self.book.add_chart({"type": _KINDS[chart.kind]})
        if drawn is None:
            raise AssertionError(f"no chart of kind {chart.kind}")
        first, last = row + 2, row + 1 + len(chart.labels)
        name = sheet.get_name()
        for column, series in enumerate(chart.series, start=1):
            drawn.add_series(
                {
                    "name": [name, row + 1, column],
                    "categories": [name, first, 0, last, 0],
                    "values": [name, first, column, last, column],
                    **_look(series, chart.kind),
                }
            )
        title = [name, row, 0]  # a cell: as a text, one that looks like a reference would be one
        drawn.set_title({"name": title, "name_font": {"size": 11}, "overlay": False})
        drawn.set_legend({"none": True} if len(chart.series) == 1 else {"position": "bottom"})
        if _lies(chart):
            drawn.set_y_axis({"reverse": True, "line": {"color": SOFT}})
            drawn.set_x_axis(
                {"visible": False, "major_gridlines": {"visible": False}, **_ends(chart)}
            )
        else:
            grid = {"visible": True, "line": {"color": RULE, "width": 0.5}}
            look = {"major_gridlines": grid, "line": {"none": True}, "num_format": FIGURE}
            drawn.set_y_axis({**look, **_ends(chart)})
            drawn.set_x_axis({"line": {"color": SOFT}})
        drawn.set_size({"width": 620, "height": 20 * _CHART_ROWS - 20})
        sheet.insert_chart(row, 5, drawn, {"description": cell(chart.title)})

    def facts(self) -> None:
        """Write every fact of the report, values as numbers, with what it was computed from."""
        say = self.say
        heads = (
            ("", 6),
            (say["fact"], 38),
            (say["value"], 16),
            (say["unit"], 10),
            (say["start"], 12),
        )
        rest = (say["end"], 12), (say["formula"], 60), (say["rows"], 24), ("ID", 26)
        add = self._table(say["cited_facts"][:31], [*heads, *rest])
        for cited in self.citations.facts:
            fact, period = cited.fact, cited.fact.period
            value = cited.value if isinstance(fact.value, str) else fact.value
            days = (period.start, period.end) if period else ("", "")
            how = self.words.formula(fact.formula)
            rows = ", ".join(map(str, fact.rows))
            add(cited.number, cited.label, value, fact.unit, *days, how, rows, fact.id)

    def quotations(self) -> None:
        """Write every quotation and where it comes from."""
        if not self.citations.quotations:
            return
        heads = [("", 6), (self.say["source_text"], 84), (self.say["provenance"], 40)]
        add = self._table(self.say["quotations"], heads)
        for quotation in self.citations.quotations:
            add(quotation.number, quotation.comment.text, " · ".join(quotation.notes))

    def origin(self) -> None:
        """Write counts, the gate's score and the provenance."""
        add = self._table(self.say["provenance"], [(self.say["provenance"], 40), ("", 80)])
        for count, of in (*self.frame.counts, *self.frame.gate):
            add(of, count)
        for text in self.frame.removed:
            add(self.say["removed"], text)
        for label, value in self.frame.provenance:
            add(label, value)
        add("", self.frame.composed)
        add("", self.say["rows_note"])


def _lies(chart: Chart) -> bool:
    return _KINDS[chart.kind] == "bar"


def _ends(chart: Chart) -> dict[str, float]:
    """Return the ends of the axis of values, as the other formats choose them."""
    marks = axis_marks(chart)
    return {"min": marks[0] if chart.kind == "line" else min(0.0, marks[0]), "max": marks[-1]}


def _look(series: ChartSeries, kind: str) -> dict[str, Any]:
    color = ACCENT if series.role == "value" else TARGET
    if kind != "line":
        labels = {"value": True, "num_format": FIGURE}
        return {"fill": {"color": color}, "gap": 60, "data_labels": labels}
    if series.role == "value":
        marker = {"type": "circle", "size": 6, "fill": {"color": color}, "border": {"none": True}}
        return {"line": {"color": color, "width": 2.25}, "marker": marker}
    return {
        "line": {"color": color, "width": 1.75, "dash_type": "dash"},
        "marker": {"type": "none"},
    }
