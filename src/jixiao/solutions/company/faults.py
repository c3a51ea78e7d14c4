"""Plants what goes wrong in real exports, and remembers every cell and row it touched."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import polars as pl

from jixiao.core.seeds import rng
from jixiao.solutions.company.tables import Scene
from jixiao.solutions.company.truth import BadCell, Copy

_FULL_WIDTH = str.maketrans("0123456789.%", "０１２３４５６７８９．％")
_EXACT_SHARE, _NEAR_SHARE = 0.01, 0.015
_NEAR_EDITS = (("本季度", "这季度"), ("。", "；"), (" this quarter", " this period"), (". ", "; "))
_NEAR_LENGTH = 150


def full_width(text: str) -> str:
    """Return the digits of a cell as a Chinese keyboard writes them."""
    return text.translate(_FULL_WIDTH)


def times_hundred(text: str) -> str:
    """Return a figure in the wrong unit: 87.5% becomes 8750%, 95.3 becomes 9530."""
    return f"{float(text.rstrip('%')) * 100:.0f}" + ("%" if text.endswith("%") else "")


def in_wan(text: str) -> str:
    """Return an amount in ten thousands: 12,500 becomes 1.25万."""
    return f"{float(text.replace(',', '')) / 10_000:g}万"


def in_yuan(text: str) -> str:
    """Return an amount with its currency sign."""
    return f"¥{text}"


def spaced_percent(text: str) -> str:
    """Return 12.5% as 12.5 %."""
    return text.replace("%", " %")


def in_future(text: str) -> str:
    """Return a date with its year mistyped: 2024-04-12 becomes 2042-04-12."""
    return "20" + text[3] + text[2] + text[4:] if text[3] > text[2] else "2062" + text[4:]


def impossible_day(text: str) -> str:
    """Return a date that no calendar has."""
    return f"{text[:4]}-02-30"


def upper_case(text: str) -> str:
    """Return the upper-case twin of a category."""
    return text.upper()


def with_blanks(text: str) -> str:
    """Return a category with blanks that nobody sees."""
    return f"{text} "


@dataclass(frozen=True)
class Fault:
    """One kind of fault in one column."""

    table: str
    column: str
    kind: str
    count: int
    write: Callable[[str], str | None]
    effect: Literal["mended", "bad"]


def faults(scene: Scene) -> list[Fault]:
    """Return what is planted in each table; case twins exist only where letters have case."""
    off_scale = "待定" if scene.language == "zh" else "TBD"
    planted = [
        Fault("reviews", "goals_met", "full_width", 10, full_width, "mended"),
        Fault("reviews", "absence", "spaced_percent", 20, spaced_percent, "mended"),
        Fault("reviews", "savings", "wan", 30, in_wan, "mended"),
        Fault("reviews", "savings", "currency", 12, in_yuan, "mended"),
        Fault("reviews", "mode", "blanks", 15, with_blanks, "mended"),
        Fault("reviews", "rating", "blanks", 5, with_blanks, "mended"),
        Fault("reviews", "goals_met", "units", 6, times_hundred, "bad"),
        Fault("reviews", "date", "future", 5, in_future, "bad"),
        Fault("reviews", "date", "impossible", 4, impossible_day, "bad"),
        Fault("reviews", "rating", "off_scale", 4, lambda _: off_scale, "bad"),
        Fault("reviews", "rating", "missing", 5, lambda _: None, "bad"),
        Fault("reviews", "subject", "missing", 3, lambda _: None, "bad"),
        Fault("kpi", "value", "full_width", 10, full_width, "mended"),
        Fault("kpi", "value", "units", 12, times_hundred, "bad"),
        Fault("kpi", "month", "future", 6, in_future, "bad"),
        Fault("kpi", "value", "word", 8, lambda _: "待补", "bad"),
        Fault("survey", "engagement", "typed_twice", 6, lambda text: text * 2, "bad"),
        Fault("goals", "progress", "spaced_percent", 10, spaced_percent, "mended"),
        Fault("roster", "path", "blanks", 4, with_blanks, "mended"),
    ]
    if scene.language == "en":
        planted += [
            Fault("reviews", "mode", "case", 15, upper_case, "mended"),
            Fault("reviews", "rating", "full_width", 5, full_width, "mended"),
            Fault("roster", "gender", "case", 4, str.lower, "mended"),
        ]
    return planted


@dataclass
class Planted:
    """Tables with faults, and what was planted."""

    tables: dict[str, pl.DataFrame]
    order: list[int]
    exact: list[Copy] = field(default_factory=list)
    near: list[Copy] = field(default_factory=list)
    cells: list[BadCell] = field(default_factory=list)


def plant(tables: dict[str, pl.DataFrame], scene: Scene) -> Planted:
    """Return the tables with copies and bad cells; mislabelled rows get no second fault.

    ``order`` holds the review behind each row of the written reviews.
    """
    planted = Planted(dict(tables), [])
    g = rng(scene.seed, "company", "faults")
    mislabelled = np.flatnonzero(scene.ratings.level != scene.ratings.written).tolist()
    touched = {"reviews": set(mislabelled)}
    _copy_texts(planted, scene, g, touched["reviews"])
    _copy_rows(planted, g, touched["reviews"])
    back = {review: row for row, review in reversed(list(enumerate(planted.order)))}
    copies = {copy.row for copy in planted.exact}
    touched["reviews"] = {back[review] for review in touched["reviews"]} | copies
    for fault in faults(scene):
        _plant_cells(planted, scene, fault, g, touched.setdefault(fault.table, set()))
    return planted


def _copy_texts(planted: Planted, scene: Scene, g: np.random.Generator, touched: set[int]) -> None:
    """Give some reviews the text of the same person's last one, lightly edited."""
    r, column = scene.ratings, scene.words["reviews"]["text"]
    frame = planted.tables["reviews"]
    texts = frame[column].to_list()
    last: dict[int, int] = {}
    pairs = []
    for row, person in enumerate(r.person.tolist()):
        of = last.get(person, row)
        if of != row and r.level[row] == r.level[of] and len(texts[of]) >= _NEAR_LENGTH:
            pairs.append((row, of))
        last[person] = row
    usable = [pair for pair in pairs if not touched & set(pair)]
    wanted = min(len(usable), round(_NEAR_SHARE * len(texts)))
    for k in sorted(g.choice(len(usable), size=wanted, replace=False).tolist()):
        row, of = usable[k]
        if {row, of} & touched:
            continue
        texts[row] = _edited(texts[of])
        planted.near.append(Copy(row, of))
        touched |= {row, of}
    planted.tables["reviews"] = frame.with_columns(pl.Series(column, texts))


def _edited(text: str) -> str:
    """Return the text with one word or mark changed."""
    old, new = next(edit for edit in _NEAR_EDITS if edit[0] in text)
    return text.replace(old, new, 1)


def _copy_rows(planted: Planted, g: np.random.Generator, touched: set[int]) -> None:
    """Put whole rows in twice, the second some rows further down."""
    frame = planted.tables["reviews"]
    free = np.setdiff1d(np.arange(frame.height), sorted(touched))
    chosen = g.choice(free, size=round(_EXACT_SHARE * frame.height), replace=False)
    places = [(float(row), row, False) for row in range(frame.height)]
    places += [(row + g.uniform(1, 60), row, True) for row in chosen.tolist()]
    places.sort()
    planted.order = [row for _, row, _ in places]
    first = {row: at for at, (_, row, again) in enumerate(places) if not again}
    planted.exact = [Copy(at, first[row]) for at, (_, row, again) in enumerate(places) if again]
    planted.near = [Copy(first[copy.row], first[copy.of]) for copy in planted.near]
    planted.tables["reviews"] = frame[planted.order]
    touched |= set(chosen.tolist())


def _plant_cells(
    planted: Planted, scene: Scene, fault: Fault, g: np.random.Generator, touched: set[int]
) -> None:
    frame = planted.tables[fault.table]
    column = scene.words[fault.table][fault.column]
    cells = frame[column].to_list()
    candidates = [
        row
        for row, cell in enumerate(cells)
        if row not in touched and cell is not None and fault.write(cell) != cell
    ]
    wanted = min(fault.count, len(candidates) // 10)
    for row in sorted(g.choice(candidates, size=wanted, replace=False).tolist()):
        written, meant = fault.write(cells[row]), cells[row]
        cells[row] = written
        planted.cells.append(
            BadCell(fault.table, row, column, fault.kind, written, meant, fault.effect)
        )
        touched.add(row)
    planted.tables[fault.table] = frame.with_columns(pl.Series(column, cells, dtype=pl.String))
