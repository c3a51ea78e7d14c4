"""The organisation as it was over a period: who stood where, and who reported to whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from jixiao.contracts.office import Post, Reading


@dataclass(frozen=True)
class Tree:
    """Posts of a period.

    Attributes:
        posts: Posts that lasted on at least one day of it.
        today: The day on which it is looked at.
    """

    posts: tuple[Post, ...]
    today: date
    _reports: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set), repr=False)
    _own: dict[str, list[Post]] = field(default_factory=lambda: defaultdict(list), repr=False)
    _in: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set), repr=False)
    _under: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)
    _led: dict[str, frozenset[str]] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for post in self.posts:
            self._own[post.person].append(post)
            for unit in _with_heads({post.unit}):
                self._in[unit].add(post.person)
            if post.manager is not None:
                self._reports[post.manager].add(post.person)

    @classmethod
    def of(cls, read: Reading, start: date, end: date, *, today: date | None = None) -> Tree:
        """Return the tree of a half-open period."""
        day = today or datetime.now(UTC).date()

        def make() -> Tree:
            posts = (post for post in read.find(Post) if post.start < end)
            return cls(tuple(one for one in posts if one.end is None or one.end > start), day)

        return read.kept(("tree", start, end, day), (Post,), make)

    def under(self, manager: str) -> frozenset[str]:
        """Return who reported to somebody on any day of the period, directly or not."""
        known = self._under.get(manager)
        if known is not None:
            return known
        found: set[str] = set()
        waiting = [manager]
        while waiting:
            for person in self._reports.get(waiting.pop(), ()):
                if person not in found and person != manager:
                    found.add(person)
                    waiting.append(person)
        known = self._under[manager] = frozenset(found)
        return known

    def directly_under(self, manager: str) -> frozenset[str]:
        """Return who reported to somebody directly."""
        return frozenset(self._reports.get(manager, ())) - {manager}

    def managers_of(self, person: str) -> frozenset[str]:
        """Return the direct managers a person had."""
        return frozenset(post.manager for post in self._own.get(person, ()) if post.manager)

    def within(self, unit: str) -> frozenset[str]:
        """Return who stood in a unit or below it."""
        return frozenset(self._in.get(unit, ()))

    def led_by(self, manager: str) -> frozenset[str]:
        """Return the units all of whose people, but the manager, reported to somebody."""
        known = self._led.get(manager)
        if known is None:
            under = self.under(manager) | {manager}
            units = {post.unit for one in under for post in self._own.get(one, ())}
            heads = _with_heads(units)
            known = frozenset(unit for unit in heads if self._in.get(unit, set()) <= under)
            self._led[manager] = known
        return known

    def unit_of(self, person: str) -> str:
        """Return the unit a person stood in last, empty where in none."""
        own = self._own.get(person)
        return max(own, key=lambda post: post.start).unit if own else ""


def _with_heads(units: Iterable[str]) -> set[str]:
    """Return units with every unit above them."""
    found: set[str] = set()
    for unit in units:
        steps = unit.split("/")
        found.update("/".join(steps[:count]) for count in range(1, len(steps) + 1))
    return found
