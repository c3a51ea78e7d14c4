"""Fits ``forest.v1``: random and extremely random trees, saved as plain arrays."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Examples, FitContext, Prediction, Predictor, Task, TaskKind
from jixiao.evaluation import judge
from jixiao.models.evidence import TreeFeatures
from jixiao.models.features import TableEncoder
from jixiao.models.trees import ForestModel, Trees, forest_scores
from jixiao.training.folds import Folds, concat, folds_of, is_later, known
from jixiao.training.linear import refuse_unknown, why_not
from jixiao.training.readers import read_texts
from jixiao.training.registry import LEARNERS
from jixiao.training.rules import choose_rule, utility

Array = npt.NDArray[Any]
Table = npt.NDArray[np.float32]
_N_TREES = 300
_ROWS_FOR_THREADS = 2000
_N_FOLDS = 4
_OPTIONS = {"objective", "refit", "trees"}


@dataclass(frozen=True)
class Growth:
    """How trees are grown: split choice, share of columns tried, smallest leaf, number."""

    kind: str
    share: float
    leaf: int
    trees: int = _N_TREES


_GROWTHS = (Growth("random", 0.3, 1), Growth("random", 0.6, 2), Growth("extra", 0.6, 2))


class ForestLearner:
    """Random forests over the table and text evidence.

    Options: ``objective``, ``refit`` (see ``linear``), ``trees`` (their number).
    """

    name = "forest.v1"

    def supports(self, examples: Examples, task: Task) -> str:
        """Return why it cannot be fitted to such data, or ``""``."""
        return why_not(examples, task)

    def fit(
        self, train: Examples, validation: Examples, *, task: Task, context: FitContext
    ) -> Predictor:
        """Fit on train; growth and rule are chosen on rows held out."""
        refuse_unknown(context, _OPTIONS, self.name)
        train, validation = known(train, task), known(validation, task)
        rows = concat(train, validation) if context.options.get("refit") else train
        ordered = is_later(train, validation)
        folds = folds_of(rows, task, n_folds=_N_FOLDS, seed=context.seed, in_time_order=ordered)
        return self.crossfit(rows, folds, task=task, context=context)[0]

    def crossfit(
        self, examples: Examples, folds: Folds, *, task: Task, context: FitContext
    ) -> tuple[ForestModel, Prediction]:
        """Return the model of all rows, and scores of the held-out rows by trees without them."""
        assert examples.y is not None
        table = TableEncoder().fit(examples)
        reading = read_texts(examples, folds, task=task, context=context)
        features = TreeFeatures(table, reading.readers, fill=True)
        columns = features.beside(examples, reading.scores)
        objective = str(context.options.get("objective", "balanced"))
        held_y = examples.y[folds.rows]
        best: tuple[float, Growth, Prediction] | None = None
        for growth in _within(context):
            scores = _held_out(
                columns, examples.y, folds, growth=growth, task=task, context=context
            )
            worth = utility(judge(held_y, scores, task=task), objective)
            if best is None or worth > best[0]:
                best = (worth, growth, scores)
        assert best is not None
        worth, growth, scores = best
        rule = choose_rule(scores, held_y, task, objective=objective, seed=context.seed)
        trees = _grow(columns, examples.y, growth=growth, task=task, context=context)
        chosen = {"growth": vars(growth), "worth": worth, "n": len(examples)}
        return ForestModel(task, features, trees, rule, chosen), scores


def _within(context: FitContext) -> Iterator[Growth]:
    """Yield the growths to try, stopping when the next would end too late."""
    began = time.monotonic()
    for at, growth in enumerate(_GROWTHS):
        yield replace(growth, trees=int(context.options.get("trees", _N_TREES)))
        context.progress("forest", at + 1, len(_GROWTHS))
        per_growth = (time.monotonic() - began) / (at + 1)
        if context.deadline and time.monotonic() + 1.5 * per_growth > context.deadline:
            return


def _held_out(
    columns: Table,
    y: Array,
    folds: Folds,
    *,
    growth: Growth,
    task: Task,
    context: FitContext,
) -> Prediction:
    """Return the scores of the held-out rows, in row order, by trees grown without them."""
    growth = replace(growth, trees=max(growth.trees // 2, 1))  # enough to compare and to weigh
    found = [
        _grow(columns[rest], y[rest], growth=growth, task=task, context=context).answers(
            columns[held], task
        )
        for rest, held in folds.parts
    ]
    return folds.in_row_order(forest_scores(np.concatenate(found), task))


def _grow(columns: Table, y: Array, *, growth: Growth, task: Task, context: FitContext) -> Trees:
    """Return grown trees as arrays."""
    from sklearn import ensemble

    number = task.kind is TaskKind.NUMBER
    names = {
        ("random", False): ensemble.RandomForestClassifier,
        ("random", True): ensemble.RandomForestRegressor,
        ("extra", False): ensemble.ExtraTreesClassifier,
        ("extra", True): ensemble.ExtraTreesRegressor,
    }
    forest = names[growth.kind, number](
        n_estimators=growth.trees,
        max_features=growth.share,
        min_samples_leaf=growth.leaf if len(y) < 20_000 else max(growth.leaf, 10),
        random_state=context.seed,
        n_jobs=context.threads if len(y) >= _ROWS_FOR_THREADS else 1,
    )
    forest.fit(columns, y)
    return _as_arrays(forest, task)


def _as_arrays(forest: Any, task: Task) -> Trees:
    """Return a scikit-learn forest as plain arrays, leaves as probabilities or numbers."""
    parts: list[tuple[Array, ...]] = []
    roots, depth, offset = [], 0, 0
    for grown in forest.estimators_:
        tree = grown.tree_
        leaf = tree.children_left < 0
        own = np.arange(tree.node_count)
        left = np.where(leaf, own, tree.children_left) + offset
        right = np.where(leaf, own, tree.children_right) + offset
        value = _leaf_values(tree.value, forest, task)
        parts.append((np.where(leaf, 0, tree.feature), tree.threshold, left, right, value))
        roots.append(offset)
        depth, offset = max(depth, int(tree.max_depth)), offset + int(tree.node_count)
    feature, threshold, left, right, value = (
        np.concatenate(part) for part in zip(*parts, strict=True)
    )
    return Trees(
        feature=feature.astype(np.int32),
        threshold=threshold.astype(np.float64),
        left=left.astype(np.int32),
        right=right.astype(np.int32),
        value=value.astype(np.float32),
        roots=np.array(roots, dtype=np.int32),
        depth=depth,
    )


def _leaf_values(value: Array, forest: Any, task: Task) -> Array:
    """Return node values, shape (n_nodes, n_outputs), classes at the place of their level."""
    if task.kind is TaskKind.NUMBER:
        return np.asarray(value[:, 0, :1])
    if task.kind is TaskKind.CLASSES:
        several = np.zeros((len(value), len(task.levels)))
        for at, classes in enumerate(forest.classes_):
            total = np.maximum(value[:, at, : len(classes)].sum(axis=1), 1e-12)
            if 1 in classes:
                several[:, at] = value[:, at, list(classes).index(1)] / total
        return several
    shares = value[:, 0, :] / np.maximum(value[:, 0, :].sum(axis=1, keepdims=True), 1e-12)
    levels = np.zeros((len(value), len(task.levels)))
    levels[:, forest.classes_.astype(np.int64)] = shares
    return levels


LEARNERS.register("forest.v1")(ForestLearner)
