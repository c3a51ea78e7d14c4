"""The nine boxes: rating against a second figure, each in three thirds.

Whoever sees people one by one sees who stands where; whoever sees groups only sees counts, and
only those that tell nothing about a few people, with one figure alone: two would tell of whoever
changes the box from one to the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from jixiao.contracts.office import Person
from jixiao.core import Missing
from jixiao.office.groups import WHOLE
from jixiao.office.teams import Scene
from jixiao.reports import SmallGroups

_THIRDS = 3


@dataclass(frozen=True)
class Box:
    """One of nine.

    Attributes:
        rating: Third of the rating, 0 the lowest.
        figure: Third of the figure, 0 the worst.
        people: Who stands in it, by name; empty where people are not seen one by one.
        count: How many; None where it may not be shown.
    """

    rating: int
    figure: int
    people: tuple[Person, ...]
    count: int | None


@dataclass(frozen=True)
class NineBox:
    """Nine boxes.

    Attributes:
        figure: Name of the figure.
        figures: Names that can be chosen.
        rows: Boxes, the best rating first, the worst figure first within a row.
    """

    figure: str
    figures: tuple[str, ...]
    rows: tuple[tuple[Box, ...], ...]


def nine_box(at: Scene, figure: str = "") -> NineBox | None:
    """Return the nine boxes of a unit; None where nothing can be shown.

    Args:
        at: What the page stands on.
        figure: Name of the second figure; the progress of goals, or else the first, when empty.

    Raises:
        Missing: If there is no such figure.
    """
    by_name = at.seen.everybody or bool(at.seen.people)
    figures = tuple(at.book.figures_in(at.period))
    if not figures or (at.unit != WHOLE and not by_name):
        return None
    usual = next((one for one in figures if _is_progress(one)), figures[0])
    figures = figures if by_name else (usual,)
    if figure and figure not in figures:
        raise Missing("JX-E704", "figure", expected="one of the data", got="another one")
    chosen = figure or usual
    with at.office.reading() as read:
        placed = read.kept(
            ("nine boxes", at.book.stamp, at.period, chosen),
            (Person,),
            lambda: _placed(at, chosen),
        )
    boxes = _named(at, placed) if by_name else _counted(at, placed)
    if boxes is None:
        return None
    thirds = range(_THIRDS)
    rows = tuple(tuple(boxes[rating, third] for third in thirds) for rating in reversed(thirds))
    return NineBox(chosen, figures, rows)


def _is_progress(name: str) -> bool:
    plain = name.casefold()
    return any(word in plain for word in ("goal", "progress", "目标", "完成", "进度", "达成"))


def _placed(at: Scene, figure: str) -> dict[str, tuple[int, int]]:
    """Return the third of rating and figure of everybody who has both in the period."""
    cells = at.book.figures_in(at.period)[figure]
    rated = at.book.in_period(at.period)
    values = {key: cells[key] for key in rated if key in cells}
    thirds = _ranked(values, reverse=figure in at.book.less_is_better)
    numbers = at.book.values or tuple(one.value for one in rated.values())
    low, high = min(numbers), max(numbers)
    step = (high - low) / _THIRDS or 1.0
    return {
        key: (min(_THIRDS - 1, int((rated[key].value - low) / step)), third)
        for key, third in thirds.items()
    }


def _ranked(values: Mapping[str, float], *, reverse: bool) -> dict[str, int]:
    """Return the third each value lies in by rank; equal values lie in the same third."""
    ordered = sorted(values.values(), reverse=reverse)
    first = {value: place for place, value in reversed(list(enumerate(ordered)))}
    return {key: first[value] * _THIRDS // len(ordered) for key, value in values.items()}


def _named(at: Scene, placed: Mapping[str, tuple[int, int]]) -> dict[tuple[int, int], Box]:
    found: dict[tuple[int, int], list[Person]] = defaultdict(list)
    for key, place in placed.items():
        person = at.names.get(key)
        unit = at.key_unit.get(key, "")
        inside = not at.unit or unit == at.unit or unit.startswith(at.unit + "/")
        if person is not None and inside and at.seen.sees(person.id):
            found[place].append(person)
    return {
        place: Box(*place, tuple(sorted(found[place], key=lambda one: one.name)), len(found[place]))
        for place in _places()
    }


def _counted(at: Scene, placed: Mapping[str, tuple[int, int]]) -> dict[tuple[int, int], Box] | None:
    policy = at.book.policy
    if not policy.may_show(len(placed)):
        return None
    sizes = dict.fromkeys(_places(), 0)
    for place in placed.values():
        sizes[place] += 1
    hidden = _hidden(sizes, policy)
    return {place: Box(*place, (), None if place in hidden else sizes[place]) for place in sizes}


def _hidden(sizes: Mapping[tuple[int, int], int], policy: SmallGroups) -> set[tuple[int, int]]:
    """Return the boxes not to be shown: sums of rows and columns, told elsewhere, give none away.

    Where anything is hidden in a row or column, its empty boxes are hidden too.
    """
    lines = [[place for place in sizes if place[axis] == n] for axis in (0, 1) for n in range(3)]
    hidden: set[tuple[int, int]] = set()
    before = -1
    while before != len(hidden):
        before = len(hidden)
        for line in lines:
            shown = {str(place): sizes[place] for place in line if place not in hidden}
            total = sum(sizes[place] for place in line)
            filled = {name: size for name, size in shown.items() if size}
            more = policy.hidden(filled, total=total)
            hidden |= {place for place in line if str(place) in more}
            if any(place in hidden for place in line):
                hidden |= {place for place in line if not sizes[place]}
    return hidden


def _places() -> list[tuple[int, int]]:
    return [(a, b) for a in range(_THIRDS) for b in range(_THIRDS)]
