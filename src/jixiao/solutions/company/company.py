"""Makes the sample company: people, hidden truth, clean tables, planted faults."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Literal

import polars as pl

from jixiao.core.errors import ContractError
from jixiao.solutions.company.faults import Planted, plant
from jixiao.solutions.company.kpi import kpi
from jixiao.solutions.company.people import hire
from jixiao.solutions.company.performance import DRIFT_QUARTERS, DRIFT_SHIFT, rate
from jixiao.solutions.company.tables import Scene, goals, reviews, roster, survey
from jixiao.solutions.company.truth import ReviewTruth, Truth

FEWEST_QUARTERS = 4
_FEW_RECORDS = 3


@dataclass(frozen=True)
class Company:
    """An invented company.

    Attributes:
        tables: ``reviews``, ``roster``, ``kpi``, ``survey`` and ``goals``: strings as written.
        truth: What was planted.
    """

    tables: dict[str, pl.DataFrame]
    truth: Truth


def make_company(
    seed: int, n_people: int = 300, n_quarters: int = 8, *, language: Literal["en", "zh"] = "en"
) -> Company:
    """Return an invented company; the same arguments give the same company.

    Args:
        seed: Seed of everything random.
        n_people: People in all, at least 60.
        n_quarters: Reviewed quarters, at least 4.
        language: Language of column names and rating levels; reviews are in both either way.

    Raises:
        ContractError: If the company would be too small to hold what is planted.
    """
    if n_quarters < FEWEST_QUARTERS:
        raise ContractError(
            "JX-E120", "n_quarters", expected=f"at least {FEWEST_QUARTERS}", got=str(n_quarters)
        )
    people = hire(seed, n_people, n_quarters)
    scene = Scene(people, rate(people, seed, n_quarters), seed, n_quarters, language)
    makers = (reviews, roster, kpi, survey, goals)
    planted = plant({make.__name__: make(scene) for make in makers}, scene)
    return Company(planted.tables, _truth(scene, planted))


def _truth(scene: Scene, planted: Planted) -> Truth:
    r, words = scene.ratings, scene.words
    wrong = set((r.level != r.written).nonzero()[0].tolist())
    names = scene.quarter_names()
    path = scene.people[-1].team
    return Truth(
        seed=scene.seed,
        language=scene.language,
        columns={name: dict(words[name]) for name in planted.tables},
        reviews=_review_truths(scene, planted.order),
        leniency=r.leniency,
        planted_raters=r.planted,
        leaks=(words["reviews"]["bonus"], words["reviews"]["code"]),
        drift_periods=tuple(names[-DRIFT_QUARTERS:]),
        drift_shift=DRIFT_SHIFT,
        exact_copies=tuple(planted.exact),
        near_copies=tuple(planted.near),
        mislabelled=tuple(row for row, review in enumerate(planted.order) if review in wrong),
        bad_cells=tuple(planted.cells),
        new_people=_new_people(scene),
        small_team="/".join(path.path_zh if scene.language == "zh" else path.path),
        protected=(words["roster"]["gender"], words["roster"]["birth"]),
    )


def _review_truths(scene: Scene, order: list[int]) -> tuple[ReviewTruth, ...]:
    r, people, names = scene.ratings, scene.people, scene.quarter_names()
    levels = scene.words["ratings"]
    return tuple(
        ReviewTruth(
            row=row,
            review=f"R{k + 1:05d}",
            subject=people[r.person[k]].subject,
            period=names[r.quarter[k]],
            rater=people[r.person[k]].manager,
            latent=round(float(r.latent[k]), 4),
            meant=levels[r.level[k]],
            written=levels[r.written[k]],
        )
        for row, k in enumerate(order)
    )


def _new_people(scene: Scene) -> tuple[str, ...]:
    counts = Counter(scene.ratings.person.tolist())
    return tuple(
        person.subject
        for place, person in enumerate(scene.people)
        if 0 < counts[place] < _FEW_RECORDS
    )
