"""Choosing the decision rule of a model on rows it was not fitted to.

A rule other than the most probable level is kept only when it also wins on the half of the rows
it was not chosen on, so that a small validation part does not bend the answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Prediction, Task, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.core import ContractError
from jixiao.core.seeds import rng
from jixiao.evaluation import METRICS, Judged, Metric, Resamples
from jixiao.models.decision import ARGMAX, MEDIAN, ROUNDED_MEAN, Rule, decide

OBJECTIVES = ("balanced", "accuracy", "macro_f1", "quadratic_kappa", "mae", "log_loss")
"""What a rule may be chosen for. ``balanced``: for ratings accuracy + kappa - MAE, for classes
accuracy + macro F1, for several classes micro + macro F1."""

_MOST_LEVELS = 20
_PARTS = {
    TaskKind.ORDINAL: ("accuracy", "quadratic_kappa", "mae"),
    TaskKind.CLASS: ("accuracy", "macro_f1"),
    TaskKind.CLASSES: ("micro_f1", "macro_f1"),
    TaskKind.NUMBER: ("mae",),
}
Array = npt.NDArray[Any]


def utility(judged: Judged, objective: str) -> float:
    """Return how good answers are for an objective; higher is better, NaN counts as 0.

    Raises:
        ContractError: If the objective is unknown.
    """
    terms = _terms(judged, objective)
    return float(sum(sign * np.nan_to_num(one.compute(judged)) for one, sign in terms))


def paired_gain(
    ours: Judged, theirs: Judged, objective: str, *, subjects: Sequence[Any] | None = None
) -> tuple[float, float]:
    """Return how much more useful our answers are, and the standard error of that difference.

    The error is the spread over bootstrap resamples in which both are judged on the same rows.

    Args:
        ours: Answers of one model.
        theirs: Answers of another to the same rows in the same order.
        objective: One of ``OBJECTIVES``.
        subjects: Subject of each row; whole subjects are then drawn.
    """
    resamples = Resamples(len(ours), subjects, seed=0, n_resamples=400)

    def worths(judged: Judged) -> Floats:
        terms = _terms(judged, objective)
        found = [sign * np.nan_to_num(resamples.compute(one, judged)) for one, sign in terms]
        return np.asarray(np.sum([values[: min(map(len, found))] for values in found], axis=0))

    gain = utility(ours, objective) - utility(theirs, objective)
    return gain, float(np.std(worths(ours) - worths(theirs)))


def _terms(judged: Judged, objective: str) -> list[tuple[Metric, int]]:
    """Return the metrics of an objective, each with +1 when higher is better, else -1."""
    kind = judged.task.kind
    if objective not in OBJECTIVES:
        raise ContractError(
            "JX-E111",
            "objective",
            expected=f"one of {', '.join(OBJECTIVES)}",
            got=repr(objective),
            hint="leave it out for the balanced one",
        )
    found = []
    for name in _PARTS[kind] if objective == "balanced" else (objective,):
        one = METRICS.get(name)
        if not one.applies(judged):
            one = METRICS.get("micro_f1" if kind is TaskKind.CLASSES else _PARTS[kind][0])
        found.append((one, 1 if one.higher_is_better else -1))
    return found


def choose_rule(
    prediction: Prediction, y: Array, task: Task, *, objective: str = "balanced", seed: int = 0
) -> Rule:
    """Return the rule that serves the objective best on these rows.

    Args:
        prediction: Scores of rows the model was not fitted to.
        y: Their truth, all known.
        task: What is predicted.
        objective: One of ``OBJECTIVES``.
        seed: Seed of the halves.
    """
    few = len(y) < 40 or len(task.levels) > _MOST_LEVELS
    if task.kind is TaskKind.NUMBER or objective in ("log_loss", "accuracy") or few:
        return ARGMAX
    order = rng(seed, "rule").permutation(len(y))
    halves = (order[: len(y) // 2], order[len(y) // 2 :])
    gains: dict[str, float] = {}
    for ours, other in (halves, halves[::-1]):
        plain = utility(_judged(prediction, y, task, rows=other, rule=ARGMAX), objective)
        for family, rule in _best_by_family(prediction, y, task, rows=ours, objective=objective):
            judged = _judged(prediction, y, task, rows=other, rule=rule)
            gains[family] = gains.get(family, 0.0) + utility(judged, objective) - plain
    best = max(gains, key=lambda family: gains[family], default="")
    if not best or gains[best] <= 0:
        return ARGMAX
    every = np.arange(len(y))
    return dict(_best_by_family(prediction, y, task, rows=every, objective=objective))[best]


def _judged(prediction: Prediction, y: Array, task: Task, *, rows: Array, rule: Rule) -> Judged:
    assert prediction.proba is not None
    part = Prediction(prediction.proba[rows])
    return Judged(task, y[rows], decide(part, task, rule), part.proba)


def _best_by_family(
    prediction: Prediction, y: Array, task: Task, *, rows: Array, objective: str
) -> Iterator[tuple[str, Rule]]:
    """Yield the best rule of each family on some rows."""

    def worth(rule: Rule) -> float:
        return utility(_judged(prediction, y, task, rows=rows, rule=rule), objective)

    assert prediction.proba is not None
    n_levels = prediction.proba.shape[1]
    if task.kind is TaskKind.CLASSES:
        equal = max((Rule("thresholds", (cut,) * n_levels) for cut in _CUTS), key=worth)
        yield "one threshold", equal
        yield "thresholds", _climb(equal, worth, lambda rule, at: _with_number(rule, at, _CUTS))
    elif task.kind is TaskKind.CLASS:
        start = Rule("offsets", (0.0,) * n_levels)
        yield "offsets", _climb(start, worth, lambda rule, at: _with_number(rule, at, _OFFSETS))
    else:
        yield "median", MEDIAN
        yield "mean", ROUNDED_MEAN
        yield "cost", max(_costs(), key=worth)
        mean = prediction.proba[rows] @ np.arange(n_levels)
        start = Rule("cuts", _matched_cuts(mean, y[rows], n_levels))
        places = tuple(float(cut) for cut in np.quantile(mean, np.linspace(0.01, 0.99, 49)))
        yield "cuts", _climb(start, worth, lambda rule, at: _rising(rule, at, places))


_CUTS = tuple(round(0.1 + 0.05 * step, 2) for step in range(15))
_OFFSETS = tuple(round(-1.2 + 0.15 * step, 2) for step in range(17))


def _costs() -> Iterator[Rule]:
    for linear in (0.0, 0.25, 0.5, 1.0):
        for squared in (0.0, 0.05, 0.1, 0.2, 0.4):
            yield Rule("cost", (1.0, linear, squared))


def _matched_cuts(mean: Floats, y: Array, n_levels: int) -> tuple[float, ...]:
    """Return cuts that give each level the share it has in the truth."""
    shares = np.cumsum(np.bincount(y, minlength=n_levels))[:-1] / len(y)
    return tuple(float(cut) for cut in np.quantile(mean, shares))


def _with_number(rule: Rule, at: int, values: tuple[float, ...]) -> Iterator[Rule]:
    for value in values:
        yield Rule(rule.kind, (*rule.numbers[:at], value, *rule.numbers[at + 1 :]))


def _rising(rule: Rule, at: int, places: tuple[float, ...]) -> Iterator[Rule]:
    low = rule.numbers[at - 1] if at else -np.inf
    high = rule.numbers[at + 1] if at + 1 < len(rule.numbers) else np.inf
    yield from _with_number(rule, at, tuple(place for place in places if low < place < high))


def _climb(
    start: Rule,
    worth: Callable[[Rule], float],
    neighbours: Callable[[Rule, int], Iterator[Rule]],
) -> Rule:
    """Return the best rule found by moving one number at a time, three rounds at most."""
    best, best_worth = start, worth(start)
    for _ in range(3):
        before = best_worth
        for at in range(len(start.numbers)):
            for rule in neighbours(best, at):
                if (found := worth(rule)) > best_worth + 1e-9:
                    best, best_worth = rule, found
        if best_worth <= before:
            break
    return best
