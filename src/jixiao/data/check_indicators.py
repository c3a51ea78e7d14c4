"""Long KPI tables: figures of each indicator by themselves, and months that lie ahead.

One column holds the figures of all indicators, so its own range tells nothing of a slip of the
decimal point; the figures of one indicator do.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl

from jixiao.contracts import SeriesLayout
from jixiao.core import parse_period
from jixiao.data.desk import Desk
from jixiao.data.slips import slipped
from jixiao.data.values import parse_numbers


def check_indicators(desk: Desk) -> None:
    """Name figures in another unit than the rest of their indicator, and periods ahead."""
    layout = next((t.series for t in desk.contract.tables if t.name == desk.raw.name), None)
    if layout is None:
        return
    _ahead(desk, layout)
    if layout.layout == "long" and layout.indicator and layout.value:
        _slips(desk, layout.indicator, layout.value)


def _ahead(desk: Desk, layout: SeriesLayout) -> None:
    """Name periods that begin after today."""
    if layout.period is None or layout.period not in desk.cleaned.columns:
        return
    written = desk.cleaned[layout.period]
    today = datetime.now(UTC).date()
    ahead = [
        text
        for text in written.drop_nulls().unique().to_list()
        if (period := parse_period(text)) is not None and period.start > today
    ]
    rows = written.is_in(ahead).fill_null(False) & desk.open_cells(layout.period)
    desk.add("future-date", rows, column=layout.period, expected=f"a period up to {today}")


def _slips(desk: Desk, indicator: str, value: str) -> None:
    """Name figures that a power of ten brings back among those of their indicator."""
    if indicator not in desk.cleaned.columns or value not in desk.cleaned.columns:
        return
    figures = parse_numbers(desk.cleaned[value]).values.to_numpy()
    names = desk.cleaned[indicator].to_numpy()
    found = np.zeros(desk.rows, dtype=bool)
    for name in desk.cleaned[indicator].drop_nulls().unique().to_list():
        rows = np.flatnonzero((names == name) & np.isfinite(figures))
        found[rows[slipped(figures[rows])]] = True
    rows_found = pl.Series(found) & desk.open_cells(value)
    expected = "a figure like the others of its indicator"
    desk.add("unit-cells", rows_found, column=value, expected=expected)
