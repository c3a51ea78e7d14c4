"""The KPI table of the sample company: four indicators a month, long, with trend and season.

It is written by a Chinese system in either language: months as 2024年01月, in GBK.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from jixiao.contracts.examples import Floats, Integers
from jixiao.core.seeds import rng
from jixiao.solutions.company.tables import Scene, named

_FIRST_YEAR = 2024
_MONTHLY_NOISE, _JOB_NOISE, _MISSING = 0.4, 0.4, 0.015


@dataclass(frozen=True)
class _Months:
    """One entry per person and reviewed month: who, which month, and how well it went."""

    person: Integers
    month: Integers
    felt: Floats
    job: Floats


def kpi(scene: Scene) -> pl.DataFrame:
    """Return one row per person, month and indicator, sorted by month; a few are missing."""
    g = rng(scene.seed, "company", "kpi")
    months = _months(scene, g)
    people, columns = scene.people, scene.words["kpi"]
    names = [f"{_FIRST_YEAR + m // 12}年{m % 12 + 1:02d}月" for m in months.month.tolist()]
    parts = []
    for key, (values, targets) in _indicators(months, g).items():
        kept = np.flatnonzero(g.random(len(names)) >= _MISSING).tolist()
        parts.append(
            named(
                columns,
                {
                    "subject": [people[months.person[k]].subject for k in kept],
                    "month": [names[k] for k in kept],
                    "indicator": [scene.words["indicators"][key]] * len(kept),
                    "value": [values[k] for k in kept],
                    "target": [targets[k] for k in kept],
                },
            )
        )
    return pl.concat(parts).sort(columns["month"], columns["subject"], maintain_order=True)


def _months(scene: Scene, g: np.random.Generator) -> _Months:
    """Return three months for each review; a job's own ease stays with the person."""
    r = scene.ratings
    person = np.repeat(r.person, 3)
    month = np.repeat(r.quarter * 3, 3) + np.tile(np.arange(3), len(r.person))
    felt = np.repeat(r.latent, 3) + g.normal(0, _MONTHLY_NOISE, len(person))
    job = g.normal(0, _JOB_NOISE, (4, len(scene.people)))[:, person]
    return _Months(person, month.astype(np.int64), felt, job)


def _indicators(m: _Months, g: np.random.Generator) -> dict[str, tuple[list[str], list[str]]]:
    """Return the written values and targets of each indicator."""
    n = len(m.month)
    felt = m.felt + m.job + g.normal(0, 0.5, (4, n))
    new_year = np.isin(m.month % 12, (0, 1))
    usual = np.exp(g.normal(5.2, 0.5, m.person.max() + 1)).round(-1)[m.person]
    season = 0.06 * np.sin(2 * np.pi * (m.month % 12 - 2) / 12)
    on_time = np.clip(91 + 3 * felt[0] - 2.5 * new_year + 0.08 * m.month, 40, 100)
    output = usual * np.maximum(0.2, 1 + 0.08 * felt[1] + season + 0.004 * m.month)
    defects = np.clip(2.4 - 0.6 * felt[2] + 0.4 * new_year, 0.1, None)
    customer = np.clip(8.1 + 0.5 * felt[3], 1, 10)
    return {
        "on_time": ([f"{v:.1f}" for v in on_time], ["95"] * n),
        "output": ([f"{v:.0f}" for v in output], [f"{v:.0f}" for v in usual]),
        "defects": ([f"{v:.2f}" for v in defects], ["2"] * n),
        "customer": ([f"{v:.1f}" for v in customer], ["8.5"] * n),
    }
