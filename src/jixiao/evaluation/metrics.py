"""The registry of metrics and the built-in ones.

A metric is computed in one of three ways, so that intervals over thousands of resamples stay
cheap: from the confusion matrix, from means over rows, or from the rows themselves (the way of a
user's own function, see ``metric``). Every one returns NaN where it is not defined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from jixiao.contracts import TaskKind
from jixiao.contracts.examples import Floats
from jixiao.core import Registry
from jixiao.evaluation.judged import Judged

RATING, CLASS, CLASSES, NUMBER = TaskKind.ORDINAL, TaskKind.CLASS, TaskKind.CLASSES, TaskKind.NUMBER


@dataclass(frozen=True)
class Metric:
    """One figure.

    Attributes:
        kinds: Task kinds it applies to.
        higher_is_better: Its direction.
        confusion: From confusion matrices of shares, shape (…, K, K) with rows as truth, and the
            level values, to (…); for ratings and classes.
        rows: From judged rows to statistics, shape (n, m); needs ``finish``.
        finish: From means of those statistics, shape (…, m), to (…).
        free: From judged rows to the figure, for all that is neither.
        needs_proba: Whether it can only be computed with probabilities.
    """

    kinds: tuple[TaskKind, ...]
    higher_is_better: bool
    confusion: Callable[[Floats, Floats], Floats] | None = None
    rows: Callable[[Judged], Floats] | None = None
    finish: Callable[[Floats], Floats] | None = None
    free: Callable[[Judged], float] | None = None
    needs_proba: bool = False

    def applies(self, judged: Judged) -> bool:
        """Return whether it can be computed for such rows."""
        return judged.task.kind in self.kinds and not (self.needs_proba and judged.proba is None)

    def uses_confusion(self, judged: Judged) -> bool:
        """Return whether the confusion matrix of such rows is all it needs."""
        return self.confusion is not None and judged.task.kind in (RATING, CLASS)

    def compute(self, judged: Judged) -> float:
        """Return the figure over all rows."""
        if not len(judged):
            return float("nan")
        if self.confusion and self.uses_confusion(judged):
            return float(self.confusion(confusion_shares(judged), judged.level_values))
        if self.rows and self.finish:
            return float(self.finish(self.rows(judged).mean(axis=0)))
        assert self.free is not None
        return float(self.free(judged))


METRICS: Registry[Metric] = Registry("metric")
"""Versioned names to metrics; results carry the name without its version."""


def metric(
    name: str, *, kinds: Iterable[str], higher_is_better: bool = True
) -> Callable[[Callable[[Judged], float]], Callable[[Judged], float]]:
    """Return a decorator that registers a function of judged rows as a metric.

    Args:
        name: Versioned name, such as ``top_hit.v1``.
        kinds: Task kinds it applies to: ``ordinal``, ``class``, ``classes``, ``number``.
        higher_is_better: Its direction.

    Raises:
        ValueError: If the name has no version or is taken, or a kind is unknown.
    """

    def keep(function: Callable[[Judged], float]) -> Callable[[Judged], float]:
        kept = tuple(TaskKind(kind) for kind in kinds)
        METRICS.register(name)(Metric(kept, higher_is_better, free=function))
        return function

    return keep


def plain_name(name: str) -> str:
    """Return a registered name without its version, the key used in results."""
    return name.rsplit(".v", 1)[0]


def compute_all(judged: Judged) -> dict[str, float | None]:
    """Return every registered metric by plain name; None where it does not apply."""
    found: dict[str, float | None] = {}
    for name in METRICS:
        one = METRICS.get(name)
        value = one.compute(judged) if one.applies(judged) else float("nan")
        found[plain_name(name)] = value if np.isfinite(value) else None
    return found


def confusion_counts(judged: Judged) -> Floats:
    """Return the confusion matrix, shape (K, K), rows as truth."""
    n_levels = judged.n_levels
    cells = judged.y_true * n_levels + judged.answers
    return np.bincount(cells, minlength=n_levels**2).reshape(n_levels, n_levels).astype(float)


def confusion_shares(judged: Judged) -> Floats:
    """Return the confusion matrix with entries that sum to 1."""
    return confusion_counts(judged) / len(judged)


def _divide(above: Floats, below: Floats) -> Floats:
    """Return above / below, 0 where both are 0."""
    return np.asarray(np.where(below > 0, above / np.where(below > 0, below, 1), 0.0))


def precision_of(confusion: Floats) -> Floats:
    """Return precision per level, shape (…, K); 0 for a level never answered."""
    return _divide(np.diagonal(confusion, axis1=-2, axis2=-1), confusion.sum(axis=-2))


def recall_of(confusion: Floats) -> Floats:
    """Return recall per level, shape (…, K); 0 for a level that never occurs."""
    return _divide(np.diagonal(confusion, axis1=-2, axis2=-1), confusion.sum(axis=-1))


def f1_of(confusion: Floats) -> Floats:
    """Return F1 per level, shape (…, K)."""
    hits = np.diagonal(confusion, axis1=-2, axis2=-1)
    return _divide(2 * hits, confusion.sum(axis=-1) + confusion.sum(axis=-2))


def _weighted(confusion: Floats, costs: Floats) -> Floats:
    return np.asarray((confusion * costs).sum(axis=(-2, -1)))


def _quadratic_kappa(confusion: Floats, values: Floats) -> Floats:
    """Return Cohen's kappa with squared level distance as weight; NaN without any spread.

    References:
        Cohen (1968), Psychological Bulletin 70(4), doi:10.1037/h0026256.
    """
    ranks = np.arange(len(values))
    costs = (ranks[:, None] - ranks[None, :]) ** 2.0
    expected = confusion.sum(axis=-1)[..., :, None] * confusion.sum(axis=-2)[..., None, :]
    chance = _weighted(expected, costs)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(chance > 0, 1 - _weighted(confusion, costs) / chance, np.nan))


def _accuracy(confusion: Floats, _: Floats) -> Floats:
    return np.asarray(np.trace(confusion, axis1=-2, axis2=-1))


def _off_by_one(confusion: Floats, values: Floats) -> Floats:
    ranks = np.arange(len(values))
    return _weighted(confusion, (np.abs(ranks[:, None] - ranks[None, :]) <= 1).astype(float))


METRICS.register("accuracy.v1")(Metric((RATING, CLASS), True, confusion=_accuracy))
METRICS.register("quadratic_kappa.v1")(Metric((RATING,), True, confusion=_quadratic_kappa))
METRICS.register("off_by_one.v1")(Metric((RATING,), True, confusion=_off_by_one))
