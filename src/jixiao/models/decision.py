"""From probabilities to one answer: the only place where a level is chosen.

A model saves its rule with itself; without one, the most probable level is the answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Prediction, Task, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.core import ModelError

RuleKind = Literal["argmax", "cost", "offsets", "cuts", "thresholds"]


@dataclass(frozen=True)
class Rule:
    """How an answer is chosen.

    Attributes:
        kind: ``argmax``: the most probable level. ``cost``: the level of least expected cost,
            ``numbers`` weighing a miss, its distance and its squared distance in levels; so
            (1, 0, 0) is argmax, (0, 1, 0) the median, (0, 0, 1) the rounded mean.
            ``offsets``: the largest ``log p + numbers[k]``. ``cuts``: the mean level cut at K-1
            rising numbers. ``thresholds``: of several classes, those whose probability reaches
            ``numbers[k]``.
        numbers: See ``kind``.
    """

    kind: RuleKind = "argmax"
    numbers: tuple[float, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain keys."""
        return {"kind": self.kind, "numbers": list(self.numbers)}

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> Rule:
        """Return the rule ``to_json`` describes."""
        return cls(saved["kind"], tuple(float(number) for number in saved["numbers"]))


ARGMAX = Rule()
MEDIAN = Rule("cost", (0.0, 1.0, 0.0))
ROUNDED_MEAN = Rule("cost", (0.0, 0.0, 1.0))


def rule_of(predictor: object) -> Rule:
    """Return the rule a predictor carries as ``rule``, or ``ARGMAX``."""
    rule = getattr(predictor, "rule", ARGMAX)
    return rule if isinstance(rule, Rule) else ARGMAX


def decide(prediction: Prediction, task: Task, rule: Rule = ARGMAX) -> npt.NDArray[Any]:
    """Return the answers.

    Returns:
        Level or class indices (n,) int64; 0/1 of shape (n, n_classes) int64 for several classes;
        the numbers themselves (n,) float64 for a number.

    Raises:
        ModelError: If the rule does not fit the number of levels.
    """
    if task.kind is TaskKind.NUMBER:
        return np.asarray(prediction.value, dtype=np.float64)
    proba = np.asarray(prediction.proba, dtype=np.float64)
    _check(rule, proba.shape[1])
    if task.kind is TaskKind.CLASSES:
        limits = np.asarray(rule.numbers if rule.kind == "thresholds" else 0.5)
        return (proba >= limits).astype(np.int64)
    return _level(proba, rule).astype(np.int64)


def _level(proba: Floats, rule: Rule) -> npt.NDArray[Any]:
    if rule.kind == "cost":
        return np.asarray((proba @ cost_matrix(proba.shape[1], rule.numbers)).argmin(axis=1))
    if rule.kind == "offsets":
        return np.asarray((np.log(np.clip(proba, 1e-12, 1)) + np.asarray(rule.numbers)).argmax(1))
    if rule.kind == "cuts":
        mean = proba @ np.arange(proba.shape[1])
        return np.searchsorted(np.asarray(rule.numbers), mean, side="right")
    return np.asarray(proba.argmax(axis=1))


def cost_matrix(n_levels: int, weights: tuple[float, ...]) -> Floats:
    """Return the cost of answering column j where row k is true, shape (K, K)."""
    levels = np.arange(n_levels)
    distance = np.abs(levels[:, None] - levels[None, :]).astype(np.float64)
    miss, linear, squared = weights
    return np.asarray(miss * (distance > 0) + linear * distance + squared * distance**2)


def _check(rule: Rule, n_levels: int) -> None:
    needed = {"argmax": 0, "cost": 3, "cuts": n_levels - 1}.get(rule.kind, n_levels)
    if len(rule.numbers) != needed:
        raise ModelError(
            "JX-E310",
            f"decision rule {rule.kind!r}",
            expected=f"{needed} numbers for {n_levels} levels",
            got=str(len(rule.numbers)),
            hint="the rule was saved for another scale; train the model again",
        )
