"""Invented data sets whose truth is known, for recipes; seeded, and of nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Examples, Scale, Task, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.core import ContractError, Registry
from jixiao.core.seeds import rng

INDICATORS = ("attendance", "completed_tasks", "quality", "teamwork", "training_hours")


@dataclass(frozen=True)
class Generated:
    """Rows and the truth behind them.

    Attributes:
        examples: Rows; ``rows`` are 0..n-1 and index ``best_proba``.
        scale: Scale of the rating.
        best_proba: Shape (n, n_levels): the odds of each rating given all that a model may see;
            nothing can score better than these.
    """

    examples: Examples
    scale: Scale
    best_proba: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    def task(self, kind: str) -> Task:
        """Return the rating as an ordinal, class or number task."""
        if kind == "number":
            return Task(kind=TaskKind.NUMBER, target="rating")
        if kind == "class":
            return Task(kind=TaskKind.CLASS, target="rating", classes=self.scale.levels)
        return Task(kind=TaskKind.ORDINAL, target="rating", scale=self.scale)

    def numbers(self, y: npt.NDArray[np.int64] | None) -> Floats:
        """Return the scale's numbers of level indices."""
        assert y is not None
        return np.asarray(self.scale.values)[y]


Generator = Callable[[int, Mapping[str, float]], Generated]
GENERATORS: Registry[Generator] = Registry("generator")
"""Versioned name to generator."""

_DEFAULTS = {"n_subjects": 100, "n_steps": 12, "noise": 0.35}


@GENERATORS.register("monthly_indicators.v1")
def monthly_indicators(seed: int, settings: Mapping[str, float]) -> Generated:
    """Return employees with five monthly indicators and a rating 1–5.

    The rating cuts a sum of three things at fixed points: the weighted level of the last three
    months, the trend over the year, and a penalty for low attendance whatever the rest; plus the
    noise of a rater.

    Args:
        seed: Seed of everything.
        settings: ``n_subjects``, ``n_steps`` (months) and ``noise`` (standard deviation of the
            rater's noise, in standard deviations of the sum).

    Raises:
        ContractError: If a setting is unknown.
    """
    unknown = sorted(set(settings) - set(_DEFAULTS))
    if unknown:
        raise ContractError(
            "JX-E116",
            f"generator setting {unknown[0]}",
            expected=f"one of {', '.join(_DEFAULTS)}",
            got="an unknown name",
            hint="mend the recipe",
        )
    chosen = {**_DEFAULTS, **settings}
    n_subjects, n_steps = int(chosen["n_subjects"]), int(chosen["n_steps"])
    draw = rng(seed, "monthly indicators")
    series = _series(draw, n_subjects, n_steps)
    merit = _merit(series)
    merit = (merit - merit.mean()) / merit.std()
    cuts = np.array([-1.3, -0.5, 0.4, 1.3])
    heard = merit + chosen["noise"] * draw.normal(size=n_subjects)
    scale = Scale(levels=("1", "2", "3", "4", "5"))
    examples = Examples(
        rows=np.arange(n_subjects),
        series=series.astype(np.float32),
        series_names=INDICATORS,
        y=np.searchsorted(cuts, heard).astype(np.int64),
    )
    return Generated(examples, scale, _odds(merit, cuts, chosen["noise"]))


def _series(draw: np.random.Generator, n_subjects: int, n_steps: int) -> Floats:
    """Return shape (n, n_steps, 5): a level of the person, a trend, and months that go together."""
    n_indicators = len(INDICATORS)
    ability = draw.normal(size=(n_subjects, 1, 1))
    own = 0.6 * draw.normal(size=(n_subjects, 1, n_indicators))
    trend = 0.5 * draw.normal(size=(n_subjects, 1, 1)) * np.linspace(-1, 1, n_steps)[:, None]
    months = np.zeros((n_subjects, n_steps, n_indicators))
    shock = draw.normal(size=months.shape)
    for step in range(n_steps):
        before = months[:, step - 1] if step else 0.0
        months[:, step] = 0.5 * before + 0.5 * shock[:, step]
    latent = ability + own + trend + months
    centre = np.array([95.0, 40.0, 80.0, 70.0, 6.0])
    spread = np.array([2.5, 8.0, 7.0, 9.0, 2.0])
    return np.asarray(centre + spread * latent)


def _merit(series: Floats) -> Floats:
    centre, spread = series.mean(axis=(0, 1)), series.std(axis=(0, 1))
    scaled = (series - centre) / spread
    weights = np.array([0.15, 0.3, 0.3, 0.15, 0.1])
    recent = scaled[:, -3:].mean(axis=1) @ weights
    trend = (scaled[:, -3:].mean(axis=1) - scaled[:, :3].mean(axis=1)) @ weights
    absent = np.minimum(scaled[:, -6:, 0].mean(axis=1) + 0.8, 0.0)
    return np.asarray(recent + 0.4 * trend + 0.8 * absent)


def _odds(merit: Floats, cuts: Floats, noise: float) -> Floats:
    from scipy.stats import norm

    below = norm.cdf((cuts[None, :] - merit[:, None]) / noise)  # (n, 4)
    edges = np.hstack([np.zeros((len(merit), 1)), below, np.ones((len(merit), 1))])
    return np.asarray(np.diff(edges, axis=1))
