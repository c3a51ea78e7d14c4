"""The input of tree models: the table, and beside it the scores of models that read the texts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Examples, Prediction, Predictor, Task
from jixiao.contracts.examples import Floats
from jixiao.models.features import TableEncoder
from jixiao.models.registry import load_predictor

_SMALLEST = 1e-4


@dataclass(frozen=True)
class TreeFeatures:
    """Table columns and the scores of other models as one dense table.

    Attributes:
        table: Fitted table encoder.
        readers: Models whose scores are columns, such as ``linear`` over the texts. While a tree
            model is trained their scores must come from rows they were not fitted to.
        fill: Whether missing numbers are filled (forests) or stay NaN (boosted trees).
    """

    table: TableEncoder
    readers: tuple[Predictor, ...] = ()
    fill: bool = False

    def transform(self, examples: Examples) -> npt.NDArray[np.float32]:
        """Return shape (n, n_columns), float32."""
        scores = [score_columns(reader.predict(examples)) for reader in self.readers]
        return self.beside(examples, scores)

    def beside(self, examples: Examples, scores: Sequence[Floats]) -> npt.NDArray[np.float32]:
        """Return the table with given score columns in the place of the readers' own."""
        table = self.table.transform(examples, fill=self.fill)
        return np.hstack([table, *scores]).astype(np.float32)

    def save(self, folder: Path) -> dict[str, Any]:
        """Write the readers into ``reader.N`` and return the rest as plain keys."""
        for at, reader in enumerate(self.readers):
            inner = folder / f"reader.{at}"
            inner.mkdir(parents=True, exist_ok=True)
            reader.save(inner)
        names = [reader.name for reader in self.readers]
        return {"table": self.table.to_json(), "readers": names, "fill": self.fill}

    @classmethod
    def load(cls, saved: Mapping[str, Any], folder: Path, task: Task) -> TreeFeatures:
        """Return the features ``save`` wrote."""
        readers = tuple(
            load_predictor(name, folder / f"reader.{at}", task)
            for at, name in enumerate(saved["readers"])
        )
        return cls(TableEncoder.from_json(saved["table"]), readers, bool(saved["fill"]))


def score_columns(prediction: Prediction) -> Floats:
    """Return a model's scores as columns: log probabilities, their mean level, or the number."""
    if prediction.proba is None:
        return np.asarray(prediction.value, dtype=np.float64)[:, None]
    proba = np.asarray(prediction.proba, dtype=np.float64)
    columns = [np.log(np.clip(proba, _SMALLEST, 1))]
    if prediction.value is not None:
        columns.append(np.asarray(prediction.value, dtype=np.float64)[:, None])
    return np.hstack(columns)
