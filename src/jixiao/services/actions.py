"""The table of agreed steps that people keep in the workspace: ``actions.csv``.

Read strictly, every fault at once; texts are masked before a report sees them. What the figures
suggest beyond is written as a table of the same form, ready to be filled in.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import polars as pl

from jixiao.contracts import Report, Settings, WorkspaceStore
from jixiao.core import JixiaoError, Period, WorkspaceError, parse_period, raise_all
from jixiao.data import Masker, name_masker
from jixiao.reports import RATING_WORDS
from jixiao.services.preparation import Prepared

NAME = "actions"
COLUMNS = {
    "subject": ("subject", "对象", "工号", "员工编号"),
    "about": ("about", "针对", "指标"),
    "action": ("action", "step", "行动", "改进行动"),
    "owner": ("owner", "负责人"),
    "due": ("due", "deadline", "截止日期", "期限"),
    "done": ("done", "status", "完成", "完成情况"),
    "period": ("period", "agreed in", "周期", "商定周期"),
}
"""Column → names it may bear, in lower case."""
NEEDED = ("subject", "action", "period")
_DONE = {
    "yes": True,
    "done": True,
    "true": True,
    "1": True,
    "是": True,
    "已完成": True,
    "完成": True,
}
_DONE |= {"": False, "no": False, "open": False, "false": False, "0": False, "否": False}
_DONE |= {"未完成": False, "进行中": False}


def read_actions(
    store: WorkspaceStore, prepared: Prepared, settings: Settings
) -> pl.DataFrame | None:
    """Return the agreed steps as the reports' evidence has them, or None without a table.

    Raises:
        WorkspaceError: If one thing in it is wrong.
        ManyErrors: If several things are; it holds them all.
    """
    table = store.read_table(NAME)
    if table is None:
        return None
    errors: list[JixiaoError] = []
    named = _named(table, errors)
    raise_all(errors)
    masker = name_masker(prepared.frame, prepared.contract, settings.mask)
    reader = _Reader(_known(prepared), masker)
    rows = [reader.row(place, row) for place, row in enumerate(named.iter_rows(named=True))]
    raise_all(reader.errors)
    schema = {
        "_row": pl.Int64,
        "subject": pl.String,
        "about": pl.String,
        "text": pl.String,
        "owner": pl.String,
        "due": pl.Date,
        "done": pl.Boolean,
        "period_start": pl.Date,
        "period_end": pl.Date,
    }
    return pl.DataFrame([row for row in rows if row], schema=schema)


def _named(table: pl.DataFrame, errors: list[JixiaoError]) -> pl.DataFrame:
    """Return the table under the names used here; every unknown or missing column is told."""
    found: dict[str, str] = {}
    for column in table.columns:
        plain = column.strip().lower()
        meant = next((name for name, words in COLUMNS.items() if plain in words), None)
        if meant is None or meant in found.values():
            known = ", ".join(COLUMNS)
            errors.append(_wrong("header", f"each once of: {known}", repr(column)))
        else:
            found[column] = meant
    for name in NEEDED:
        if name not in found.values():
            errors.append(_wrong("header", f"the column {name!r}", "none"))
    return table.select([pl.col(column).alias(name) for column, name in found.items()])


def _known(prepared: Prepared) -> frozenset[str]:
    """Return what an action may be about: the indicators, and the rating."""
    contract = prepared.contract
    names = {one.name for one in contract.indicators} | {c.name for c in contract.columns}
    if prepared.indicators is not None:
        names |= set(prepared.indicators["indicator"].unique().to_list())
    return frozenset(names | RATING_WORDS)


class _Reader:
    """Reads rows and collects what is wrong with them.

    Args:
        known: What an action may be about.
        masker: Masks the names in a text; None where masking is off.
    """

    def __init__(self, known: frozenset[str], masker: Masker | None) -> None:
        self.known = known
        self.masker = masker
        self.errors: list[JixiaoError] = []

    def masked(self, text: str) -> str:
        """Return a text without names of people."""
        return self.masker.mask(text)[0] if self.masker else text

    def row(self, place: int, cells: dict[str, str | None]) -> dict[str, Any] | None:
        """Return a row of the evidence; None where all cells are empty."""
        own = {name: (cells.get(name) or "").strip() for name in COLUMNS}
        if not any(own.values()):
            return None
        line = place + 2
        for name in NEEDED:
            if not own[name]:
                self._wrong(line, name, "a value", "an empty cell")
        period = parse_period(own["period"]) if own["period"] else None
        if own["period"] and period is None:
            self._wrong(line, "period", "a period such as 2025Q1", repr(own["period"]))
        if own["about"] and own["about"] not in self.known:
            known = "an indicator of the data, or rating"
            self._wrong(line, "about", known, repr(own["about"]))
        if own["owner"] and self.masked(own["owner"]) != own["owner"]:
            self._wrong(line, "owner", "an id", "the name of a person")
        return {
            "_row": place,
            "subject": own["subject"],
            "about": own["about"],
            "text": self.masked(own["action"]),
            "owner": own["owner"] or None,
            "due": self._day(line, own["due"]),
            "done": self._done(line, own["done"]),
            "period_start": period.start if period else None,
            "period_end": period.end if period else None,
        }

    def _day(self, line: int, text: str) -> date | None:
        if not text:
            return None
        period = parse_period(text)
        if period is None:
            self._wrong(line, "due", "a day such as 2025-12-31", repr(text))
            return None
        return period.end - timedelta(days=1)

    def _done(self, line: int, text: str) -> bool | None:
        plain = text.lower()
        if plain in _DONE:
            return _DONE[plain]
        if parse_period(text) is None:  # the day on which it was done
            self._wrong(line, "done", "yes, no or the day on which it was done", repr(text))
        return True

    def _wrong(self, line: int, column: str, expected: str, got: str) -> None:
        self.errors.append(_wrong(f"{line}:{column}", expected, got))


def _wrong(place: str, expected: str, got: str) -> WorkspaceError:
    return WorkspaceError(
        "JX-E410",
        f"{NAME}.csv:{place}",
        expected=expected,
        got=got,
        hint="docs/reports.md says what the table holds",
    )


def candidates_of(report: Report) -> list[dict[str, str]]:
    """Return a report's possible steps as rows of the table, without owner, day or wording."""
    facts = {fact.id: fact for fact in report.facts}
    own = [fact for name, fact in facts.items() if name.startswith("candidate")]
    period = report.period
    days = [date.fromisoformat(day) for day in (period.start, period.end)] if period else []
    label = Period(*days).label if days else ""
    empty = {"action": "", "owner": "", "due": "", "done": ""}
    return [
        {"subject": report.subject, "about": fact.measure, **empty} | {"period": label}
        for fact in own
    ]


def candidate_table(rows: Iterable[dict[str, str]]) -> pl.DataFrame | None:
    """Return the rows as a table, each once; None when there are none."""
    distinct = list({tuple(row.values()): row for row in rows}.values())
    if not distinct:
        return None
    return pl.DataFrame(distinct, schema=dict.fromkeys(COLUMNS, pl.String))
