"""Zero where it stands for "no answer", and the evidence by which a contract may say so."""

from __future__ import annotations

import re

import polars as pl

from jixiao.contracts import Column, Contract, StepReport
from jixiao.data.clean.steps import STEPS, rewrite, told
from jixiao.data.screens import Look

_ZERO = r"^\s*[+\-]?0+(?:\.0*)?\s*[%％]?\s*$"
_NEVER_ZERO = re.compile(
    r"(?:^|[^a-z])(?:age|salary|wage|height|weight|rating|score|stars?|satisfaction)(?:$|[^a-z])"
    r"|年龄|薪|工资|身高|体重|满意度|评分|评级|星级",
    re.IGNORECASE,
)
_MIN_FILLED = 20
_GAP = 5.0
_LOW, _HIGH = 0.0005, 0.5


def _change(seen: Look, column: Column | None) -> pl.Series | None:
    series = seen.seen
    if column is None or not column.zero_is_missing:
        return None
    zero = series.str.contains(_ZERO).fill_null(False)
    return series.set(zero, None) if zero.any() else None


@STEPS.register("zero_missing.v1")
def zero_missing(frame: pl.DataFrame, contract: Contract) -> tuple[pl.DataFrame, StepReport]:
    """Empty the cells that hold 0, in the columns whose contract says that 0 is no answer."""
    frame, changed = rewrite(frame, contract, step="zero_missing.v1", change=_change)
    return frame, StepReport("zero_missing.v1", changed, told(changed, "0 read as no answer"))


def suggest_zero_missing(name: str, values: pl.Series) -> str:
    """Return why 0 seems to stand for "no answer" in a column; ``""`` when it does not.

    Args:
        name: Name of the column.
        values: Its numbers; null and NaN are missing.
    """
    filled = values.drop_nulls().cast(pl.Float64).drop_nans()
    zeros = int((filled == 0).sum())
    rest = filled.filter(filled != 0)
    if not zeros or len(rest) < _MIN_FILLED or not _LOW <= zeros / len(filled) <= _HIGH:
        return ""
    low, high = float(rest.min()), float(rest.max())  # type: ignore[arg-type]
    whole = bool((rest == rest.round()).all())
    if whole and low == 1 and high in (4, 5, 6, 7, 10) and rest.n_unique() == high:
        if _NEVER_ZERO.search(name):
            return f"{zeros} zeros beside answers of 1 to {high:.0f}"
        return ""
    if low > 0 and _NEVER_ZERO.search(name):
        spread = float(rest.quantile(0.25) or low)
        if low >= _GAP or spread >= _GAP * max(low, 1.0):
            return f"{zeros} zeros, while no other value is below {low:g}"
    return ""
