"""From a checked and masked table to examples: the only place where columns become features.

The same specification gives the same inputs in the same order at training and at scoring, also
when the scored file lacks a column: its values are then missing, never dropped.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from jixiao.contracts import Contract, Examples, Role, Scale, TaskKind
from jixiao.contracts.examples import Floats
from jixiao.data.features import (
    GROUP_SEPARATORS,
    FeatureSpec,
    Indicators,
    NumberFeature,
    feature_spec,
)
from jixiao.data.labels import split_classes, to_classes, to_scale
from jixiao.data.language import detect_languages
from jixiao.data.split_choice import time_column
from jixiao.data.split_quotas import days_of

_MOST_QUARTERS = 12


def build_examples(
    frame: pl.DataFrame,
    contract: Contract,
    *,
    series: Indicators | None = None,
    spec: FeatureSpec | None = None,
) -> Examples:
    """Return the examples of a table, one for each row, in the order of the rows.

    Args:
        frame: Typed, masked records; ``_row`` is their place in the table as read.
        contract: Its contract.
        series: KPI series of the same rows.
        spec: Inputs of a saved model; those that the table offers when none.
    """
    spec = spec or feature_spec(frame, contract, series=series)
    texts = {name: _texts(frame, name) for name in spec.texts}
    return Examples(
        rows=_rows(frame),
        texts={name: values.to_list() for name, values in texts.items()},
        languages=_languages(texts, frame.height),
        numbers=_numbers(frame, spec),
        number_names=tuple(feature.name for feature in spec.numbers),
        categories={
            feature.name: _category(frame, feature.column, feature.depth)
            for feature in spec.categories
        },
        series=_series(series, spec, frame.height),
        series_names=spec.series,
        keys=_keys(frame, contract),
        y=_answers(frame, contract),
        previous=_previous(frame, contract),
    )


def _rows(frame: pl.DataFrame) -> npt.NDArray[np.int64]:
    if "_row" in frame.columns:
        return np.array(frame["_row"].to_numpy(), dtype=np.int64)
    return np.arange(frame.height, dtype=np.int64)


def _texts(frame: pl.DataFrame, name: str) -> pl.Series:
    if name not in frame.columns:
        return pl.repeat("", frame.height, dtype=pl.String, eager=True)
    return frame[name].cast(pl.String).fill_null("")


def _languages(texts: dict[str, pl.Series], n: int) -> list[str]:
    if not texts:
        return [""] * n
    joined = pl.DataFrame(list(texts.values()), schema=list(map(str, range(len(texts)))))
    together = joined.select(pl.concat_str(pl.all(), separator="\n")).to_series()
    return detect_languages(together).to_list()


def _numbers(frame: pl.DataFrame, spec: FeatureSpec) -> Floats:
    values = np.full((frame.height, len(spec.numbers)), np.nan)
    for at, feature in enumerate(spec.numbers):
        needed = [feature.column, feature.other] if feature.other else [feature.column]
        if all(name in frame.columns for name in needed):
            column = _number(frame, feature).cast(pl.Float64, strict=False)
            values[:, at] = column.fill_null(float("nan")).to_numpy()
    values[~np.isfinite(values)] = np.nan
    return values


def _number(frame: pl.DataFrame, feature: NumberFeature) -> pl.Series:
    source = frame[feature.column]
    if feature.kind == "rank":
        scale = Scale(levels=feature.levels)
        ranks = to_scale(source, scale).index
        known = list(range(len(scale.values)))
        return ranks.replace_strict(known, list(scale.values), default=None)
    if feature.kind == "flag":
        return _flag(source)
    if feature.kind == "number":
        return source
    days = days_of(source)
    if feature.kind == "days":
        return (days_of(frame[feature.other]) - days).dt.total_days()
    return days.dt.year() if feature.kind == "year" else days.dt.month()


_YES = ("true", "yes", "y", "t", "1", "1.0", "是", "有", "对", "on")
_NO = ("false", "no", "n", "f", "0", "0.0", "否", "无", "没有", "错", "off")


def _flag(source: pl.Series) -> pl.Series:
    if source.dtype == pl.Boolean or source.dtype.is_numeric():
        return source
    words = source.cast(pl.String).str.strip_chars().str.to_lowercase()
    meaning = dict.fromkeys(_YES, 1.0) | dict.fromkeys(_NO, 0.0)
    return words.replace_strict(meaning, default=None, return_dtype=pl.Float64)


def _category(frame: pl.DataFrame, column: str, depth: int) -> list[str | None]:
    if column not in frame.columns:
        return [None] * frame.height
    values = frame[column].cast(pl.String)
    if depth < 0:
        return values.to_list()
    plain = values.str.replace_all(GROUP_SEPARATORS, "\x1f").str.strip_chars("\x1f")
    parts = plain.str.split("\x1f").list.get(depth, null_on_oob=True)
    return [part or None for part in parts.to_list()]


def _series(block: Indicators | None, spec: FeatureSpec, n: int) -> Floats | None:
    """Return the indicators of the specification; NaN for one that the table lacks."""
    if not spec.series:
        return None
    steps = 1 if block is None else block.values.shape[1]
    result = np.full((n, steps, len(spec.series)), np.nan, dtype=np.float32)
    for at, name in enumerate(spec.series):
        if block is not None and name in block.names:
            result[:, :, at] = block.values[:, :, block.names.index(name)]
    return result


def _keys(frame: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Return what splits and slices go by; nothing of it is a feature."""
    columns: list[pl.Series] = []
    for role in (Role.SUBJECT, Role.RATER, Role.GROUP):
        column = contract.one(role)
        if column is not None and column.name in frame.columns:
            columns.append(frame[column.name].cast(pl.String).alias(role.value))
    period = _period(frame, contract)
    if period is not None:
        columns.append(period.alias("period"))
    for column in contract.by_role(Role.PROTECTED):
        if column.name in frame.columns:
            columns.append(frame[column.name].alias(f"protected:{column.name}"))
    return pl.DataFrame(columns)


def _period(frame: pl.DataFrame, contract: Contract) -> pl.Series | None:
    """Return the first day of each record's period; of its quarter or year where only days are."""
    name = time_column(frame, contract)
    if name is None:
        return None
    days = days_of(frame[name])
    if any(column.name == name for column in contract.by_role(Role.PERIOD)):
        return days
    quarters = days.dt.truncate("1q")
    return quarters if quarters.n_unique() <= _MOST_QUARTERS else days.dt.truncate("1y")


def _answers(frame: pl.DataFrame, contract: Contract) -> npt.NDArray[Any] | None:
    task = contract.task
    if task.target not in frame.columns or frame[task.target].null_count() == frame.height:
        return None
    values = frame[task.target]
    if task.kind is TaskKind.NUMBER:
        return values.cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy().copy()
    if task.kind is TaskKind.CLASSES:
        return split_classes(values, task).matrix
    mapping = to_scale(values, task.scale) if task.scale else to_classes(values, task)
    return mapping.index.fill_null(-1).to_numpy().astype(np.int64)


def _previous(frame: pl.DataFrame, contract: Contract) -> Floats | None:
    """Return the subject's rating in the period before; None where the contract has no such."""
    task, subject, period = contract.task, contract.one(Role.SUBJECT), contract.one(Role.PERIOD)
    y = _answers(frame, contract)
    if y is None or task.kind not in (TaskKind.ORDINAL, TaskKind.NUMBER):
        return None
    if subject is None or period is None or not {subject.name, period.name} <= set(frame.columns):
        return None
    values = np.where(y < 0, np.nan, np.asarray(task.values)[y]) if task.values else y
    table = pl.DataFrame(
        {
            "subject": frame[subject.name].cast(pl.String),
            "period": days_of(frame[period.name]),
            "value": pl.Series(values).fill_nan(None),
        }
    ).with_row_index("at")
    rated = (
        table.drop_nulls(["subject", "period"])
        .group_by("subject", "period")
        .agg(pl.col("value").mean())
    )
    before = rated.sort("subject", "period").with_columns(
        pl.col("value").shift(1).over("subject").alias("previous")
    )
    joined = table.join(before, on=["subject", "period"], how="left").sort("at")
    return joined["previous"].fill_null(float("nan")).to_numpy().copy()
