"""Delimited text: finds the separator and reads CSV, TSV and their cousins.

The common case, UTF-8 with every row of one width, is parsed by polars straight from the file.
Anything odd (ragged rows, stray quotes, NUL bytes) goes to ``careful``, which loses nothing.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl
from polars.exceptions import PolarsError

from jixiao.contracts import Problem
from jixiao.core import DataError, plural
from jixiao.data.sources import careful
from jixiao.data.sources.encoding import Glance, decode, glance, is_utf8
from jixiao.data.sources.header import LOOK, HeaderPlan, plan_header
from jixiao.data.sources.limits import Limits, too_large
from jixiao.data.sources.raw import RawTable
from jixiao.data.sources.table import (
    finding,
    string_frame,
    without_blank_columns,
    without_blank_rows,
)

SEPARATORS = ",;\t|"
_RARE = "^~#!:&* \x01\x1f"
"""Separators taken only where every row has the same cells and no common one fits."""
_CHUNK = 1 << 20
_HEAD = 1 << 18
_SURE, _LEAST_WIDTH = 0.9, 3
_LABEL = re.compile(r"[^\s@]{1,40}")


@dataclass(frozen=True)
class Text:
    """A text file, ready to be parsed: UTF-8 on the disk, or UTF-8 bytes in memory.

    Attributes:
        file: Label for problems.
        source: Where the UTF-8 is; it may still turn out not to be valid when ``is_sure`` is not.
        head: Its beginning, without a byte-order mark.
        glance: What stands in it.
        problems: What had to be guessed or mended.
        is_sure: Whether every byte was seen to be valid.
    """

    file: str
    source: Path | bytes
    head: str
    glance: Glance
    problems: tuple[Problem, ...] = ()
    is_sure: bool = False

    def whole(self) -> str:
        """Return all of it, without a byte-order mark."""
        data = self.source if isinstance(self.source, bytes) else self.source.read_bytes()
        return data.decode("utf-8").removeprefix("\ufeff")

    def sure(self) -> Text:
        """Return the text with every byte valid; itself when it is so already."""
        if self.is_sure or is_utf8(_chunks(self.source)):
            return replace(self, is_sure=True)
        return _decoded(self.file, self.source)


def open_text(file: str, source: Path | bytes) -> Text:
    """Hand a text on as UTF-8, without a copy where it seems to be so already.

    Only its beginning is decoded here; parsers refuse invalid bytes further down, and whoever
    does not parse calls ``sure`` first.
    """
    seen = glance(source)
    head = next(_chunks(source, _HEAD), b"")
    is_plain = not seen.has_nuls and (seen.has_feeds or not seen.has_returns)
    if not is_plain or not is_utf8([head[: head.rfind(b"\n") + 1] or head]):
        return _decoded(file, source)
    return Text(file, source, _start(head), seen)


def _decoded(file: str, source: Path | bytes) -> Text:
    data = source if isinstance(source, bytes) else source.read_bytes()
    text, problems = decode(data, file)
    _refuse_binary(text[:_HEAD], file)
    text, removed = _without_nuls(text, file)
    if "\n" not in text:
        text = text.replace("\r", "\n")
    coded = text.encode("utf-8", "replace")
    seen = glance(coded)
    return Text(file, coded, _start(coded[:_HEAD]), seen, (*problems, *removed), is_sure=True)


def _refuse_binary(head: str, file: str) -> None:
    controls = sum(1 for character in head if ord(character) < 32 and character not in "\t\n\r\0")
    if controls > 0.02 * len(head):
        raise DataError(
            "JX-E202",
            file,
            expected="text",
            got="bytes that are no text in any encoding",
            hint="open it in the program it came from and save the table as CSV or XLSX",
        )


def _start(head: bytes) -> str:
    return head.decode("utf-8", "ignore").removeprefix("\ufeff")


def _chunks(source: Path | bytes, size: int = _CHUNK) -> Iterator[bytes]:
    if isinstance(source, bytes):
        for at in range(0, len(source), size):
            yield source[at : at + size]
        return
    with source.open("rb") as file:
        while chunk := file.read(size):
            yield chunk


def _without_nuls(text: str, file: str) -> tuple[str, tuple[Problem, ...]]:
    count = text.count("\0")
    if not count:
        return text, ()
    told = finding(
        "JX-E204.nul-bytes",
        file,
        expected="text",
        got=f"{plural(count, 'NUL character')} in it",
        hint="they are left out; export the file again if cells look cut",
    )
    return text.replace("\0", ""), (told,)


def read_delimited(text: Text, name: str, limits: Limits) -> RawTable:
    """Read a table from delimited text.

    Raises:
        DataError: If there is no table in it or it is beyond a limit.
    """
    if not text.head.strip():
        raise _empty(text.file)
    separator = sniff(
        text.head, tabs=text.file.lower().removesuffix(".gz").endswith((".tsv", ".tab"))
    )
    if separator == "@":
        return _sentences(text.sure(), name)
    rows, ends = _first_rows(text.head, separator or ",")
    plan = plan_header(rows, text.file)
    if len(plan.names) > limits.columns:
        raise too_large(
            text.file,
            "a table",
            limit=f"{limits.columns} columns",
            got=f"{len(plan.names)} columns",
        )
    table = _quick(text, name, plan, (separator or ",", ends[plan.start - 1] if plan.start else 0))
    if table is None and not text.is_sure and (sure := text.sure()).source is not text.source:
        return read_delimited(sure, name, limits)
    if table is None:
        table = _careful(text, name, plan, separator or ",")
    if table.frame.height > limits.rows:
        raise too_large(
            text.file, "a table", limit=f"{limits.rows} rows", got=f"{table.frame.height} rows"
        )
    frame = without_blank_columns(table.frame, plan.named)
    problems = (*text.problems, *plan.problems, *table.problems)
    return without_blank_rows(
        replace(table, frame=frame, problems=problems), lambda: _empty_lines(text, plan.start)
    )


def _empty_lines(text: Text, start: int) -> frozenset[int]:
    """Return the records, counted from the first one of the data, that are lines without anything.

    A line of nothing but separators, or of empty quotes, is a row that somebody wrote.
    """
    found, record, is_open = [], -1, False
    for line in text.whole().removesuffix("\n").split("\n"):
        if not is_open:
            record += 1
            if line in ("", "\r"):
                found.append(record - start)
        if text.glance.has_quotes and line.count('"') % 2:
            is_open = not is_open
    return frozenset(found)


def _empty(file: str) -> DataError:
    return DataError(
        "JX-E203",
        file,
        expected="a table",
        got="an empty file",
        hint="export it again, with its header",
    )


def sniff(head: str, *, tabs: bool = False) -> str | None:
    """Return the separator of a text, ``@`` for sentence@label lines, None for one column.

    Args:
        head: Beginning of the text; a last, cut line does no harm.
        tabs: Whether the file's name promises tabs.
    """
    lines = head.splitlines(keepends=True)[:400]
    if len(lines) > 1 and len(head) >= _HEAD - 4:
        lines = lines[:-1]
    scores = {separator: _regularity(lines, separator) for separator in SEPARATORS}
    if tabs:
        scores["\t"] *= 1.2
    best = max(scores, key=lambda separator: scores[separator])
    if scores[best] < _SURE:
        rare = {separator: _regularity(lines, separator) for separator in _RARE}
        found = max(rare, key=lambda separator: rare[separator])
        if rare[found] > max(_SURE, scores[best]) and _width(lines[0], found) >= _LEAST_WIDTH:
            return found
    if scores[best] < _SURE and _is_labelled(lines):
        return "@"
    return best if scores[best] >= 0.4 else None


def _width(line: str, separator: str) -> int:
    return len(next(csv.reader([line], delimiter=separator), []))


def _regularity(lines: list[str], separator: str) -> float:
    """Return how regular the rows are under a separator: 0 for one column, about 1 at best."""
    try:
        rows = [row for row in csv.reader(lines, delimiter=separator) if any(row)]
    except csv.Error:
        rows = [line.rstrip("\r\n").split(separator) for line in lines if line.strip()]
    widths = Counter(len(row) for row in rows)
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] > 1), item[0]))
    if width == 1:
        return 0.0
    first = len(rows[0])
    share = max(count, widths[first] if first > 1 else 0) / len(rows)
    if first == 1 and share < 0.75:
        return 0.0
    return share * (1.0 if first == width else 0.8) - 0.05 / width


def _is_labelled(lines: list[str]) -> bool:
    rows = [line.strip() for line in lines if line.strip()]
    labels = [row.rpartition("@")[2] for row in rows if "@" in row]
    if len(rows) < 2 or len(labels) < 0.95 * len(rows):
        return False
    fitting = [label for label in labels if _LABEL.fullmatch(label)]
    return len(fitting) >= 0.95 * len(rows) and len(set(fitting)) <= max(2, len(rows) // 5)


def _first_rows(head: str, separator: str) -> tuple[list[list[str]], list[int]]:
    """Return the first records and, for each, the number of physical lines up to its end."""
    reader = csv.reader(io.StringIO(head, newline=""), delimiter=separator)
    rows: list[list[str]] = []
    ends: list[int] = []
    try:
        for row in reader:
            rows.append(row)
            ends.append(reader.line_num)
            if len(rows) == LOOK:
                break
    except csv.Error:
        pass
    if len(head) >= _HEAD - 4 and 1 < len(rows) < LOOK:
        rows.pop()
    return rows, ends


def _quick(text: Text, name: str, plan: HeaderPlan, layout: tuple[str, int]) -> RawTable | None:
    """Parse with polars; None when a row is ragged or a quote stands where it should not."""
    separator, skip_lines = layout
    try:
        frame = pl.read_csv(
            text.source,
            has_header=False,
            separator=separator,
            skip_lines=skip_lines,
            schema=dict.fromkeys(plan.names, pl.String),
            extra_columns="raise",
            quote_char='"' if text.glance.has_quotes else None,
            glob=False,
        )
    except PolarsError:
        return None
    if _may_be_short(frame, text, layout):
        return None
    if text.glance.has_quotes:
        quoted = [column.name for column in frame if (column == "").any()]
        frame = frame.with_columns(pl.col(quoted).replace("", None)) if quoted else frame
    return RawTable(name, text.file, frame, first_row=plan.start + 1)


def _may_be_short(frame: pl.DataFrame, text: Text, layout: tuple[str, int]) -> bool:
    """Return whether some row has too few cells: there are fewer separators than there must be.

    A short row leaves its last cell empty, so nothing is counted where none is.
    """
    if frame.width < 2 or not frame.height or not frame.to_series(-1).null_count():
        return False
    separator, skip_lines = layout
    expected = frame.height * (frame.width - 1)
    if text.glance.has_quotes:
        counts = frame.select(
            pl.all().str.count_matches(separator, literal=True).sum().cast(pl.Int64)
        )
        expected += sum(counts.row(0), 0)
    sign = ord(separator)
    found = sum(
        int(np.count_nonzero(np.frombuffer(chunk, dtype=np.uint8) == sign))
        for chunk in _chunks(text.source)
    )
    skipped = "".join(text.head.splitlines(keepends=True)[:skip_lines]).count(separator)
    return found - skipped != expected


def _careful(text: Text, name: str, plan: HeaderPlan, separator: str) -> RawTable:
    body = careful.read_rows(text.whole(), separator, skip=plan.start, width=len(plan.names))
    frame = string_frame(body.rows, plan.names)
    problems = careful.problems_of(body, text.file, first_row=plan.start + 1)
    return RawTable(
        name,
        text.file,
        frame,
        first_row=plan.start + 1,
        problems=problems,
        bad_rows=body.bad_rows,
    )


def _sentences(text: Text, name: str) -> RawTable:
    lines = pl.Series("line", text.whole().splitlines(), dtype=pl.String)
    frame = pl.DataFrame({"line": lines}).select(
        pl.col("line").str.extract(r"^(.*)@[^@]*$").alias("column_1"),
        pl.col("line").str.extract(r"@([^@]*)$").str.strip_chars().alias("column_2"),
        pl.col("line"),
    )
    bad = frame["column_2"].is_null() & (frame["line"].str.strip_chars() != "")
    frame = frame.select(pl.coalesce("column_1", "line").alias("column_1"), "column_2")
    frame = frame.with_columns(pl.all().replace("", None))
    reason = "no label after an @"
    bad_rows = {int(at): reason for at in bad.arg_true()}
    table = RawTable(name, text.file, frame, first_row=1, bad_rows=bad_rows)
    told = [
        careful.ragged(text.file, at + 1, f"sentence@label, {reason}", rows=len(bad_rows))
        for at in list(bad_rows)[:1]
    ]
    return without_blank_rows(replace(table, problems=(*text.problems, *told)))
