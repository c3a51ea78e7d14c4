"""Writes the sample company the way people keep such files."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from jixiao.solutions.company.company import Company
from jixiao.solutions.company.tables import wording

_CORE, _STAMP = "docProps/core.xml", b"2026-01-05T00:00:00Z"


def write_company(company: Company, folder: Path) -> dict[str, Path]:
    """Write the five tables and ``truth.json`` into a folder and return the paths by name.

    ``reviews.csv`` is UTF-8 with a byte-order mark, ``kpi.csv`` is GBK, ``roster.xlsx`` has title
    rows and a merged header above the column names; the others are plain UTF-8.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = {name: folder / f"{name}.csv" for name in ("reviews", "kpi", "survey", "goals")}
    paths |= {"roster": folder / "roster.xlsx", "truth": folder / "truth.json"}
    encodings = {"reviews": "utf-8-sig", "kpi": "gbk"}
    for name in ("reviews", "kpi", "survey", "goals"):
        text = company.tables[name].write_csv(line_terminator="\r\n")
        paths[name].write_bytes(text.encode(encodings.get(name, "utf-8")))
    _write_roster(company, paths["roster"])
    truth = json.dumps(company.truth.to_json(), ensure_ascii=False, indent=1)
    paths["truth"].write_text(truth + "\n", encoding="utf-8")
    return paths


def _write_roster(company: Company, path: Path) -> None:
    """Write a title, a note, a header of two rows with merged cells, and the people."""
    frame = company.tables["roster"]
    words = wording()[company.truth.language]
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    for row, banner in enumerate(words["banners"], start=1):
        sheet.cell(row, 1, banner)
        sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=frame.width)
    top = len(words["banners"]) + 2
    _write_header(sheet, top, frame.columns)
    dates = {words["roster"]["birth"], words["roster"]["hired"]}
    numbers = {words["roster"]["level"]}
    for place, record in enumerate(frame.iter_rows(named=True), start=top + 2):
        for column, name in enumerate(frame.columns, start=1):
            sheet.cell(place, column, _typed(record[name], name in dates, name in numbers))
    book.save(path)
    _fix_times(path)


def _write_header(sheet: Worksheet, top: int, names: list[str]) -> None:
    """Write ``group / name`` as a group merged across its names; a lone name takes both rows."""
    spans: dict[str, list[int]] = {}
    for column, full in enumerate(names, start=1):
        group, _, name = full.rpartition(" / ")
        if not group:
            sheet.cell(top, column, name).font = Font(bold=True)
            sheet.merge_cells(
                start_row=top, start_column=column, end_row=top + 1, end_column=column
            )
            continue
        spans.setdefault(group, []).append(column)
        sheet.cell(top + 1, column, name).font = Font(bold=True)
    for group, columns in spans.items():
        sheet.cell(top, columns[0], group).alignment = Alignment(horizontal="center")
        sheet.merge_cells(
            start_row=top, start_column=columns[0], end_row=top, end_column=columns[-1]
        )


def _fix_times(path: Path) -> None:
    """Rewrite a workbook with fixed times, so that the same company gives the same bytes."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    parts[_CORE] = re.sub(rb"[0-9T:-]+Z(?=</dcterms)", _STAMP, parts[_CORE])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in parts.items():
            book.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def _typed(text: str | None, is_date: bool, is_number: bool) -> str | int | date | None:
    if text is None:
        return None
    if is_date:
        return date.fromisoformat(text)
    return int(text) if is_number else text
