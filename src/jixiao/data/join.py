"""Joins roster, survey and goals to the reviewed records without ever adding or losing a record.

Keys are compared as text, periods as spans. A key that stands twice in the other table would
multiply records: such keys are refused and told. Records without a partner keep their place.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from jixiao.contracts import Contract, DataType, Problem, Role, Table
from jixiao.core import DataError
from jixiao.data.spans import label_of, spans_of


@dataclass(frozen=True)
class Joined:
    """Records with the columns of the other tables beside theirs.

    Attributes:
        frame: As many rows as the first table had, in its order.
        problems: Refused keys and orphans of either side.
    """

    frame: pl.DataFrame
    problems: tuple[Problem, ...] = ()


def joined_name(column: str, table: str, taken: Iterable[str]) -> str:
    """Return the name a column of another table gets beside columns that are there already."""
    names = set(taken)
    name, copy = column, 2
    while name in names:
        name = f"{column}_{table}" if copy == 2 else f"{column}_{table}_{copy - 1}"
        copy += 1
    return name


def join_tables(
    first: pl.DataFrame, others: Sequence[tuple[Table, pl.DataFrame]], contract: Contract
) -> Joined:
    """Join each other table to the first on its declared key, and on the period if both have one.

    Of a table that holds KPI series, only what is no indicator is joined, and only where its key
    is unique; declared train and test parts are left alone.

    Args:
        first: The reviewed records.
        others: Table declarations with their frames, typed or text.
        contract: Names the period column.

    Raises:
        DataError: If a table has no key, or the key is not in both tables.
    """
    frame, problems = first, []
    for table, other in others:
        if table.part != "all":
            continue
        if table.series is not None:
            other = _beside_series(table, other, contract)
            if not other.width:
                continue
        frame, told = _join(frame, (table, other), contract)
        problems += told
    return Joined(frame, tuple(problems))


def _beside_series(table: Table, other: pl.DataFrame, contract: Contract) -> pl.DataFrame:
    """Return key and plain columns of a wide KPI table; no column when there is nothing to join."""
    layout = table.series
    if layout is None or layout.layout == "long" or not layout.period or not table.key:
        return pl.DataFrame()
    keys = list(dict.fromkeys((*table.key, layout.period)))
    plain = {
        column.name
        for column in contract.columns
        if column.role not in (Role.INDICATOR, Role.IGNORED) and column.name not in keys
    }
    beside = [name for name in other.columns if name in plain]
    if (
        not beside
        or not set(keys) <= set(other.columns)
        or other.select(keys).is_duplicated().any()
    ):
        return pl.DataFrame()
    return other.select(*keys, *beside)


def _join(
    frame: pl.DataFrame, right: tuple[Table, pl.DataFrame], contract: Contract
) -> tuple[pl.DataFrame, list[Problem]]:
    table, other = right
    keys = _keys(frame, right, contract)
    left_keys, right_keys = _comparable(frame, other, keys, contract)
    names = [f"_key{at}" for at in range(len(keys))]
    carried = [name for name in other.columns if name not in keys and not name.startswith("_")]
    renamed: dict[str, str] = {}
    for name in carried:
        renamed[name] = joined_name(name, table.name, (*frame.columns, *renamed.values()))
    side = other.select(carried).rename(renamed).hstack(right_keys).drop_nulls(names)
    side = side.unique(maintain_order=True)
    twice = side.group_by(names).len().filter(pl.col("len") > 1)
    sure = side.join(twice, on=names, how="anti") if twice.height else side
    both = frame.hstack(left_keys)
    matched = both.select(names).join(side.select(names).unique(), on=names, how="semi").height
    joined = both.join(sure, on=names, how="left", maintain_order="left").drop(names)
    assert joined.height == frame.height
    unused = side.select(names).unique().join(left_keys.unique(), on=names, how="anti").height
    return joined, _told(table, keys, (twice, frame.height - matched, unused))


def _keys(
    frame: pl.DataFrame, right: tuple[Table, pl.DataFrame], contract: Contract
) -> tuple[str, ...]:
    table, other = right
    if not table.key:
        raise _no_key(table, "a declared key", "none")
    for key in table.key:
        for side, columns in (("the first table", frame.columns), (table.name, other.columns)):
            if key not in columns:
                raise _no_key(table, f"the key {key!r} in {side}", f"only {_own(columns)}")
    period = contract.one(Role.PERIOD)
    shared = period and period.name in frame.columns and period.name in other.columns
    if period and shared and period.name not in table.key:
        return (*table.key, period.name)
    return table.key


def _own(columns: Iterable[str]) -> str:
    return ", ".join(name for name in columns if not name.startswith("_")) or "other columns"


def _no_key(table: Table, expected: str, got: str) -> DataError:
    return DataError(
        "JX-E220",
        table.name,
        expected=expected,
        got=got,
        hint="name the columns both tables share with --key",
    )


def _comparable(
    frame: pl.DataFrame, other: pl.DataFrame, keys: Sequence[str], contract: Contract
) -> tuple[pl.DataFrame, pl.DataFrame]:
    periods = {
        column.name
        for column in contract.columns
        if column.role is Role.PERIOD or column.type in (DataType.PERIOD, DataType.DATE)
    }
    left, right = [], []
    for at, key in enumerate(keys):
        make = _period_keys if key in periods else _text_keys
        pair = make(frame[key], other[key])
        left.append(pair[0].alias(f"_key{at}"))
        right.append(pair[1].alias(f"_key{at}"))
    return pl.DataFrame(left), pl.DataFrame(right)


def _text_keys(left: pl.Series, right: pl.Series) -> tuple[pl.Series, pl.Series]:
    return key_text(left), key_text(right)


def key_text(values: pl.Series) -> pl.Series:
    """Return a key as text that is equal where a person would call it equal: 7, ``7`` and 7.0."""
    if values.dtype.is_float():
        whole = values.cast(pl.Int64, strict=False)
        if (whole.cast(pl.Float64) == values).all():
            values = whole
    text = values.cast(pl.String).str.strip_chars().str.replace(r"^(\d+)\.0$", "$1")
    return text.replace("", None)


def _period_keys(left: pl.Series, right: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return period labels; a record's day or month is put into the other table's longer span."""
    mine, theirs = spans_of(left), spans_of(right)
    labels = _labels(theirs)
    spans = (
        theirs.with_columns(labels.alias("label"))
        .drop_nulls()
        .unique()
        .sort(pl.col("end") - pl.col("start"), "start")
    )
    known = list(spans.iter_rows())
    homes: dict[tuple[object, object], str | None] = {}
    for start, end in mine.unique().iter_rows():
        inside = (label for s, e, label in known if start and s <= start and end <= e)
        homes[(start, end)] = next(inside, label_of(start, end) or None)
    return pl.Series([homes[row] for row in mine.iter_rows()], dtype=pl.String), labels


def _labels(spans: pl.DataFrame) -> pl.Series:
    names = {row: label_of(*row) or None for row in spans.unique().iter_rows()}
    return pl.Series([names[row] for row in spans.iter_rows()], dtype=pl.String)


def _told(table: Table, keys: Sequence[str], found: tuple[pl.DataFrame, int, int]) -> list[Problem]:
    twice, alone, unused = found
    label = " + ".join(keys)
    told = []
    if twice.height:
        rows = int(twice["len"].sum())
        told.append(
            Problem(
                "JX-E221.fan-out",
                table.name,
                None,
                label,
                "each key once, so that no record is multiplied",
                f"{twice.height} keys in {rows} different rows",
                "records with such a key get no values from this table; "
                "keep one row for each key, or declare a further key column",
                rows=rows,
            )
        )
    if alone:
        told.append(
            Problem(
                "JX-E222.no-partner",
                table.name,
                None,
                label,
                "a row for every record of the first table",
                f"{alone} records without one",
                "their values from this table are empty; add the missing rows",
                rows=alone,
            )
        )
    if unused:
        told.append(
            Problem(
                "JX-E223.unused-rows",
                table.name,
                None,
                label,
                "a record for every key",
                f"{unused} keys that no record has",
                "they are not used; look for spelling differences in the key",
                rows=unused,
            )
        )
    return told
