"""Attackers of every role collect every figure about groups, alone and together, and subtract.

Organisations are invented by chance, small and lopsided: many cells hold one to four people.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from tests.differencing import Ledger
from tests.firm_case import Firm, collect, leaks
from tests.office_case import browser, make_office, viewer
from tests.people_case import put_in

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
from jixiao.gateways.database.sql_records import SqlReading
from jixiao.office import Office
from jixiao.office.papers import oversight
from jixiao.office.papers.contests import contest_counts
from jixiao.office.papers.oversight import signs


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = make_office(tmp_path)
    yield made
    made.store.close()


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


ALONE = ("auditor", "analyst", "boss", "both", "insider", "partner")
"""Attackers: groups only; everybody; a line; groups and part of a line; groups and oneself;
the units of an HR partner."""
TOGETHER = (("boss", "chief"), ("boss", "partner"))
"""Accounts of different lines that put together what they see; who sees the groups of everybody
beside somebody who knows people one by one is a limit that docs/security.md tells of."""


def attack(office: Office, patch: pytest.MonkeyPatch, logins: Sequence[str], seed: int) -> int:
    """Attack one organisation and return how many sums were shown."""
    firm = Firm(office, seed)
    put_in(patch, firm.book)
    ledgers = collect(firm, {login: browser(office, login) for login in logins})
    assert leaks(ledgers) == [], (seed, logins)
    return sum(len(ledger.shown) for ledger in ledgers.values())


@pytest.mark.parametrize("login", ALONE)
def test_nothing_about_one_to_four_people_can_be_worked_out(
    office: Office, monkeypatch: pytest.MonkeyPatch, login: str
) -> None:
    shown = attack(office, monkeypatch, [login], 1)
    assert shown > 20 or login in ("boss", "partner")


@pytest.mark.long
@pytest.mark.parametrize("login", ALONE)
@pytest.mark.parametrize("seed", range(2, 22))
def test_nothing_can_be_worked_out_in_any_of_many_organisations(
    office: Office, monkeypatch: pytest.MonkeyPatch, login: str, seed: int
) -> None:
    attack(office, monkeypatch, [login], seed)


@pytest.mark.long
@pytest.mark.parametrize("logins", TOGETHER, ids="+".join)
@pytest.mark.parametrize("seed", range(20))
def test_accounts_that_put_together_what_they_see_work_out_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch, logins: Sequence[str], seed: int
) -> None:
    attack(office, monkeypatch, logins, seed)


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
    with office.reading() as read:
        contest = read.find(Contest)[0]
    with office.store.changing(Entry("test", "object", "contest")) as change:
        change.replace(contest, by="a-auditor")
    with office.reading() as read:
        left = contest_counts(read, viewer(office, "auditor"))
    assert (left["open"], left["total"]) == (None, None), "one of five is one's own"
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
            person = Person(id=f"p-{key}", key=key, name=key, pseudonym=f"x-{key}")
            post = Post(id=f"post-{key}", person=person.id, unit=unit, start=date(2020, 1, 1))
            change.add(person, post, login, paper)
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
