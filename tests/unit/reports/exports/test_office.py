"""Word documents and workbooks: nothing in them runs, figures are numbers, Chinese has a font."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree

import openpyxl
import pytest
from tests.golden.sample import sample

from jixiao.contracts import Claim, Highlight, Section
from jixiao.reports import render

PAYLOADS = (
    "=1+1",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "{=1}",
    "http://example.org/x",
    "file:///etc/passwd",
    "internal:A1",
    "mailto:a@example.org",
    "<b>&\x07\x00\ud800",
    "x" * 40_000,
)


def parts(content: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        names = [name for name in package.namelist() if name.endswith((".xml", ".rels"))]
        return {name: package.read(name).decode() for name in names}


def hostile(payload: str):
    base = sample("en")
    facts = tuple(
        fact.model_copy(update={"measure": payload, "unit": payload, "formula": payload})
        for fact in base.facts
    )
    comments = tuple(
        c.model_copy(update={"text": payload, "column": payload}) for c in base.comments
    )
    charts = tuple(
        chart.model_copy(
            update={
                "title": payload,
                "labels": tuple(payload for _ in chart.labels),
                "series": tuple(s.model_copy(update={"name": payload}) for s in chart.series),
            }
        )
        for chart in base.sections[0].charts
    )
    claims = (Claim(text=payload, facts=tuple(f.id for f in facts), comments=("c1",)),)
    return base.model_copy(
        update={
            "title": payload,
            "highlights": (Highlight(label=payload, text=payload, note=payload),),
            "sections": (Section(id="s", title=payload, claims=claims, charts=charts),),
            "facts": facts,
            "comments": comments,
            "provenance": {payload: payload, "writer": payload},
        }
    )


@pytest.mark.parametrize("payload", PAYLOADS, ids=[repr(p[:12]) for p in PAYLOADS])
def test_no_text_of_a_workbook_runs_or_links(payload):
    content = render(hostile(payload), "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    for name, text in parts(content).items():
        ElementTree.fromstring(text)
        assert "hyperlink" not in text.lower() or name.startswith("docProps"), name


@pytest.mark.parametrize("payload", PAYLOADS, ids=[repr(p[:12]) for p in PAYLOADS])
def test_no_text_of_a_document_runs_or_links(payload):
    for name, text in parts(render(hostile(payload), "docx")).items():
        ElementTree.fromstring(text)
        assert 'TargetMode="External"' not in text, name
        if name == "word/document.xml":
            assert "w:fldSimple" not in text
            assert "w:instrText" not in text


def test_figures_of_a_workbook_are_numbers_and_charts_are_its_own():
    content = render(sample("zh"), "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(content))
    values = [cell.value for row in book.worksheets[2].iter_rows(min_row=2) for cell in row]
    assert 125000 in values
    drawn = [name for name in parts(content) if name.startswith("xl/charts/chart")]
    assert len(drawn) == 4
    chart = parts(content)["xl/charts/chart1.xml"]
    assert "<c:f>图表!$B$3:$B$5</c:f>" in chart


def test_every_run_of_a_document_names_its_font_for_chinese():
    document = ElementTree.fromstring(parts(render(sample("zh"), "docx"))["word/document.xml"])
    space = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    runs = [run for run in document.iter(f"{space}r") if run.find(f"{space}t") is not None]
    styled = [
        p for p in document.iter(f"{space}p") if p.find(f"{space}pPr/{space}pStyle") is not None
    ]
    headings = {id(run) for paragraph in styled for run in paragraph.iter(f"{space}r")}
    fonts = {
        run.find(f"{space}rPr/{space}rFonts").get(f"{space}eastAsia")
        for run in runs
        if id(run) not in headings
    }
    assert fonts == {"Microsoft YaHei"}
    styles = parts(render(sample("zh"), "docx"))["word/styles.xml"]
    assert styles.count('w:eastAsia="Microsoft YaHei"') >= 3


def test_every_picture_of_a_document_is_described_with_its_figures():
    text = parts(render(sample("en"), "docx"))["word/document.xml"]
    assert text.count('descr="') == 4
    assert 'descr="p: 3 20%, 4 60%, 5 20%"' in text
