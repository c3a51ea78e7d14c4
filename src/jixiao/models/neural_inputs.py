"""Examples as the inputs of a network: one text a row, a table, a series.

Training and scoring share these functions, so a saved model sees exactly what it was trained on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from jixiao.contracts import Examples
from jixiao.contracts.examples import Floats, Integers
from jixiao.models.features import TableEncoder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

FloatRows = npt.NDArray[np.float32]


@dataclass(frozen=True)
class TextPlan:
    """How the text columns of a row become one text.

    Attributes:
        columns: Text columns in their order.
        separator: Stands between columns; an empty column keeps its place.
        max_len: Most tokens of a row, special tokens included.
        segments: Whether Chinese is cut into words first; characters otherwise.
    """

    columns: tuple[str, ...]
    separator: str = " "
    max_len: int = 128
    segments: bool = False


@dataclass(frozen=True)
class SeriesPlan:
    """Centre and spread of each indicator in the training rows, both (K,).

    Attributes:
        flags: Whether each indicator has a flag for missing beside it; not where no training row
            lacks a figure, since such flags could not be learnt.
    """

    names: tuple[str, ...]
    mean: tuple[float, ...]
    spread: tuple[float, ...]
    flags: bool = True

    @property
    def width(self) -> int:
        """Inputs of one step."""
        return len(self.names) * (2 if self.flags else 1)


@dataclass(frozen=True)
class InputPlan:
    """Which modalities a network reads and how; a part that is None is not read."""

    text: TextPlan | None = None
    table: TableEncoder | None = None
    series: SeriesPlan | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain keys."""
        return {
            "text": None if self.text is None else {**vars(self.text)},
            "table": None if self.table is None else self.table.to_json(),
            "series": None if self.series is None else {**vars(self.series)},
        }

    @classmethod
    def from_json(cls, saved: Mapping[str, Any]) -> InputPlan:
        """Return the plan ``to_json`` describes."""
        text, table, series = saved["text"], saved["table"], saved["series"]
        return cls(
            text=TextPlan(**{**text, "columns": tuple(text["columns"])}) if text else None,
            table=TableEncoder.from_json(table) if table else None,
            series=_series_plan(series) if series else None,
        )


def _series_plan(saved: Mapping[str, Any]) -> SeriesPlan:
    return SeriesPlan(
        names=tuple(saved["names"]),
        mean=tuple(saved["mean"]),
        spread=tuple(saved["spread"]),
        flags=bool(saved["flags"]),
    )


def fit_plan(train: Examples, text: TextPlan | None) -> InputPlan:
    """Return the plan of the training rows; a table without columns is left out."""
    table = TableEncoder().fit(train)
    return InputPlan(text=text, table=table if table.names else None, series=_fit_series(train))


def _fit_series(train: Examples) -> SeriesPlan | None:
    if train.series is None or train.series.size == 0:
        return None
    flat = train.series.reshape(-1, train.series.shape[2]).astype(np.float64)
    mean, spread = [], []
    for column in flat.T:
        known = column[np.isfinite(column)]
        mean.append(float(known.mean()) if len(known) else 0.0)
        spread.append((float(known.std()) if len(known) else 1.0) or 1.0)
    flags = not bool(np.isfinite(train.series).all())
    return SeriesPlan(train.series_names, tuple(mean), tuple(spread), flags)


def table_rows(plan: InputPlan, examples: Examples) -> FloatRows | None:
    """Return the standardised table (n, D), or None when the network reads none."""
    return None if plan.table is None else plan.table.transform(examples)


def series_rows(plan: InputPlan, examples: Examples) -> tuple[FloatRows, Integers] | None:
    """Return steps (n, S, K or 2K), values then missing flags, and observed lengths (n,).

    Leading steps of which nothing is known are moved behind the end, so step 0 is the first
    observed one; a later step without figures keeps its place and its flags.
    """
    if plan.series is None:
        return None
    if examples.series is None or examples.series.shape[1] == 0:
        return np.zeros((len(examples), 1, plan.series.width), np.float32), np.zeros(
            len(examples), np.int64
        )
    mean, spread = np.asarray(plan.series.mean), np.asarray(plan.series.spread)
    scaled = np.clip((examples.series - mean) / spread, -6.0, 6.0)
    missing = ~np.isfinite(scaled)
    steps = np.where(missing, 0.0, scaled)
    if plan.series.flags:
        steps = np.concatenate([steps, missing], axis=2)
    seen = (~missing).any(axis=2)  # (n, S)
    n_steps = seen.shape[1]
    first = np.where(seen.any(axis=1), seen.argmax(axis=1), n_steps)
    at = np.minimum(np.arange(n_steps) + first[:, None], n_steps - 1)
    moved = np.take_along_axis(steps, at[:, :, None], axis=1).astype(np.float32)
    length = (n_steps - first).astype(np.int64)
    moved[np.arange(n_steps) >= length[:, None]] = 0.0
    return moved, length


def has_text(plan: TextPlan, examples: Examples) -> Integers:
    """Return 1 where any text column of a row holds something, else 0; shape (n,)."""
    there = np.zeros(len(examples), dtype=np.int64)
    for name in plan.columns:
        there |= np.array([bool(t.strip()) for t in _column(examples, name)], dtype=np.int64)
    return there


def row_texts(plan: TextPlan, examples: Examples, tokenizer: Tokenizer) -> list[str]:
    """Return one text a row; where columns together are too long, the longest ones are cut.

    Cutting by column keeps the beginning of each, so that a long praise never pushes out the
    complaint that follows it.
    """
    columns = [_segmented(_column(examples, name), plan.segments) for name in plan.columns]
    if len(columns) <= 1:
        return columns[0] if columns else [""] * len(examples)
    room = plan.max_len - 2 - len(columns) + 1
    tokenizer.no_truncation()
    tokenizer.no_padding()
    found = [tokenizer.encode_batch(texts, add_special_tokens=False) for texts in columns]
    joined = []
    for row in range(len(examples)):
        lengths = [len(encodings[row]) for encodings in found]
        parts = [texts[row] for texts in columns]
        if sum(lengths) > room:
            shares = fair_shares(lengths, room)
            parts = [
                _cut(part, encodings[row].offsets, share)
                for part, encodings, share in zip(parts, found, shares, strict=True)
            ]
        joined.append(plan.separator.join(parts))
    return joined


def fair_shares(lengths: Sequence[int], room: int) -> list[int]:
    """Return how many tokens each part keeps: short parts whole, the long ones evenly cut.

    Examples:
        >>> fair_shares([5, 100, 60], 85)
        [5, 40, 40]
    """
    shares = [0] * len(lengths)
    left = max(room, 0)
    order = sorted(range(len(lengths)), key=lambda part: lengths[part])
    for done, part in enumerate(order):
        shares[part] = min(lengths[part], left // (len(order) - done))
        left -= shares[part]
    return shares


def token_ids(texts: Sequence[str], tokenizer: Tokenizer, max_len: int) -> list[list[int]]:
    """Return token ids of the texts, special tokens included, at most ``max_len`` each."""
    tokenizer.no_padding()
    tokenizer.enable_truncation(max_len)
    encodings = tokenizer.encode_batch_fast(list(texts))
    return [encoding.ids or [0] for encoding in encodings]


def _cut(text: str, offsets: Sequence[tuple[int, int]], share: int) -> str:
    if share >= len(offsets):
        return text
    return text[: offsets[share - 1][1]] if share else ""


def _column(examples: Examples, name: str) -> list[str]:
    return examples.texts.get(name) or [""] * len(examples)


def _segmented(texts: list[str], on: bool) -> list[str]:
    if not on:
        return texts
    import rjieba

    return [" ".join(rjieba.cut(text)) for text in texts]


def plain_rows(values: Floats) -> FloatRows:
    """Return an array as contiguous float32, as the runtimes want it."""
    return np.ascontiguousarray(values, dtype=np.float32)
