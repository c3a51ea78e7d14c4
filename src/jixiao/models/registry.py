"""Loaders of saved models by versioned name; nothing here or below it imports torch."""

from __future__ import annotations

from pathlib import Path

from jixiao.contracts import Predictor, PredictorLoader, Task
from jixiao.core import Registry

PREDICTORS: Registry[PredictorLoader] = Registry("model")
"""Versioned model name to the function that loads what a model of that name saved."""


def load_predictor(name: str, folder: Path, task: Task) -> Predictor:
    """Return the saved model of a registered name.

    Raises:
        ContractError: If the name is unknown.
        ModelError: If the folder is damaged.
    """
    return PREDICTORS.get(name)(folder, task)
