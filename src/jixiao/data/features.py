"""Which columns become which model inputs: decided once, saved with the model, used again.

Only columns with a feature role come in. Ids, subjects, raters, periods, protected attributes,
leaks, goals and ignored columns never do; a column let in as a leak by an explicit human decision
is the one exception.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any, Protocol

import polars as pl

from jixiao.contracts import Column, Contract, DataType, Role
from jixiao.contracts.examples import Floats
from jixiao.core.errors import ModelError

_NUMERIC = {DataType.NUMBER, DataType.INTEGER}
_MAX_DATES = 4
_MAX_DEPTH = 6
_PATH_SHARE = 0.5
GROUP_SEPARATORS = r"\s*(?:/|\\|>|\||→|»|::)\s*"
"""What stands between the parts of an organisation path."""


class Indicators(Protocol):
    """KPI series aligned with the rows of a frame."""

    @property
    def values(self) -> Floats:
        """Shape (n_rows, seq_len, n_indicators), oldest step first, NaN where missing."""

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the indicators."""


@dataclass(frozen=True)
class NumberFeature:
    """One number made of one or two columns.

    Attributes:
        name: Its name in the examples.
        kind: number, rank, flag, year, month or days.
        column: Source column.
        other: Second date of ``days``; the value is ``other - column``.
        levels: Levels of a ``rank``, lowest first.
    """

    name: str
    kind: str
    column: str
    other: str = ""
    levels: tuple[str, ...] = ()


@dataclass(frozen=True)
class CategoryFeature:
    """One category.

    Attributes:
        name: Its name in the examples.
        column: Source column.
        depth: Part of an organisation path, counted from 0; -1 for the whole value.
    """

    name: str
    column: str
    depth: int = -1


@dataclass(frozen=True)
class FeatureSpec:
    """The inputs of a model, in their order.

    Attributes:
        texts: Text columns.
        numbers: Numbers.
        categories: Categories.
        series: Names of the indicators.
    """

    texts: tuple[str, ...] = ()
    numbers: tuple[NumberFeature, ...] = ()
    categories: tuple[CategoryFeature, ...] = ()
    series: tuple[str, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        """Return plain keys."""
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> FeatureSpec:
        """Return the specification that :meth:`to_json` wrote.

        Raises:
            ModelError: If keys are missing or unknown.
        """
        try:
            numbers = [{**one, "levels": tuple(one["levels"])} for one in value["numbers"]]
            return cls(
                texts=tuple(value["texts"]),
                numbers=tuple(NumberFeature(**one) for one in numbers),
                categories=tuple(CategoryFeature(**one) for one in value["categories"]),
                series=tuple(value["series"]),
            )
        except (KeyError, TypeError) as error:
            raise ModelError(
                "JX-E320.features",
                "features of the saved model",
                expected="texts, numbers, categories and series as they were saved",
                got=f"{type(error).__name__}: {error}",
                hint="the model folder is damaged; train again",
            ) from error


def feature_spec(
    frame: pl.DataFrame, contract: Contract, *, series: Indicators | None = None
) -> FeatureSpec:
    """Return the inputs that a training table offers.

    Args:
        frame: Typed records; feature columns that it lacks are left out.
        contract: Its contract.
        series: KPI series of the same rows.
    """
    names = {} if series is None else dict.fromkeys(series.names)
    offered = [
        column
        for column in contract.columns
        if column.name in frame.columns
        and column.name != contract.task.target
        and column.name not in names
    ]
    numbers: list[NumberFeature] = []
    categories: list[CategoryFeature] = []
    for column in offered:
        numbers += _numbers(column, frame[column.name])
        categories += _categories(column, frame[column.name])
    return FeatureSpec(
        texts=tuple(column.name for column in offered if column.role is Role.TEXT),
        numbers=(*numbers, *_durations(offered)),
        categories=tuple(categories),
        series=tuple(names),
    )


_COUNTED = {Role.NUMBER, Role.INDICATOR, Role.PROGRESS, Role.CONFIDENTIAL, Role.ORDINAL}


def _is_let_in(column: Column) -> bool:
    return column.role is Role.LEAK and column.allow_leak


def _numbers(column: Column, values: pl.Series) -> list[NumberFeature]:
    name = column.name
    if column.role is Role.DATE:
        return [NumberFeature(f"{name}:{part}", part, name) for part in ("year", "month")]
    counted = column.role in _COUNTED or _is_let_in(column)
    if not (counted or column.role is Role.CATEGORY):
        return []
    if column.type is DataType.BOOLEAN or values.dtype == pl.Boolean:
        return [NumberFeature(name, "flag", name)]
    if not counted:
        return []
    is_rank = column.role is Role.ORDINAL or column.type is DataType.ORDINAL
    if is_rank and len(column.levels) > 1:
        return [NumberFeature(name, "rank", name, levels=column.levels)]
    if column.type in _NUMERIC or values.dtype.is_numeric():
        return [NumberFeature(name, "number", name)]
    return []


def _categories(column: Column, values: pl.Series) -> list[CategoryFeature]:
    name = column.name
    if column.role is Role.GROUP:
        return _path_parts(name, values)
    worded = column.role in (Role.CATEGORY, Role.ORDINAL) or _is_let_in(column)
    answer = column.role is Role.CONFIDENTIAL and column.type is not DataType.TEXT
    if not (worded or answer) or _numbers(column, values):
        return []
    return [CategoryFeature(name, name)]


def _path_parts(name: str, values: pl.Series) -> list[CategoryFeature]:
    """Return the parts of an organisation path; the whole where few values ("IT/IS") have any."""
    steps = values.cast(pl.String).drop_nulls().str.count_matches(GROUP_SEPARATORS)
    deepest = max(steps.unique().to_list(), default=0)
    if not deepest or (steps > 0).sum() < _PATH_SHARE * len(steps):
        return [CategoryFeature(name, name)]
    depths = range(min(deepest + 1, _MAX_DEPTH))
    return [CategoryFeature(f"{name}:{depth + 1}", name, depth) for depth in depths]


def _durations(columns: list[Column]) -> list[NumberFeature]:
    dates = [column.name for column in columns if column.role is Role.DATE][:_MAX_DATES]
    return [
        NumberFeature(f"{one}→{other}:days", "days", one, other)
        for one, other in combinations(dates, 2)
    ]
