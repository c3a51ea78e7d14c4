"""Attackers with the rights of an auditor and of a manager collect every figure and subtract.

Organisations are invented by chance, small and lopsided: many cells hold one to four people.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from tests.differencing import Ledger
from tests.office_case import HASH, browser, make_office, viewer

from jixiao.contracts.office import (
    Account,
    Approval,
    Contest,
    Entry,
    Judgement,
    Paper,
    Person,
    Post,
    Seed,
)
from jixiao.core import Period
from jixiao.gateways.database.sql_records import SqlReading
from jixiao.office import Office
from jixiao.office.cycles.ratings import Book, Rating
from jixiao.office.papers import oversight
from jixiao.office.papers.contests import contest_counts
from jixiao.office.papers.oversight import signs
from jixiao.office.tree import Tree

from tests.people_case import LEVELS, period, put_in  # isort: skip

PERIODS = ("2025Q2", "2025Q3", "2025Q4")
UNITS = ("F/A/X", "F/A/Y", "F/A", "F/B/X", "F/B/Y", "F/C", "F/D", "F/D/Z")
FIGURES = ("Output", "Progress")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path)
    yield made
    made.store.close()


class Firm:
    """An invented organisation with moves, missing ratings and missing figures."""

    def __init__(self, office: Office, seed: int) -> None:
        self.office, self.draw = office, random.Random(seed)
        self.people = [f"Z{n}" for n in range(self.draw.randrange(20, 70))]
        weights = [self.draw.random() ** 2 for _ in UNITS]
        with office.store.changing(Entry("test", "begin", "all")) as change:
            change.add(_person("boss"), _post("boss", "F/A", None, date(2020, 1, 1)))
            for key in self.people:
                unit = self.draw.choices(UNITS, weights)[0]
                change.add(_person(key), self._posted(key, unit))
                if self.draw.random() < 0.1:
                    change.replace(change.get(Post, f"post-{key}"), end=date(2025, 8, 1))
                    moved = self.draw.choices(UNITS, weights)[0]
                    change.add(self._posted(key, moved, start=date(2025, 8, 1), mark="b"))
            roles = ("manager", "employee")
            change.add(
                Account(id="a-boss", login="boss", roles=roles, person="p-boss", password=HASH)
            )
        self.book = self._book()

    def _posted(self, key: str, unit: str, start: date = date(2020, 1, 1), mark: str = "") -> Post:
        above = "p-boss" if unit.startswith("F/A") else None
        return _post(key, unit, above, start, mark=mark)

    def _book(self) -> Book:
        ratings, figures = {}, {name: {} for name in FIGURES}
        lean = [self.draw.random() ** 2 for _ in LEVELS]
        for label in PERIODS:
            for key in self.people:
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
        return {key: tree.unit_of(f"p-{key}") for key in self.people}

    def led(self, when: Period) -> frozenset[str]:
        """Return who reported to the boss, whom the boss sees one by one."""
        with self.office.reading() as read:
            return frozenset(one[2:] for one in Tree.of(read, when.start, when.end).under("p-boss"))


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


def collect(firm: Firm, client: TestClient, *, leads: bool) -> dict[tuple[str, str], Ledger]:
    """Return what an attacker knows by measure and period, each figure held against the truth."""
    ledgers: dict[tuple[str, str], Ledger] = {}
    for label in PERIODS:
        seen = firm.led(period(label)) if leads else frozenset()
        ledgers["rating", label] = _rating_ledger(firm, label, seen)
        for name in FIGURES:
            ledgers[name, label] = _figure_ledger(firm, name, label, seen)
    for answer in _answers(client):
        for row in answer["by_period"]["rows"]:
            for label, cell in zip(answer["by_period"]["columns"], row["cells"], strict=True):
                _add_mean(ledgers["rating", label], row["unit"], cell)
        for row in answer["by_figure"]["rows"]:
            for name, cell in zip(answer["by_figure"]["columns"], row["cells"], strict=True):
                _add_mean(ledgers[name, answer["period"]], row["unit"], cell)
        _add_bands(ledgers["rating", answer["period"]], answer)
    return ledgers


def _add_mean(ledger: Ledger, unit: str, cell: dict[str, Any] | None) -> None:
    if cell is None:
        return
    inside = [atom for atom in ledger.sizes if _under(atom[0], unit)]
    assert sum(ledger.sizes[atom] for atom in inside) == cell["people"], "a group is what it seems"
    if len(inside[0]) == 3:
        total = sum(ledger.sizes[atom] * atom[1] for atom in inside)
        assert cell["mean"] == pytest.approx(total / cell["people"])
        ledger.shown.append({atom: atom[1] for atom in inside})
    else:
        ledger.shown.append(dict.fromkeys(inside, 1.0))


def _add_bands(ledger: Ledger, answer: dict[str, Any]) -> None:
    for row in answer["distribution"]:
        for (low, high), count in zip(answer["bands"], row["people"], strict=True):
            inside = [
                atom
                for atom in ledger.sizes
                if _under(atom[0], row["unit"]) and int(low) <= atom[1] <= int(high)
            ]
            assert sum(ledger.sizes[atom] for atom in inside) == count
            assert count == 0 or count >= 5, "no cell of one to four is shown"
            ledger.shown.append(dict.fromkeys(inside, 1.0))


def attack(office: Office, patch: pytest.MonkeyPatch, login: str, seed: int) -> int:
    """Attack one organisation and return how many sums were shown."""
    firm = Firm(office, seed)
    put_in(patch, firm.book)
    client = browser(office, login)
    ledgers = collect(firm, client, leads=login == "boss")
    for (measure, label), ledger in ledgers.items():
        assert ledger.derivable() == frozenset(), (seed, login, measure, label)
    return sum(len(ledger.shown) for ledger in ledgers.values())


def test_the_attacker_finds_what_a_careless_policy_shows() -> None:
    sizes = {"A": 6, "B": 3, "C": 9}
    whole, most = dict.fromkeys("ABC", 1.0), dict.fromkeys("AC", 1.0)
    assert Ledger(sizes, [whole, most]).derivable() == {"B"}
    assert Ledger(sizes, [whole, {"A": 1.0}]).derivable() == frozenset()
    assert Ledger({**sizes, "D": 1}, [whole | {"D": 1.0}, {"A": 1.0}, {"C": 1.0}]).derivable() == {
        "B",
        "D",
    }


def test_the_attacker_tells_how_a_band_falls_apart_by_the_mean() -> None:
    sizes = {1: 1, 2: 6, 3: 20, 4: 8}
    mean, bands = {n: float(n) for n in sizes}, [{1: 1.0, 2: 1.0}, {3: 1.0}, {4: 1.0}]
    assert Ledger(sizes, [mean, *bands]).derivable() == {1}
    assert Ledger(sizes, bands).derivable() == frozenset()
    assert Ledger(sizes, [mean, {1: 1.0, 2: 1.0, 3: 1.0}, {4: 1.0}]).derivable() == frozenset()


@pytest.mark.parametrize("login", ["auditor", "boss"])
@pytest.mark.parametrize("seed", range(3))
def test_nothing_about_one_to_four_people_can_be_worked_out(
    office: Office, monkeypatch: pytest.MonkeyPatch, login: str, seed: int
) -> None:
    shown = attack(office, monkeypatch, login, seed)
    assert shown > 50 or login == "boss"


@pytest.mark.long
@pytest.mark.parametrize("login", ["auditor", "boss"])
@pytest.mark.parametrize("seed", range(3, 40))
def test_nothing_can_be_worked_out_in_any_of_many_organisations(
    office: Office, monkeypatch: pytest.MonkeyPatch, login: str, seed: int
) -> None:
    attack(office, monkeypatch, login, seed)


def test_objections_are_counted_by_people_and_not_by_papers(office: Office) -> None:
    def contests(*by: str) -> list[Contest]:
        made = []
        for at, one in enumerate(by):
            day = date(2026, 1, 1)
            when = office.clock()
            made.append(Contest(id=f"c{at}", paper=f"r{at}", by=one, text="x", at=when, due=day))
        return made

    told = defaultdict(dict)
    for name, by in {"one": ["a"] * 9, "five": list("abcde")}.items():
        with office.store.changing(Entry("test", "object", "contest")) as change:
            change.remove(*change.find(Contest))
            change.add(*contests(*by))
        with office.reading() as read:
            told[name] = contest_counts(read, viewer(office, "auditor"))
    assert (told["one"]["open"], told["one"]["total"]) == (None, None)
    assert (told["five"]["open"], told["five"]["total"]) == (5, 5)


def _reviewed(office: Office, seed: int) -> dict[str, str]:
    """Let some reviewers rate, approve and meet planted faults; return the unit of each."""
    draw, now = random.Random(seed), office.clock()
    units, span = {}, {"start": date(2025, 10, 1), "end": date(2026, 1, 1)}
    with office.store.changing(Entry("test", "review", "all")) as change:
        for n in range(draw.randrange(6, 26)):
            key, unit = f"V{n}", draw.choice(("F/A", "F/B", "F/C"))
            units[f"a-{key}"] = unit
            paper = Paper(
                id=f"paper-{key}",
                name=f"{key}.en",
                report=key,
                level="employee",
                subject=key,
                language="en",
                period="2025Q4",
                changed=now,
                **span,
            )
            login = Account(id=f"a-{key}", login=key, roles=("manager",), person=f"p-{key}")
            change.add(_person(key), _post(key, unit, None, date(2020, 1, 1)), login, paper)
            judged = {"subject": f"p-{key}", "period": "2025Q4", "rating": "3", "reason": "r"}
            opinion = {"level": "4"} if draw.random() < 0.7 else None
            made = Judgement(id=f"j-{key}", rater=login.id, at=now, opinion=opinion, **judged)
            change.add(made)
            if draw.random() < 0.4:
                seed_of = {"paper": paper.id, "reviewer": login.id, "outcome": "caught"}
                change.add(Seed(id=f"s-{key}", wrong="w", right="r", planted=now, **seed_of))
    return units


def _approvals(office: Office, units: dict[str, str], draw: random.Random) -> list[Approval]:
    """Return approvals of some reviewers; the database takes none of a text that is not there."""
    found = []
    for one in units:
        for at in range(draw.randrange(1, 4) if draw.random() < 0.6 else 0):
            paper = f"paper-{one[2:]}"
            made = Approval(id=f"{one}{at}", paper=paper, text="h", approver=one, at=office.clock())
            found.append(made)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_no_sign_of_oversight_is_about_one_to_four_reviewers(
    office: Office, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    units = _reviewed(office, seed)
    approvals = _approvals(office, units, random.Random(seed))
    monkeypatch.setattr(oversight, "_distance", lambda read, approval: 0.1)
    find = SqlReading.find
    monkeypatch.setattr(
        SqlReading,
        "find",
        lambda self, kind, **how: approvals if kind is Approval else find(self, kind, **how),
    )
    with office.reading() as read:
        doers = {
            "approvals": Counter(one.approver for one in approvals),
            "judged": Counter(one.rater for one in read.find(Judgement) if one.opinion),
            "seeds": Counter(one.reviewer for one in read.find(Seed)),
        }
    rows = signs(office, viewer(office, "auditor"), "2025Q4")
    assert rows[0].unit == ""
    for name, by in doers.items():
        ledger = Ledger(Counter(units[one] for one in by), counts=False)
        for row in rows:
            told = getattr(row, name)
            if told is not None:
                inside = [one for one in by if row.unit in ("", units[one])]
                assert told == sum(by[one] for one in inside)
                ledger.shown.append({units[one]: 1.0 for one in inside})
        assert ledger.derivable() == frozenset(), (seed, name)
        assert all(sum(ledger.sizes[a] for a in one) >= 5 for one in ledger.shown)
