"""An invented organisation for attacks by subtraction, and what each attacker learns of it.

People move, some have no rating or figure, and those who lead others are rated themselves.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.differencing import Ledger
from tests.office_case import HASH, SECRET
from tests.people_case import LEVELS, period

from jixiao.contracts.office import Account, Entry, Partner, Person, Post, Role
from jixiao.core import Period
from jixiao.office import Office
from jixiao.office.cycles.ratings import Book, Rating
from jixiao.office.tree import Tree

PERIODS = ("2025Q2", "2025Q3", "2025Q4")
UNITS = ("F/A/X", "F/A/Y", "F/A", "F/B/X", "F/B/Y", "F/C", "F/D", "F/D/Z")
FIGURES = ("Output", "Progress")
LEADERS = {"boss": "F/A", "chief": "F/B", "lead": "F/C"}
"""Unit of who leads others: boss and chief everybody of a branch, lead some of all others."""
ACCOUNTS: dict[str, tuple[tuple[Role, ...], str | None]] = {
    "boss": (("manager", "employee"), "boss"),
    "chief": (("manager", "employee"), "chief"),
    "both": (("manager", "auditor", "employee"), "lead"),
    "insider": (("auditor", "employee"), "Z0"),
    "partner": (("manager", "employee"), "Z1"),
}
"""Roles and subject id of accounts beside the usual ones."""
LOOKED_AFTER = ("F/D", "F/B/X")
"""Units of the HR partner."""


class Firm:
    """An invented organisation with moves, missing ratings and missing figures."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office, self.draw = office, random.Random(seed)
        self.people = [f"Z{n}" for n in range(self.draw.randrange(20, 70))]
        weights = [self.draw.random() ** 2 for _ in UNITS]
        with office.store.changing(Entry("test", "begin", "all")) as change:
            for key, unit in LEADERS.items():
                change.add(_person(key), _post(key, unit, None, date(2020, 1, 1)))
            for key in self.people:
                unit = self.draw.choices(UNITS, weights)[0]
                change.add(_person(key), self._posted(key, unit))
                if self.draw.random() < 0.1:
                    change.replace(change.get(Post, f"post-{key}"), end=date(2025, 8, 1))
                    moved = self.draw.choices(UNITS, weights)[0]
                    change.add(self._posted(key, moved, start=date(2025, 8, 1), mark="b"))
            for login, (roles, key) in ACCOUNTS.items():
                who = {"id": f"a-{login}", "login": login, "person": f"p-{key}"}
                sealed = office.seal.close(SECRET) if "auditor" in roles else ""
                change.add(Account(**who, roles=roles, password=HASH, totp=sealed))
            for unit in LOOKED_AFTER:
                change.add(Partner(id=f"after-{unit}", account="a-partner", unit=unit))
        self.book = self._book()

    def _posted(self, key: str, unit: str, start: date = date(2020, 1, 1), mark: str = "") -> Post:
        above = next((f"p-{one}" for one in ("boss", "chief") if _under(unit, LEADERS[one])), None)
        if above is None and self.draw.random() < 0.5:
            above = "p-lead"
        return _post(key, unit, above, start, mark=mark)

    def _book(self) -> Book:
        ratings, figures = {}, {name: {} for name in FIGURES}
        lean = [self.draw.random() ** 2 for _ in LEVELS]
        for label in PERIODS:
            for key in (*self.people, *LEADERS):
                if self.draw.random() < 0.95:
                    value = self.draw.choices(range(1, 6), lean)[0]
                    ratings[key, period(label)] = Rating(float(value), str(value))
                for name in FIGURES:
                    if self.draw.random() < 0.93:
                        figures[name][key, period(label)] = self.draw.uniform(0, 100)
        values = (1.0, 2.0, 3.0, 4.0, 5.0)
        return Book(levels=LEVELS, values=values, ratings=ratings, figures=figures)

    def units(self, when: Period) -> dict[str, str]:
        with self.office.reading() as read:
            tree = Tree.of(read, when.start, when.end)
        return {key: tree.unit_of(f"p-{key}") for key in (*self.people, *LEADERS)}

    def known(self, login: str, when: Period) -> frozenset[str]:
        """Return whose values somebody may see one by one in a period, the own one too."""
        if login == "analyst":
            return frozenset((*self.people, *LEADERS))
        own = ACCOUNTS.get(login, ((), None))[1]
        found = {own} if own else set()
        with self.office.reading() as read:
            tree = Tree.of(read, when.start, when.end)
        if own in LEADERS:
            found |= {one[2:] for one in tree.under(f"p-{own}")}
        if login == "partner":
            found |= {one[2:] for unit in LOOKED_AFTER for one in tree.within(unit)}
        return frozenset(found)


def _person(key: str) -> Person:
    return Person(id=f"p-{key}", key=key, name=f"Name {key}", pseudonym=f"x-{key}")


def _post(key: str, unit: str, above: str | None, start: date, mark: str = "") -> Post:
    made = f"post-{key}{mark}"
    return Post(id=made, person=f"p-{key}", unit=unit, manager=above, start=start)


def _under(unit: str, above: str) -> bool:
    return not above or unit == above or unit.startswith(above + "/")


def _answers(client: TestClient) -> Iterator[dict[str, Any]]:
    """Yield every answer about groups: all periods, all units, also those that are refused."""
    for label in ("", *PERIODS):
        for unit in ("", "F", "F/B", *UNITS):
            found = client.get("/api/v1/teams", params={"period": label, "unit": unit})
            if found.status_code == 200:
                yield found.json()
            else:
                assert found.status_code in (404, 422), found.text


def _rating_ledger(firm: Firm, label: str, seen: frozenset[str]) -> Ledger:
    """Return the atoms of a period's ratings: unit, level, and whether the attacker sees them."""
    units, sizes = firm.units(period(label)), Counter()
    rated = firm.book.in_period(period(label))
    there = sorted({(units[key], key in seen) for key in rated})
    for unit, is_seen in there:
        sizes.update({(unit, level, is_seen): 0 for level in range(1, 6)})
    for key, one in rated.items():
        sizes[units[key], int(one.value), key in seen] += 1
    known = [{(u, level, s): 1 for level in range(1, 6)} for u, s in there]
    return Ledger(sizes, known=known, open=frozenset(a for a in sizes if a[2]))


def _figure_ledger(firm: Firm, name: str, label: str, seen: frozenset[str]) -> Ledger:
    units = firm.units(period(label))
    cells = firm.book.figures[name]
    sizes = Counter((units[k], k in seen) for k, when in cells if when == period(label))
    return Ledger(sizes, open=frozenset(atom for atom in sizes if atom[1]), counts=False)


Ledgers = Mapping[tuple[str, str], Ledger]
"""What attackers know, by measure and period."""


def collect(firm: Firm, clients: Mapping[str, TestClient]) -> Ledgers:
    """Return what attackers know together, each figure held against the truth.

    Args:
        firm: The organisation.
        clients: Browser of each attacker by login.
    """
    ledgers: dict[tuple[str, str], Ledger] = {}
    for label in PERIODS:
        seen = frozenset().union(*(firm.known(one, period(label)) for one in clients))
        ledgers["rating", label] = _rating_ledger(firm, label, seen)
        for name in FIGURES:
            ledgers[name, label] = _figure_ledger(firm, name, label, seen)
    for answer in (one for client in clients.values() for one in _answers(client)):
        for row in answer["by_period"]["rows"]:
            for label, cell in zip(answer["by_period"]["columns"], row["cells"], strict=True):
                _add_mean(ledgers["rating", label], row["unit"], cell)
        for row in answer["by_figure"]["rows"]:
            for name, cell in zip(answer["by_figure"]["columns"], row["cells"], strict=True):
                _add_mean(ledgers[name, answer["period"]], row["unit"], cell)
        _add_bands(ledgers["rating", answer["period"]], answer)
    return ledgers


def leaks(ledgers: Ledgers) -> list[tuple[str, str]]:
    """Return measure and period of whatever tells of one to four people."""
    return [place for place, ledger in ledgers.items() if ledger.derivable()]


def _add_mean(ledger: Ledger, unit: str, cell: Mapping[str, Any] | None) -> None:
    if cell is None:
        return
    inside = [atom for atom in ledger.sizes if _under(atom[0], unit)]
    assert sum(ledger.sizes[atom] for atom in inside) == cell["people"], "a group is what it seems"
    _is_enough(ledger, inside)
    if len(inside[0]) == 3:
        total = sum(ledger.sizes[atom] * atom[1] for atom in inside)
        assert cell["mean"] == pytest.approx(total / cell["people"])
        _show(ledger, {atom: float(atom[1]) for atom in inside})
    else:
        _show(ledger, dict.fromkeys(inside, 1.0))


def _add_bands(ledger: Ledger, answer: Mapping[str, Any]) -> None:
    for row in answer["distribution"]:
        for (low, high), count in zip(answer["bands"], row["people"], strict=True):
            inside = [
                atom
                for atom in ledger.sizes
                if _under(atom[0], row["unit"]) and int(low) <= atom[1] <= int(high)
            ]
            assert sum(ledger.sizes[atom] for atom in inside) == count
            _show(ledger, dict.fromkeys(inside, 1.0))


def _show(ledger: Ledger, told: dict[Any, float]) -> None:
    if told not in ledger.shown:
        ledger.shown.append(told)


def _is_enough(ledger: Ledger, inside: Sequence[Any]) -> None:
    """Fail where a figure is about one to four people whom the attacker does not see."""
    hidden = sum(ledger.sizes[atom] for atom in inside if atom not in ledger.open)
    assert hidden == 0 or hidden >= 5, "no figure is about one to four people"
