"""How much a new column looks like one of the contract: by name, and by what stands in it."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

import polars as pl

from jixiao.contracts import Column, DataType, Role, Task
from jixiao.data.fits import misfits
from jixiao.data.infer_types import guess_type
from jixiao.data.profile import profile
from jixiao.data.typed import share, typed
from jixiao.data.vocabulary import plain_name

_NUMERIC = (DataType.NUMBER, DataType.INTEGER)
_SAMPLE = 5000
_FEW = 5
_ONE_LEVEL = 0.6


@dataclass(frozen=True)
class Likeness:
    """How alike two columns are.

    Attributes:
        score: 0 to 1; from 0.75 on they may be taken as the same.
        evidence: In words, without values.
    """

    score: float
    evidence: str


def likeness(column: Column, values: pl.Series, task: Task) -> Likeness:
    """Return how much a new column looks like one of the contract.

    Args:
        column: Column that was not found by name.
        values: New column as read.
        task: Gives levels of the target.
    """
    sample = values.gather_every(max(1, len(values) // _SAMPLE)).str.strip_chars()
    name = _name_likeness(column, values.name)
    filled = sample.drop_nulls()
    if len(filled) < _FEW:
        return Likeness(0.0, "no values")
    fit = 1 - share(misfits(filled, column, task))
    told, content = _content(column, filled, task)
    if fit < 0.9 or content <= 0:
        return Likeness(0.0, "other values")
    score = 0.45 * name + 0.55 * content
    if content >= 0.9 and name >= 0.3:
        score = max(score, 0.8)
    return Likeness(score, f"{told}; names {name:.0%} alike")


def _name_likeness(column: Column, name: str) -> float:
    new = plain_name(name)
    return max(_alike(plain_name(known), new) for known in (column.name, *column.aliases))


def _alike(first: str, second: str) -> float:
    letters = difflib.SequenceMatcher(None, first.replace(" ", ""), second.replace(" ", "")).ratio()
    ours, theirs = set(first.split()), set(second.split())
    shared = len(ours & theirs) / max(1, len(ours | theirs))
    contained = 0.95 if min(ours, theirs, key=len) <= max(ours, theirs, key=len) else 0.0
    return max(letters, shared, contained if ours & theirs else 0.0)


def _content(column: Column, values: pl.Series, task: Task) -> tuple[str, float]:
    """Return what the values show, in words, and how strongly they speak, 0 to 1."""
    if column.role is Role.TARGET and task.levels:
        return _levels(values, task.levels)
    if column.type in _NUMERIC:
        return _numbers(column, values)
    if column.levels:
        return _levels(values, column.levels)
    found, _ = guess_type(profile(values))
    if column.type is DataType.TEXT and column.role in (Role.TEXT, Role.GOAL):
        is_text = found is DataType.TEXT
        return "free text as well", 0.6 if is_text else 0.0
    same = found is column.type
    if column.type in (DataType.DATE, DataType.PERIOD, DataType.BOOLEAN):
        return f"{column.type} as well", 0.6 if same else 0.0
    return "of the same kind", 0.5 if found in (DataType.CATEGORY, DataType.INTEGER) else 0.0


def _levels(values: pl.Series, levels: tuple[str, ...]) -> tuple[str, float]:
    known = {" ".join(level.split()).casefold() for level in levels}
    found = {" ".join(value.split()).casefold() for value in values.unique()}
    shared = len(known & found)
    share = shared / max(1, len(found))
    told = f"{shared} of its {len(found)} values are known levels"
    weight = 1.0 if len(levels) >= 3 else 0.6
    if shared == 1 and len(found) == 1:
        return told, _ONE_LEVEL
    return told, share * weight if shared >= min(2, len(levels)) else 0.0


def _numbers(column: Column, values: pl.Series) -> tuple[str, float]:
    numbers = typed(values, column).values.drop_nulls().cast(pl.Float64)
    usual = column.usual
    if usual is None or len(numbers) < _FEW:
        return "numbers as well", 0.5
    found = [float(numbers.quantile(q, "nearest") or 0.0) for q in (0.1, 0.5, 0.9)]
    spread = max(usual[2] - usual[0], abs(usual[1]) * 0.05, 1e-9)
    distance = max(abs(new - old) for new, old in zip(found, usual, strict=True)) / spread
    return f"numbers around {found[1]:g}, usually {usual[1]:g}", max(0.0, 1 - distance)
