"""How a value is told in a problem: as it is, or by its pattern or length where it is hidden."""

from __future__ import annotations

import re

from jixiao.contracts import HIDDEN, Column, Role

_LONGEST = 40
_LONGEST_PATTERN = 24
_CLASSES = (
    (re.compile(r"[0-9]"), "9"),
    (re.compile(r"[A-Z]"), "A"),
    (re.compile(r"[a-z]"), "a"),
    (re.compile(r"[^\W\d_A-Za-z]"), "字"),
)


def pattern(value: str) -> str:
    """Return the shape of a value: ``Aa-99``; letters of other scripts are ``字``.

    Examples:
        >>> pattern("Ab-07"), pattern("王小明")
        ('Aa-99', '字字字')
    """
    for found, sign in _CLASSES:
        value = found.sub(sign, value)
    return value


def shown(value: str | None, column: Column | None) -> str:
    """Return what may be said of a cell: its value, or its pattern or length where it is hidden.

    Args:
        value: The cell; None is empty.
        column: Its column; None hides the value too.
    """
    if value is None:
        return "an empty cell"
    if column is None or column.role in HIDDEN or column.role is Role.IGNORED:
        if len(value) > _LONGEST_PATTERN or (column and column.role is Role.TEXT):
            return f"a text of {len(value)} characters"
        return f"a value like {pattern(value)!r}"
    short = value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
    return repr(short)
