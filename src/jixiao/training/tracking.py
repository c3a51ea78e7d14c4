"""Training curves: always a JSON lines file, TensorBoard and Weights & Biases on request.

Nothing leaves the machine: W&B runs in offline mode with its error reporting off.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

from jixiao.core import ModelError
from jixiao.core.atomic import write_text


class Tracker(Protocol):
    """Where curves go."""

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Keep the values of one step."""

    def close(self) -> None:
        """Finish writing."""


class Curves:
    """All trackers of one run.

    Args:
        folder: Folder of the run; ``curves.jsonl`` and the trackers' own files stand in it.
        trackers: Names among ``tensorboard`` and ``wandb``.
        from_step: Step a resumed run goes on from; later lines of a killed run are dropped.

    Raises:
        ModelError: If a tracker is unknown or not installed.
    """

    def __init__(self, folder: Path, trackers: Sequence[str] = (), *, from_step: int = 0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / "curves.jsonl"
        kept = [line for line in read_curves(self.path) if line["step"] <= from_step]
        write_text(self.path, "".join(json.dumps(line) + "\n" for line in kept))
        self._others = [_open(name, folder, from_step) for name in trackers]
        self._file = self.path.open("a", encoding="utf-8")

    def log(self, step: int, values: Mapping[str, float]) -> None:
        """Write the values of one step to the file and every tracker."""
        self._file.write(json.dumps({"step": step, **values}) + "\n")
        self._file.flush()
        for other in self._others:
            other.log(step, values)

    def close(self) -> None:
        """Close the file and every tracker."""
        self._file.close()
        for other in self._others:
            other.close()


def read_curves(path: Path) -> list[dict[str, Any]]:
    """Return the whole lines of a curves file; a line cut by a kill is left out."""
    if not path.exists():
        return []
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            lines.append(json.loads(line))
        except json.JSONDecodeError:
            break
    return lines


def _open(name: str, folder: Path, from_step: int) -> Tracker:
    if name == "tensorboard":
        return _TensorBoard(folder / "tensorboard", from_step)
    if name == "wandb":
        return _Wandb(folder / "wandb")
    raise ModelError(
        "JX-E324", "trackers", expected="tensorboard or wandb", got=repr(name), hint="mend the name"
    )


class _TensorBoard:
    def __init__(self, folder: Path, from_step: int) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self._writer = SummaryWriter(str(folder), purge_step=from_step + 1)

    def log(self, step: int, values: Mapping[str, float]) -> None:
        for name, value in values.items():
            self._writer.add_scalar(name, value, step)

    def close(self) -> None:
        self._writer.close()


_WANDB_ENV = {
    "WANDB_MODE": "offline",
    "WANDB_ERROR_REPORTING": "false",
    "WANDB_SILENT": "true",
    "WANDB_DISABLE_GIT": "true",
}


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class _Wandb:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        with _environment(_WANDB_ENV):
            try:
                import wandb
            except ImportError as error:
                raise ModelError(
                    "JX-E325",
                    "trackers",
                    expected="the package wandb",
                    got="not installed",
                    hint="pip install 'jixiao[track]', or leave wandb out of the trackers",
                ) from error
            self._run = wandb.init(project="jixiao", dir=str(folder), mode="offline")

    def log(self, step: int, values: Mapping[str, float]) -> None:
        self._run.log(dict(values), step=step)

    def close(self) -> None:
        with _environment(_WANDB_ENV):
            self._run.finish()
