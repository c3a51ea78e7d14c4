"""Rows that are no records as a whole: repeated headers, totals, shifted and exchanged cells."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from jixiao.contracts import Column, DataType, Role
from jixiao.data.desk import Desk
from jixiao.data.fits import is_open, misfits, own_misfits
from jixiao.data.screens import Look, each, look
from jixiao.data.typed import share
from jixiao.data.vocabulary import TOTAL

Marks = npt.NDArray[np.bool_]

_HEADER_SHARE = 0.6
_MOST_SHIFTED = 5000
_NUMERIC = (DataType.NUMBER, DataType.INTEGER)
_TOTAL = rf"(?i)^\s*(?:{TOTAL.pattern})\s*[:：]?\s*$"
_LABELLED = (Role.TEXT, Role.NUMBER, Role.GOAL)


def check_structure(desk: Desk) -> None:
    """Name repeated headers, total rows, and rows whose cells stand in the wrong columns."""
    _headers(desk)
    _totals(desk)
    _misplaced(desk)


def _headers(desk: Desk) -> None:
    frame = desk.raw.frame
    if frame.width < 2:
        return
    if not any(_holds_name(look(frame, name)) for name in frame.columns[:4]):
        return
    same = frame.select(
        pl.sum_horizontal(
            (pl.col(name).str.strip_chars() == name).fill_null(False).cast(pl.Int32)
            for name in frame.columns
        )
    ).to_series()
    rows = same >= max(2, round(_HEADER_SHARE * frame.width))
    desk.add("header-repeated", rows, expected="a record", got="the names of the columns")
    desk.settled = desk.settled | rows


def _holds_name(seen: Look) -> bool:
    name = seen.values.name
    if name.isalpha() and seen.is_plain:
        return False
    return seen.holds(lambda cell: cell.str.strip_chars() == name)


def _totals(desk: Desk) -> None:
    found = desk.none()
    for column in desk.columns:
        if column.type in _NUMERIC or column.role in _LABELLED:
            continue
        seen = desk.as_read(column.name)
        if seen.is_plain:
            continue
        named = seen.rows_that(lambda values: values.str.contains(_TOTAL))
        if named.any() and not any(TOTAL.fullmatch(level.strip()) for level in column.levels):
            found = found | named
    if not found.any():
        return
    rows = found & _is_summary(desk) & ~desk.settled
    desk.add("total-row", rows, expected="a record", got="a row of totals")
    desk.settled = desk.settled | rows


def _is_summary(desk: Desk) -> pl.Series:
    """Return rows that lack most of what is not a number, or hold the largest numbers by far."""
    words = [c.name for c in desk.columns if c.type not in _NUMERIC]
    frame = desk.raw.frame.select(words)
    empty = frame.select(
        pl.sum_horizontal(
            (pl.col(n).is_null() | (pl.col(n).str.strip_chars() == "")) for n in words
        )
    ).to_series()
    bare = empty >= max(1, len(words) // 2) if len(words) > 1 else desk.none()
    large = desk.none()
    for column in desk.columns:
        if column.type in _NUMERIC and column.role is not Role.IGNORED:
            values = desk.typed[column.name].cast(pl.Float64)
            top = column.maximum if column.maximum is not None else values.quantile(0.98)
            large = large | (values > (top or 0.0)).fill_null(False)
    last = pl.int_range(desk.rows, eager=True) >= desk.rows - 2
    return bare | large | last


def _misplaced(desk: Desk) -> None:
    """Name rows with several misfits that vanish when cells move by a column or change places."""
    columns = {column.name: column for column in desk.contract.columns}
    order = [name for name in desk.cleaned.columns if name in columns]
    if len(order) < 3:
        return
    found = each(lambda name: own_misfits(desk, columns[name]), order, rows=desk.rows)
    marks = dict(zip(order, found, strict=True))
    marks = {n: m for n, m in marks.items() if m.any() and share(m) < 0.3}
    if not marks:
        return
    count = pl.DataFrame(marks).select(pl.sum_horizontal(pl.all().cast(pl.Int32))).to_series()
    at = ((count >= 2) & ~desk.settled).arg_true().head(_MOST_SHIFTED)
    if len(at):
        _shifted(desk, [columns[name] for name in order], at)
    again = ((count >= 2) & ~desk.settled).arg_true().head(_MOST_SHIFTED)
    if len(again):
        _exchanged(desk, [columns[name] for name in order], again)


def _matrix(desk: Desk, frame: pl.DataFrame, columns: list[Column]) -> Marks:
    task = desk.contract.task
    marks = [misfits(frame[c.name], c, task).to_numpy() for c in columns]
    return np.stack(marks, axis=1) if marks else np.zeros((frame.height, 0), dtype=bool)


def _shifted(desk: Desk, columns: list[Column], at: pl.Series) -> None:
    names = [column.name for column in columns]
    sub = desk.cleaned.select(names)[at]
    own = _matrix(desk, sub, columns)
    filled = np.stack([sub[n].is_not_null().to_numpy() for n in names], axis=1)
    telling = np.array([not is_open(column) for column in columns])
    found = np.zeros(len(at), dtype=bool)
    for step in (1, -1):
        moved = _moved(sub, names, step)
        other = _matrix(desk, moved, columns)
        better = _best_cut(own, other)
        there = np.stack([moved[n].is_not_null().to_numpy() for n in names], axis=1)
        evidence = ((own & ~other & there) & telling).sum(axis=1)
        found |= (better <= own.sum(axis=1) * 0.34) & (evidence >= 2) & (filled.sum(axis=1) > 2)
    _settle(desk, "shifted-row", at, found)


def _moved(frame: pl.DataFrame, names: list[str], step: int) -> pl.DataFrame:
    """Return the frame with every cell taken from the column ``step`` further right."""
    empty = pl.Series([None] * frame.height, dtype=pl.String)
    count = len(names)
    return pl.DataFrame(
        {
            name: frame[names[at + step]] if 0 <= at + step < count else empty
            for at, name in enumerate(names)
        }
    )


def _best_cut(own: Marks, other: Marks) -> npt.NDArray[np.int64]:
    """Return the fewest misfits when the cells from some column on are taken as moved."""
    zeros = np.zeros((len(own), 1), dtype=np.int64)
    before = np.concatenate([zeros, own.cumsum(axis=1)], axis=1)
    after = np.concatenate([other[:, ::-1].cumsum(axis=1)[:, ::-1], zeros], axis=1)
    best: npt.NDArray[np.int64] = (before + after).min(axis=1)
    return best


def _exchanged(desk: Desk, columns: list[Column], at: pl.Series) -> None:
    """Name rows in which exactly two cells misfit and each fits the other's column."""
    names = [column.name for column in columns]
    sub = desk.cleaned.select(names)[at]
    own = _matrix(desk, sub, columns)
    found = np.zeros(len(at), dtype=bool)
    pairs = {tuple(np.flatnonzero(row)) for row in own if row.sum() == 2}
    for left, right in sorted(pairs):
        rows = own[:, left] & own[:, right] & (own.sum(axis=1) == 2)
        task = desk.contract.task
        there = misfits(sub[names[right]], columns[left], task).to_numpy()
        here = misfits(sub[names[left]], columns[right], task).to_numpy()
        found |= rows & ~there & ~here
    _settle(desk, "swapped-cells", at, found)


def _settle(desk: Desk, slug: str, at: pl.Series, found: Marks) -> None:
    rows = desk.none().scatter(at.filter(pl.Series(found)), True)
    got = "cells that fit the columns beside them" if slug == "shifted-row" else "two exchanged"
    desk.add(slug, rows, expected="every cell under its own column", got=got)
    desk.settled = desk.settled | rows
