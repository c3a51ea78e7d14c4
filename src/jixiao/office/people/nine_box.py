"""The nine boxes: rating against a second figure, each in three thirds.

Whoever sees people one by one sees who stands where. Whoever sees groups only is shown none: counts
of boxes beside the bands of the distribution and the means would tell of a few people.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from jixiao.contracts.office import Person
from jixiao.core import Missing
from jixiao.office.people.teams import Scene

_THIRDS = 3


@dataclass(frozen=True)
class Box:
    """One of nine.

    Attributes:
        rating: Third of the rating, 0 the lowest.
        figure: Third of the figure, 0 the worst.
        people: Who stands in it, by name.
    """

    rating: int
    figure: int
    people: tuple[Person, ...]


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
    """Return the nine boxes of a unit; None where nothing can be shown, or nobody one by one.

    Args:
        at: What the page stands on.
        figure: Name of the second figure; the progress of goals, or else the first, when empty.

    Raises:
        Missing: If there is no such figure.
    """
    if not at.seen.everybody and not at.seen.people:
        return None
    figures = tuple(at.book.figures_in(at.period))
    if not figures:
        return None
    usual = next((one for one in figures if _is_progress(one)), figures[0])
    if figure and figure not in figures:
        raise Missing("JX-E704", "figure", expected="one of the data", got="another one")
    chosen = figure or usual
    with at.office.reading() as read:
        placed = read.kept(
            ("nine boxes", at.book.stamp, at.period, chosen),
            (Person,),
            lambda: _placed(at, chosen),
        )
    boxes = _named(at, placed)
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
        (a, b): Box(a, b, tuple(sorted(found[a, b], key=lambda one: one.name)))
        for a in range(_THIRDS)
        for b in range(_THIRDS)
    }
