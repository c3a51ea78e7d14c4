"""Rows whose cells the reader could not place: ragged ones, lines that are not JSON.

The reader has told each of them already; here they only get their fate.
"""

from __future__ import annotations

from collections import defaultdict

import polars as pl

from jixiao.data.desk import Desk


def check_fit(desk: Desk) -> None:
    """Quarantine the rows that the reader marked, and let no other rule look at their cells."""
    rows: dict[str, list[int]] = defaultdict(list)
    for position, reason in desk.raw.bad_rows.items():
        rows[reason].append(position)
    for reason, positions in rows.items():
        marked = desk.none().scatter(pl.Series(positions, dtype=pl.UInt32), values=True)
        desk.set_aside(marked, f"JX-E206 row: {reason}")
