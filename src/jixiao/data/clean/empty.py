"""Cells that say nothing: "", "N/A", "无", "-", "..." become empty cells."""

from __future__ import annotations

import polars as pl

from jixiao.contracts import Column, Contract, DataType, StepReport
from jixiao.contracts.schema import Role
from jixiao.data.clean.steps import STEPS, rewrite, told
from jixiao.data.screens import Look

_ANYWHERE = ("n/a", "#n/a", "n.a.", "nan", "null", "<null>", "(null)", "\\n")
_VALUES = (*_ANYWHERE, "na", "none", "nil", "无", "暂无", "缺失", "未填", "未填写", "<na>", "nat")
_PROSE = (
    *_VALUES,
    *("no comment", "no comments", "nothing", "not applicable", "blank", "empty", "n / a"),
    *(
        "没有",
        "没",
        "暂时没有",
        "暂无评价",
        "暂无评论",
        "无评价",
        "无评论",
        "未评价",
        "空",
        "略",
        "同上",
    ),
)
_SIGNS = r"^[\s.\-_—–―…·。，,、/\\*~?？|]*$"
_LONGEST = 40
_TYPED = {DataType.NUMBER, DataType.INTEGER, DataType.DATE, DataType.PERIOD, DataType.BOOLEAN}
_TEXTS = {Role.TEXT, Role.GOAL}


def _words(column: Column | None) -> tuple[str, ...]:
    """Words that mean nothing here; in a category "None" and "NA" may be values of their own."""
    if column is None:
        return _ANYWHERE
    if column.role in _TEXTS:
        return _PROSE
    return _VALUES if column.type in _TYPED else _ANYWHERE


def _change(seen: Look, column: Column | None) -> pl.Series | None:
    series = seen.seen
    short = (series.str.len_bytes() <= _LONGEST).fill_null(False)
    if not short.any():
        return None
    part = series if short.all() else series.filter(short)
    wordy = ~part.str.contains("[0-9]").fill_null(True)
    short = wordy if len(part) == len(series) else short.scatter(short.arg_true(), wordy)
    part = part.filter(wordy)
    if not len(part):
        return None
    plain = part.str.strip_chars().str.to_lowercase()
    declared = set() if column is None else {level.lower() for level in column.levels}
    words = [word for word in _words(column) if word not in declared]
    nothing = plain.is_in(words) | plain.str.contains(_SIGNS)
    nothing = nothing.fill_null(False) & ~plain.is_in(sorted(declared)).fill_null(False)
    if not nothing.any():
        return None
    at = short.arg_true() if len(part) < len(series) else pl.arange(0, len(series), eager=True)
    return series.clone().scatter(at.filter(nothing), None)


@STEPS.register("empty_text.v1")
def empty_text(frame: pl.DataFrame, contract: Contract) -> tuple[pl.DataFrame, StepReport]:
    """Empty the cells whose words say that there is nothing."""
    frame, changed = rewrite(frame, contract, step="empty_text.v1", change=_change, words_only=True)
    return frame, StepReport("empty_text.v1", changed, told(changed, "words for nothing emptied"))
