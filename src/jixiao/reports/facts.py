"""What all fact builders share: whom a report is about, and how a fact is written down.

Fact ids are words with dots, the same in every run: ``rating.change``, ``kpi2.target``. Formulas
are written in symbols and fact ids, so that they read the same in every language.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from jixiao.contracts import Fact, Level, Role, Span
from jixiao.core import Period, Registry
from jixiao.reports.figures import Figures, Group, Rated, rated_of
from jixiao.reports.formats import as_read
from jixiao.reports.ledger import Ledger, Record
from jixiao.reports.satisfaction import Ends, Share, share_of
from jixiao.reports.spans import span

MAX_ROWS = 500
"""Most source rows listed with one fact; beyond, the formula names them as a whole."""


@dataclass(frozen=True)
class View:
    """Whom a report is about and what its reader may see.

    Attributes:
        figures: Figures of all subjects.
        level: employee, team, organisation, customer or product.
        subject: Own id, group path, product, ``organisation`` or ``customers``.
        period: Reviewed period.
        analyst: Whether the reader may see a second opinion before a rating is stored.
    """

    figures: Figures
    level: Level
    subject: str
    period: Period | None
    analyst: bool = False

    @property
    def ledger(self) -> Ledger:
        """All rows."""
        return self.figures.ledger

    @cached_property
    def span(self) -> Span | None:
        """The reviewed period as it stands in facts."""
        return span(self.period)

    @cached_property
    def group(self) -> str | None:
        """The team or product itself, the employee's team, or None for everybody."""
        if self.level in ("team", "product"):
            return self.subject
        if self.is_whole:
            return None
        records = self.records
        return records[-1].group if records else None

    @property
    def is_whole(self) -> bool:
        """Whether it is about everybody."""
        return self.level in ("organisation", "customer")

    @cached_property
    def records(self) -> list[Record]:
        """The subject's records of the reviewed period."""
        if self.level == "employee":
            own = self.ledger.by_subject.get(self.subject, [])
            return [record for record in own if record.period == self.period]
        return self.ledger.of(self.group, self.period)

    @cached_property
    def history(self) -> list[Record]:
        """An employee's records up to the reviewed period, oldest first."""
        own = self.ledger.by_subject.get(self.subject, [])
        if self.period is None:
            return own
        end = self.period.end
        return [record for record in own if record.period is None or record.period.end <= end]

    @cached_property
    def rated(self) -> Rated | None:
        """An employee's stored rating of the reviewed period."""
        return rated_of(self.records)

    @cached_property
    def rated_is_missing(self) -> bool:
        """Whether no human judgement is stored for the reviewed period."""
        return not any(record.is_rated for record in self.records)

    @property
    def shows_opinion(self) -> bool:
        """Whether a second opinion may stand in the report: never a way round judging first."""
        return self.analyst or not self.rated_is_missing

    def share(self, group: Group, ends: Ends) -> Share | None:
        """Return how many of a group's people are satisfied in the reviewed period."""
        return share_of(self.figures.rated(group, self.period), ends, self.ledger.values)

    def fact(
        self,
        name: str,
        value: float | str | None,
        *,
        measure: str = "",
        unit: str | None = None,
        period: Period | None = None,
        base: str | None = None,
        formula: str = "",
        rows: Sequence[int] = (),
    ) -> Fact:
        """Write a fact about the subject down; the reviewed period unless another is given."""
        if len(rows) > MAX_ROWS:
            formula, rows = f"{formula} [{len(rows)}]", ()
        if isinstance(value, float):  # and never -0.0
            value = round(value, 6) + 0.0
        return Fact(
            id=name,
            subject=self.subject,
            measure=measure or name.replace(".", "_"),
            value=value,
            unit=unit,
            period=span(period) if period else self.span,
            base=base,
            formula=formula,
            rows=tuple(rows),
        )


def difference(new: float, old: float, unit: str | None = None) -> float:
    """Return new less old, both as they are read, so that a reader's own sum comes out the same.

    Examples:
        >>> difference(72.3102, 72.3104), difference(3.0625, 3.1111)
        (0.0, -0.05)
    """
    return round(as_read(new, unit) - as_read(old, unit), 6)


Builder = Callable[[View], list[Fact]]
"""Makes the facts of one concern; an outline names the builders it needs."""

BUILDERS: Registry[Builder] = Registry("fact builder")


def target_unit(view: View) -> str | None:
    """Return the unit of the rating, where the target is a number with one."""
    column = view.ledger.evidence.contract.one(Role.TARGET)
    return column.unit if column else None


def rating_word(view: View, rated: Rated) -> float | str | None:
    """Return the level's name when all ratings agree, else their mean."""
    if rated.level is not None:
        return view.ledger.levels[rated.level]
    return rated.value
