"""How further tables belong to the first: their key, and whether they are KPI series."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from jixiao.contracts import DataType, NamedIndicator, SeriesLayout, Table
from jixiao.core import ContractError, JixiaoError, parse_period, raise_all
from jixiao.data import vocabulary as words
from jixiao.data.infer_types import guess_type
from jixiao.data.profile import Profile, profile
from jixiao.data.sources import RawTable
from jixiao.data.vocabulary import plain_name

_LEAST_OVERLAP = 0.3
_MOST_INDICATORS = 60
_NUMERIC = (DataType.NUMBER, DataType.INTEGER)


def key_of(first: pl.DataFrame, other: pl.DataFrame, asked: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that join a table to the first one; empty when none does.

    Columns asked for win. Else columns of the same name whose values meet, ids before others;
    a period joins them when it stands in both tables.
    """
    shared = [name for name in other.columns if name in first.columns]
    if chosen := tuple(name for name in asked if name in shared):
        return chosen
    meeting = [name for name in shared if _overlap(first[name], other[name]) >= _LEAST_OVERLAP]
    keys = [name for name in meeting if _is_key_name(name)]
    if not keys:
        return ()
    best = max(keys, key=lambda name: first[name].n_unique())
    periods = [name for name in meeting if _is_period_name(name) and name != best]
    repeats = other[best].n_unique() < 0.9 * other.height
    return (best, *periods[:1]) if repeats and periods else (best,)


def _overlap(left: pl.Series, right: pl.Series) -> float:
    """Share of the different values of one column that stand in the other, the larger way."""
    ours, theirs = (s.drop_nulls().str.strip_chars().unique() for s in (left, right))
    both = int(ours.is_in(theirs.implode()).sum())
    return both / max(1, min(len(ours), len(theirs)))


def _is_key_name(name: str) -> bool:
    plain = words.plain_name(name)
    patterns = (words.ID, words.SUBJECT, words.PERSON_NAME, words.RATER, words.GROUP)
    return any(pattern.search(plain) for pattern in patterns)


def _is_period_name(name: str) -> bool:
    return words.PERIOD.search(words.plain_name(name)) is not None


def refuse_unjoined(
    tables: Sequence[RawTable], settled: Sequence[Table], asked: Sequence[str]
) -> None:
    """Refuse further tables that nothing joins to the first, and keys that join none.

    Args:
        tables: Tables as read, the reviewed records first.
        settled: Their declarations; one without a key holds further records.
        asked: Columns named as keys.

    Raises:
        ContractError: If a table has no key, or a key is in no two tables; ManyErrors for several.
    """
    first = set(tables[0].frame.columns)
    errors: list[JixiaoError] = [
        ContractError(
            "JX-E126.no-key",
            raw.file,
            expected=f"a column that also stands in {tables[0].file}, with the same values",
            got=f"columns {', '.join(raw.frame.columns)}",
            hint="name the columns both tables share with --key, or leave the file out",
        )
        for raw, table in zip(tables[1:], settled[1:], strict=True)
        if not table.key and table.part != "test" and set(raw.frame.columns) != first
    ]
    used = {name for table in settled for name in table.key}
    errors += [
        ContractError(
            "JX-E126.idle-key",
            f"--key {name}",
            expected="a column of the first table and of a further one",
            got="one that joins no two tables",
            hint="the keys found are " + (", ".join(sorted(used)) or "none"),
        )
        for name in asked
        if name not in used
    ]
    raise_all(errors)


def layout_of(raw: RawTable, key: Sequence[str], *, asked: bool) -> SeriesLayout | None:
    """Return how a table of KPI series is laid out, or None when it is no such table.

    Long: one row per subject, period and indicator. Wide: one column per indicator beside a
    period column, or one column per period.
    """
    frame = raw.frame
    rest = [name for name in frame.columns if name not in key]
    profiles = {name: profile(frame[name], raw.kinds.get(name, "")) for name in rest}
    types = {name: guess_type(one)[0] for name, one in profiles.items()}
    timed = [c for c in frame.columns if _is_time(c, types.get(c), frame)]
    numbers = [name for name in rest if types[name] in _NUMERIC and name not in timed]
    period_names = [name for name in numbers if parse_period(name) is not None]
    if len(period_names) >= 3 and len(period_names) >= 0.5 * len(numbers):
        return SeriesLayout(layout="wide")
    if not asked and _is_told(profiles, types):
        return None
    repeats = bool(key) and frame.select(key[0]).n_unique() < 0.7 * frame.height
    if not timed or not numbers or not (repeats or asked):
        return None
    named = _indicator_column(profiles, types)
    if named and len(numbers) <= 2:
        value = next((n for n in numbers if words.VALUE.search(words.plain_name(n))), numbers[0])
        return SeriesLayout(layout="long", indicator=named, value=value, period=timed[0])
    return SeriesLayout(layout="wide", period=timed[0]) if asked or len(numbers) >= 1 else None


def _is_told(profiles: dict[str, Profile], types: dict[str, DataType]) -> bool:
    """Return whether a table holds goals or answers of people rather than figures."""
    names = [words.plain_name(name) for name in profiles]
    kinds = (words.GOAL, *words.CONFIDENTIAL.values())
    return DataType.TEXT in types.values() or any(k.search(n) for n in names for k in kinds)


def _is_time(name: str, type_: DataType | None, frame: pl.DataFrame) -> bool:
    if type_ is None:
        type_ = guess_type(profile(frame[name]))[0]
    return type_ in (DataType.PERIOD, DataType.DATE)


def _indicator_column(profiles: dict[str, Profile], types: dict[str, DataType]) -> str | None:
    found = [
        name
        for name, one in profiles.items()
        if types[name] is DataType.CATEGORY and one.distinct <= 60
    ]
    named = [name for name in found if words.INDICATOR.search(words.plain_name(name))]
    return named[0] if named else None


def indicators_in(raw: RawTable, layout: SeriesLayout | None) -> tuple[NamedIndicator, ...]:
    """Return the indicators a long KPI table names, with unit and direction where their names tell.

    Args:
        raw: The table as read.
        layout: How it is laid out; None where it holds no series.
    """
    if layout is None or layout.indicator is None or layout.indicator not in raw.frame.columns:
        return ()
    names = raw.frame[layout.indicator].drop_nulls().str.strip_chars().unique().sort().to_list()
    return tuple(
        NamedIndicator(
            name=name,
            unit="%" if name.rstrip(")） ").endswith(("%", "％", "率")) else None,
            higher_is_better=direction_of(plain_name(name)),
        )
        for name in names[:_MOST_INDICATORS]
    )


def direction_of(plain: str) -> bool | None:
    """Return whether more is better of what bears this plain name; None when nothing tells."""
    if words.LOWER_IS_BETTER.search(plain):
        return False
    return True if words.HIGHER_IS_BETTER.search(plain) else None
