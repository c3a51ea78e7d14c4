"""Where a table begins: title rows, header rows (one or two of them) and column names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from jixiao.contracts import Problem
from jixiao.data.sources.table import finding, note
from jixiao.data.vocabulary import MERGED

Cells = Sequence[str | None]

LOOK = 60
_NUMBER = re.compile(r"[-+(]?\s*[¥￥$€£]?\s*\d[\d,.\s]*(?:[eE][-+]?\d+)?\s*[%％万亿元)]?")
_DATE = re.compile(r"\d{1,4}[-/.年]\d{1,2}[-/.月]\d{1,4}日?.*|\d{1,2}-[A-Za-z]{3}-\d{2,4}")
_YEAR = re.compile(r"(?:19|20)\d\d")
_SENTENCE = re.compile(r"[.!?。！？]\s*$|[,，;；].*[,，;；]")


@dataclass(frozen=True)
class HeaderPlan:
    """How the first rows of a table are to be read.

    Attributes:
        start: Index of the first data row among the rows looked at.
        names: Unique column names, as many as the table has columns.
        named: Name to whether it stood in the file (otherwise it was made up).
        problems: What had to be assumed.
    """

    start: int
    names: tuple[str, ...]
    named: dict[str, bool]
    problems: tuple[Problem, ...]


def plan_header(rows: Sequence[Cells], file: str) -> HeaderPlan:
    """Find title rows, header rows and names in the first rows of a table.

    Args:
        rows: The first rows, blank ones included; None or ``""`` for an empty cell.
        file: Label for problems.
    """
    grid = _grid(rows)
    top = _header_row(grid)
    if top is None:
        return HeaderPlan(0, (), {}, ())
    group, top = _group_rows(grid, top)
    width = _width(grid[top:])
    if group is None and not _has_header(grid[top], grid[top + 1 :]):
        names = tuple(f"column_{at + 1}" for at in range(width))
        return HeaderPlan(top, names, dict.fromkeys(names, False), _none_found(file, width))
    written = _joined(grid[group], grid[top]) if group is not None else list(grid[top])
    written = [*written, *[None] * width][:width]
    names, named, problems = _unique(written, file)
    skipped = [at for at in range(top if group is None else group) if any(grid[at])]
    return HeaderPlan(top + 1, names, named, (*_titles(file, skipped), *problems))


def _grid(rows: Sequence[Cells]) -> list[list[str | None]]:
    return [[" ".join(cell.split()) or None if cell else None for cell in row] for row in rows]


def _width(grid: list[list[str | None]]) -> int:
    """Return how wide the table is: as its header, or wider when most rows are."""
    header, *body = [len(row) for row in grid if any(row)]
    usual, count = Counter(body).most_common(1)[0] if body else (header, 0)
    return max(header, usual) if 2 * count > len(body) else header


def _filled(row: Cells) -> int:
    return sum(1 for cell in row if cell)


def _header_row(grid: list[list[str | None]]) -> int | None:
    counts = [(at, _filled(row)) for at, row in enumerate(grid) if any(row)]
    if not counts:
        return None
    typical = median(count for _, count in counts[len(counts) // 4 :])
    for at, count in counts:
        if count >= typical * 0.6 and (count >= 2 or typical < 2):
            return at
    return counts[0][0]


def _group_rows(grid: list[list[str | None]], top: int) -> tuple[int | None, int]:
    """Return the row of group names above the header, if there is one, and the header row."""
    if top + 1 < len(grid) and _is_split(grid[top], grid[top + 1], grid[top + 2 :]):
        return top, top + 1
    if top and _filled(grid[top - 1]) >= 2 and _is_split(grid[top - 1], grid[top], grid[top + 1 :]):
        return top - 1, top
    return None, top


def _is_split(upper: Cells, lower: Cells, body: Sequence[Cells]) -> bool:
    width = max(len(upper), len(lower))
    above, below = _padded(upper, width), _padded(lower, width)
    gaps = [at for at in range(1, width) if not above[at] and any(above[:at])]
    if not gaps or not body or not all(below[at] or not _column(body, at) for at in gaps):
        return False
    if not any(below[at] for at in gaps):
        return False
    if any(kind_of(cell) != "text" for cell in (*above, *below) if cell and not _YEAR.match(cell)):
        return False
    both = [at for at in range(width) if above[at] and below[at]]
    typed = [at for at in (*gaps, *both) if _is_typed(_column(body, at))]
    return bool(typed)


def _padded(row: Cells, width: int) -> list[str | None]:
    return [*row, *[None] * (width - len(row))]


def _column(body: Sequence[Cells], at: int) -> list[str]:
    return [cell for row in body if at < len(row) and (cell := row[at])]


def _is_typed(cells: list[str]) -> bool:
    typed = sum(1 for cell in cells if kind_of(cell) != "text")
    return bool(cells) and typed >= 0.8 * len(cells)


def kind_of(cell: str) -> str:
    """Return ``number``, ``date`` or ``text`` for one cell."""
    if _NUMBER.fullmatch(cell):
        return "number"
    return "date" if _DATE.fullmatch(cell) else "text"


def _joined(upper: Cells, lower: Cells) -> list[str | None]:
    width = max(len(upper), len(lower))
    above, below = _padded(upper, width), _padded(lower, width)
    names: list[str | None] = []
    group: str | None = None
    for at in range(width):
        group = above[at] or (group if below[at] else None)
        parts = [part for part in (group, below[at]) if part]
        names.append(MERGED.join(dict.fromkeys(parts)) or None)
    return names


def _has_header(first: Cells, body: Sequence[Cells]) -> bool:
    rows = [row for row in body if any(row)]
    if not rows:
        return all(kind_of(cell) == "text" for cell in first if cell)
    votes = [_vote(cell, _column(rows, at)) for at, cell in enumerate(first)]
    total = sum(votes)
    if total:
        return total > 0
    filled = [cell for cell in first if cell]
    plain = all(len(cell) <= 40 and not _SENTENCE.search(cell) for cell in filled)
    return plain and len(set(filled)) == len(filled)


def _vote(cell: str | None, below: list[str]) -> float:
    """Return how much one column speaks for (positive) or against a header."""
    if not cell or not below:
        return 0.0
    if _is_typed(below):
        if kind_of(cell) == "text":
            return 1.0
        return 0.0 if _YEAR.fullmatch(cell) else -1.0
    if kind_of(cell) != "text":
        return 0.0 if _YEAR.match(cell) else -0.5
    if cell in below:
        return -1.0
    length = sum(map(len, below)) / len(below)
    if length > 20 and len(cell) < 0.5 * length and not _SENTENCE.search(cell):
        return 0.5
    if length > 20 and len(cell) > 30 and " " in cell:
        return -0.5
    return 0.3 if len(set(below)) < 0.5 * len(below) else 0.0


def _unique(
    written: Sequence[str | None], file: str
) -> tuple[tuple[str, ...], dict[str, bool], tuple[Problem, ...]]:
    counts = Counter(name for name in written if name)
    taken = set(counts)
    seen: Counter[str] = Counter()
    named: dict[str, bool] = {}
    for at, name in enumerate(written):
        base = name or f"column_{at + 1}"
        seen[base] += 1
        final, copy = base, seen[base]
        while final in named or (copy > 1 and final in taken) or (not name and final in taken):
            copy = max(copy, 2)
            final = f"{base}_{copy}"
            copy += 1
        named[final] = name is not None
    twins = [name for name, count in counts.items() if count > 1]
    problems = tuple(
        Problem(
            "JX-E205.duplicate-column",
            file,
            None,
            name,
            "each column name once",
            f"it {counts[name]} times",
            f"the later ones are called {name}_2 and so on; rename them in the file",
        )
        for name in twins
    )
    return tuple(named), named, problems


def _titles(file: str, skipped: Sequence[int]) -> tuple[Problem, ...]:
    if not skipped:
        return ()
    return (
        note(
            "JX-E205.title-rows",
            file,
            expected="the header in the first row",
            got=f"{len(skipped)} title rows above it",
            hint="they are skipped; the row numbers are those of the file",
        ),
    )


def _none_found(file: str, width: int) -> tuple[Problem, ...]:
    return (
        finding(
            "JX-E205.no-header",
            file,
            expected="column names in the first row",
            got="values there",
            hint=f"the columns are called column_1 to column_{width}; "
            "put a header above them to name them",
        ),
    )
