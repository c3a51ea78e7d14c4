"""The hidden truth of the sample company: performance, what raters saw, and what they wrote down.

latent ── how well a person really did in a quarter (about 0 ± 1)
seen   ── latent + the rater's leniency + the rater's noise; reviews speak of this
rating ── seen + a little more noise, cut at thresholds that drift in the last quarters;
          two to three rows in a hundred then get a wrong level by mistake
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from jixiao.contracts.examples import Floats, Integers
from jixiao.core.seeds import rng
from jixiao.solutions.company.people import Person

THRESHOLDS = (-1.55, -0.65, 0.55, 1.45)
"""Cuts of the five levels before the drift."""
DRIFT_QUARTERS = 2
DRIFT_SHIFT = 0.45
"""How much stricter the thresholds are in the last quarters."""
PLANTED_SHIFTS = (0.9, 0.9, 0.8, -0.8, -0.9, -0.9)
"""Leniency of the planted raters, in units of latent performance."""
MISLABELLED_SHARE = 0.025
_OWN, _STEADY, _STEP = 0.72, 0.7, 0.36
_LENIENCY, _SEEN, _WRITTEN = 0.12, 0.22, 0.16
_MISSED_QUARTER = 0.015


@dataclass(frozen=True)
class Ratings:
    """One entry per review, quarter by quarter.

    Attributes:
        person: Shape (n,): position of the reviewed person.
        quarter: Shape (n,): position of the quarter.
        latent: Shape (n,): true performance, about 0 ± 1.
        seen: Shape (n,): what the rater saw, leniency and noise included.
        level: Shape (n,): level meant, 0 to 4.
        written: Shape (n,): level written down; differs from ``level`` where mislabelled.
        leniency: Employee number of every rater to the rater's shift.
        planted: Raters whose leniency was planted.
    """

    person: Integers
    quarter: Integers
    latent: Floats
    seen: Floats
    level: Integers
    written: Integers
    leniency: dict[str, float]
    planted: tuple[str, ...]


def rate(people: list[Person], seed: int, n_quarters: int) -> Ratings:
    """Return every review's truth and written level."""
    latent = _latent(people, seed, n_quarters)
    leniency, planted = _leniency(people, seed)
    present = _present(people, seed, n_quarters)
    quarter, person = np.nonzero(present.T)
    noise = rng(seed, "company", "raters")
    shift = np.array([leniency.get(people[i].manager, 0.0) for i in person.tolist()])
    true = latent[person, quarter]
    seen = true + shift + noise.normal(0, _SEEN, len(person))
    strict = np.where(quarter >= n_quarters - DRIFT_QUARTERS, DRIFT_SHIFT, 0.0)
    felt = seen - strict + noise.normal(0, _WRITTEN, len(person))
    level = np.searchsorted(THRESHOLDS, felt).astype(np.int64)
    return Ratings(
        person=person.astype(np.int64),
        quarter=quarter.astype(np.int64),
        latent=true,
        seen=seen,
        level=level,
        written=_mistaken(level, seed),
        leniency=leniency,
        planted=planted,
    )


def _latent(people: list[Person], seed: int, n_quarters: int) -> Floats:
    """Return shape (n_people, n_quarters): own level, a steady walk, and learning of newcomers."""
    generator = rng(seed, "company", "performance")
    own = generator.normal(0, _OWN, len(people)) + [0.25 * (p.level > 3) for p in people]
    walk = np.zeros((len(people), n_quarters))
    state = generator.normal(0, _STEP / np.sqrt(1 - _STEADY**2), len(people))
    for quarter in range(n_quarters):
        state = _STEADY * state + generator.normal(0, _STEP, len(people))
        walk[:, quarter] = state
    joined = np.array([p.first for p in people])[:, None]
    age = np.arange(n_quarters)[None, :] - joined
    learning = np.where((joined > 0) & (age >= 0), -0.5 * 0.6 ** np.maximum(age, 0), 0.0)
    return own[:, None] + walk + learning


def _leniency(people: list[Person], seed: int) -> tuple[dict[str, float], tuple[str, ...]]:
    generator = rng(seed, "company", "leniency")
    raters = sorted({person.manager for person in people} - {""})
    shifts = dict(zip(raters, generator.normal(0, _LENIENCY, len(raters)).tolist(), strict=True))
    small = people[-1].manager
    leads = [p.subject for p in people if p.level == 4 and p.subject in shifts]
    leads = [lead for lead in leads if lead != small]
    count = min(len(PLANTED_SHIFTS), 2 * (len(leads) // 4))
    order = np.argsort(np.abs(PLANTED_SHIFTS), kind="stable")[::-1][:count]
    chosen = generator.choice(len(leads), size=count, replace=False)
    planted = {leads[i]: PLANTED_SHIFTS[k] for i, k in zip(chosen.tolist(), order, strict=True)}
    shifts.update(planted)
    return {rater: round(shift, 3) for rater, shift in shifts.items()}, tuple(sorted(planted))


def _present(people: list[Person], seed: int, n_quarters: int) -> Integers:
    """Return shape (n_people, n_quarters): 1 where the person is reviewed; the top never is."""
    at = np.arange(n_quarters)
    first = np.array([p.first for p in people])[:, None]
    last = np.array([p.last for p in people])[:, None]
    here = (at >= first) & (at <= last)
    away = rng(seed, "company", "absences").random(here.shape) < _MISSED_QUARTER
    rated = np.array([bool(p.manager) for p in people])[:, None]
    present: Integers = (here & ~away & rated).astype(np.int64)
    return present


def _mistaken(level: Integers, seed: int) -> Integers:
    """Return the levels with a few replaced by one at least two steps away."""
    generator = rng(seed, "company", "mistakes")
    count = round(MISLABELLED_SHARE * len(level))
    written = level.copy()
    for row in generator.choice(len(level), size=count, replace=False).tolist():
        far = [other for other in range(len(THRESHOLDS) + 1) if abs(other - level[row]) >= 2]
        written[row] = far[int(generator.integers(len(far)))]
    return written
