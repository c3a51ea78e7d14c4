"""Batches of texts of like length, so that hardly any work is spent on padding."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Batch:
    """Some of n sequences.

    Attributes:
        index: Positions of the sequences, shape (size,).
        seq_len: Length they are padded to, in tokens.
    """

    index: Ints
    seq_len: int


def padded_length(length: int, max_len: int) -> int:
    """Return the length a sequence is padded to: the next multiple of 8, or of 16 above 64.

    It depends on the sequence alone, so a text's result does not depend on its neighbours, and
    the few different lengths keep the runtime's compiled kernels warm.
    """
    step = 8 if length <= 64 else 16
    return min(max_len, max(8, -(-length // step) * step))


def plan_batches(lengths: npt.ArrayLike, *, max_len: int, budget: int = 2048) -> list[Batch]:
    """Return batches that cover every sequence once, longest first.

    Args:
        lengths: Tokens of each sequence, at most ``max_len``.
        max_len: Longest sequence the model takes.
        budget: Most tokens in a batch, padding included; a longer sequence stands alone.
    """
    counts = np.asarray(lengths, dtype=np.int64)
    padded = np.array([padded_length(int(n), max_len) for n in counts], dtype=np.int64)
    batches: list[Batch] = []
    for seq_len in np.unique(padded)[::-1]:
        members = np.flatnonzero(padded == seq_len)
        size = max(1, budget // int(seq_len))
        starts = range(0, len(members), size)
        batches += [Batch(members[start : start + size], int(seq_len)) for start in starts]
    return batches


def pad(rows: Sequence[Sequence[int]], seq_len: int, *, fill: int = 0) -> tuple[Ints, Ints]:
    """Return ids and mask of shape (len(rows), seq_len), padded on the right."""
    ids = np.full((len(rows), seq_len), fill, dtype=np.int64)
    mask = np.zeros((len(rows), seq_len), dtype=np.int64)
    for at, row in enumerate(rows):
        ids[at, : len(row)] = row
        mask[at, : len(row)] = 1
    return ids, mask


def windows(count: int, size: int) -> Iterator[slice]:
    """Yield consecutive slices that cover ``range(count)``."""
    for start in range(0, count, size):
        yield slice(start, min(count, start + size))
