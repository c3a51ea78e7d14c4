"""Whom a viewer knows one by one, so that figures about others can be told from sums."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace

from jixiao.contracts.office import Person, Reading
from jixiao.core import Period
from jixiao.office.access import Reach, reach, sight
from jixiao.office.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Insight:
    """What a viewer learns of people one by one, beside any figure.

    Attributes:
        known: Subject ids whose values the viewer knows, also by other ways in and the own one.
        opened: Subject ids whose values this very access may show one by one.
    """

    known: frozenset[str] = frozenset()
    opened: frozenset[str] = frozenset()


def insight_of(read: Reading, viewer: Viewer, period: Period, subjects: Collection[str]) -> Insight:
    """Return whom a viewer knows in a period.

    Args:
        read: Records.
        viewer: Who asks; what a key leaves out is known all the same.
        period: Reviewed period.
        subjects: Everybody there are values of, by subject id.
    """
    known = _seen(read, replace(viewer, scopes=None), period, subjects)
    opened = known if viewer.scopes is None else _seen(read, viewer, period, subjects)
    own = read.first(Person, id=viewer.person) if viewer.person else None
    return Insight(known | {own.key} if own else known, opened)


def _seen(
    read: Reading, viewer: Viewer, period: Period, subjects: Collection[str]
) -> frozenset[str]:
    """Return whose record and report may be read both."""
    found = frozenset(subjects)
    for action in ("person.read", "report.read"):
        if reach(viewer, action) is Reach.NONE:
            return frozenset()
        seen = sight(read, viewer, action, start=period.start, end=period.end)
        if not seen.everybody:
            found &= {one.key for one in read.find(Person, id=seen.people)}
    return found
