"""Reads delimited text that a fast parser refuses, and tells every row that does not fit.

Nothing is lost: surplus cells of a long row stay in its last cell, the missing ones of a short row
are empty, and both rows are marked, so that they end in quarantine with all their characters.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field

from jixiao.contracts import Problem
from jixiao.core import plural

_LONGEST_RECORD = 2000
_LONGEST_CELL = 1 << 24


@dataclass
class Body:
    """Rows of one width, and those among them whose cells cannot be trusted."""

    rows: list[list[str]] = field(default_factory=list)
    bad_rows: dict[int, str] = field(default_factory=dict)
    stray_quotes: bool = False


def read_rows(text: str, separator: str, *, skip: int, width: int) -> Body:
    """Return all records after the first ``skip``, each of exactly ``width`` cells.

    Reads with quotes first; when that leaves many rows ragged, also without them and with blanks
    allowed before a quote, and keeps the reading that fits best.
    """
    csv.field_size_limit(_LONGEST_CELL)
    lines = text.split("\n")
    if lines and not lines[-1]:
        lines.pop()
    best: Body | None = None
    for quoting, skip_blanks in ((True, False), (True, True), (False, False)):
        body = _fitted(_records(lines, separator, quoting, skip_blanks), separator, (skip, width))
        body.stray_quotes = not quoting
        if best is None or len(body.bad_rows) < 0.5 * len(best.bad_rows):
            best = body
        if not best.bad_rows:
            break
    assert best is not None
    return best


def _records(
    lines: list[str], separator: str, quoting: bool, skip_blanks: bool
) -> Iterator[tuple[list[str], str | None]]:
    """Yield records with the raw line where a quote never closes; it resumes on the next line."""
    if not quoting:
        for line in lines:
            yield line.removesuffix("\r").split(separator), None
        return
    at = 0
    while at < len(lines):
        reader = csv.reader(
            (line + "\n" for line in lines[at:]),
            delimiter=separator,
            skipinitialspace=skip_blanks,
            strict=False,
        )
        start = at
        stuck = False
        taken = 0
        try:
            for record in reader:
                spanned = reader.line_num - taken
                if spanned > 1 and _is_runaway(lines, start + taken, spanned):
                    stuck = True
                    break
                taken = reader.line_num
                yield [cell.rstrip("\r") if cell.endswith("\r") else cell for cell in record], None
        except csv.Error:
            stuck = True
        at = start + taken
        if not stuck:
            return
        raw = lines[at].removesuffix("\r")
        yield raw.split(separator), "a quote that is never closed"
        at += 1


def _is_runaway(lines: list[str], first: int, count: int) -> bool:
    """Return whether a record that spans lines has swallowed others: it never closes its quote."""
    if count > _LONGEST_RECORD:
        return True
    quotes = sum(lines[at].count('"') for at in range(first, first + count))
    return quotes % 2 == 1


def _fitted(
    records: Iterator[tuple[list[str], str | None]], separator: str, shape: tuple[int, int]
) -> Body:
    skip, width = shape
    body = Body()
    for at, (cells, broken) in enumerate(records):
        if at < skip:
            continue
        position = len(body.rows)
        reason = broken
        if len(cells) > width:
            surplus = cells[width:]
            if any(cell.strip() for cell in surplus):
                reason = reason or plural(len(cells), "cell")
                cells = [*cells[: width - 1], separator.join(cells[width - 1 :])]
            else:
                cells = cells[:width]
        elif len(cells) < width:
            if any(cell.strip() for cell in cells):
                reason = reason or plural(len(cells), "cell")
            cells = [*cells, *[""] * (width - len(cells))]
        if reason:
            body.bad_rows[position] = f"{reason} instead of {width}" if not broken else reason
        body.rows.append(cells)
    return body


def problems_of(body: Body, file: str, *, first_row: int) -> tuple[Problem, ...]:
    """Return one problem for each kind of bad row: too many cells, too few, or an open quote."""
    width = len(body.rows[0]) if body.rows else 0
    kinds: dict[str, list[int]] = {}
    for at, reason in body.bad_rows.items():
        kinds.setdefault(_kind(reason, width), []).append(at)
    told = [
        ragged(
            file,
            first_row + rows[0],
            f"{plural(width, 'cell')}, {body.bad_rows[rows[0]]}",
            rows=len(rows),
        )
        for rows in kinds.values()
    ]
    if body.stray_quotes:
        told.insert(0, _quotes_as_text(file))
    return tuple(told)


def _kind(reason: str, width: int) -> str:
    count = reason.partition(" ")[0]
    if not count.isdecimal():
        return "broken"
    return "long" if int(count) > width else "short"


def ragged(file: str, row: int, what: str, *, rows: int = 1) -> Problem:
    """Return the problem of a row with the wrong number of cells; ``what``: expected, got."""
    expected, _, got = what.partition(", ")
    return Problem(
        "JX-E206.ragged-row",
        file,
        row,
        None,
        expected,
        got,
        "put a cell that holds the separator or a line break in double quotes",
        rows=rows,
    )


def _quotes_as_text(file: str) -> Problem:
    return Problem(
        "JX-E206.stray-quotes",
        file,
        None,
        None,
        "double quotes in pairs around cells",
        "quotes that do not pair up",
        "they are read as plain characters; check the longest texts",
    )
