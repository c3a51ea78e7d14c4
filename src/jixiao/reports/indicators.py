"""One indicator of one subject: its figures, unit and direction, and how its facts are written."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from jixiao.contracts import Column, Fact, NamedIndicator
from jixiao.reports.facts import View
from jixiao.reports.ledger import Point

_PERCENT = re.compile(r"[%％][)）]?$")
DIFFERENCES = frozenset(
    {"gap", "change", "slope", "low", "high", "season_up", "season_down", "year_change"}
)
"""Parts that are percentage points where the indicator itself is a percentage."""
_BASES = {"gap": "target", "share": "target", "change": "previous", "year_change": "year"}


@dataclass(frozen=True)
class Indicator:
    """One indicator of one subject up to the reviewed period.

    Attributes:
        view: Whose it is.
        key: Prefix of its fact ids: ``kpi1``, ``kpi2``…
        name: Its name in the data.
        unit: Unit of its values.
        higher_is_better: Direction; None when unknown.
        points: Figures, oldest first; the last one lies in the reviewed period.
    """

    view: View
    key: str
    name: str
    unit: str | None
    higher_is_better: bool | None
    points: list[Point]

    @property
    def sign(self) -> int:
        """1 where more is better, -1 where less is, 0 where nobody said."""
        return 0 if self.higher_is_better is None else (1 if self.higher_is_better else -1)

    def fact(
        self,
        part: str,
        value: float | str,
        points: Sequence[Point],
        *,
        unit: str | None = None,
        formula: str = "",
    ) -> Fact:
        """Write a fact about the indicator down, over some of its figures."""
        plain = part.rstrip("0123456789")
        if unit == "%" and plain in DIFFERENCES:
            unit = "pp"
        bare = plain in ("", "previous", "history", "year")
        base = _BASES.get(plain)
        return self.view.fact(
            f"{self.key}.{part}" if part else self.key,
            value,
            measure=self.name if bare else f"{self.name}_{plain}",
            unit=unit,
            period=points[-1].period if points else None,
            base=f"{self.key}.{base}" if base else None,
            formula=formula.replace("kpi", self.key),
            rows=rows_of(points),
        )


def rows_of(points: Sequence[Point]) -> tuple[int, ...]:
    """Return the source rows of figures, where they are known."""
    return tuple(point.row for point in points if point.row is not None)


def meaning(view: View, name: str) -> tuple[str | None, bool | None]:
    """Return unit and direction of an indicator as the contract gives them.

    A percent sign at the end of its name is a unit too.
    """
    contract = view.ledger.evidence.contract
    known: tuple[Column | NamedIndicator, ...] = (*contract.columns, *contract.indicators)
    for one in known:
        if one.name == name:
            return one.unit, one.higher_is_better
    return ("%" if _PERCENT.search(name) else None), None
