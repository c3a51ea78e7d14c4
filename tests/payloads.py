"""Sixty pieces of script and forty formulas, and for each its twin: the same shape, no sign."""

from __future__ import annotations

import re

RAN = "window.ran=(window.ran||0)+1"
"""What a script that runs leaves behind."""
TAGS = ("img", "svg", "body", "video", "audio", "iframe", "details", "input", "marquee", "object")
EVENTS = ("onerror", "onload", "ontoggle", "onfocus", "onmouseover")
SCRIPTS = (
    *(f'<{tag} src=x {event}="{RAN}" autofocus open>' for tag in TAGS for event in EVENTS),
    f"<script>{RAN}</script>",
    f"</td></tr></table><script>{RAN}</script>",
    f'"><script>{RAN}</script>',
    f"'-{RAN}-'",
    f"javascript:{RAN}",
    f"{{{{constructor.constructor('{RAN}')()}}}}",
    f"</title><script>{RAN}</script>",
    f'<a href="javascript:{RAN}">x</a>',
    f"<svg><script>{RAN}</script></svg>",
    f"<style>@import 'javascript:{RAN}'</style><b hx-get=/x hx-on:load=\"{RAN}\">",
)
SIGNS = ("=", "+", "-", "@", "\t=", "\r=", "＝", " =")
CALLS = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("https://x.example","a")',
    "SUM(A1:A9)",
    'IMPORTXML("https://x.example","//a")',
)
FORMULAS = tuple(f"{sign}{call}" for sign in SIGNS for call in CALLS)
PAYLOADS = (*SCRIPTS, *FORMULAS)
TURNS = 10


def dealt(place: int, turn: int, of: tuple[str, ...] = PAYLOADS) -> str:
    """Return the payload of a place at a turn: in ten turns a place sees each tenth of them.

    Neighbours see others at the same turn, so that one turn tries about all of them, and what one
    payload opens cannot swallow the next in the same text.
    """
    return of[(place + turn * len(of) // TURNS) % len(of)]


def twin(text: str) -> str:
    """Return a text of the same length, words and steps of a path in which no sign is left.

    Examples:
        >>> twin("<b/x>=1")
        'ob/xoo1'
    """
    return re.sub(r"[^\w\s/∕]", "o", text)
