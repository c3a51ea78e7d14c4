"""KPI tables, long or wide, as one array: for each record the steps up to its reviewed period.

What lies after the reviewed period never enters. A step is one period of the table; the last step
is the latest one that had ended when the reviewed period ended.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from jixiao.contracts import Contract, Role, Table
from jixiao.data.join import key_text
from jixiao.data.kpi import kpi_rows, numbered_columns, own_rows
from jixiao.data.spans import label_of, spans_of
from jixiao.data.values import parse_numbers

Cube = npt.NDArray[np.float32]
MAX_STEPS = 12


@dataclass(frozen=True)
class SeriesBlock:
    """Indicator series of n records.

    Attributes:
        values: Shape (n, n_steps, n_indicators), float32, oldest step first, NaN where missing.
        names: Names of the indicators.
        steps: Label of each step counted back from the reviewed period: ``-2``, ``-1``, ``0``.
        periods: n rows of n_steps period labels; ``""`` where there is no such step.
        targets: Same shape as ``values``: the declared target of each value, NaN where none is
            known; None when no indicator has one. For reports, never a feature.
    """

    values: Cube
    names: tuple[str, ...]
    steps: tuple[str, ...]
    periods: list[tuple[str, ...]] = field(default_factory=list)
    targets: Cube | None = None


def series_of(
    frame: pl.DataFrame,
    contract: Contract,
    tables: Sequence[tuple[Table, pl.DataFrame]],
    *,
    max_steps: int = MAX_STEPS,
) -> SeriesBlock | None:
    """Return the indicator series of each record, or None when the contract has none.

    Args:
        frame: The joined, checked records; n rows.
        contract: Names subject, period and the indicators that stand in the records themselves.
        tables: KPI tables, declared with a series layout; others are passed over.
        max_steps: Longest history kept, in steps.
    """
    blocks: list[SeriesBlock] = []
    rows: dict[tuple[str, ...], list[pl.DataFrame]] = defaultdict(list)
    for table, kpi in tables:
        if table.series is not None:
            long, keys = kpi_rows(table, kpi, contract)
            if long.height:
                rows[keys].append(long)
    numbered = numbered_columns(frame, contract)
    if numbered:
        blocks.append(_numbered(frame, numbered))
    own, own_key = own_rows(
        frame, contract, {name for columns in numbered.values() for name in columns}
    )
    if own is not None:
        rows[own_key].append(own)
    for keys, parts in rows.items():
        for alike in _by_grain(parts):
            blocks.append(_windowed(frame, alike, (keys, contract, max_steps)))
    return _side_by_side(blocks) if blocks else None


def _numbered(frame: pl.DataFrame, numbered: dict[str, list[str]]) -> SeriesBlock:
    n_steps = max(map(len, numbered.values()))
    values = np.full((frame.height, n_steps, len(numbered)), np.nan, dtype=np.float32)
    for at, columns in enumerate(numbered.values()):
        for step, column in enumerate(columns, n_steps - len(columns)):
            values[:, step, at] = _floats(frame[column])
    return SeriesBlock(values, tuple(numbered), _steps(n_steps), [_steps(n_steps)] * frame.height)


def _floats(column: pl.Series) -> npt.NDArray[np.float32]:
    numbers = parse_numbers(column).values if column.dtype == pl.String else column
    return numbers.cast(pl.Float32).fill_null(float("nan")).to_numpy()


def _steps(count: int) -> tuple[str, ...]:
    return tuple(str(at - count + 1) for at in range(count))


def _by_grain(parts: list[pl.DataFrame]) -> list[pl.DataFrame]:
    """Stack parts whose periods have the same typical length; others stay apart."""
    grains: dict[int, list[pl.DataFrame]] = defaultdict(list)
    for part in parts:
        days = (part["end"] - part["start"]).dt.total_days().median()
        grain = min(
            (1, 7, 30, 91, 182, 365), key=lambda length: abs(length - float(str(days or 0)))
        )
        grains[grain].append(part)
    return [pl.concat(alike) for alike in grains.values()]


def _windowed(
    frame: pl.DataFrame, long: pl.DataFrame, how: tuple[tuple[str, ...], Contract, int]
) -> SeriesBlock:
    keys, contract, max_steps = how
    cube, targets, axes = _cube(long)
    subjects, spans, names = axes
    wanted = _keys_of(frame, keys).replace_strict(
        subjects, list(range(len(subjects))), default=-1, return_dtype=pl.Int64
    )
    last = _last_step(frame, spans, contract)
    n_steps = min(max_steps, spans.height)
    at = last[:, None] - np.arange(n_steps - 1, -1, -1)[None, :]  # (n, T)
    known = (at >= 0) & (wanted.to_numpy() >= 0)[:, None]
    row, column = np.where(known, wanted.to_numpy()[:, None], 0), np.where(known, at, 0)
    labels = [label_of(*span) for span in spans.iter_rows()]
    periods = [tuple(labels[step] if step >= 0 else "" for step in steps) for steps in at.tolist()]
    values = np.where(known[:, :, None], cube[row, column], np.float32(np.nan))
    aims = None
    if targets is not None:
        aims = np.where(known[:, :, None], targets[row, column], np.float32(np.nan))
    return SeriesBlock(values, names, _steps(n_steps), periods, aims)


def _keys_of(frame: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
    parts = [key_text(frame[key]).alias(f"{at}") for at, key in enumerate(keys)]
    return pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator="\x1f")).to_series()


def _last_step(
    frame: pl.DataFrame, spans: pl.DataFrame, contract: Contract
) -> npt.NDArray[np.int64]:
    """Return for each record the index of the last period that ended by its period's end."""
    column = contract.one(Role.PERIOD) or contract.one(Role.DATE)
    if column is None or column.name not in frame.columns:
        return np.full(frame.height, spans.height - 1, dtype=np.int64)
    ends = spans["end"].to_physical().to_numpy()
    reviewed = spans_of(frame[column.name], is_period=column.role is Role.PERIOD)["end"]
    limits = reviewed.to_physical().fill_null(-(10**6)).to_numpy()
    return np.searchsorted(ends, limits, side="right").astype(np.int64) - 1


def _cube(
    long: pl.DataFrame,
) -> tuple[Cube, Cube | None, tuple[list[str], pl.DataFrame, tuple[str, ...]]]:
    """Return values (and targets) as (n_subjects, n_periods, n_indicators), means of repeats."""
    long = long.drop_nulls(["key", "start", "end", "indicator"])
    means = long.group_by("key", "start", "end", "indicator").agg(
        pl.col("value").mean(), pl.col("target").mean()
    )
    subjects = means["key"].unique().sort()
    spans = means.select("start", "end").unique().sort("end", "start")
    names = long["indicator"].unique(maintain_order=True)
    placed = means.with_columns(_place("key", subjects), _place("indicator", names)).join(
        spans.with_row_index("_period"), on=["start", "end"]
    )
    index = tuple(placed[name].to_numpy() for name in ("_key", "_period", "_indicator"))
    shape = (subjects.len(), spans.height, names.len())
    values = np.full(shape, np.nan, dtype=np.float32)
    values[index] = _floats(placed["value"])
    targets: Cube | None = None
    if placed["target"].null_count() < placed.height:
        targets = np.full(shape, np.nan, dtype=np.float32)
        targets[index] = _floats(placed["target"])
    return values, targets, (subjects.to_list(), spans, tuple(names.to_list()))


def _place(name: str, known: pl.Series) -> pl.Expr:
    places = list(range(known.len()))
    return pl.col(name).replace_strict(known, places, return_dtype=pl.Int64).alias(f"_{name}")


def _side_by_side(blocks: list[SeriesBlock]) -> SeriesBlock:
    """Put blocks beside each other, their last steps together."""
    if len(blocks) == 1:
        return blocks[0]
    n_steps = max(block.values.shape[1] for block in blocks)
    longest = next(block for block in blocks if block.values.shape[1] == n_steps)
    taken: list[str] = []
    for block in blocks:
        for name in block.names:
            taken.append(name if name not in taken else f"{name}_{taken.count(name) + 1}")
    targets = None
    if any(block.targets is not None for block in blocks):
        targets = np.concatenate([_padded(_aims(block), n_steps) for block in blocks], axis=2)
    values = np.concatenate([_padded(block.values, n_steps) for block in blocks], axis=2)
    return SeriesBlock(values, tuple(taken), longest.steps, longest.periods, targets)


def _aims(block: SeriesBlock) -> Cube:
    return np.full_like(block.values, np.nan) if block.targets is None else block.targets


def _padded(values: Cube, n_steps: int) -> Cube:
    missing = n_steps - values.shape[1]
    return np.pad(values, ((0, 0), (missing, 0), (0, 0)), constant_values=np.nan)
