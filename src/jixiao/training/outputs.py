"""What each kind of task asks of a network: its head, its loss and how validation is judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Examples, Task, TaskKind
from jixiao.core import ModelError

if TYPE_CHECKING:
    from torch import Tensor, nn

Judge = Callable[[npt.NDArray[Any], npt.NDArray[Any]], dict[str, float]]
Loss = Callable[["Tensor", "Tensor"], "Tensor"]


@dataclass(frozen=True)
class Output:
    """Loss and judgement of one task; ``head`` builds the module for a vector's width."""

    head: Callable[[int], nn.Module]
    loss: Loss
    judge: Judge


def known_rows(examples: Examples, task: Task) -> npt.NDArray[np.int64]:
    """Return positions of the examples whose target is known.

    Raises:
        ModelError: If none is.
    """
    if examples.y is None:
        found = np.zeros(0, dtype=np.int64)
    elif task.kind is TaskKind.NUMBER:
        found = np.flatnonzero(np.isfinite(examples.y))
    elif task.kind is TaskKind.CLASSES:
        found = np.arange(len(examples))
    else:
        found = np.flatnonzero(examples.y >= 0)
    if len(found) == 0:
        raise ModelError(
            "JX-E323",
            task.target,
            expected="at least one row with a known target",
            got="none",
            hint="map the written labels onto the scale, or name another target",
        )
    return found.astype(np.int64)


def target_array(y: npt.NDArray[Any], task: Task) -> npt.NDArray[Any]:
    """Return targets in the type the loss wants: int64 levels, float32 0/1 or numbers."""
    if task.kind in (TaskKind.ORDINAL, TaskKind.CLASS):
        return np.ascontiguousarray(y, dtype=np.int64)
    return np.ascontiguousarray(y, dtype=np.float32)


def output_for(task: Task, y: npt.NDArray[Any], *, smoothing: float = 0.0) -> Output:
    """Return head, loss and judge of a task, started from the training targets."""
    if task.kind is TaskKind.ORDINAL:
        return _ordinal(len(task.levels), y, smoothing)
    if task.kind is TaskKind.CLASS:
        return _class(len(task.levels), smoothing)
    if task.kind is TaskKind.CLASSES:
        return _classes(len(task.levels))
    return _number(y)


def _ordinal(n_levels: int, y: npt.NDArray[Any], smoothing: float) -> Output:
    from jixiao.models.nets.heads import OrdinalHead, ordinal_loss

    shares = (np.bincount(y, minlength=n_levels) + 0.5).tolist()

    def head(width: int) -> nn.Module:
        made = OrdinalHead(width, n_levels)
        made.start_at(shares)
        return made

    def loss(raw: Tensor, target: Tensor) -> Tensor:
        return ordinal_loss(raw, target, smoothing=smoothing)

    return Output(head=head, loss=loss, judge=judge_levels)


def _class(n_classes: int, smoothing: float) -> Output:
    from torch import nn
    from torch.nn.functional import cross_entropy

    def loss(raw: Tensor, target: Tensor) -> Tensor:
        return cross_entropy(raw, target, label_smoothing=smoothing)

    return Output(head=lambda width: nn.Linear(width, n_classes), loss=loss, judge=judge_one_class)


def _classes(n_classes: int) -> Output:
    from torch import nn
    from torch.nn.functional import binary_cross_entropy_with_logits

    return Output(
        head=lambda width: nn.Linear(width, n_classes),
        loss=binary_cross_entropy_with_logits,
        judge=judge_many_classes,
    )


def _number(y: npt.NDArray[Any]) -> Output:
    from jixiao.models.nets.heads import NumberHead

    mean, spread = float(np.mean(y)), float(np.std(y)) or 1.0

    def loss(raw: Tensor, target: Tensor) -> Tensor:
        return (((raw.squeeze(1) - target) / spread) ** 2).mean()

    def judge(raw: npt.NDArray[Any], target: npt.NDArray[Any]) -> dict[str, float]:
        error = np.abs(raw[:, 0] - target)
        return {"score": -float(error.mean()) / spread, "mae": float(error.mean())}

    return Output(head=lambda width: NumberHead(width, mean, spread), loss=loss, judge=judge)


def judge_levels(raw: npt.NDArray[Any], y: npt.NDArray[Any]) -> dict[str, float]:
    """Judge cumulative logits: accuracy, quadratic kappa, and their mean as the score."""
    from jixiao.models.neural import level_proba

    proba = level_proba(raw)
    pick = proba.argmax(axis=1)
    accuracy, kappa = float((pick == y).mean()), _kappa(pick, y, proba.shape[1])
    return {"score": (accuracy + kappa) / 2, "accuracy": accuracy, "quadratic_kappa": kappa}


def judge_one_class(raw: npt.NDArray[Any], y: npt.NDArray[Any]) -> dict[str, float]:
    """Judge class logits by accuracy."""
    accuracy = float((raw.argmax(axis=1) == y).mean())
    return {"score": accuracy, "accuracy": accuracy}


def judge_many_classes(raw: npt.NDArray[Any], y: npt.NDArray[Any]) -> dict[str, float]:
    """Judge independent logits by micro F1 at probability one half."""
    said, true = raw > 0, y > 0.5
    hits = float((said & true).sum())
    f1 = 2 * hits / max(float(said.sum() + true.sum()), 1.0)
    return {"score": f1, "micro_f1": f1}


def _kappa(a: npt.NDArray[Any], b: npt.NDArray[Any], n_levels: int) -> float:
    """Return quadratic kappa; 0.0 where it is undefined (one level only), to stay comparable."""
    disagreement = float(((a - b) ** 2).mean())
    counts_a, counts_b = np.bincount(a, minlength=n_levels), np.bincount(b, minlength=n_levels)
    distance = np.subtract.outer(np.arange(n_levels), np.arange(n_levels)) ** 2
    chance = float((np.outer(counts_a, counts_b) * distance).sum()) / (len(a) * len(b))
    return 1.0 - disagreement / chance if chance > 0 else 0.0
