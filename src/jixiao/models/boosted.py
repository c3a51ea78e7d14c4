"""The boosted model: LightGBM trees over the table and text evidence, several views blended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Examples, Prediction, Task, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.core.atomic import write_text
from jixiao.models.decision import ARGMAX, Rule
from jixiao.models.evidence import TreeFeatures
from jixiao.models.ordinal import cumulative_proba, proba_of_exceedance
from jixiao.models.pool import Pool
from jixiao.models.registry import PREDICTORS
from jixiao.models.storage import damaged, load_parts, save_parts

ViewKind = Literal["classes", "above", "mean", "each", "number"]
Table = npt.NDArray[np.float32]


@dataclass(frozen=True)
class View:
    """One way of posing the task to boosted trees.

    Attributes:
        kind: ``classes``: one multiclass model. ``above``: a rating as K-1 questions "above level
            k?". ``mean``: the rating as a number, turned into probabilities by ``slope`` and
            ``cuts``. ``each``: several classes, one question each. ``number``: a number.
        boosters: LightGBM models, one per question.
        slope: For ``mean``: P(y > k) = sigmoid(slope · (x - cuts[k])).
        cuts: For ``mean``: K-1 rising numbers.
    """

    kind: ViewKind
    boosters: tuple[Any, ...]
    slope: float = 1.0
    cuts: tuple[float, ...] = ()

    def raw(self, table: Table) -> Floats:
        """Return the boosters' answers: probabilities or numbers, shape (n, n_outputs)."""
        found = [np.asarray(booster.predict(table)) for booster in self.boosters]
        return found[0] if self.kind == "classes" and found[0].ndim == 2 else np.column_stack(found)


def view_scores(view: View, raw: Floats, task: Task) -> Prediction:
    """Return the scores that a view's raw answers mean."""
    if view.kind == "number":
        return Prediction(proba=None, value=raw[:, 0])
    if view.kind == "each":
        return Prediction(proba=np.clip(raw, 0, 1))
    if view.kind == "above":
        return Prediction.of(proba_of_exceedance(raw), task)
    if view.kind == "mean":
        logits = view.slope * (raw - np.asarray(view.cuts)[None, :])
        return Prediction.of(cumulative_proba(logits), task)
    if raw.shape[1] == 1:  # two classes
        raw = np.hstack([1 - raw, raw])
    return Prediction.of(raw / raw.sum(axis=1, keepdims=True), task)


@dataclass
class BoostedModel:
    """A fitted ``boosted.v1``."""

    task: Task
    features: TreeFeatures
    views: Sequence[View]
    pool: Pool
    rule: Rule = ARGMAX
    chosen: dict[str, Any] = field(default_factory=dict)
    name: str = "boosted.v1"

    def predict(self, examples: Examples) -> Prediction:
        """Return the scores of the examples, in their order."""
        if not len(examples):
            empty = np.zeros((0, len(self.task.levels)))
            if self.task.kind is TaskKind.NUMBER:
                return Prediction(proba=None, value=np.zeros(0))
            return Prediction.of(empty, self.task)
        table = self.features.transform(examples)
        scores = [view_scores(view, view.raw(table), self.task) for view in self.views]
        return self.pool.apply(scores, self.task)

    def save(self, folder: Path) -> None:
        """Write ``model.json``, the boosters in LightGBM's text format and the text readers."""
        views = []
        for at, view in enumerate(self.views):
            for number, booster in enumerate(view.boosters):
                write_text(folder / f"view.{at}.{number}.txt", booster.model_to_string())
            views.append(
                {
                    "kind": view.kind,
                    "boosters": len(view.boosters),
                    "slope": view.slope,
                    "cuts": list(view.cuts),
                }
            )
        described = {
            "name": self.name,
            "features": self.features.save(folder),
            "views": views,
            "pool": self.pool.to_json(),
            "rule": self.rule.to_json(),
            "chosen": self.chosen,
        }
        save_parts(folder, described, {})


@PREDICTORS.register("boosted.v1")
def load_boosted(folder: Path, task: Task) -> BoostedModel:
    """Return the model that ``BoostedModel.save`` wrote.

    Raises:
        ModelError: If the folder is damaged.
    """
    described, _ = load_parts(folder)
    return BoostedModel(
        task=task,
        features=TreeFeatures.load(described["features"], folder, task),
        views=[_load_view(saved, folder, at) for at, saved in enumerate(described["views"])],
        pool=Pool.from_json(described["pool"]),
        rule=Rule.from_json(described["rule"]),
        chosen=described["chosen"],
    )


def _load_view(saved: dict[str, Any], folder: Path, at: int) -> View:
    import lightgbm

    boosters = []
    for number in range(saved["boosters"]):
        place = folder / f"view.{at}.{number}.txt"
        try:
            boosters.append(lightgbm.Booster(model_str=place.read_text(encoding="utf-8")))
        except (OSError, ValueError, lightgbm.basic.LightGBMError) as problem:
            raise damaged(folder, f"{place.name}: {type(problem).__name__}") from problem
    return View(saved["kind"], tuple(boosters), saved["slope"], tuple(saved["cuts"]))
