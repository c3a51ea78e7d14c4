"""Rows as tensors: inputs of any modality, batched so that texts of like length go together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jixiao.contracts.examples import Floats, Integers
from jixiao.core import content_hash

if TYPE_CHECKING:
    from torch import Tensor

GROUP_SPAN = 40
"""Batches drawn at random together before they are sorted by length among themselves."""


@dataclass(frozen=True)
class Rows:
    """n training rows; only the modalities that are there are set.

    Attributes:
        y: (n,) int64 levels or classes, (n, C) float32 0/1, or (n,) float32 numbers.
        input_ids: n token id sequences, special tokens included.
        has_text: (n,) 0/1; whether a row has any text.
        table: (n, D) float32.
        series: (n, S, K or 2K) float32, values then missing flags, observed part first.
        series_length: (n,) int64 observed steps; 0 where a row has no series.
    """

    y: npt.NDArray[Any]
    input_ids: list[Sequence[int]] | None = None
    has_text: Integers | None = None
    table: Floats | None = None
    series: Floats | None = None
    series_length: Integers | None = None
    lengths: Integers = field(init=False)

    def __post_init__(self) -> None:
        lengths = np.ones(len(self.y), dtype=np.int64)
        if self.input_ids is not None:
            lengths = np.array([len(ids) for ids in self.input_ids], dtype=np.int64)
        object.__setattr__(self, "lengths", lengths)

    def __len__(self) -> int:
        return len(self.y)

    def fingerprint(self) -> str:
        """Return a hash of every value, by which a checkpoint knows its own data."""
        parts = [np.ascontiguousarray(self.y).tobytes()]
        parts += [np.asarray(ids, dtype=np.int32).tobytes() for ids in self.input_ids or []]
        for values in (self.table, self.series, self.series_length):
            parts.append(b"" if values is None else np.ascontiguousarray(values).tobytes())
        return content_hash(parts)

    def batch(self, index: Integers) -> dict[str, Tensor]:
        """Return tensors of the rows at positions; texts are padded to their longest."""
        import torch

        out = {"y": torch.from_numpy(self.y[index])}
        if self.input_ids is not None and self.has_text is not None:
            ids, mask = pad([self.input_ids[i] for i in index.tolist()])
            out["input_ids"], out["attention_mask"] = torch.from_numpy(ids), torch.from_numpy(mask)
            out["has_text"] = torch.from_numpy(self.has_text[index])
        if self.table is not None:
            out["table"] = torch.from_numpy(self.table[index])
        if self.series is not None and self.series_length is not None:
            out["series"] = torch.from_numpy(self.series[index])
            out["series_length"] = torch.from_numpy(self.series_length[index])
        return out


def pad(sequences: Sequence[Sequence[int]]) -> tuple[Integers, Integers]:
    """Return ids and 0/1 mask, both (B, T) int64, padded on the right with 0 to the longest."""
    width = max((len(ids) for ids in sequences), default=1)
    ids = np.zeros((len(sequences), max(width, 1)), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, sequence in enumerate(sequences):
        ids[row, : len(sequence)] = sequence
        mask[row, : len(sequence)] = 1
    return ids, mask


def grouped_order(
    lengths: Integers, batch_size: int, generator: np.random.Generator
) -> list[Integers]:
    """Return one epoch's batches: random, yet of like length within each batch.

    Rows are shuffled, cut into spans of ``GROUP_SPAN`` batches, sorted by length inside a span and
    cut into batches, which are shuffled again. Every row occurs exactly once.
    """
    order = generator.permutation(len(lengths))
    span = batch_size * GROUP_SPAN
    batches: list[Integers] = []
    for start in range(0, len(order), span):
        part = order[start : start + span]
        part = part[np.argsort(lengths[part], kind="stable")]
        batches += [part[at : at + batch_size] for at in range(0, len(part), batch_size)]
    return [batches[i] for i in generator.permutation(len(batches))]


def sorted_order(lengths: Integers, batch_size: int) -> list[Integers]:
    """Return batches by rising length, for scoring; every row occurs exactly once."""
    order = np.argsort(lengths, kind="stable")
    return [order[at : at + batch_size] for at in range(0, len(order), batch_size)]
