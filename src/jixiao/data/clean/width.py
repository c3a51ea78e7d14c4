"""Full-width letters, digits and signs (全角) to the half-width ones that parsers know."""

from __future__ import annotations

import polars as pl

from jixiao.contracts import Column, Contract, DataType, StepReport
from jixiao.contracts.schema import Role
from jixiao.data.clean.steps import STEPS, has_any, has_bytes, is_ascii, rewrite, told
from jixiao.data.screens import Look

_OFFSET = 0xFEE0
_WORDS = [*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)]
_ALL = list(range(0xFF01, 0xFF5F))
_TO_WORDS = {code: code - _OFFSET for code in _WORDS}
_TO_ALL = {code: code - _OFFSET for code in _ALL} | {0xFFE5: "¥", 0x2212: "-"}
_VALUES = {DataType.NUMBER, DataType.INTEGER, DataType.DATE, DataType.PERIOD, DataType.BOOLEAN}
_CODES = {Role.ID, Role.SUBJECT, Role.RATER}
_WORD_PATTERN = "[０-９Ａ-Ｚａ-ｚ]"
_WIDE_LEADS = (b"\xef\xbc", b"\xef\xbd")
"""How every full-width digit and letter begins in UTF-8."""
_ALL_PATTERN = "[！-～￥−]"


def half_width(value: str, *, signs: bool) -> str:
    """Return a value with full-width digits and letters made half-width.

    Args:
        value: A cell.
        signs: Whether signs change too (％ ． － ／); never in Chinese prose, where
            ``，`` and ``！`` belong to the language.

    Examples:
        >>> half_width("ＫＰＩ得分９５％，好！", signs=False)
        'KPI得分95％，好！'
    """
    return value.translate(_TO_ALL if signs else _TO_WORDS)


def _signs(column: Column | None) -> bool:
    return column is not None and (column.type in _VALUES or column.role in _CODES)


def _change(seen: Look, column: Column | None) -> pl.Series | None:
    series = seen.seen
    signs = _signs(column)
    if not signs and not (seen.is_unusual and has_bytes(series, _WIDE_LEADS)):
        return None
    if is_ascii(series):
        return None
    if signs and not has_any(series, list(map(chr, _TO_ALL))):
        return None
    pattern = _ALL_PATTERN if signs else _WORD_PATTERN
    at = series.str.contains(pattern).fill_null(False).arg_true()
    new = [half_width(value, signs=signs) for value in series.gather(at).to_list()]
    return series.clone().scatter(at, pl.Series(new, dtype=pl.String))


@STEPS.register("width.v1")
def width(frame: pl.DataFrame, contract: Contract) -> tuple[pl.DataFrame, StepReport]:
    """Make full-width digits and letters half-width; signs too in numbers, dates and codes."""
    frame, changed = rewrite(frame, contract, step="width.v1", change=_change, words_only=True)
    return frame, StepReport("width.v1", changed, told(changed, "full-width characters changed"))
