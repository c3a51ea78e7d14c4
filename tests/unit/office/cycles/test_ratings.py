"""Ratings of people as the workspace's data tell them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from jixiao.bootstrap import open_office, open_workspace
from jixiao.core import Period
from jixiao.office import Office
from jixiao.office.cycles.ratings import book_of


@contextmanager
def _opened(folder: Path, *, quarters: bool) -> Iterator[Office]:
    rows = ["Employee ID,Department,Rating,Absences" + ",Quarter" * quarters]
    for n in range(40):
        quarter = f",2025Q{1 + n % 2}" if quarters else ""
        rows.append(f"E{n},Unit {n % 3},{1 + n % 5},{n * 7 % 40}{quarter}")
    source = folder / "ratings.csv"
    source.write_text("\n".join(rows))
    open_workspace(folder / "w").init([str(source)])
    office = open_office(folder / "w")
    try:
        yield office
    finally:
        office.store.close()


def test_ratings_that_name_no_period_hold_from_today_on(tmp_path: Path) -> None:
    with _opened(tmp_path, quarters=False) as office:
        book = book_of(office)
        today = office.clock().date()
    (period,) = book.periods
    assert period == Period(today, date.max)
    assert period.label == ""
    assert book.period("") == period
    assert book.in_period(period)["E7"].level == "3"
    assert len(book.figures_in(period)["Absences"]) == 40


def test_ratings_that_name_periods_hold_in_them(tmp_path: Path) -> None:
    with _opened(tmp_path, quarters=True) as office:
        book = book_of(office)
    assert [one.label for one in book.periods] == ["2025Q1", "2025Q2"]
    assert book.holds(book.stamp, date(2030, 1, 1))


def test_the_book_of_a_day_is_made_anew_on_the_next(tmp_path: Path) -> None:
    with _opened(tmp_path, quarters=False) as office:
        book = book_of(office)
        assert book_of(office) is book, "it is kept while nothing changes"
        assert book.day is not None
    assert not book.holds(book.stamp, date(2030, 1, 1))
