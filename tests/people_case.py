"""Invented ratings of the people of ``office_case``, in place of a workspace's data."""

from __future__ import annotations

import pytest

from jixiao.core import Period, parse_period
from jixiao.office.cycles.ratings import Book, Rating


def period(label: str) -> Period:
    found = parse_period(label)
    assert found is not None
    return found


LEVELS = ("1", "2", "3", "4", "5")
RATINGS = {"E2": 4, "E3": 3, "E4": 5, "E5": 2, "E6": 3, "E7": 4, "E8": 3, "E9": 2, "E10": 1}
"""Ratings of 2025Q4; those of 2025Q3 are one lower, and at least 1."""


def make_book(ratings: dict[str, int] | None = None) -> Book:
    """Return ratings of two periods, and the progress of goals in the last."""
    now, before = period("2025Q4"), period("2025Q3")
    given = RATINGS if ratings is None else ratings
    cells = {(key, now): _rating(value) for key, value in given.items()}
    cells |= {(key, before): _rating(max(1, value - 1)) for key, value in given.items()}
    progress = {(key, now): 60.0 + 10 * place for place, key in enumerate(given)}
    return Book(
        levels=LEVELS,
        values=(1.0, 2.0, 3.0, 4.0, 5.0),
        ratings=cells,
        figures={"Progress": progress, "Output": dict(progress)},
    )


def _rating(value: int) -> Rating:
    return Rating(float(value), str(value), (("E2", float(value)),))


def put_in(patch: pytest.MonkeyPatch, book: Book) -> None:
    """Let every use case read this book."""
    for name in ("people.teams", "people.people", "cycles.calibrating"):
        patch.setattr(f"jixiao.office.{name}.book_of", lambda _: book)
