"""Damage that files suffer on their way: wrong encodings, spreadsheet errors, cut numbers."""

from __future__ import annotations

import polars as pl

from jixiao.contracts import Column, DataType, Role
from jixiao.core import plural
from jixiao.data.clean.steps import is_ascii
from jixiao.data.codes import Effect
from jixiao.data.desk import Desk
from jixiao.data.screens import Look, each, holds

_ERROR = (
    r"^\s*#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!|BUSY!|GETTING_DATA)\s*$"
    r"|^\s*#{3,}\s*$|^(?i:\s*#引用!|#值!|#名称\?)"
)
_CUT = r"^\s*[+-]?\d(?:[.,]\d+)?[eE]\+?(?:0?[89]|1\d|2\d)\s*$"
_FORMULA = (
    r"^\s*=[A-Za-z0-9(+\-@\"'{$].*|^\s*[+\-][A-Za-z]+[A-Za-z.]*\(|^\s*@[A-Z]{2,}[A-Z.]*\("
    r"|^\s*[=+\-@].*\|.*!"
)
_APOSTROPHE = r"^\s*'[\d=+\-.]"
_LOST = ("\ufffd", "锟斤拷", "锟斤", "烫烫烫", "屯屯屯", "ï¿½", "\u00ef\u00bb\u00bf")
_LATIN = (
    "â€", "Ã¢", "Ã©", "Ã¨", "Ã¼", "Ã¶", "Ã¤", "Ã±", "Ã³", "Ã§", "Ã ", "Ã‰", "ÃŸ", "Ã¥", "Ã¦", "Ã¸",
    "Ã­", "Ã¡", "Ãº", "Ã«", "Ã®", "Ã´", "Ã»", "Ãª", "Â£", "Â©", "Â°", "Â ", "Â»", "Â«", "Â·", "Â®",
    "å‘", "ç»", "è¯",
    "ï¼Œ", "ï¼", "ã€", "æœ", "äº§", "å·¥", "æˆ", "è¡", "é”",
)  # fmt: skip
_GBK = (
    "锛", "銆", "鐨勶", "鍛樺", "缁╂", "浼樼", "鑹", "鍚堟", "宸ヤ", "浠诲", "瀹屾", "璇勮", "閮ㄩ",
    "鏄竴", "涓€", "鐨勬", "鍦ㄥ", "浜嗭", "杩欎", "鎴戜", "寰堝", "鎶€", "涓氱", "锘",
)  # fmt: skip
_SIGNS = "|".join((*_LOST, *_LATIN, *_GBK))
_HIGH_PAIR = (
    r"[À-ÿ][\x{80}-¿][À-ÿ][\x{80}-¿]|[ÃÂâåæçèéäïð][\x{80}-\x{9f}¡-¿€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
)
_LATIN_OF_GBK = r"[À-þ][¡-þ][À-þ][¡-þ][À-þ][¡-þ]"
_MOSTLY_GBK = 2
_NAMES = (DataType.TEXT, DataType.CATEGORY, DataType.ORDINAL, DataType.INTEGER)
_WRITTEN = (DataType.TEXT, DataType.CATEGORY, DataType.ORDINAL, DataType.PERIOD)
_LOOK = r"^\s*(?:[=+\-@'#]|\d(?:[.,]\d+)?[eE])"
"""How every error, formula, cut number and text mark begins."""
_FIRST = r"^\s*[=+\-@']"


def check_damage(desk: Desk) -> None:
    """Name cells damaged by spreadsheets and encodings, and cells that could run as formulas."""
    looked = [column for column in desk.columns if column.role is not Role.IGNORED]
    suspect = each(
        lambda column: _is_suspect(desk.as_read(column.name), column), looked, rows=desk.rows
    )
    for column, is_damaged in zip(looked, suspect, strict=True):
        if is_damaged:
            seen = desk.as_read(column.name)
            _errors(desk, column, seen)
            if column.type in _WRITTEN:
                _encodings(desk, column, seen)
            _marks(desk, column, seen)


def _is_suspect(seen: Look, column: Column) -> bool:
    """Return whether anything in a column looks damaged at first sight."""
    if seen.is_plain:
        return False
    if seen.holds(lambda value: value.str.contains(_LOOK)):
        return True
    if column.type not in _WRITTEN or not seen.is_unusual:
        return False
    return seen.holds(lambda value: value.str.contains(_SIGNS)) or _may_be_latin(seen.seen)


def _errors(desk: Desk, column: Column, look: Look) -> None:
    values, seen = look.values, look.seen
    if not seen.str.starts_with("#").any() and not seen.str.starts_with(" #").any():
        return
    rows = values.str.contains(_ERROR).fill_null(False) & desk.open_cells(column.name)
    first = values.filter(rows).head(1)
    got = repr(first[0].strip()) if len(first) else ""
    effect = Effect.TOLD if column.role in (Role.TEXT, Role.GOAL) else None
    desk.add(
        "spreadsheet-error", rows, column=column.name, expected="a value", got=got, effect=effect
    )
    if rows.any():
        desk.typed[column.name] = desk.typed[column.name].set(rows, None)


def _encodings(desk: Desk, column: Column, look: Look) -> None:
    values, seen = look.values, look.seen
    if is_ascii(seen):
        return
    plain = seen.str.contains(_SIGNS)
    may_be_latin = _may_be_latin(seen)
    if not plain.any() and not (may_be_latin and seen.str.contains(_LATIN_OF_GBK).any()):
        return
    latin = values.str.contains(_LATIN_OF_GBK) if may_be_latin else None
    lost = values.str.contains_any(list(_LOST)) | values.str.contains(_HIGH_PAIR)
    gbk = values.str.count_matches("|".join(_GBK)) >= _MOSTLY_GBK
    found = (lost | gbk | (latin if latin is not None else False)).fill_null(False)
    rows = found & desk.open_cells(column.name)
    got = f"{plural(int(rows.sum()), 'cell')} with letters of a wrong encoding"
    desk.add("mojibake", rows, column=column.name, expected="readable text", got=got)


def _may_be_latin(values: pl.Series) -> bool:
    if not holds(values, lambda value: value.cast(pl.Binary).bin.contains(b"\xc3")):
        return False
    return holds(values, lambda value: value.str.contains(r"[À-þ][¡-þ]"))


def _marks(desk: Desk, column: Column, look: Look) -> None:
    values, seen = look.values, look.seen
    has_marks = bool(seen.str.contains(_FIRST).any())
    if column.type in _NAMES and seen.str.contains(_CUT).any():
        cut = values.str.contains(_CUT).fill_null(False) & desk.open_cells(column.name)
        got = "numbers in the form 1.2E+17"
        if cut.any() and (column.type is not DataType.INTEGER or _beyond(desk, column, cut)):
            desk.add("cut-number", cut, column=column.name, expected="all digits", got=got)
    if not has_marks:
        return
    formula = values.str.contains(_FORMULA).fill_null(False) & desk.open_cells(column.name)
    if formula.any():
        got = "a cell that begins like a formula"
        desk.add("formula", formula, column=column.name, expected="a value", got=got)
    if column.role is not Role.TEXT:
        marked = values.str.contains(_APOSTROPHE).fill_null(False) & desk.open_cells(column.name)
        got = "a leading '"
        desk.add("apostrophe", marked, column=column.name, expected="the value alone", got=got)


def _beyond(desk: Desk, column: Column, rows: pl.Series) -> bool:
    top = desk.typed[column.name].filter(rows).max()
    return column.maximum is not None and isinstance(top, int | float) and top > column.maximum
