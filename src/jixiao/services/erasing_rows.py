"""Rows of one person taken out of a file, and the name out of the others; the format stays."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import polars as pl

from jixiao.core import DataError, atomic

_HEADER_ROWS = 20
"""Rows among which the one with the columns' names is looked for."""


def erase_rows(
    path: Path, columns: Collection[str], key: str, words: Sequence[str]
) -> tuple[int, bool]:
    """Take a person out of a table's file.

    Args:
        path: CSV, TSV, JSON lines, any of them gzipped, XLSX or Parquet.
        columns: Columns that hold subject ids; where the file has none of them, a row goes when
            any of its cells is the id.
        key: Subject id.
        words: Name and address, blanked wherever they stand.

    Returns:
        Rows that went, and whether the file was changed at all.

    Raises:
        DataError: If the file cannot be read.
    """
    person = _Person(frozenset(columns), key, tuple(one for one in words if len(one) > 1))
    name = path.name.removesuffix(".gz")
    if name.endswith(".parquet"):
        return _parquet(path, person)
    if name.endswith(".xlsx"):
        return _workbook(path, person)
    if name.endswith(".jsonl"):
        return _text(path, person.lines)
    return _text(path, person.cells)


class _Person:
    def __init__(self, columns: frozenset[str], key: str, words: tuple[str, ...]) -> None:
        self.columns, self.key, self.words = columns, key, words

    def places(self, rows: Sequence[Sequence[Any]]) -> tuple[int, ...] | None:
        """Return where the subject ids stand, None where no row names such a column."""
        for row in rows[:_HEADER_ROWS]:
            found = tuple(at for at, cell in enumerate(row) if str(cell).strip() in self.columns)
            if found:
                return found
        return None

    def is_row(self, row: Sequence[Any], places: tuple[int, ...] | None) -> bool:
        """Return whether a row is about the person."""
        at = range(len(row)) if places is None else places
        return any(place < len(row) and str(row[place]).strip() == self.key for place in at)

    def blanked(self, cell: Any) -> Any:
        """Return a cell without the person."""
        if not isinstance(cell, str):
            return cell
        if cell.strip() == self.key:
            return ""
        for word in self.words:
            cell = cell.replace(word, "***")
        return cell

    def cells(self, text: str) -> tuple[str, int]:
        """Return a text of separated values without the person."""
        first = text.partition("\n")[0]
        separator = max(",;\t|", key=first.count)
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
        places = self.places(rows)
        kept = [[self.blanked(c) for c in row] for row in rows if not self.is_row(row, places)]
        if kept == rows:
            return text, 0
        out = io.StringIO(newline="")
        ending = "\r\n" if "\r\n" in text else "\n"
        csv.writer(out, delimiter=separator, lineterminator=ending).writerows(kept)
        return out.getvalue(), len(rows) - len(kept)

    def lines(self, text: str) -> tuple[str, int]:
        """Return JSON lines without the person."""
        kept, gone = [], 0
        for line in text.splitlines():
            value = json.loads(line) if line.strip() else {}
            named = self.columns & set(value) or set(value)
            if any(str(value[name]).strip() == self.key for name in named):
                gone += 1
                continue
            kept.append(
                json.dumps({k: self.blanked(v) for k, v in value.items()}, ensure_ascii=False)
            )
        return "\n".join(kept) + "\n", gone


def _text(path: Path, erase: Any) -> tuple[int, bool]:
    content = path.read_bytes()
    packed = path.suffix == ".gz"
    raw = gzip.decompress(content) if packed else content
    text, encoding = _decoded(raw, path.name)
    kept, gone = erase(text)
    if kept == text:
        return 0, False
    new = kept.encode(encoding)
    atomic.write_bytes(path, gzip.compress(new) if packed else new)
    return gone, True


def _decoded(raw: bytes, name: str) -> tuple[str, str]:
    bom = "utf-16" if raw[:2] in (b"\xff\xfe", b"\xfe\xff") else ""
    mark = "utf-8-sig" if raw.startswith(b"\xef\xbb\xbf") else ""
    for encoding in filter(None, (bom or mark, "utf-8", "gb18030", "latin-1")):
        try:
            return raw.decode(encoding), encoding
        except UnicodeDecodeError:
            continue
    raise DataError("JX-E201", name, expected="a text file", got="bytes in no known encoding")


def _workbook(path: Path, person: _Person) -> tuple[int, bool]:
    from openpyxl import load_workbook

    book = load_workbook(path)
    gone, changed = 0, False
    for sheet in book.worksheets:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
        places = person.places(rows)
        for at in range(len(rows), 0, -1):
            if person.is_row(rows[at - 1], places):
                sheet.delete_rows(at)
                gone += 1
                continue
            for place, cell in enumerate(rows[at - 1], start=1):
                if (new := person.blanked(cell)) != cell:
                    sheet.cell(at, place, new)
                    changed = True
    if gone or changed:
        with atomic.new_file(path) as part:
            book.save(part)
    return gone, bool(gone or changed)


def _parquet(path: Path, person: _Person) -> tuple[int, bool]:
    frame = pl.read_parquet(path)
    texts = [name for name, kind in frame.schema.items() if kind == pl.String]
    named = [name for name in texts if name in person.columns] or texts
    if not named:
        return 0, False
    about = pl.any_horizontal(*(pl.col(name).str.strip_chars() == person.key for name in named))
    kept = frame.filter(~about.fill_null(value=False)).with_columns(
        pl.col(name).map_elements(person.blanked, return_dtype=pl.String) for name in texts
    )
    if kept.equals(frame):
        return 0, False
    with atomic.new_file(path) as part:
        kept.write_parquet(part)
    return frame.height - kept.height, True
