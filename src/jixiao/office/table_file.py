"""A table as a file that opens anywhere: CSV, workbook or JSON; no cell of it runs as a formula."""

from __future__ import annotations

import io
import json
from typing import Literal

import polars as pl

from jixiao.data import guarded

TableFormat = Literal["csv", "xlsx", "json"]
MEDIA: dict[TableFormat, str] = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
"""Media type by format."""
_PLAIN = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_MOST_NAME = 31
"""Most characters of a sheet's name in Excel."""


def table_file(frame: pl.DataFrame, kind: TableFormat, *, name: str) -> bytes:
    """Return a table as a file.

    Args:
        frame: The table; its texts are as people wrote them.
        kind: Format; JSON is a list of records and needs no guard.
        name: Of the sheet.
    """
    if kind == "json":
        rows = frame.to_dicts()
        return json.dumps(rows, ensure_ascii=False, default=str, allow_nan=False).encode()
    if kind == "csv":
        return b"\xef\xbb\xbf" + guarded(frame).write_csv().encode()
    from xlsxwriter.workbook import Workbook

    sheet = io.BytesIO()
    with Workbook(sheet, _PLAIN) as book:
        guarded(frame).write_excel(book, worksheet=name[:_MOST_NAME], autofit=True)
    return sheet.getvalue()
