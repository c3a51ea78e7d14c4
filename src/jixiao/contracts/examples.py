"""What models eat and what they give back: arrays with a stated order, nothing about storage."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt
import polars as pl

from jixiao.contracts.schema import Task

Floats = npt.NDArray[np.floating[Any]]
Integers = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Examples:
    """A batch of n examples; row i of every part is the same reviewed record.

    Attributes:
        rows: Shape (n,). Position of each example in the checked table; never a feature.
        texts: Column name to n masked texts; ``""`` where a text is missing.
        languages: n codes ``zh``, ``en``, ``mixed`` or ``""`` for no text.
        numbers: Shape (n, n_numbers), float64, NaN where missing.
        number_names: Names of the columns of ``numbers``.
        categories: Column name to n values; None where missing.
        series: Shape (n, seq_len, n_indicators), float32, oldest step first, NaN where missing;
            None when the contract has no indicators. The last step is the reviewed period itself
            when its figures are known at the time of the review.
        series_names: Names of the indicators.
        keys: n rows, columns among ``subject``, ``rater``, ``period`` (start day), ``group`` and
            protected columns as ``protected:NAME``; for splits and slices, never features.
        y: Target: (n,) int64 level or class index (-1 unknown), (n, n_classes) int64 0/1 for
            several classes, (n,) float64 for a number; None when rows carry no target.
        previous: Shape (n,), float64: the subject's rating one period before, NaN where unknown;
            a baseline, never a feature.
    """

    rows: Integers
    texts: dict[str, list[str]] = field(default_factory=dict)
    languages: list[str] = field(default_factory=list)
    numbers: Floats = field(default_factory=lambda: np.zeros((0, 0)))
    number_names: tuple[str, ...] = ()
    categories: dict[str, list[str | None]] = field(default_factory=dict)
    series: Floats | None = None
    series_names: tuple[str, ...] = ()
    keys: pl.DataFrame = field(default_factory=pl.DataFrame)
    y: npt.NDArray[Any] | None = None
    previous: Floats | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, index: npt.ArrayLike) -> Examples:
        """Return the examples at integer positions, in that order."""
        at = np.asarray(index, dtype=np.int64)
        listed = at.tolist()
        return replace(
            self,
            rows=self.rows[at],
            texts={name: [values[i] for i in listed] for name, values in self.texts.items()},
            languages=[self.languages[i] for i in listed] if self.languages else [],
            numbers=self.numbers[at] if self.number_names else np.zeros((len(at), 0)),
            categories={name: [v[i] for i in listed] for name, v in self.categories.items()},
            series=None if self.series is None else self.series[at],
            keys=self.keys[listed] if self.keys.width else self.keys,
            y=None if self.y is None else self.y[at],
            previous=None if self.previous is None else self.previous[at],
        )

    def joined_texts(self) -> list[str]:
        """Return one text per example: its text columns in order, joined by a line break."""
        columns = list(self.texts.values())
        if not columns:
            return [""] * len(self)
        return ["\n".join(part for part in parts if part) for parts in zip(*columns, strict=True)]


@dataclass(frozen=True)
class Prediction:
    """Scores of n examples.

    Attributes:
        proba: Shape (n, n_levels), rows sum to 1 (several classes: each in [0, 1] by itself);
            None for a number.
        value: Shape (n,): the number, or for ratings the mean of the level values under
            ``proba``; None for classes.
    """

    proba: Floats | None
    value: Floats | None = None

    @classmethod
    def of(cls, proba: Floats, task: Task) -> Prediction:
        """Return a prediction from probabilities, with the expected value where levels have one."""
        value = proba @ np.asarray(task.values) if task.values else None
        return cls(proba=proba, value=value)


ProgressFn = Callable[[str, int, int], None]
"""Called with a stage name, steps done and steps in all."""


def silent(stage: str, done: int, total: int) -> None:
    """Ignore progress."""


@dataclass(frozen=True)
class FitContext:
    """What surrounds a training run.

    Attributes:
        seed: Seed of everything random.
        workdir: Folder for checkpoints and caches that survive a kill; the learner's own.
        cache: Folder for encodings shared between learners and runs.
        deadline: Value of ``time.monotonic()`` after which training must have ended; None for
            no limit.
        threads: Processor threads a model may use.
        progress: Where progress is told.
        options: Settings of the learner that differ from its tested defaults.
        trackers: Names of training-curve trackers, ``tensorboard`` and ``wandb``.
    """

    seed: int
    workdir: Path
    cache: Path
    deadline: float | None = None
    threads: int = 2
    progress: ProgressFn = silent
    options: dict[str, Any] = field(default_factory=dict)
    trackers: tuple[str, ...] = ()


@runtime_checkable
class Predictor(Protocol):
    """A trained model that scores without torch."""

    name: str
    """Registered, versioned name."""

    def predict(self, examples: Examples) -> Prediction:
        """Return the scores of the examples, in their order."""

    def save(self, folder: Path) -> None:
        """Write the model as JSON, safetensors, ONNX or LightGBM text into an empty folder."""


class Learner(Protocol):
    """Something that can be fitted."""

    name: str
    """Registered, versioned name; the predictor it returns bears the same."""

    def supports(self, examples: Examples, task: Task) -> str:
        """Return ``""`` when it can be fitted to such data, else the reason in words."""

    def fit(
        self, train: Examples, validation: Examples, *, task: Task, context: FitContext
    ) -> Predictor:
        """Fit on ``train``, choose and stop on ``validation``, and never look at a test part."""


PredictorLoader = Callable[[Path, Task], Predictor]
"""Loads what a predictor of one registered name has saved."""
