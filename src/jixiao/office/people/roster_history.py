"""What a roster makes of a person's posts: moves close one and open the next, history stays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

BEGINNING = date(1970, 1, 1)
"""Start of a post of the first roster that says neither since when nor when somebody joined."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Stand:
    """Where somebody stands from one day to another.

    Attributes:
        start: First day.
        unit: Path of the unit.
        manager: Person id of the direct manager; None at the top.
        title: Job title.
        end: First day after it; None while it lasts.
    """

    start: date
    unit: str
    manager: str | None
    title: str
    end: date | None = None

    @property
    def place(self) -> tuple[str, str | None, str]:
        """What changes with a move."""
        return self.unit, self.manager, self.title


@dataclass(frozen=True, slots=True)
class Told:
    """What a row of a roster tells of one post.

    Attributes:
        since: First day of the post; None where the roster tells only how things stand now.
        until: First day after it; None where it lasts.
        unit: Path; None where the roster does not say.
        manager: Person id, or None at the top.
        knows_manager: Whether the roster says who manages at all.
        title: Job title; None where the roster does not say.
    """

    since: date | None
    until: date | None
    unit: str | None
    manager: str | None
    knows_manager: bool
    title: str | None


def stands_after(
    old: Sequence[Stand], told: Sequence[Told], *, day: date, first: date, left: date | None
) -> list[Stand]:
    """Return a person's posts after a roster, by their start; no two overlap.

    Args:
        old: Posts so far.
        told: What the roster tells of the person; several rows name different first days.
        day: Day on which a roster without such days holds.
        first: Start of the first post where the roster does not say.
        left: First day no longer there; None for whoever stays.
    """
    by_start = {stand.start: stand for stand in old}
    for one in sorted(told, key=lambda one: one.since or day):
        last = max(by_start.values(), key=lambda stand: stand.start, default=None)
        made = _made(one, last, day=day, first=first)
        if made is not None:
            by_start[made.start] = made
    return _in_line(list(by_start.values()), left)


def _made(told: Told, last: Stand | None, *, day: date, first: date) -> Stand | None:
    """Return the post that a row makes or changes; None where it says what is known."""
    start = told.since or (first if last is None else day)
    stand = Stand(
        start,
        _or(told.unit, last.unit if last else ""),
        told.manager if told.knows_manager or last is None else last.manager,
        _or(told.title, last.title if last else ""),
        told.until,
    )
    if told.since is not None or last is None:
        return stand
    is_over = last.end is not None and last.end <= day
    if stand.place == last.place and not is_over:
        return None if last.end == told.until else replace(last, end=told.until)
    return replace(stand, start=max(day, last.start))


def _or(said: T | None, known: T) -> T:
    return known if said is None else said


def _in_line(stands: list[Stand], left: date | None) -> list[Stand]:
    """Return posts with ends that meet the next start, none after the day somebody left."""
    ordered = sorted(stands, key=lambda stand: stand.start)
    kept = [stand for stand in ordered if left is None or stand.start < left]
    nexts = [*(stand.start for stand in kept[1:]), left]
    return [
        replace(stand, end=_soonest(stand.end, after))
        for stand, after in zip(kept, nexts, strict=False)
    ]


def _soonest(end: date | None, after: date | None) -> date | None:
    known = [day for day in (end, after) if day is not None]
    return min(known, default=None)
