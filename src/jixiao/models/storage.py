"""Reading and writing the parts of a saved model: JSON and safetensors, nothing executable."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from jixiao.core import ModelError
from jixiao.core.atomic import write_bytes, write_json

Arrays = dict[str, npt.NDArray[Any]]


def save_parts(folder: Path, described: dict[str, Any], arrays: Arrays) -> None:
    """Write ``model.json`` and ``arrays.safetensors`` into a folder."""
    from safetensors.numpy import save

    whole = {name: np.ascontiguousarray(array) for name, array in arrays.items()}
    write_bytes(folder / "arrays.safetensors", save(whole))
    write_json(folder / "model.json", described)


def load_parts(folder: Path) -> tuple[dict[str, Any], Arrays]:
    """Return what ``save_parts`` wrote.

    Raises:
        ModelError: If a file is missing or damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load

    try:
        described = json.loads((folder / "model.json").read_text(encoding="utf-8"))
        arrays = load((folder / "arrays.safetensors").read_bytes())
    except (OSError, ValueError, SafetensorError) as problem:
        raise damaged(folder, type(problem).__name__) from problem
    if not isinstance(described, dict):
        raise damaged(folder, type(described).__name__)
    return described, arrays


def damaged(folder: Path, got: str) -> ModelError:
    """Return the error that says a saved model cannot be read."""
    return ModelError(
        "JX-E301",
        f"saved model in {folder.name}",
        expected="a readable model.json with its arrays",
        got=got,
        hint="train the model again, or restore the folder from a copy",
    )
