"""Forests of decision trees as plain arrays, walked with numpy: no pickle, no scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Examples, Prediction, Task, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.models.decision import ARGMAX, Rule
from jixiao.models.evidence import TreeFeatures
from jixiao.models.registry import PREDICTORS
from jixiao.models.storage import load_parts, save_parts

_CHUNK = 1024


@dataclass(frozen=True)
class Trees:
    """All nodes of all trees in one table; a leaf points to itself.

    Attributes:
        feature: Shape (n_nodes,), int32: column asked; 0 in a leaf.
        threshold: Shape (n_nodes,), float64: up to it goes left.
        left: Shape (n_nodes,), int32: node of the left child.
        right: Shape (n_nodes,), int32.
        value: Shape (n_nodes, n_outputs), float32: what a leaf answers.
        roots: Shape (n_trees,), int32.
        depth: Longest way from a root to a leaf.
    """

    feature: npt.NDArray[np.int32]
    threshold: npt.NDArray[np.float64]
    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    value: npt.NDArray[np.float32]
    roots: npt.NDArray[np.int32]
    depth: int

    def answers(self, table: npt.NDArray[np.float32], task: Task) -> Floats:
        """Return what the trees answer together, shape (n, n_outputs), float64.

        The mean of their probabilities; of a number the median, which is what the mean absolute
        error asks for and what a few wild trees cannot move.
        """
        middle = np.median if task.kind is TaskKind.NUMBER else np.mean
        parts = [
            np.asarray(middle(self._walk(table[start : start + _CHUNK]), axis=0))
            for start in range(0, len(table), _CHUNK)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, self.value.shape[1]))

    def _walk(self, table: npt.NDArray[np.float32]) -> Floats:
        """Return the answer of every tree, shape (n_trees, n, n_outputs)."""
        found = np.empty((len(self.roots), len(table), self.value.shape[1]))
        rows = np.arange(len(table))
        for at, root in enumerate(self.roots.tolist()):
            node = np.full(len(table), root, dtype=np.int32)
            for _ in range(self.depth):
                goes_left = table[rows, self.feature[node]] <= self.threshold[node]
                after = np.where(goes_left, self.left[node], self.right[node])
                if (after == node).all():
                    break
                node = after
            found[at] = self.value[node]
        return found

    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Return the arrays by name."""
        return {
            "feature": self.feature,
            "threshold": self.threshold,
            "left": self.left,
            "right": self.right,
            "value": self.value,
            "roots": self.roots,
        }


@dataclass
class ForestModel:
    """A fitted ``forest.v1``."""

    task: Task
    features: TreeFeatures
    trees: Trees
    rule: Rule = ARGMAX
    chosen: dict[str, Any] = field(default_factory=dict)
    name: str = "forest.v1"

    def predict(self, examples: Examples) -> Prediction:
        """Return the scores of the examples, in their order."""
        answers = self.trees.answers(self.features.transform(examples), self.task)
        return forest_scores(answers, self.task)

    def save(self, folder: Path) -> None:
        """Write ``model.json``, ``arrays.safetensors`` and the text readers."""
        described = {
            "name": self.name,
            "features": self.features.save(folder),
            "depth": self.trees.depth,
            "rule": self.rule.to_json(),
            "chosen": self.chosen,
        }
        save_parts(folder, described, self.trees.arrays())


def forest_scores(answers: Floats, task: Task) -> Prediction:
    """Return scores from what trees answer together, shape (n, n_outputs)."""
    if task.kind is TaskKind.NUMBER:
        return Prediction(proba=None, value=answers[:, 0])
    if task.kind is TaskKind.CLASSES:
        return Prediction(proba=np.clip(answers, 0, 1))
    return Prediction.of(answers / answers.sum(axis=1, keepdims=True), task)


@PREDICTORS.register("forest.v1")
def load_forest(folder: Path, task: Task) -> ForestModel:
    """Return the model that ``ForestModel.save`` wrote.

    Raises:
        ModelError: If the folder is damaged.
    """
    described, arrays = load_parts(folder)
    return ForestModel(
        task=task,
        features=TreeFeatures.load(described["features"], folder, task),
        trees=Trees(**arrays, depth=int(described["depth"])),
        rule=Rule.from_json(described["rule"]),
        chosen=described["chosen"],
    )
