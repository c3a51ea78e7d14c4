"""Two-digit years written out in full, by the column's own evidence and by what it is for.

A birth makes a person 15 to 100 years old and never lies in the future; neither does a hire or
a review. Other days may lie ten years ahead (deadlines). The clock gives the year of today.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

import polars as pl

from jixiao.contracts import Column, Contract, DataType, StepReport
from jixiao.contracts.schema import Role
from jixiao.data.clean.steps import STEPS, rewrite, told
from jixiao.data.screens import Look

_MONTH = "jan|feb|mar|apr|may|jun|jul|aug|sep|sept|oct|nov|dec"
_TIME = r"(?:[T ,].*)?"
_NUMBERS = rf"^\s*(\d{{1,2}})([/.\-])(\d{{1,2}})[/.\-](\d{{2}})({_TIME})$"
_NAMED = rf"(?i)^\s*(\d{{1,2}}[ \-/.]?(?:{_MONTH})[a-z]*\.?[ \-/.,]*)'?(\d{{2}})({_TIME})$"
_MONTH_FIRST = rf"(?i)^\s*((?:{_MONTH})[a-z]*\.?[ \-/.]?\d{{1,2}}[ ,\-/.]+)'?(\d{{2}})({_TIME})$"
_HAN = r"^\s*'?(\d{2})(年.*)$"
_PERIOD = r"(?i)^\s*(FY[ \-]?)?'?(\d{2})([ \-]?(?:Q[1-4]|H[12])|年.*)$"
_FISCAL = r"(?i)^\s*(FY[ \-]?)'?(\d{2})()$"
_BIRTH = re.compile(r"birth|(?:^|[^a-z])dob(?:$|[^a-z])|出生|生日", re.IGNORECASE)
_PAST = re.compile(
    r"hire|join|start|review|terminat|onboard|order|ship|created|入职|到岗|离职|评审|评估|考核|下单",
    re.IGNORECASE,
)
_AHEAD = 10
_YOUNGEST, _OLDEST = 15, 100


def reference_year() -> int:
    """Return the year of today, UTC."""
    return datetime.now(UTC).year


def full_years(short: pl.Series, *, name: str, today: int) -> pl.Series:
    """Return four-digit years for two-digit ones.

    Args:
        short: Two-digit years, 0 to 99; null stays null.
        name: Column name, which tells births and past days.
        today: The present year.
    """
    late = short + 2000
    if _BIRTH.search(name):
        age = today - late
        is_late = (age >= _YOUNGEST) | ((age >= 0) & (age + 100 > _OLDEST))
    else:
        is_late = late <= (today if _PAST.search(name) else today + _AHEAD)
    return late - 100 * (~is_late).cast(short.dtype)


def _written_out(series: pl.Series, *, name: str) -> pl.Series:
    """Return the column with full years; values without a two-digit year stay."""
    unique = series.drop_nulls().unique()
    parts = pl.DataFrame({"value": unique}).with_columns(
        numbers=pl.col("value").str.extract_groups(_NUMBERS),
        named=pl.col("value").str.extract_groups(_NAMED),
        first=pl.col("value").str.extract_groups(_MONTH_FIRST),
        han=pl.col("value").str.extract_groups(_HAN),
    )
    n = parts.unnest("numbers")
    leading, last = n["1"].cast(pl.Int64), n["4"].cast(pl.Int64)
    year_first = bool((leading > 31).any()) and not bool((last > 31).any())
    year = full_years(leading if year_first else last, name=name, today=reference_year())
    rest = pl.DataFrame(
        {"y": year.cast(pl.String), "a": n["1"], "s": n["2"], "b": n["3"], "c": n["4"], "t": n["5"]}
    )
    order = ["y", "s", "b", "s", "c", "t"] if year_first else ["a", "s", "b", "s", "y", "t"]
    out = rest.select(pl.concat_str(order, ignore_nulls=False).alias("v"))["v"]
    for group, at in (("named", 2), ("first", 2), ("han", 1)):
        fields = parts.select(pl.col(group).struct.unnest())
        year = full_years(fields[str(at)].cast(pl.Int64), name=name, today=reference_year())
        fields = fields.with_columns(year.cast(pl.String).alias(str(at)))
        text = fields.select(pl.concat_str(pl.all(), ignore_nulls=False).alias("v"))["v"]
        out = out.fill_null(text)
    return series.replace(unique, out.fill_null(unique))


def _periods_written_out(series: pl.Series, *, name: str) -> pl.Series:
    unique = series.drop_nulls().unique()
    out = pl.repeat(None, len(unique), dtype=pl.String, eager=True)
    for pattern in (_PERIOD, _FISCAL):
        parts = pl.DataFrame({"v": unique.str.extract_groups(pattern)}).unnest("v")
        year = full_years(parts["2"].cast(pl.Int64), name=name, today=reference_year())
        before, after = parts["1"].fill_null(""), parts["3"].str.strip_chars(" -")
        out = out.fill_null(before + year.cast(pl.String) + after)
    return series.replace(unique, out.fill_null(unique))


def _change(seen: Look, column: Column | None) -> pl.Series | None:
    series = seen.seen
    if column is None:
        return None
    is_period = column.type is DataType.PERIOD or column.role is Role.PERIOD
    if column.type is not DataType.DATE and not is_period:
        return None
    if seen.is_plain and not is_period:
        return None
    patterns = [_NUMBERS, _NAMED, _MONTH_FIRST, _HAN, *([_PERIOD, _FISCAL] if is_period else [])]
    if not any(series.str.contains(pattern).any() for pattern in patterns):
        return None
    result = _written_out(series, name=column.name)
    return _periods_written_out(result, name=column.name) if is_period else result


@STEPS.register("years.v1")
def years(frame: pl.DataFrame, contract: Contract) -> tuple[pl.DataFrame, StepReport]:
    """Write two-digit years of dates and periods out in full."""
    frame, changed = rewrite(frame, contract, step="years.v1", change=_change)
    return frame, StepReport("years.v1", changed, told(changed, "two-digit years written out"))
