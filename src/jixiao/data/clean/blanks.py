"""Stray blanks and characters that nobody sees: U+3000, zero-width, BOM, control, tag block.

In prose, line breaks stay; everywhere else any run of blanks becomes one blank.
"""

from __future__ import annotations

import polars as pl

from jixiao.contracts import Column, Contract, StepReport
from jixiao.contracts.schema import Role
from jixiao.data.clean.steps import STEPS, any_match, is_ascii, rewrite, told
from jixiao.data.screens import Look, holds

_CONTROL = r"[\x00-\x08\x0e-\x1f\x7f]"
_BELOW_BLANK = r"[\x00-\x1f\x7f]"
_INVISIBLE = (
    r"[\x00-\x08\x0e-\x1f\x7f-\x{84}\x{86}-\x{9f}\x{ad}\x{34f}\x{61c}\x{115f}\x{1160}\x{17b4}\x{17b5}"
    r"\x{180b}-\x{180e}\x{200b}-\x{200f}\x{202a}-\x{202e}\x{2060}-\x{206f}\x{3164}"
    r"\x{fe00}-\x{fe0f}\x{feff}\x{ffa0}\x{fff9}-\x{fffb}"
    r"\x{e0000}-\x{e007f}\x{e0100}-\x{e01ef}]"
)
"""Characters without a shape, bidirectional controls and variation selectors included."""
_WIDE = r"[\x{a0}\x{1680}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}]"
_LINES = r"\r\n?|[\x{85}\x{2028}\x{2029}\x0b\x0c]"
_STRAY = f"[{_BELOW_BLANK[1:-1]}{_INVISIBLE[1:-1]}{_WIDE[1:-1]}" + r"\x{85}\x{2028}\x{2029}]"
"""All that the patterns above can match."""
_STRAY_ASCII = ["\x7f", *map(chr, range(32))]
_PROSE = {Role.TEXT, Role.GOAL}


def _is_prose(column: Column | None) -> bool:
    return column is not None and column.role in _PROSE


def tidy(seen: Look, *, prose: bool) -> pl.Series | None:
    """Return the seen values without stray blanks and invisible characters; None without any.

    Args:
        seen: Strings; null stays null.
        prose: Whether line breaks carry meaning.
    """
    series = seen.seen
    if not seen.is_unusual and not holds(series, _has_blanks):
        return None
    plain = is_ascii(series)
    if not _is_untidy(series, plain=plain):
        return None
    result = series
    if plain:
        controlled = any_match(series, _BELOW_BLANK)
        if controlled and any_match(series, _CONTROL):
            result = result.str.replace_all(_CONTROL, "")
    else:
        controlled = True
        if any_match(result, _INVISIBLE):
            result = result.str.replace_all(_INVISIBLE, "")
        if any_match(result, _WIDE):
            result = result.str.replace_all(_WIDE, " ")
    if controlled:
        result = _lines(result, prose=prose)
    if any_match(result, "  ", literal=True):
        result = result.str.replace_all(" {2,}", " ")
    stripped = result.str.strip_chars()
    if int(stripped.str.len_bytes().sum()) != int(result.str.len_bytes().sum()):
        result = stripped
    return None if result is series else result


def _is_untidy(series: pl.Series, *, plain: bool) -> bool:
    """Return whether anything is to be tidied, by the quickest search for the kind of text."""
    if not plain:
        return any_match(series, rf"{_STRAY}|  |^ | $")
    return holds(series, lambda value: _has_blanks(value) | value.str.contains_any(_STRAY_ASCII))


def _has_blanks(value: pl.Expr) -> pl.Expr:
    outer = value.str.starts_with(" ") | value.str.ends_with(" ")
    return outer | value.str.contains("  ", literal=True)


def _lines(series: pl.Series, *, prose: bool) -> pl.Series:
    """Return a column with one kind of line break in prose, and with none elsewhere."""
    if any_match(series, _LINES):
        series = series.str.replace_all(_LINES, "\n")
    if not any_match(series, "[\t\n]"):
        return series
    if not prose:
        return series.str.replace_all("[ \t\n]+", " ")
    series = series.str.replace_all("\t", " ", literal=True)
    return series.str.replace_all(" *\n *", "\n").str.replace_all(r"\n{3,}", "\n\n")


def _change(seen: Look, column: Column | None) -> pl.Series | None:
    return tidy(seen, prose=_is_prose(column))


@STEPS.register("blanks.v1")
def blanks(frame: pl.DataFrame, contract: Contract) -> tuple[pl.DataFrame, StepReport]:
    """Take stray blanks, control characters and invisible Unicode out."""
    frame, changed = rewrite(frame, contract, step="blanks.v1", change=_change, words_only=True)
    note = told(changed, "stray blanks or invisible characters taken out")
    return frame, StepReport("blanks.v1", changed, note)
