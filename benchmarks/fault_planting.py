"""Plants faults in clean tables, as people and machines make them; knows nothing of the check.

Every planter takes a frame of strings, what each column holds (told by hand-written kinds in
``fault_bases``) and a random generator, and returns the damaged frame with the damaged column.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl

Plan = dict[str, list[str]]
"""Kind of column (number, count, share, rating, target, category, day, id, text…) to names."""
Planted = tuple[pl.DataFrame, str | None]
Planter = Callable[[pl.DataFrame, Plan, np.random.Generator], Planted]


@dataclass(frozen=True)
class FaultKind:
    """A fault, the names under which finding it counts, and what columns it needs."""

    name: str
    rightly: frozenset[str]
    needs: str
    plant: Planter


KINDS: list[FaultKind] = []


def _kind(name: str, rightly: str, needs: str) -> Callable[[Planter], Planter]:
    def keep(plant: Planter) -> Planter:
        KINDS.append(FaultKind(name, frozenset(rightly.split()), needs, plant))
        return plant

    return keep


def _pick(plan: Plan, kind: str, g: np.random.Generator) -> str:
    return str(g.choice(plan[kind]))


def _rows(frame: pl.DataFrame, column: str, g: np.random.Generator, count: int) -> list[int]:
    filled = frame[column].is_not_null().arg_true().to_list()
    return sorted(g.choice(filled, size=min(count, len(filled)), replace=False).tolist())


def _edit(
    frame: pl.DataFrame, column: str, rows: list[int], change: Callable[[str], str | None]
) -> pl.DataFrame:
    cells = frame[column].to_list()
    for row in rows:
        cells[row] = change(cells[row])
    return frame.with_columns(pl.Series(column, cells, dtype=pl.String))


def _few(g: np.random.Generator) -> int:
    return int(g.integers(1, 5))


def _scaled(text: str, factor: float) -> str:
    return f"{float(text) * factor:.10g}"


def _nonzero(frame: pl.DataFrame, column: str, g: np.random.Generator, count: int) -> list[int]:
    values = frame[column].cast(pl.Float64, strict=False)
    middle = float(values.median() or 0.0)
    rows = (values.abs() >= max(abs(middle) * 0.7, 1e-6)).fill_null(False).arg_true().to_list()
    return sorted(g.choice(rows, size=min(count, len(rows)), replace=False).tolist())


@_kind("words in a number column", "wrong-type", "number")
def _words(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "number", g)
    word = str(g.choice(["about ten", "see file", "tbd by HR", "两三个", "ask Ming"]))
    return _edit(frame, column, _rows(frame, column, g, _few(g)), lambda _: word), column


@_kind("a third of a number column as words", "mixed-types", "number")
def _mixed(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "number", g)
    rows = _rows(frame, column, g, max(8, frame.height // 3))
    return _edit(frame, column, rows, lambda _: str(g.choice(["low", "mid", "high"]))), column


@_kind("days that no calendar has", "wrong-type", "day")
def _no_day(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "day", g)
    bad = str(g.choice(["2021-02-30", "2020-13-45", "31/31/2019", "2019年2月31日"]))
    return _edit(frame, column, _rows(frame, column, g, _few(g)), lambda _: bad), column


@_kind("a few numbers times 100", "unit-cells percent-mixed", "bounded")
def _few_hundred(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "bounded", g)
    rows = _nonzero(frame, column, g, _few(g))
    return _edit(frame, column, rows, lambda text: _scaled(text, 100)), column


@_kind("a few numbers times 1000", "unit-cells", "bounded")
def _few_thousand(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "bounded", g)
    rows = _nonzero(frame, column, g, _few(g))
    return _edit(frame, column, rows, lambda text: _scaled(text, 1000)), column


def _whole(factor: float) -> Planter:
    def plant(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
        column = _pick(plan, "bounded", g)
        rows = frame[column].is_not_null().arg_true().to_list()
        return _edit(frame, column, rows, lambda text: _scaled(text, factor)), column

    return plant


_kind("a whole column times 100", "unit-column", "bounded")(_whole(100))
_kind("a whole column times 1000", "unit-column", "bounded")(_whole(1000))
_kind("a whole column by 100", "unit-column", "bounded")(_whole(0.01))
_kind("a whole column in ten thousands", "unit-column", "bounded")(_whole(0.0001))


@_kind("fractions among percentages or the other way", "percent-mixed", "share")
def _percent(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "share", g)
    rows = _nonzero(frame, column, g, int(g.integers(3, 20)))
    top = float(frame[column].cast(pl.Float64, strict=False).max() or 0.0)  # type: ignore[arg-type]
    factor = 0.01 if top > 2 else 100
    return _edit(frame, column, rows, lambda text: _scaled(text, factor)), column


def _swap(left: str, right: str) -> Planter:
    def plant(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
        first = _pick(plan, left, g)
        second = str(g.choice([name for name in plan[right] if name != first]))
        changed = frame.with_columns(frame[second].alias(first), frame[first].alias(second))
        return changed, f"{first}|{second}"

    return plant


_kind("a number column and a category swapped", "swapped-columns", "number category")(
    _swap("number", "category")
)
_kind("two categories swapped", "swapped-columns", "category2")(_swap("category2", "category2"))
_kind("text and category swapped", "swapped-columns", "text category")(_swap("text", "category"))
_kind("id and number swapped", "swapped-columns", "id number")(_swap("id", "number"))
_kind("day and category swapped", "swapped-columns", "day category")(_swap("day", "category"))
_kind("two number columns swapped", "swapped-columns", "apart")(_swap("apart", "apart"))


@_kind("one id in two rows", "duplicate-id", "unique")
def _same_id(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "unique", g)
    rows = _rows(frame, column, g, 2 * _few(g))
    cells = frame[column].to_list()
    for first, second in zip(rows[::2], rows[1::2], strict=False):
        cells[second] = cells[first]
    return frame.with_columns(pl.Series(column, cells, dtype=pl.String)), column


@_kind("rows exported twice", "duplicate-row", "")
def _twice(frame: pl.DataFrame, _: Plan, g: np.random.Generator) -> Planted:
    rows = sorted(g.choice(frame.height, size=_few(g), replace=False).tolist())
    return pl.concat([frame, frame[rows]]), None


@_kind("equal records with other answers", "conflicting-duplicate", "target keyed")
def _contradicting(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    target = plan["target"][0]
    rows = _rows(frame, target, g, 3)
    copies = frame[rows]
    levels = frame[target].drop_nulls().unique().sort().to_list()
    levels += [] if len(levels) > 1 else [level for level in "01" if level not in levels]
    changed = [levels[(levels.index(v) + 1) % len(levels)] for v in copies[target].to_list()]
    return pl.concat([frame, copies.with_columns(pl.Series(target, changed))]), target


def _day_like(frame: pl.DataFrame, column: str, year: int) -> str:
    sample = str(frame[column].drop_nulls()[0])
    if sample[:4].isdigit():
        return f"{year}-05-17"
    if "-" in sample:
        return f"17-05-{year} 10.30" if len(sample) > 12 else f"17-May-{year}"
    return f"5/5/{year}"


@_kind("days in the far future", "future-date", "day")
def _future(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "day", g)
    day = _day_like(frame, column, int(g.integers(2031, 2098)))
    return _edit(frame, column, _rows(frame, column, g, _few(g)), lambda _: day), column


@_kind("days from 1905", "old-date", "day")
def _ancient(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "day", g)
    day = _day_like(frame, column, int(g.integers(1901, 1906)))
    return _edit(frame, column, _rows(frame, column, g, _few(g)), lambda _: day), column


@_kind("ends before their starts", "date-order", "start end")
def _backwards(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    start, end = plan["start"][0], plan["end"][0]
    both = frame[start].is_not_null() & frame[end].is_not_null() & (frame[start] != frame[end])
    rows = sorted(g.choice(both.arg_true().to_list(), size=_few(g), replace=False).tolist())
    firsts, lasts = frame[start].to_list(), frame[end].to_list()
    for row in rows:
        firsts[row], lasts[row] = lasts[row], firsts[row]
    changed = frame.with_columns(
        pl.Series(start, firsts, dtype=pl.String), pl.Series(end, lasts, dtype=pl.String)
    )
    return changed, end


@_kind("days as spreadsheet numbers", "wrong-type", "day")
def _serials(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "day", g)
    rows = _rows(frame, column, g, _few(g))
    return _edit(frame, column, rows, lambda _: str(int(g.integers(41000, 45000)))), column


def _garble(written: str, read: str) -> Planter:
    def plant(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
        column = _pick(plan, "chinese", g)
        rows = _rows(frame, column, g, int(g.integers(3, 25)))

        def garbled(text: str) -> str:
            return text.encode(written, "ignore").decode(read, "replace")

        return _edit(frame, column, rows, garbled), column

    return plant


_kind("UTF-8 read as Latin-1", "mojibake", "chinese")(_garble("utf-8", "latin-1"))
_kind("UTF-8 read as Windows-1252", "mojibake", "chinese")(_garble("utf-8", "cp1252"))
_kind("UTF-8 read as GBK", "mojibake", "chinese")(_garble("utf-8", "gbk"))
_kind("GBK read as Latin-1", "mojibake", "chinese")(_garble("gbk", "latin-1"))
_kind("GBK read as UTF-8", "mojibake", "chinese")(_garble("gbk", "utf-8"))


@_kind("curly quotes in a wrong encoding", "mojibake", "text")
def _quotes(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "text", g)
    rows = _rows(frame, column, g, _few(g))
    wrong = "it’s “fine” – café".encode().decode("cp1252", "replace")
    return _edit(frame, column, rows, lambda text: f"{text} {wrong}"), column


@_kind("lost characters", "mojibake", "text")
def _lost(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "text", g)
    sign = str(g.choice(["\ufffd\ufffd", "锟斤拷锟斤拷"]))
    rows = _rows(frame, column, g, _few(g))
    return _edit(frame, column, rows, lambda text: text[:3] + sign + text[5:]), column


@_kind("formula errors", "spreadsheet-error", "number")
def _errors(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "number", g)
    wrong = str(g.choice(["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "########"]))
    return _edit(frame, column, _rows(frame, column, g, _few(g)), lambda _: wrong), column


@_kind("ids cut to powers of ten", "cut-number", "id")
def _cut(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "id", g)
    rows = _rows(frame, column, g, int(g.integers(2, 40)))
    return _edit(frame, column, rows, lambda _: f"{g.uniform(1, 9.9):.5f}E+17"), column


@_kind("rows without an answer", "missing-required", "target")
def _unanswered(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    target = plan["target"][0]
    return _edit(frame, target, _rows(frame, target, g, _few(g)), lambda _: None), target


@_kind("-999 for nothing", "missing-number", "bounded")
def _coded(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "bounded", g)
    code = str(g.choice(["-999", "-9999", "-99"]))
    rows = _rows(frame, column, g, int(g.integers(2, 15)))
    return _edit(frame, column, rows, lambda _: code), column


@_kind("words for nothing", "missing-code", "number")
def _nothing(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "number", g)
    word = str(g.choice(["N/A", "未知", "无", "unknown", "null"]))
    rows = _rows(frame, column, g, int(g.integers(2, 15)))
    return _edit(frame, column, rows, lambda _: word), column


@_kind("an answer on no scale", "unknown-level out-of-range", "levels")
def _no_level(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    target = plan["levels"][0]
    word = str(g.choice(["Amazing!!", "7th", "Excelent-ish", "尚待商榷", "level X"]))
    return _edit(frame, target, _rows(frame, target, g, _few(g)), lambda _: word), target


@_kind("a category never seen", "new-category unknown-level", "category")
def _new(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "category", g)
    return _edit(frame, column, _rows(frame, column, g, _few(g)), lambda _: "Quantum Lab 9"), column


@_kind("spellings that differ in case", "case-twins", "category")
def _case(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "worded", g)
    rows = _rows(frame, column, g, int(g.integers(2, 9)))
    return _edit(frame, column, rows, str.swapcase), column


@_kind("blanks after values", "stray-blanks", "category")
def _blanks(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "category", g)
    rows = _rows(frame, column, g, int(g.integers(2, 30)))
    return _edit(frame, column, rows, lambda text: f"{text}   "), column


@_kind("the header again in the middle", "header-repeated", "")
def _header(frame: pl.DataFrame, _: Plan, g: np.random.Generator) -> Planted:
    at = int(g.integers(5, frame.height - 2))
    head = pl.DataFrame({name: [name] for name in frame.columns})
    return pl.concat([frame[:at], head, frame[at:]]), None


@_kind("a row of totals at the end", "total-row", "number label")
def _total(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    row: dict[str, str | None] = dict.fromkeys(frame.columns)
    row[plan["label"][0]] = str(g.choice(["合计", "Total", "总计", "Grand Total"]))
    for name in plan["number"]:
        row[name] = f"{frame[name].cast(pl.Float64, strict=False).sum():.6g}"
    return pl.concat(
        [frame, pl.DataFrame([row], schema=dict.fromkeys(frame.columns, pl.String))]
    ), None


@_kind("cells a column off", "shifted-row", "wide")
def _shifted(frame: pl.DataFrame, _: Plan, g: np.random.Generator) -> Planted:
    rows = sorted(g.choice(frame.height, size=_few(g), replace=False).tolist())
    start = int(g.integers(0, max(1, frame.width // 3)))
    lines = frame.rows()
    for row in rows:
        cells = list(lines[row])
        lines[row] = (*cells[:start], "x", *cells[start:-1])
    return pl.DataFrame(lines, schema=frame.schema, orient="row"), None


@_kind("a column gone empty", "empty-column", "full")
def _gone(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "full", g)
    return frame.with_columns(pl.lit(None, dtype=pl.String).alias(column)), column


@_kind("a column filled down", "constant-column", "varied")
def _filled(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "varied", g)
    value = frame[column].drop_nulls()[0]
    return frame.with_columns(pl.lit(value).alias(column)), column


@_kind("leading apostrophes", "apostrophe", "number")
def _apostrophes(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "number", g)
    rows = _rows(frame, column, g, int(g.integers(2, 30)))
    return _edit(frame, column, rows, lambda text: f"'{text}"), column


@_kind("cells that run as formulas", "formula", "text")
def _formulas(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "text", g)
    cells = ['=HYPERLINK("http://x.example","click")', "=1+2", "@SUM(A1:A9)", "=cmd|'x'!A1"]
    bad = str(g.choice(cells))
    return _edit(frame, column, _rows(frame, column, g, _few(g)), lambda _: bad), column


@_kind("ratings out of 100 among ratings out of 5", "mixed-scale", "rating")
def _hundred(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "rating", g)
    rows = _rows(frame, column, g, int(g.integers(6, 40)))
    return _edit(frame, column, rows, lambda _: str(int(g.integers(41, 100)))), column


@_kind("negative counts", "negative", "count")
def _negative(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "count", g)
    rows = _rows(frame, column, g, _few(g))
    return _edit(frame, column, rows, lambda _: str(-int(g.integers(1, 9)))), column


@_kind("ages that nobody has", "out-of-range", "age")
def _ages(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "age", g)
    rows = _rows(frame, column, g, _few(g))
    return _edit(frame, column, rows, lambda _: str(int(g.integers(130, 260)))), column


@_kind("days that read both ways", "ambiguous-date", "iso")
def _both_ways(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "iso", g)
    rows = frame[column].is_not_null().arg_true().to_list()
    return _edit(
        frame, column, rows, lambda _: f"{g.integers(1, 12)}/{g.integers(1, 12)}/2021"
    ), column


@_kind("two cells exchanged in a row", "swapped-cells", "number category")
def _exchanged(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    number, category = _pick(plan, "number", g), _pick(plan, "category", g)
    rows = _rows(frame, number, g, _few(g))
    left, right = frame[number].to_list(), frame[category].to_list()
    for row in rows:
        left[row], right[row] = right[row], left[row]
    return frame.with_columns(
        pl.Series(number, left, dtype=pl.String), pl.Series(category, right, dtype=pl.String)
    ), None


@_kind("a column left out", "column-missing column-needed", "number")
def _dropped(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "number", g)
    return frame.drop(column), column


@_kind("a column renamed", "column-renamed", "category")
def _renamed(frame: pl.DataFrame, plan: Plan, g: np.random.Generator) -> Planted:
    column = _pick(plan, "category", g)
    return frame.rename({column: f"New {column} (2026)"}), column


@_kind("a column nobody knows", "column-new", "")
def _unknown(frame: pl.DataFrame, _: Plan, g: np.random.Generator) -> Planted:
    values = [f"{g.normal():.3f}" for _ in range(frame.height)]
    return frame.with_columns(pl.Series("export_checksum", values)), "export_checksum"
