"""KPI tables brought into one long shape: key, span, indicator, value and its target.

Knows the layouts: one row per figure; one column per indicator beside a period column; one column
per period (2025Q1, 2025Q2…); and numbered columns in the records (BILL_AMT1 to BILL_AMT6).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeGuard

import polars as pl

from jixiao.contracts import Contract, Role, SeriesLayout, Table
from jixiao.core import DataError, Period
from jixiao.data.join import key_text
from jixiao.data.spans import span_of, spans_of
from jixiao.data.values import parse_numbers

_LONG = {
    "key": pl.String,
    "start": pl.Date,
    "end": pl.Date,
    "indicator": pl.String,
    "value": pl.Float64,
    "target": pl.Float64,
}
_NUMBERED = re.compile(r"(.*?\D)_?(\d{1,2})")
_TARGET = re.compile(r"(?<![a-z])(?:target|plan(?:ned)?|goal)(?![a-z])|目标|计划")
_INDICATOR_WORDS = ("indicator", "kpi", "metric", "measure", "指标", "项目")


def kpi_rows(
    table: Table, frame: pl.DataFrame, contract: Contract
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the long rows of a KPI table and the names of its key columns.

    Raises:
        DataError: If the layout names a column the table does not have.
    """
    layout = table.series
    assert layout is not None
    keys = _subject_keys(table, frame, contract)
    for name in (layout.indicator, layout.value, layout.period):
        if name and name not in frame.columns:
            raise _missing(table.name, f"the column {name!r}", frame.columns)
    if layout.layout == "long":
        return _long(frame, keys, layout, contract), keys
    if layout.period:
        return _indicator_columns(frame, keys, layout.period, contract), keys
    return _period_columns(table, frame, keys), keys


def indicator_rows(
    tables: Sequence[tuple[Table, pl.DataFrame]], contract: Contract
) -> pl.DataFrame | None:
    """Return the figures of all KPI tables, for reports; None when no table holds any.

    Returns:
        Columns ``subject``, ``period_start``, ``period_end``, ``indicator``, ``value``,
        ``target``; rows without subject, span or value are left out.
    """
    names = {"key": "subject", "start": "period_start", "end": "period_end"}
    parts = [
        kpi_rows(table, frame, contract)[0].rename(names)
        for table, frame in tables
        if table.series is not None
    ]
    return pl.concat(parts).drop_nulls([*names.values(), "value"]) if parts else None


def own_rows(
    frame: pl.DataFrame, contract: Contract, numbered: set[str]
) -> tuple[pl.DataFrame | None, tuple[str, ...]]:
    """Return the long rows of indicators that stand in the records themselves, if any do."""
    subject = contract.one(Role.SUBJECT)
    period = contract.one(Role.PERIOD) or contract.one(Role.DATE)
    names = [
        column.name
        for column in contract.by_role(Role.INDICATOR)
        if column.name in frame.columns and column.name not in numbered
    ]
    if not names or subject is None or subject.name not in frame.columns:
        return None, ()
    keys = (subject.name,)
    if period is None or period.name not in frame.columns:
        return None, ()
    spans = spans_of(frame[period.name], is_period=period.role is Role.PERIOD)
    return _melted(frame, (keys, names), spans, contract), keys


def numbered_columns(frame: pl.DataFrame, contract: Contract) -> dict[str, list[str]]:
    """Return indicator name to its numbered columns, oldest first.

    A number 0 anywhere (PAY_0) means that numbers count back from now; otherwise they rise with
    time. A stem with a single number is no series.
    """
    found: dict[str, list[tuple[int, str]]] = {}
    for column in contract.by_role(Role.INDICATOR):
        match = _NUMBERED.fullmatch(column.name)
        if match and column.name in frame.columns and span_of(column.name) is None:
            found.setdefault(match[1].rstrip("_ "), []).append((int(match[2]), column.name))
    series = {stem: sorted(columns) for stem, columns in found.items() if len(columns) > 1}
    counts_back = any(columns[0][0] == 0 for columns in series.values())
    return {
        stem: [name for _, name in (reversed(columns) if counts_back else columns)]
        for stem, columns in series.items()
    }


def _subject_keys(table: Table, frame: pl.DataFrame, contract: Contract) -> tuple[str, ...]:
    layout = table.series
    period = layout.period if layout else None
    keys = tuple(key for key in table.key if key != period)
    subject = contract.one(Role.SUBJECT)
    if not keys and subject is not None:
        keys = (subject.name,)
    absent = [key for key in keys if key not in frame.columns]
    if absent or not keys:
        raise _missing(table.name, f"the key {', '.join(absent) or 'column'}", frame.columns)
    return keys


def _missing(table: str, expected: str, columns: Sequence[str]) -> DataError:
    return DataError(
        "JX-E224",
        table,
        expected=expected,
        got=f"the columns {', '.join(columns)}",
        hint="name key and layout of the KPI table in jixiao.yaml",
    )


def _numbers(values: pl.Series) -> pl.Series:
    if values.dtype == pl.String:
        return parse_numbers(values).values
    return values.cast(pl.Float64, strict=False)


def _key(frame: pl.DataFrame, keys: Sequence[str]) -> pl.Series:
    parts = [key_text(frame[key]).alias(f"{at}") for at, key in enumerate(keys)]
    joined = pl.DataFrame(parts).select(pl.concat_str(pl.all(), separator="\x1f").alias("key"))
    return joined.to_series()


def _none(height: int) -> pl.Series:
    return pl.Series([None], dtype=pl.Float64).new_from_index(0, height)


def _long(
    frame: pl.DataFrame, keys: Sequence[str], layout: SeriesLayout, contract: Contract
) -> pl.DataFrame:
    if not (layout.indicator and layout.value and layout.period):
        raise _missing("KPI table", "indicator, value and period of a long layout", frame.columns)
    spans = spans_of(frame[layout.period])
    target = _target_of(layout.value, frame, contract) or _named_target(layout.value, frame)
    return pl.DataFrame(
        {
            "key": _key(frame, keys),
            "start": spans["start"],
            "end": spans["end"],
            "indicator": frame[layout.indicator].cast(pl.String).str.strip_chars(),
            "value": _numbers(frame[layout.value]),
            "target": _none(frame.height) if target is None else _numbers(frame[target]),
        }
    )


def _target_of(indicator: str, frame: pl.DataFrame, contract: Contract) -> str | None:
    for column in contract.columns:
        if column.target_of == indicator and column.name in frame.columns:
            return column.name
    return None


def _named_target(value: str, frame: pl.DataFrame) -> str | None:
    """Return the figures of a long table whose name says target, where no contract does."""
    for name in frame.columns:
        if name != value and _TARGET.search(name.lower()) and _is_figure(frame, name):
            return name
    return None


def _indicator_columns(
    frame: pl.DataFrame, keys: Sequence[str], period: str, contract: Contract
) -> pl.DataFrame:
    known = {column.name: column for column in contract.columns}
    names = [
        name
        for name in frame.columns
        if name not in (*keys, period)
        and not name.startswith("_")
        and _is_figure(frame, name)
        and (name not in known or known[name].role is Role.INDICATOR)
    ]
    return _melted(frame, (keys, names), spans_of(frame[period]), contract)


def _is_figure(frame: pl.DataFrame, name: str) -> bool:
    values = frame[name]
    if values.dtype != pl.String:
        return values.dtype.is_numeric()
    filled = values.len() - values.null_count()
    return filled > 0 and int(parse_numbers(values).failed.sum()) < 0.2 * filled


def _melted(
    frame: pl.DataFrame,
    columns: tuple[Sequence[str], Sequence[str]],
    spans: pl.DataFrame,
    contract: Contract,
) -> pl.DataFrame:
    keys, names = columns
    key, parts = _key(frame, keys), []
    for name in names:
        target = _target_of(name, frame, contract)
        parts.append(
            pl.DataFrame(
                {
                    "key": key,
                    "start": spans["start"],
                    "end": spans["end"],
                    "indicator": pl.Series([name]).new_from_index(0, frame.height),
                    "value": _numbers(frame[name]),
                    "target": _none(frame.height) if target is None else _numbers(frame[target]),
                }
            )
        )
    return pl.concat(parts) if parts else pl.DataFrame(schema=_LONG)


def _period_columns(table: Table, frame: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """Return long rows of a table with one column per period, one row per key and indicator."""
    periods = {name: span for name in frame.columns if _is_span(span := span_of(name))}
    if not periods:
        raise _missing(table.name, "columns named after periods", frame.columns)
    layout = table.series
    label = layout.indicator if layout else None
    if label is None:
        others = [name for name in frame.columns if name not in periods and name not in keys]
        label = next((name for name in others if name.lower() in _INDICATOR_WORDS), None)
    indicator = pl.Series([table.name]).new_from_index(0, frame.height)
    if label is not None:
        indicator = frame[label].cast(pl.String).str.strip_chars()
    key, parts = _key(frame, keys), []
    for name, span in periods.items():
        parts.append(
            pl.DataFrame(
                {"key": key, "indicator": indicator, "value": _numbers(frame[name])}
            ).select(
                "key",
                pl.lit(span.start).alias("start"),
                pl.lit(span.end).alias("end"),
                "indicator",
                "value",
                pl.lit(None, dtype=pl.Float64).alias("target"),
            )
        )
    return pl.concat(parts)


def _is_span(span: Period | None) -> TypeGuard[Period]:
    return span is not None
