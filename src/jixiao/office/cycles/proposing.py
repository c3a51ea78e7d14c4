"""Who reviews whom in a cycle, proposed from the organisation as it was in the period."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from jixiao.core import json_hash
from jixiao.office.cycles.questions import Kind
from jixiao.office.tree import Tree


@dataclass(frozen=True, slots=True, order=True)
class Pair:
    """Somebody asked about somebody.

    Attributes:
        kind: Kind of form.
        reviewer: Person id of whoever is asked.
        subject: Person id of whoever it is about.
    """

    kind: Kind
    reviewer: str
    subject: str


@dataclass(frozen=True)
class Ask:
    """What a proposal stands on.

    Attributes:
        tree: Posts of the period.
        start: First day of the period.
        end: First day after it.
        there: Person ids of whoever is still there.
        seed: Decides between colleagues, the same every time.
        peers: Colleagues that are asked about each person at most.
        least: Fewest direct reports that are asked about their manager.
    """

    tree: Tree
    start: date
    end: date
    there: frozenset[str]
    seed: str
    peers: int
    least: int


def proposed(ask: Ask, kinds: Collection[str]) -> list[Pair]:
    """Return who is asked about whom, sorted.

    Only people who stood in the organisation in the period and are still there take part; a
    person is reviewed by the manager under whom he or she stood longest.
    """
    makers = {"self": _selves, "manager": _managers, "peer": _peers, "upward": _upward}
    people = frozenset(post.person for post in ask.tree.posts) & ask.there
    return sorted({pair for kind in kinds for pair in makers[kind](ask, people)})


def _selves(ask: Ask, people: frozenset[str]) -> Iterator[Pair]:  # noqa: ARG001
    for person in people:
        yield Pair("self", person, person)


def _managers(ask: Ask, people: frozenset[str]) -> Iterator[Pair]:
    for person, manager in _longest(ask).items():
        if person in people and manager in people:
            yield Pair("manager", manager, person)


def _longest(ask: Ask) -> dict[str, str]:
    """Return the manager under whom each person stood for most days of the period."""
    days: Mapping[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for post in ask.tree.posts:
        if post.manager is not None:
            first, last = max(post.start, ask.start), min(post.end or ask.end, ask.end)
            days[post.person][post.manager] += (last - first).days
    return {
        person: max(spent, key=lambda manager: (spent[manager], manager))
        for person, spent in days.items()
    }


def _upward(ask: Ask, people: frozenset[str]) -> Iterator[Pair]:
    below: dict[str, list[str]] = defaultdict(list)
    for person, manager in _longest(ask).items():
        if person in people and manager in people:
            below[manager].append(person)
    for manager, reports in below.items():
        if len(reports) >= ask.least:
            yield from (Pair("upward", person, manager) for person in reports)


def _peers(ask: Ask, people: frozenset[str]) -> Iterator[Pair]:
    """Ask the next colleagues in a ring of each unit, so that all are asked equally often."""
    rings: dict[str, list[str]] = defaultdict(list)
    for person in people:
        rings[ask.tree.unit_of(person)].append(person)
    for ring in rings.values():
        ring.sort(key=lambda person: json_hash([ask.seed, person]))
        for place, subject in enumerate(ring):
            others = ring[place + 1 :] + ring[:place]
            others = [one for one in others if not _in_line(ask.tree, one, subject)]
            yield from (Pair("peer", one, subject) for one in others[: ask.peers])


def _in_line(tree: Tree, one: str, other: str) -> bool:
    return one in tree.managers_of(other) or other in tree.managers_of(one)
