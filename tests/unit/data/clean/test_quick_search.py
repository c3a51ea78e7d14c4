"""The quick search for stray characters misses none that a pattern would match."""

from __future__ import annotations

import re
import sys

from jixiao.data.clean import blanks


def test_every_character_of_the_patterns_is_searched_for():
    patterns = "|".join((blanks._CONTROL, blanks._INVISIBLE, blanks._WIDE, r"[\x00-\x1f\x7f]"))
    python = re.sub(r"\\x\{([0-9a-f]+)\}", lambda found: f"\\U{int(found[1], 16):08x}", patterns)
    lines = ("\r", "\x85", "\u2028", "\u2029", "\x0b", "\x0c", "\t", "\n")
    pattern = re.compile(python)
    matched = {chr(code) for code in range(sys.maxunicode + 1) if pattern.match(chr(code))}
    assert matched.union(lines) <= set(blanks._STRAY)
