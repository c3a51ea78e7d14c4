"""A workspace as a folder: settings, documents, tables, pages, and work that survives a kill."""

from __future__ import annotations

import fcntl
import json
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import polars as pl

from jixiao.contracts import ReportLog
from jixiao.core import Held, WorkspaceError, atomic
from jixiao.data import guarded, unguarded
from jixiao.gateways.report_log import open_log
from jixiao.gateways.workspace_key import WorkspaceKey

SETTINGS = "jixiao.yaml"
_WRITTEN = ("answers", "mended", "models", "opinions", "quarantine", "reports", "reports/*")
"""Folders that only the holder of the lock writes to."""


class WorkspaceFolder:
    """Everything one workspace keeps, below one folder.

    Args:
        folder: The workspace; made when something is first written.
        environment: What ``${NAME}`` in the URL of a database stands for.
        key: File that keeps the workspace's key; the workspace keeps its own when None.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        *,
        key: Path | None = None,
    ) -> None:
        self.base = folder.resolve()
        self._key = WorkspaceKey(self.base, key)
        self.environment = environment or {}

    def has_settings(self) -> bool:
        """Return whether there is a ``jixiao.yaml``."""
        return (self.base / SETTINGS).is_file()

    def read_settings(self) -> str:
        """Return the text of ``jixiao.yaml``.

        Raises:
            WorkspaceError: If the folder is no workspace.
        """
        if not self.has_settings():
            raise WorkspaceError(
                "JX-E401",
                str(self.base.name),
                expected=f"a workspace folder with {SETTINGS}",
                got="no such file",
                hint="make one with: jixiao init DIR --data FILE",
            )
        return (self.base / SETTINGS).read_text(encoding="utf-8")

    def write_settings(self, text: str) -> None:
        """Replace ``jixiao.yaml``."""
        atomic.write_text(self.base / SETTINGS, text)

    def read_json(self, name: str) -> dict[str, Any] | None:
        """Return a stored JSON document, or None.

        Raises:
            WorkspaceError: If the file is there but no JSON object.
        """
        path = self.base / f"{name}.json"
        if not path.is_file():
            return None
        try:
            value = json.loads(path.read_text(encoding="utf-8"))
        except json.JSONDecodeError as error:
            raise _damaged(path, "JSON", f"a syntax error in line {error.lineno}") from error
        if not isinstance(value, dict):
            raise _damaged(path, "a JSON object", type(value).__name__)
        return value

    def write_json(self, name: str, value: Mapping[str, Any]) -> Path:
        """Store a JSON document and return where."""
        path = self.base / f"{name}.json"
        atomic.write_json(path, dict(value))
        return path

    def write_table(self, name: str, frame: pl.DataFrame) -> Path:
        """Store a CSV file that is safe to open in a spreadsheet.

        UTF-8 with a byte-order mark, so that Excel shows Chinese; no text in it is a formula.
        """
        path = self.base / f"{name}.csv"
        atomic.write_bytes(path, b"\xef\xbb\xbf" + guarded(frame).write_csv().encode())
        return path

    def read_table(self, name: str) -> pl.DataFrame | None:
        """Return a stored CSV file with every cell as text, or None."""
        path = self.base / f"{name}.csv"
        if not path.is_file():
            return None
        return unguarded(pl.read_csv(path, infer_schema=False))

    def remove(self, name: str) -> None:
        """Remove a stored CSV file if it is there."""
        (self.base / f"{name}.csv").unlink(missing_ok=True)

    def write_frame(self, name: str, frame: pl.DataFrame) -> Path:
        """Store a typed table as Parquet and return where."""
        path = self.base / f"{name}.parquet"
        with atomic.new_file(path) as part:
            frame.write_parquet(part)
        return path

    def read_frame(self, name: str) -> pl.DataFrame | None:
        """Return a stored typed table, or None."""
        path = self.base / f"{name}.parquet"
        return pl.read_parquet(path) if path.is_file() else None

    def write_page(self, name: str, text: str) -> Path:
        """Store a rendered page and return where."""
        path = self.base / name
        atomic.write_text(path, text)
        return path

    def read_texts(self, folder: str, ending: str) -> dict[str, str]:
        """Return the texts of the files of a folder by name, empty where there is no folder."""
        found = sorted((self.base / folder).glob(f"*{ending}"))
        return {path.name: path.read_text(encoding="utf-8-sig") for path in found}

    def write_file(self, name: str, content: bytes) -> Path:
        """Store a file and return where."""
        path = self.base / name
        atomic.write_bytes(path, content)
        return path

    def report_log(self) -> AbstractContextManager[ReportLog]:
        """Open the record of written reports; what was kept lasts when the block ends well."""
        return open_log(self.base / ".reported.sqlite")

    def signing_key(self) -> bytes:
        """Return the 32 bytes the workspace signs with, made at first use; its owner's alone.

        Raises:
            WorkspaceError: If the file is there but holds something else, or the key lies
                elsewhere and is not given.
        """
        return self._key.read()

    def given_key(self) -> bytes | None:
        """Return the key of the file elsewhere, None where there is no such file."""
        return self._key.given()

    def salt(self) -> str:
        """Return the workspace's secret for pseudonyms, made at first use; its owner's alone."""
        return self._secret(self.base / ".salt", 16)

    def _secret(self, path: Path, size: int) -> str:
        """Return the hexadecimal digits of a secret; they are new where there were none."""
        if not path.is_file():
            atomic.write_text(path, secrets.token_hex(size), mode=0o600)
        return path.read_text(encoding="utf-8").strip()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Hold the workspace against other processes.

        Raises:
            Held: If another process holds it.
            WorkspaceError: If its place is taken by a file.
        """
        self._make()
        with (self.base / ".lock").open("a") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Held(
                    "JX-E402",
                    self.base.name,
                    expected="a workspace no other command is writing to",
                    got="another jixiao process holds it",
                    hint="wait until the other command has ended",
                ) from error
            self._sweep()
            yield

    def _sweep(self) -> None:
        """Remove the parts that killed commands left where this workspace writes."""
        found = [folder for pattern in _WRITTEN for folder in self.base.glob(pattern)]
        for folder in (self.base, *found):
            if folder.is_dir():
                atomic.sweep(folder)

    def _make(self) -> None:
        try:
            self.base.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise WorkspaceError(
                "JX-E405",
                self.base.name,
                expected="a folder, or a name that is still free",
                got="a file in its place",
                hint="name the workspace folder first: jixiao VERB DIR …",
            ) from error

    def workdir(self, name: str) -> Path:
        """Return a folder for unfinished work that survives a kill."""
        path = self.base / ".work" / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def unfinished(self, start: str) -> list[Path]:
        """Return the folders of unfinished work whose names begin so, the latest written first."""
        found = [one for one in (self.base / ".work").glob(f"{start}*") if one.is_dir()]
        return sorted(found, key=lambda one: one.stat().st_mtime, reverse=True)

    def clear_workdir(self, name: str) -> None:
        """Remove the folder of work that is finished."""
        shutil.rmtree(self.base / ".work" / name, ignore_errors=True)

    def cache(self) -> Path:
        """Return the folder of encodings shared between runs."""
        path = self.base / ".cache"
        path.mkdir(parents=True, exist_ok=True)
        return path


def _damaged(path: Path, expected: str, got: str) -> WorkspaceError:
    return WorkspaceError(
        "JX-E403", path.name, expected=expected, got=got, hint="remove the file and run again"
    )
