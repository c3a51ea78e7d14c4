"""Saved models as folders: each with a manifest of what it was made of and its files' hashes."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jixiao.contracts import Predictor, Task
from jixiao.core import ModelError, atomic, json_hash
from jixiao.models import load_predictor

MANIFEST = "manifest.json"
SAFE = frozenset({".json", ".safetensors", ".onnx", ".txt", ".xml", ".bin"})
"""Endings a model folder may hold: JSON, safetensors, ONNX, OpenVINO IR, LightGBM's text."""


class ModelFolder:
    """Models below one folder, one sub-folder each, and which of them is current.

    Args:
        folder: Where the models stand.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def save(self, predictor: Predictor, manifest: Mapping[str, Any]) -> str:
        """Store a model with what it was made of, make it the current one, return its id."""
        model_id = self.store_files(predictor.name, predictor.save, manifest)
        self.make_current(model_id)
        return model_id

    def store_files(
        self, name: str, fill: Callable[[Path], None], manifest: Mapping[str, Any]
    ) -> str:
        """Store files of a kind with what they were made of and their hashes; return the id.

        Args:
            name: Kind of model.
            fill: Writes the files into a folder that it makes.
            manifest: What they were made of.
        """
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
        model_id = f"{name}-{stamp}-{json_hash(dict(manifest))[:6]}"
        with atomic.new_folder(self.folder / model_id) as part:
            fill(part / "model")
            files = {
                str(file.relative_to(part)): _sha256(file)
                for file in sorted((part / "model").rglob("*"))
                if file.is_file()
            }
            content = {**manifest, "id": model_id, "name": name, "files": files}
            atomic.write_json(part / MANIFEST, content)
        return model_id

    def files_of(self, model_id: str) -> Path:
        """Return the folder with a stored model's files."""
        return self.folder / model_id / "model"

    def load(self, task: Task, model_id: str | None = None) -> tuple[Predictor, dict[str, Any]]:
        """Return a model, by default the current one, and its manifest.

        Raises:
            ModelError: If there is none, or a file of it is missing, changed or of an unsafe kind.
        """
        manifest = self.manifest(model_id or self.current())
        folder = self.folder / manifest["id"]
        _verify(folder, manifest["files"])
        return load_predictor(manifest["name"], folder / "model", task), manifest

    def manifest(self, model_id: str | None) -> dict[str, Any]:
        """Return what a stored model was made of, without loading it.

        Raises:
            ModelError: If there is none.
        """
        if model_id is None or model_id not in set(self.ids()):
            raise ModelError(
                "JX-E301",
                "models",
                expected="a trained model",
                got="none" if model_id is None else f"no model {model_id!r}",
                hint=f"the stored ones are {', '.join(known)}"
                if (known := list(self.ids()))
                else "train one with: jixiao train DIR",
            )
        text = (self.folder / model_id / MANIFEST).read_text(encoding="utf-8")
        manifest: dict[str, Any] = json.loads(text)
        return manifest

    def make_current(self, model_id: str) -> None:
        """Let a stored model be the one that is used where none is named.

        Raises:
            ModelError: If there is none of that id.
        """
        self.manifest(model_id)
        atomic.write_json(self.folder / "current.json", {"id": model_id})

    def remove(self, model_id: str) -> None:
        """Remove a stored model; nothing happens where it is gone already.

        Raises:
            ModelError: If it is the current one.
        """
        if model_id == self.current():
            raise ModelError(
                "JX-E304",
                "models",
                expected="a model that is not in use",
                got="the current one",
                hint="let another one be current first",
            )
        if model_id in set(self.ids()):
            shutil.rmtree(self.folder / model_id)

    def current(self) -> str | None:
        """Return the id of the current model, or None."""
        pointer = self.folder / "current.json"
        if not pointer.is_file():
            return None
        return str(json.loads(pointer.read_text(encoding="utf-8"))["id"])

    def ids(self) -> Iterator[str]:
        """Yield the ids of all stored models, oldest first."""
        found = [path.parent.name for path in self.folder.glob(f"*/{MANIFEST}")]
        yield from sorted(found, key=lambda name: name.rsplit("-", 2)[1])


def _verify(folder: Path, files: Mapping[str, str]) -> None:
    present = {
        str(path.relative_to(folder)) for path in (folder / "model").rglob("*") if path.is_file()
    }
    for name in sorted(present | set(files)):
        problem = ""
        if name not in files:
            problem = "a file its manifest does not list"
        elif name not in present:
            problem = "a missing file"
        elif Path(name).suffix not in SAFE:
            problem = f"a file of the kind {Path(name).suffix!r}"
        elif _sha256(folder / name) != files[name]:
            problem = "a file whose content has changed"
        if problem:
            raise ModelError(
                "JX-E302",
                f"{folder.name}/{name}",
                expected="the files that were saved, unchanged",
                got=problem,
                hint="train again, or restore the folder from a backup",
            )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
