"""The stacked model: several models in sub-folders, and the weights that combine their scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from jixiao.contracts import Examples, Prediction, Predictor, Task
from jixiao.models.decision import ARGMAX, Rule
from jixiao.models.pool import Pool
from jixiao.models.registry import PREDICTORS, load_predictor
from jixiao.models.storage import load_parts, save_parts


@dataclass
class StackModel:
    """A fitted ``stack.v1``."""

    task: Task
    bases: Sequence[Predictor]
    pool: Pool
    rule: Rule = ARGMAX
    chosen: dict[str, Any] = field(default_factory=dict)
    name: str = "stack.v1"

    def predict(self, examples: Examples) -> Prediction:
        """Return the combined scores; a model whose weight is 0 is not asked."""
        asked = [
            (base, weight)
            for base, weight in zip(self.bases, self.pool.weights, strict=True)
            if weight > 0
        ]
        pool = Pool(self.pool.kind, tuple(weight for _, weight in asked))
        return pool.apply([base.predict(examples) for base, _ in asked], self.task)

    def without_idle(self) -> StackModel:
        """Return the same model without those whose weight is 0."""
        kept = [at for at, weight in enumerate(self.pool.weights) if weight > 0]
        pool = Pool(self.pool.kind, tuple(self.pool.weights[at] for at in kept))
        return replace(self, bases=[self.bases[at] for at in kept], pool=pool)

    def save(self, folder: Path) -> None:
        """Write ``model.json`` and each model into ``base.N``."""
        names = []
        for at, base in enumerate(self.bases):
            inner = folder / f"base.{at}"
            inner.mkdir(parents=True, exist_ok=True)
            base.save(inner)
            names.append(base.name)
        described = {
            "name": self.name,
            "bases": names,
            "pool": self.pool.to_json(),
            "rule": self.rule.to_json(),
            "chosen": self.chosen,
        }
        save_parts(folder, described, {})


@PREDICTORS.register("stack.v1")
def load_stack(folder: Path, task: Task) -> StackModel:
    """Return the model that ``StackModel.save`` wrote.

    Raises:
        ModelError: If the folder or one of its models is damaged.
    """
    described, _ = load_parts(folder)
    return StackModel(
        task=task,
        bases=[
            load_predictor(name, folder / f"base.{at}", task)
            for at, name in enumerate(described["bases"])
        ],
        pool=Pool.from_json(described["pool"]),
        rule=Rule.from_json(described["rule"]),
        chosen=described["chosen"],
    )
