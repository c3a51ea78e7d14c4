"""The five tables of the sample company as strings, still without any fault."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import yaml

from jixiao.core.periods import Period
from jixiao.core.seeds import rng
from jixiao.solutions.company.grammar import ReviewWriter, Topic
from jixiao.solutions.company.people import Person, quarters
from jixiao.solutions.company.performance import DRIFT_QUARTERS, Ratings

BONUS = (0.0, 2.0, 5.0, 9.0, 14.0)
"""Bonus in percent that is set after the rating, by level: the plain leak."""
PAY_CODES = (("K7", "B2"), ("T4", "D9"), ("R1", "H6"), ("M3", "X8"), ("C5", "W0"))
"""Codes that stand for the rating, by level: the disguised leak."""
_TEXT_SPREAD, _LATE_WORDS = 0.6, 0.25


@dataclass(frozen=True)
class Scene:
    """What the tables are made from."""

    people: list[Person]
    ratings: Ratings
    seed: int
    n_quarters: int
    language: str

    @property
    def words(self) -> dict[str, Any]:
        """Column names and fixed words in the company's language."""
        found: dict[str, Any] = wording()[self.language]
        return found

    def quarter_names(self) -> list[str]:
        """Return the quarters as people write them."""
        return [
            self.words["quarter"].format(year=p.start.year, quarter=(p.start.month + 2) // 3)
            for p in quarters(self.n_quarters)
        ]


@cache
def wording() -> dict[str, Any]:
    """Return column names and fixed words of both languages."""
    text = Path(__file__).with_name("wording.yaml").read_text(encoding="utf-8")
    loaded: dict[str, Any] = yaml.safe_load(text)
    return loaded


def named(words: dict[str, str], columns: dict[str, Sequence[str | None]]) -> pl.DataFrame:
    """Return a table of strings whose columns bear the names people use."""
    return pl.DataFrame({words[key]: list(values) for key, values in columns.items()}).cast(
        dict.fromkeys((words[key] for key in columns), pl.String)
    )


def reviews(scene: Scene) -> pl.DataFrame:
    """Return one row per review, quarter by quarter."""
    r, people = scene.ratings, scene.people
    g = rng(scene.seed, "company", "review columns")
    n = len(r.person)
    names, periods = scene.quarter_names(), quarters(scene.n_quarters)
    met = np.clip(84 + 8 * r.latent + g.normal(0, 6.5, n), 20, 130)
    savings = np.exp(9 + 0.35 * r.latent + g.normal(0, 0.8, n)).round(-2)
    bonus = np.array(BONUS)[r.written] + g.choice([-0.5, 0.0, 0.5], n) * (r.written > 0)
    codes = [
        PAY_CODES[level][pick] for level, pick in zip(r.written, g.integers(0, 2, n), strict=True)
    ]
    modes = scene.words["modes"]
    columns: dict[str, Sequence[str | None]] = {
        "id": [f"R{row + 1:05d}" for row in range(n)],
        "subject": [people[i].subject for i in r.person],
        "period": [names[q] for q in r.quarter],
        "date": _review_dates(g, [periods[q] for q in r.quarter]),
        "rater": [people[i].manager for i in r.person],
        "rating": [scene.words["ratings"][level] for level in r.written],
        "text": _texts(scene),
        "goals_met": [f"{value:.1f}%" for value in met],
        "projects": [str(k) for k in g.poisson(np.exp(1.1 + 0.18 * r.latent))],
        "savings": [f"{value:,.0f}" for value in savings],
        "training": [str(k) for k in g.integers(0, 41, n)],
        "absence": [f"{value:.1f}%" for value in g.gamma(1.5, 1.6, n)],
        "mode": [modes[k] for k in g.choice(3, n, p=[0.5, 0.35, 0.15])],
        "bonus": [f"{value:.1f}" for value in bonus],
        "code": codes,
    }
    return named(scene.words["reviews"], columns)


def _review_dates(g: np.random.Generator, periods: list[Period]) -> list[str]:
    waits = g.integers(3, 25, len(periods)).tolist()
    return [
        (period.end + timedelta(days=wait)).isoformat()
        for period, wait in zip(periods, waits, strict=True)
    ]


def _texts(scene: Scene) -> list[str]:
    r, people = scene.ratings, scene.people
    g = rng(scene.seed, "company", "texts")
    writers = {name: ReviewWriter(name, g, spread=_TEXT_SPREAD) for name in ("zh", "en")}
    teams: dict[tuple[str, ...], list[str]] = {}
    for person in people:
        teams.setdefault(person.team.path, []).append(person.name.short)
    drift = scene.n_quarters - DRIFT_QUARTERS
    texts = []
    for i, quarter, seen in zip(
        r.person.tolist(), r.quarter.tolist(), r.seen.tolist(), strict=True
    ):
        person = people[i]
        others = [name for name in teams[person.team.path] if name != person.name.short]
        topic = Topic(
            seen=seen,
            name=person.name.full if g.random() < 0.25 else person.name.short,
            colleagues=tuple(others) or (people[0].name.short,),
            months=tuple(quarter % 4 * 3 + k for k in range(3)),
            late=_LATE_WORDS if quarter >= drift else 0.0,
            contact=_contact(g, person),
        )
        texts.append(writers[person.team.language].write(topic))
    return texts


def _contact(g: np.random.Generator, person: Person) -> tuple[str, str]:
    """Return an invented address under a domain kept for examples, and an invented number."""
    if person.team.language == "zh":
        return (f"hr.{person.subject.lower()}@example.com", f"138{g.integers(10**7, 10**8)}")
    return (f"people.{person.subject.lower()}@example.com", f"+44 7700 900{g.integers(100, 1000)}")


def roster(scene: Scene) -> pl.DataFrame:
    """Return one row per person: names, protected columns, place in the tree, manager."""
    words, people = scene.words, scene.people
    paths = [p.team.path_zh if scene.language == "zh" else p.team.path for p in people]
    columns: dict[str, Sequence[str | None]] = {
        "subject": [p.subject for p in people],
        "name": [p.name.full for p in people],
        "short": [p.name.short for p in people],
        "gender": [words["genders"][p.gender] for p in people],
        "birth": [p.birth.isoformat() for p in people],
        "path": ["/".join(path) for path in paths],
        "title": [words["titles"][p.level - 1] for p in people],
        "level": [str(p.level) for p in people],
        "hired": [p.hired.isoformat() for p in people],
        "manager": [p.manager or None for p in people],
    }
    return named(words["roster"], columns)


def survey(scene: Scene) -> pl.DataFrame:
    """Return the confidential engagement survey: about four in five answer, 1 to 5 per question."""
    r = scene.ratings
    g = rng(scene.seed, "company", "survey")
    kept = np.flatnonzero(g.random(len(r.person)) < 0.78)
    g.shuffle(kept)
    mood = 0.3 * r.latent + 0.35 * (r.seen - r.latent) + g.normal(0, 0.7, len(r.person))
    pull = {"engagement": 0.7, "workload": -0.2, "growth": 0.5, "recognition": 0.6, "trust": 0.7}
    names = scene.quarter_names()
    columns: dict[str, Sequence[str | None]] = {
        "subject": [scene.people[i].subject for i in r.person[kept]],
        "period": [names[q] for q in r.quarter[kept]],
    }
    for question, weight in pull.items():
        answer = 3.4 + weight * mood[kept] + g.normal(0, 0.7, len(kept))
        columns[question] = [str(int(k)) for k in np.clip(answer.round(), 1, 5)]
    return named(scene.words["survey"], columns)


def goals(scene: Scene) -> pl.DataFrame:
    """Return the main goal of each person and quarter with its progress."""
    r, people = scene.ratings, scene.people
    g = rng(scene.seed, "company", "goals")
    writers = {name: ReviewWriter(name, g, spread=0.0) for name in ("zh", "en")}
    progress = np.clip(82 + 12 * r.latent + g.normal(0, 14, len(r.person)), 0, 100).round(-1)
    periods, names = quarters(scene.n_quarters), scene.quarter_names()
    texts = []
    for i, quarter in zip(r.person.tolist(), r.quarter.tolist(), strict=True):
        months = tuple(quarter % 4 * 3 + k for k in range(3))
        topic = Topic(0.0, "", (people[0].name.short,), months, 0.0, ("", ""))
        texts.append(writers[people[i].team.language].goal(topic))
    columns: dict[str, Sequence[str | None]] = {
        "subject": [people[i].subject for i in r.person],
        "period": [names[q] for q in r.quarter],
        "goal": texts,
        "due": [_last_day(periods[q]).isoformat() for q in r.quarter],
        "progress": [f"{value:.0f}%" for value in progress],
    }
    return named(scene.words["goals"], columns)


def _last_day(period: Period) -> date:
    return period.end - timedelta(days=1)
