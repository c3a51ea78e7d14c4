"""Each format of one fixed report, compared with what it was when somebody last looked at it.

``JIXIAO_GOLDEN=write`` writes the files anew; look at the pages before you commit them.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path

import openpyxl
import pytest
from tests.golden.sample import sample

from jixiao.reports import render
from jixiao.reports.exports import pdf

HERE = Path(__file__).resolve().parent / "files"
LANGUAGES = ("zh", "en")


def compare(name: str, text: str) -> None:
    path = HERE / name
    if os.environ.get("JIXIAO_GOLDEN") == "write":
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{name} is not as it was"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["html", "md", "json"])
def test_text_formats_are_as_they_were(kind, language):
    text = render(sample(language), kind).decode()
    if kind == "html":
        head, _, rest = text.partition("<style>")
        text = head + rest.partition("</style>")[2].replace("<li", "\n<li")
        text = "\n".join(line for line in text.splitlines() if "sha256-" not in line)
    compare(f"report.{language}.{kind}", text.rstrip("\n") + "\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_word_document_says_what_it_said(language):
    from docx import Document

    document = Document(io.BytesIO(render(sample(language), "docx")))
    lines = []
    for part in document.iter_inner_content():
        if hasattr(part, "rows"):
            lines += [" | ".join(cell.text for cell in row.cells) for row in part.rows]
        else:
            lines.append(f"{part.style.name}: {part.text}")
    compare(f"report.{language}.docx.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_workbook_holds_the_cells_it_held(language):
    book = openpyxl.load_workbook(io.BytesIO(render(sample(language), "xlsx")))
    lines = []
    for sheet in book:
        lines.append(f"== {sheet.title}")
        for row in sheet.iter_rows():
            told = [f"{c.coordinate} {c.data_type} {c.value!r}" for c in row if c.value is not None]
            lines += told
    compare(f"report.{language}.xlsx.txt", "\n".join(lines) + "\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_is_set_from_the_same_data(language):
    data = json.dumps(pdf._page(sample(language)), ensure_ascii=False, indent=1)
    compare(f"report.{language}.pdf.json", data + "\n")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["html", "md", "json", "pdf", "xlsx", "docx"])
def test_the_same_report_gives_the_same_file(kind, language):
    first, second = (render(sample(language), kind) for _ in range(2))
    if kind in ("xlsx", "docx"):  # packages carry the time they were packed
        parts = [_parts(content) for content in (first, second)]
        assert parts[0] == parts[1]
    else:
        assert first == second


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {n: package.read(n) for n in package.namelist() if n != "docProps/core.xml"}
