"""HTML remains in cells: ``&amp;``, ``&nbsp;``, double-escaped ``&amp;#39;`` and ``<br />``."""

from __future__ import annotations

import re
from html import entities as html_entities

import polars as pl

from jixiao.contracts import Column, Contract, StepReport
from jixiao.contracts.schema import Role
from jixiao.data.clean.steps import STEPS, has_any, rewrite, told
from jixiao.data.screens import Look

_ENTITY = re.compile(r"&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ROUGH = r"&[#A-Za-z][A-Za-z0-9]{1,31};|</?[A-Za-z]"
_BREAK = re.compile(r"[ \t]*<(?:br|/p|/div|/li|/tr)\s*/?>[ \t]*", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:p|div|span|b|i|u|em|strong|font|a|ul|ol|li|tr|td|table)(?:\s[^<>]*)?/?>", re.IGNORECASE
)
_MAX_ROUNDS = 3


def _character(found: re.Match[str]) -> str:
    body = found[1]
    if not body.startswith("#"):
        return html_entities.html5.get(f"{body};", found[0])
    number = int(body[2:], 16) if body[1] in "xX" else int(body[1:])
    is_character = 0 < number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF
    return chr(number) if is_character else found[0]


def plain_text(value: str, *, keep_lines: bool) -> str:
    """Return a value with entities resolved and markup taken out.

    Args:
        value: A cell.
        keep_lines: Whether ``<br>`` becomes a line break; a blank otherwise.

    Examples:
        >>> plain_text("R&amp;amp;D &lt; 5<br />ok", keep_lines=False)
        'R&D < 5 ok'
    """
    for _ in range(_MAX_ROUNDS):
        resolved = _ENTITY.sub(_character, value)
        if resolved == value:
            break
        value = resolved
    if "<" in value:
        value = _BREAK.sub("\n" if keep_lines else " ", value)
        value = _TAG.sub("", value)
    return value.replace("\xa0", " ")


def _change(seen: Look, column: Column | None) -> pl.Series | None:
    series = seen.seen
    if not has_any(series, ["&", "<"]):
        return None
    hit = series.str.contains(_ROUGH).fill_null(False)
    if not hit.any():
        return None
    keep_lines = column is not None and column.role in (Role.TEXT, Role.GOAL)
    at = hit.arg_true()
    new = [plain_text(value, keep_lines=keep_lines) for value in series.gather(at).to_list()]
    return series.clone().scatter(at, pl.Series(new, dtype=pl.String))


@STEPS.register("entities.v1")
def entities(frame: pl.DataFrame, contract: Contract) -> tuple[pl.DataFrame, StepReport]:
    """Resolve HTML entities, also escaped twice, and take markup out."""
    frame, changed = rewrite(frame, contract, step="entities.v1", change=_change, words_only=True)
    return frame, StepReport("entities.v1", changed, told(changed, "HTML remains resolved"))
