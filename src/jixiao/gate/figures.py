"""Figures of a sentence with what loosens them: about, nearly, more than, 约, 近, 以上.

Each figure stands for the interval of true values that a reader would accept behind it: "1.2万"
for anything that rounds to it, "about half" for a little more on either side.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from jixiao.gate.figure_forms import Figure, written
from jixiao.gate.lexicon import Lexicon

ABOUT = 0.06
"""Relative distance that "about" allows."""
BEYOND = 1.25
"""Largest factor that "more than" may leave unsaid."""
_AFTER = re.compile(r"\s*(左右|上下|余|多(?!了|出|于)|以上|以下|以内|or so\b|or more\b|or less\b)")
_BEHIND = {
    "左右": "about",
    "上下": "about",
    "or so": "about",
    "余": "over",
    "多": "over",
    "以上": "over",
    "or more": "over",
    "以下": "less",
    "以内": "less",
    "or less": "less",
}
_SHARED = re.compile(r"\s?(?:to|and|or|-|–|—|至|到|和|与|及|、|~|～)\s?")


def figures_of(text: str, lexicon: Lexicon) -> list[Figure]:
    """Return the figures of a sentence in reading order.

    Args:
        text: The sentence; places that hold something else are blanked by NUL.
        lexicon: Words of its language, for what loosens a figure.
    """
    return _with_shared_units([_loosened(one, text, lexicon) for one in written(text)], text)


@lru_cache(maxsize=4)
def _before(lexicon: Lexicon) -> dict[str, re.Pattern[str]]:
    kinds = lexicon.words.approximate
    found = {}
    for name in ("about", "under", "over", "less"):
        words = sorted(getattr(kinds, name), key=len, reverse=True)
        some = "|".join(
            rf"{'' if not w[0].isalpha() or w[0] > 'z' else chr(92) + 'b'}{re.escape(w)}"
            for w in words
        )
        found[name] = re.compile(rf"(?:{some})(?:\s*(?:the|a|an|of)\b)?\s*$", re.IGNORECASE)
    return found


@lru_cache(maxsize=4096)
def _said_before(left: str, lexicon: Lexicon) -> str:
    return next((name for name, search in _before(lexicon).items() if search.search(left)), "")


def _loosened(figure: Figure, text: str, lexicon: Lexicon) -> Figure:
    name = _said_before(text[max(0, figure.start - 18) : figure.start], lexicon)
    end = figure.end
    if found := _AFTER.match(text, figure.end):
        name, end = name or _BEHIND[found[1]], found.end()
    if not name or figure.kind == "ordinal":
        return figure
    low, high = _interval(figure, name)
    return replace(figure, end=end, low=low, high=high, approximate=name)


def _interval(figure: Figure, name: str) -> tuple[float, float]:
    size, half = abs(figure.value), (figure.high - figure.low) / 2
    if name == "about":
        half = max(half, ABOUT * size)
        return figure.value - half, figure.value + half
    if name in ("under", "less"):
        return figure.value - (1 - 1 / BEYOND) * size, figure.high
    return figure.low, figure.value + (BEYOND - 1) * size


def _with_shared_units(figures: list[Figure], text: str) -> list[Figure]:
    """Give the first figure of a range the unit and the scale that stand behind the second."""
    for place in range(len(figures) - 2, -1, -1):
        first, second = figures[place], figures[place + 1]
        between = text[first.end : second.start]
        if not _SHARED.fullmatch(between) or first.kind != second.kind:
            continue
        if first.unit is None and second.unit is not None:
            figures[place] = first = replace(first, unit=second.unit)
        shared = figures[place].unit == second.unit
        if shared and first.scale == 1 < second.scale and abs(first.value) < second.scale:
            low, high = first.low * second.scale, first.high * second.scale
            value = first.value * second.scale
            figures[place] = replace(first, value=value, low=low, high=high, scale=second.scale)
    return figures
