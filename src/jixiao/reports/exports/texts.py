"""What no office format takes: control characters, halves of surrogate pairs, endless cells."""

from __future__ import annotations

import re

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
MAX_CELL = 32_767
"""Most characters of a cell of a workbook."""


def clean(text: str) -> str:
    r"""Return the text without characters that XML 1.0 forbids.

    Examples:
        >>> clean("a\x07b\tc")
        'ab\tc'
    """
    return _ILLEGAL.sub("", text)


def cell(text: str) -> str:
    """Return the text as a cell holds it: clean, and cut with an ellipsis where it is too long."""
    cleaned = clean(text)
    return cleaned if len(cleaned) <= MAX_CELL else cleaned[: MAX_CELL - 1] + "…"
