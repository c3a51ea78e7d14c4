"""The quick search for stray characters misses none that a pattern would match."""

from __future__ import annotations

import re
import sys

from jixiao.data.clean import blanks


def python_pattern(pattern: str) -> re.Pattern[str]:
    """Return a pattern of polars with Python's spelling of characters."""
    spelled = re.sub(r"\\x\{([0-9a-f]+)\}", lambda at: f"\\U{int(at[1], 16):08x}", pattern)
    return re.compile(spelled)


def test_every_character_of_the_patterns_is_searched_for():
    patterns = (blanks._CONTROL, blanks._INVISIBLE, blanks._WIDE, blanks._LINES, "[\t\n]")
    found = python_pattern("|".join(patterns))
    searched = python_pattern(blanks._STRAY)
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    assert all(searched.match(one) for one in every if found.match(one))
    assert all(one in blanks._STRAY_ASCII for one in every[:128] if found.match(one))
