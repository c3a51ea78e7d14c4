"""The linear model: TF-IDF and table columns times weights, through a head that suits the task."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from scipy import sparse

from jixiao.contracts import Examples, Prediction, Task
from jixiao.contracts.examples import Floats
from jixiao.models.decision import Rule
from jixiao.models.features import TableEncoder
from jixiao.models.ngrams import Counts
from jixiao.models.ordinal import cumulative_proba, sigmoid, softmax
from jixiao.models.registry import PREDICTORS
from jixiao.models.storage import load_parts, save_parts
from jixiao.models.text_features import TextFeatures

HeadKind = Literal["softmax", "cumulative", "sigmoid", "identity"]


@dataclass(frozen=True)
class Head:
    """Weights and what becomes of ``x @ weights.T + bias``.

    Attributes:
        kind: ``softmax``: K logits to K classes. ``cumulative``: K-1 logits of P(y > k), one
            shared row of weights or one each. ``sigmoid``: each class by itself. ``identity``:
            a number.
        weights: Shape (1 or n_outputs, n_features), float32.
        bias: Shape (n_outputs,), float64.
        low: Smallest number answered (``identity`` only).
        high: Largest number answered.
    """

    kind: HeadKind
    weights: npt.NDArray[np.float32]
    bias: Floats
    low: float = -np.inf
    high: float = np.inf

    def logits(self, features: Counts) -> Floats:
        """Return shape (n, n_outputs), float64."""
        weights, used = self.weights, np.unique(features.indices)
        if 2 * len(used) < features.shape[1]:  # few rows: the product copies all it is given
            features, weights = features[:, used], weights[:, used]
        products = np.asarray(features @ weights.T, dtype=np.float64)
        return np.asarray(products + self.bias[None, :])

    def prediction(self, logits: Floats, task: Task) -> Prediction:
        """Return the scores that logits mean."""
        if self.kind == "identity":
            return Prediction(proba=None, value=np.clip(logits[:, 0], self.low, self.high))
        if self.kind == "sigmoid":
            return Prediction(proba=sigmoid(logits))
        proba = softmax(logits) if self.kind == "softmax" else cumulative_proba(logits)
        return Prediction.of(proba, task)


@dataclass(frozen=True)
class LinearFeatures:
    """Text and table features side by side.

    Attributes:
        text: Fitted text features.
        table: Fitted table encoder.
        table_scale: What table columns are multiplied with beside texts of length 1.
    """

    text: TextFeatures
    table: TableEncoder
    table_scale: float = 0.5

    @property
    def names(self) -> list[str]:
        """Names of all features, texts first."""
        return self.text.names + self.table.names

    def transform(self, examples: Examples) -> Counts:
        """Return CSR (n, n_features), float32."""
        texts = self.text.transform(examples)
        table = self.table.transform(examples)
        if not table.shape[1]:
            return texts
        dense = sparse.csr_matrix(table * np.float32(self.table_scale))
        return sparse.hstack([texts, dense], format="csr", dtype=np.float32)


@dataclass
class LinearModel:
    """A fitted ``linear.v1``."""

    task: Task
    features: LinearFeatures
    head: Head
    rule: Rule
    chosen: dict[str, Any]
    name: str = "linear.v1"

    def predict(self, examples: Examples) -> Prediction:
        """Return the scores of the examples, in their order."""
        return self.head.prediction(self.head.logits(self.features.transform(examples)), self.task)

    def save(self, folder: Path) -> None:
        """Write ``model.json`` (n-grams, table, rule) and ``arrays.safetensors`` (weights)."""
        text, arrays = self.features.text.state()
        bounded = self.head.kind == "identity"
        described = {
            "name": self.name,
            "text": text,
            "table": self.features.table.to_json(),
            "table_scale": self.features.table_scale,
            "head": self.head.kind,
            "bounds": [self.head.low, self.head.high] if bounded else None,
            "rule": self.rule.to_json(),
            "chosen": self.chosen,
        }
        arrays |= {"weights": self.head.weights, "bias": self.head.bias}
        save_parts(folder, described, arrays)


@PREDICTORS.register("linear.v1")
def load_linear(folder: Path, task: Task) -> LinearModel:
    """Return the model that ``LinearModel.save`` wrote.

    Raises:
        ModelError: If the folder is damaged.
    """
    described, arrays = load_parts(folder)
    low, high = described["bounds"] or (-np.inf, np.inf)
    return LinearModel(
        task=task,
        features=LinearFeatures(
            text=TextFeatures.from_state(described["text"], arrays),
            table=TableEncoder.from_json(described["table"]),
            table_scale=float(described["table_scale"]),
        ),
        head=Head(described["head"], arrays["weights"], arrays["bias"], low, high),
        rule=Rule.from_json(described["rule"]),
        chosen=described["chosen"],
    )
