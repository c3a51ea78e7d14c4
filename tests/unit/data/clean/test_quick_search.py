"""The quick search for stray characters misses none that a pattern would match."""

from __future__ import annotations

import re
import sys

import polars as pl

from jixiao.data import check_damage, screens
from jixiao.data.clean import blanks, width


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


def test_whatever_is_cleaned_or_damaged_is_unusual():
    searched = python_pattern(screens._UNUSUAL)
    stray = python_pattern(blanks._STRAY)
    every = [chr(code) for code in range(sys.maxunicode + 1)]
    assert all(searched.match(one) for one in every if stray.match(one))
    assert all(searched.match(chr(code)) for code in width._TO_WORDS)
    signs = (*check_damage._LOST, *check_damage._LATIN, *check_damage._GBK)
    assert [sign for sign in signs if not searched.search(sign)] == []


def test_plain_columns_hold_nothing_to_clean():
    codes = pl.Series([f"R{at:05d}" for at in range(6000)])
    assert screens.is_plain(codes)
    for odd in ("R1 ", "R&amp;1", "１２", "=R1", "n/a", "", "1.2E17", "总计"):
        assert not screens.is_plain(codes.scatter(5000, odd))


def test_answers_follow_the_content():
    values = pl.Series(["a", "b"] * 5000)
    assert sorted(screens.few_values(values)) == ["a", "b"]
    changed = values.scatter(7, "A")
    assert sorted(screens.few_values(changed)) == ["A", "a", "b"]
    assert not screens.is_unusual(values)
    assert screens.is_unusual(values.scatter(9999, "caf\u00e9"))
