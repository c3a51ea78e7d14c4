"""Which texts can hold anything to mask at all: one quick search over a whole column.

A screen may let a harmless text through to the careful search, but never holds back one in which
the careful search would find something.
"""

from __future__ import annotations

import polars as pl

from jixiao.data.mask_patterns import PROMPTS
from jixiao.data.mask_roster import Roster
from jixiao.data.mask_words import EN_TITLES, ZH_DOUBLE_SURNAMES, ZH_SURNAMES, ZH_TITLES

_SURNAME = f"(?:{'|'.join(sorted(ZH_DOUBLE_SURNAMES))}|[{''.join(sorted(ZH_SURNAMES))}])"
_HAN_TITLED = f"{_SURNAME}(?:{'|'.join(ZH_TITLES)})"
_WIDE = "[！-～\\x{3000}]"
_DIGITS = r"[0-9](?:[^0-9]*[0-9]){3}"


def can_hold_something(texts: pl.Series, roster: Roster) -> pl.Series:
    """Return whether each text may hold a person or an identifier; False for missing texts.

    Args:
        texts: Strings; null is no text.
        roster: Who may be met.
    """
    rules = [rf"(?:{EN_TITLES})\.?\s", _HAN_TITLED, _WIDE, _DIGITS, PROMPTS]
    found = texts.str.contains("|".join(f"(?:{rule})" for rule in rules))
    small = texts.str.to_lowercase()
    if words := _words(roster):
        found = found | small.str.contains_any(words)
    return found.fill_null(False)


def _words(roster: Roster) -> list[str]:
    """Return pieces of which one stands in every way of writing anybody of the roster."""
    initials = [form for form in roster.latin if _is_initials(form)]
    nicknames = [f"{first}{surname}" for first in "小老阿" for surname in roster.surnames]
    words = {*roster.latin_single, *roster.codes, *roster.han, *roster.han_given, *nicknames}
    return sorted(words.union(initials) - {""})


def _is_initials(form: str) -> bool:
    """Return whether a form has no word of two letters, as "j.s." or "j. s."."""
    return all(len(part) < 2 for part in form.replace(".", " ").replace(",", " ").split())
