"""Escaping of every text that goes into HTML or SVG by hand; the same text is escaped once."""

from __future__ import annotations

from functools import lru_cache
from html import escape as _escape


@lru_cache(maxsize=65536)
def escaped(text: str) -> str:
    """Return the text with ``& < > " '`` written as entities.

    Examples:
        >>> escaped('<b onload="x">')
        '&lt;b onload=&quot;x&quot;&gt;'
    """
    return _escape(text, quote=True)
