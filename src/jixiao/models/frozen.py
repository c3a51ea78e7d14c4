"""``frozen.v1``: embeddings of a frozen encoder with the table, joined by an n-gram expert.

Two linear experts speak: one sees embeddings and table, one sees n-grams (which on short texts
know more than embeddings do). Their logits are added; how much each counts was chosen on held-out
rows and is part of their weights. An expert that does not help is not kept.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Examples, Prediction, ProgressFn, Task
from jixiao.contracts.examples import Floats
from jixiao.core import ModelError
from jixiao.models.decision import Rule
from jixiao.models.encoding import TextEncoder
from jixiao.models.features import TableEncoder
from jixiao.models.linear import Head
from jixiao.models.registry import PREDICTORS
from jixiao.models.storage import load_parts, save_parts
from jixiao.models.text_features import TextFeatures

FloatRows = npt.NDArray[np.float32]
MOST_COLUMNS = 4
"""Text columns that are encoded by themselves; further ones are joined into the last."""


class Encodes(Protocol):
    """What turns texts into vectors: an encoder, or one with a cache before it."""

    def encode(self, texts: Sequence[str], *, progress: ProgressFn = ...) -> FloatRows:
        """Return shape (n, hidden_size)."""


@dataclass(frozen=True)
class FrozenFeatures:
    """What the first expert sees.

    Attributes:
        columns: Text columns, each group encoded as one text.
        table: Fitted table encoder.
        table_scale: What table columns are multiplied with beside embeddings.
    """

    columns: tuple[tuple[str, ...], ...]
    table: TableEncoder
    table_scale: float

    @classmethod
    def fit(cls, examples: Examples) -> FrozenFeatures:
        """Choose text groups and learn the table of training examples."""
        names = [name for name, texts in examples.texts.items() if any(texts)]
        single, rest = names[: MOST_COLUMNS - 1], tuple(names[MOST_COLUMNS - 1 :])
        columns = (*((name,) for name in single), *((rest,) if rest else ()))
        return cls(columns, TableEncoder().fit(examples), 0.3)

    def texts(self, examples: Examples) -> list[list[str]]:
        """Return the texts of each group, one a row."""
        empty = [""] * len(examples)
        found = []
        for group in self.columns:
            parts = [examples.texts.get(name, empty) for name in group]
            rows = zip(*parts, strict=True)
            found.append(["\n".join(part for part in row if part) for row in rows])
        return found

    def transform(self, examples: Examples, encoder: Encodes) -> FloatRows:
        """Return shape (n, groups · hidden_size + table columns), float32."""
        blocks = [encoder.encode(texts) for texts in self.texts(examples)]
        table = self.table.transform(examples) * np.float32(self.table_scale)
        return np.ascontiguousarray(np.hstack([*blocks, table]), dtype=np.float32)


@dataclass(frozen=True)
class Words:
    """The n-gram expert; its logits are added to the first expert's."""

    features: TextFeatures
    head: Head

    def logits(self, examples: Examples) -> Floats:
        """Return its logits, shape (n, n_outputs)."""
        return self.head.logits(self.features.transform(examples))


def dense_logits(head: Head, features: FloatRows) -> Floats:
    """Return a head's logits of dense features, shape (n, n_outputs), float64."""
    return np.asarray(features @ head.weights.T, dtype=np.float64) + head.bias[None, :]


@dataclass
class FrozenModel:
    """A fitted ``frozen.v1``."""

    task: Task
    encoder: TextEncoder
    features: FrozenFeatures
    head: Head
    words: Words | None
    rule: Rule
    chosen: dict[str, Any]
    name: str = "frozen.v1"

    def predict(self, examples: Examples) -> Prediction:
        """Return the scores of the examples, in their order."""
        logits = dense_logits(self.head, self.features.transform(examples, self.encoder))
        if self.words is not None:
            logits = logits + self.words.logits(examples)
        return self.head.prediction(logits, self.task)

    def save(self, folder: Path) -> None:
        """Write ``model.json``, ``arrays.safetensors`` and the encoder's folder."""
        self.encoder.save(folder / "encoder")
        arrays: dict[str, npt.NDArray[Any]] = _head_arrays("head", self.head)
        described: dict[str, Any] = {
            "name": self.name,
            "columns": [list(group) for group in self.features.columns],
            "table": self.features.table.to_json(),
            "table_scale": self.features.table_scale,
            "head": _head_json(self.head),
            "rule": self.rule.to_json(),
            "chosen": self.chosen,
        }
        if self.words is not None:
            listed, weights = self.words.features.state()
            described["words"] = {"features": listed, "head": _head_json(self.words.head)}
            arrays |= weights | _head_arrays("words", self.words.head)
        save_parts(folder, described, arrays)


def _head_json(head: Head) -> dict[str, Any]:
    bounded = head.kind == "identity"
    return {"kind": head.kind, "bounds": [head.low, head.high] if bounded else None}


def _head_arrays(name: str, head: Head) -> dict[str, npt.NDArray[Any]]:
    return {f"{name}.weights": head.weights, f"{name}.bias": head.bias}


def _head(name: str, described: dict[str, Any], arrays: dict[str, npt.NDArray[Any]]) -> Head:
    low, high = described["bounds"] or (-np.inf, np.inf)
    weights, bias = arrays[f"{name}.weights"], arrays[f"{name}.bias"]
    return Head(described["kind"], weights, bias, low, high)


@PREDICTORS.register("frozen.v1")
def load_frozen(folder: Path, task: Task) -> FrozenModel:
    """Return the model that ``FrozenModel.save`` wrote.

    Raises:
        ModelError: If the folder is damaged.
    """
    described, arrays = load_parts(folder)
    try:
        words = described.get("words")
        return FrozenModel(
            task=task,
            encoder=TextEncoder.load(folder / "encoder"),
            features=FrozenFeatures(
                columns=tuple(tuple(group) for group in described["columns"]),
                table=TableEncoder.from_json(described["table"]),
                table_scale=float(described["table_scale"]),
            ),
            head=_head("head", described["head"], arrays),
            words=Words(
                TextFeatures.from_state(words["features"], arrays),
                _head("words", words["head"], arrays),
            )
            if words
            else None,
            rule=Rule.from_json(described["rule"]),
            chosen=described["chosen"],
        )
    except (KeyError, TypeError, json.JSONDecodeError) as problem:
        raise ModelError(
            "JX-E350.frozen",
            folder.name,
            expected="a saved frozen.v1 model",
            got=f"{type(problem).__name__} while reading it",
            hint="train the model again",
        ) from problem
