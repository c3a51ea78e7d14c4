"""Who works in the sample company: a three-level organisation tree, its leads and its people."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from jixiao.core.errors import ContractError
from jixiao.core.periods import Period, parse_period
from jixiao.core.seeds import rng
from jixiao.solutions.company.names import Name, invent_names

SMALL_TEAM = 3
"""People in the one team that is too small to be shown on its own, its lead included."""
FEWEST_PEOPLE = 60
_TEAM_SIZE = 10
_FIRST_YEAR = 2024
_JOINED_LATE, _LEFT_EARLY = 0.14, 0.05

Path3 = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Team:
    """One team and where it hangs in the tree.

    Attributes:
        path: Division, department and team, in English.
        path_zh: The same in Chinese.
        language: Language its manager writes in.
        size: People in it, its lead included.
    """

    path: Path3
    path_zh: Path3
    language: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """One employee.

    Attributes:
        subject: Employee number.
        name: Invented name.
        gender: ``F`` or ``M``.
        birth: Date of birth.
        hired: Date of hiring.
        team: Team the person belongs to; heads of units are in the leadership team.
        manager: Employee number of the one who rates; ``""`` for the head of the company.
        level: Job level, 1 to 7.
        first: First reviewed quarter, as a position.
        last: Last reviewed quarter, as a position.
    """

    subject: str
    name: Name
    gender: str
    birth: date
    hired: date
    team: Team
    manager: str
    level: int
    first: int
    last: int


@cache
def company_names() -> tuple[str, str]:
    """Return the company's invented name in English and Chinese."""
    english, chinese = _organisation()["company"]
    return str(english), str(chinese)


def quarters(count: int) -> list[Period]:
    """Return the reviewed quarters, oldest first, from the start of 2024."""
    found = []
    for step in range(count):
        period = parse_period(f"{_FIRST_YEAR + step // 4}Q{step % 4 + 1}")
        assert period is not None
        found.append(period)
    return found


def hire(seed: int, n_people: int, n_quarters: int) -> list[Person]:
    """Return the people: the head of the company first, then heads, leads and members.

    Args:
        seed: Seed of the company.
        n_people: How many people in all, at least 60.
        n_quarters: How many quarters are reviewed.

    Raises:
        ContractError: If the company would be too small for a tree.
    """
    if n_people < FEWEST_PEOPLE:
        raise ContractError(
            "JX-E120", "n_people", expected=f"at least {FEWEST_PEOPLE}", got=str(n_people)
        )
    teams = _sized(_teams(n_people), n_people)
    office = _Office(seed, n_people, n_quarters)
    top = office.add(_leadership(teams[0].language), "", 7)
    heads: dict[tuple[str, ...], str] = {(): top}
    for team in teams:
        for depth, level in ((1, 6), (2, 5)):
            unit = team.path[:depth]
            if unit not in heads:
                leaders = _leadership(team.language)
                heads[unit] = office.add(leaders, heads[unit[:-1]], level)
        lead = office.add(team, heads[team.path[:2]], 4)
        for _ in range(team.size - 1):
            office.add(team, lead, int(office.generator.integers(1, 4)))
    return office.people


class _Office:
    """Hires people one by one."""

    def __init__(self, seed: int, n_people: int, n_quarters: int) -> None:
        self.generator = rng(seed, "company", "people")
        self.quarters = quarters(n_quarters)
        self.people: list[Person] = []
        self._names = {
            language: iter(
                invent_names(rng(seed, "company", "names", language), n_people, language)
            )
            for language in ("zh", "en")
        }

    def add(self, team: Team, manager: str, level: int) -> str:
        """Hire one person and return the employee number."""
        first, last = (0, len(self.quarters) - 1) if level > 3 else self._spell()
        subject = f"E{len(self.people) + 1:04d}"
        self.people.append(
            Person(
                subject=subject,
                name=next(self._names[team.language]),
                gender="F" if self.generator.random() < 0.48 else "M",
                birth=date(2001 - 5 * level, 1, 1) - self._days(4000),
                hired=self._hired(first),
                team=team,
                manager=manager,
                level=level,
                first=first,
                last=last,
            )
        )
        return subject

    def _days(self, most: int) -> timedelta:
        return timedelta(days=int(self.generator.integers(0, most)))

    def _hired(self, first: int) -> date:
        if first:
            return self.quarters[first].start + self._days(40)
        return self.quarters[0].start - timedelta(days=90) - self._days(3600)

    def _spell(self) -> tuple[int, int]:
        """Return the first and last reviewed quarter; some join late, a few leave early."""
        last = len(self.quarters) - 1
        chance = self.generator.random()
        if chance < _JOINED_LATE:
            return int(self.generator.integers(1, last + 1)), last
        if chance < _JOINED_LATE + _LEFT_EARLY:
            return 0, int(self.generator.integers(0, last))
        return 0, last


@cache
def _organisation() -> dict[str, Any]:
    text = Path(__file__).with_name("organisation.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def _teams(n_people: int) -> list[Team]:
    """Return as many teams as the people fill, spread over the whole tree, the small one last."""
    listed = [
        Team(
            (division["name"][0], department["name"][0], team[0]),
            (division["name"][1], department["name"][1], team[1]),
            department["language"],
        )
        for division in _organisation()["divisions"]
        for department in division["departments"]
        for team in department["teams"]
    ]
    count = min(len(listed), max(4, n_people // _TEAM_SIZE - 2))
    chosen = np.linspace(0, len(listed) - 1, count).round().astype(int)
    return [listed[place] for place in sorted(set(chosen.tolist()))]


def _leadership(language: str) -> Team:
    """Return the team in which the heads of divisions and departments are kept."""
    english, chinese = _organisation()["leadership"]
    return Team(tuple(english), tuple(chinese), language)


def _sized(teams: list[Team], n_people: int) -> list[Team]:
    heads = 1 + len({team.path[:1] for team in teams}) + len({team.path[:2] for team in teams})
    left, full = n_people - heads - SMALL_TEAM, len(teams) - 1
    sizes = [left // full + (place < left % full) for place in range(full)] + [SMALL_TEAM]
    return [
        Team(team.path, team.path_zh, team.language, size)
        for team, size in zip(teams, sizes, strict=True)
    ]
