"""What the use cases ask of the outside world; ``gateways`` answer, and fakes stand beside them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol

import polars as pl

from jixiao.contracts.examples import Predictor
from jixiao.contracts.schema import Task


class ReportLog(Protocol):
    """The reports of a workspace as they were last written, by their places."""

    def last(self, place: str) -> tuple[bytes, frozenset[str]] | None:
        """Return the JSON of a report and the formats it was written in, or None.

        Args:
            place: Path of its files without the ending, such as ``reports/en/employee-E1``.
        """

    def keep(self, place: str, content: bytes, formats: Collection[str]) -> None:
        """Remember a report that has been written."""


class WorkspaceStore(Protocol):
    """Everything a workspace keeps. Every write is whole or not there at all."""

    @property
    def base(self) -> Path:
        """Folder that relative data paths start from."""

    @property
    def environment(self) -> Mapping[str, str]:
        """What ``${NAME}`` in the URL of a database stands for."""

    def has_settings(self) -> bool:
        """Return whether there is a ``jixiao.yaml``."""

    def read_settings(self) -> str:
        """Return the text of ``jixiao.yaml``."""

    def write_settings(self, text: str) -> None:
        """Replace ``jixiao.yaml``."""

    def read_json(self, name: str) -> dict[str, Any] | None:
        """Return a stored JSON document such as ``evaluation`` or ``split``, or None."""

    def write_json(self, name: str, value: Mapping[str, Any]) -> Path:
        """Store a JSON document and return where."""

    def write_table(self, name: str, frame: pl.DataFrame) -> Path:
        """Store a CSV file such as ``quarantine/reviews`` and return where."""

    def read_table(self, name: str) -> pl.DataFrame | None:
        """Return a stored CSV file with every cell as text, or None."""

    def remove(self, name: str) -> None:
        """Remove a stored CSV file if it is there."""

    def write_frame(self, name: str, frame: pl.DataFrame) -> Path:
        """Store a typed table such as ``opinions/ID`` and return where."""

    def read_frame(self, name: str) -> pl.DataFrame | None:
        """Return a stored typed table, or None."""

    def write_page(self, name: str, text: str) -> Path:
        """Store a rendered page such as ``reports/en/index.html`` and return where."""

    def read_texts(self, folder: str, ending: str) -> dict[str, str]:
        """Return the texts of the files of a folder by name, empty where there is no folder."""

    def write_file(self, name: str, content: bytes) -> Path:
        """Store a file such as ``reports/en/employee-E1.pdf`` and return where."""

    def report_log(self) -> AbstractContextManager[ReportLog]:
        """Open the record of written reports; what was kept lasts when the block ends well."""

    def signing_key(self) -> bytes:
        """Return the 32 secret bytes the workspace signs with, made at first use."""

    def given_key(self) -> bytes | None:
        """Return the key of the file elsewhere, None where there is no such file."""

    def salt(self) -> str:
        """Return the workspace's secret for pseudonyms, made at first use."""

    def lock(self) -> AbstractContextManager[None]:
        """Hold the workspace against other processes."""

    def workdir(self, name: str) -> Path:
        """Return a folder for unfinished work that survives a kill."""

    def unfinished(self, start: str) -> list[Path]:
        """Return the folders of unfinished work whose names begin so, the latest written first."""

    def clear_workdir(self, name: str) -> None:
        """Remove the folder of work that is finished."""

    def cache(self) -> Path:
        """Return the folder of encodings shared between runs."""


class ModelStore(Protocol):
    """Saved models of a workspace."""

    def save(self, predictor: Predictor, manifest: Mapping[str, Any]) -> str:
        """Store a model with what it was made of, make it the current one, return its id."""

    def load(self, task: Task, model_id: str | None = None) -> tuple[Predictor, dict[str, Any]]:
        """Return a model, by default the current one, and its manifest."""

    def current(self) -> str | None:
        """Return the id of the current model, or None."""

    def ids(self) -> Iterator[str]:
        """Yield the ids of all stored models, oldest first."""

    def manifest(self, model_id: str) -> dict[str, Any]:
        """Return what a stored model was made of, without loading it."""

    def make_current(self, model_id: str) -> None:
        """Let a stored model be the one that is used where none is named."""

    def remove(self, model_id: str) -> None:
        """Remove a stored model that is not the current one; nothing where it is gone."""


class WriterStore(Protocol):
    """Tuned language models of a workspace, apart from the models that score."""

    def store_files(
        self, name: str, fill: Callable[[Path], None], manifest: Mapping[str, Any]
    ) -> str:
        """Store files of a kind with what they were made of and their hashes; return the id."""

    def files_of(self, model_id: str) -> Path:
        """Return the folder with a stored model's files."""
