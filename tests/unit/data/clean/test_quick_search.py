"""The quick search for stray characters misses none that a pattern would match."""

from __future__ import annotations

import gc
import re
import sys

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

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
    assert screens.Look(codes).is_plain
    for odd in ("R1 ", "R&amp;1", "１２", "=R1", "n/a", "", "1.2E17", "总计"):
        assert not screens.Look(codes.scatter(5000, odd)).is_plain


def test_a_look_lists_the_different_values_of_a_column_that_repeats_few():
    values = pl.Series(["a", "b", None, "b"] * 2500)
    few = screens.Look(values).few
    assert few is not None
    assert sorted(few.to_list(), key=str) == [None, "a", "b"]
    assert screens.Look(pl.Series([f"v{at}" for at in range(10_000)])).few is None
    assert screens.Look(values.head(100)).few is None


def test_few_values_are_found_although_the_first_rows_are_all_alike():
    late = pl.Series(["same"] * 30_000 + [f"v{at}" for at in range(10_000)])
    assert screens.Look(late).few is None
    assert len(screens.Look(late).seen) == 40_000


@given(
    st.lists(
        st.sampled_from(["", "a", " a", "caf\u00e9", "１", "12", None]), min_size=1, max_size=8
    )
)
def test_rows_found_by_different_values_are_those_found_row_by_row(words):
    values = pl.Series("v", words * 5000, dtype=pl.String)
    looked = screens.Look(values)
    assert looked.few is not None
    for pattern in ("^a$", r"[0-9]|é", "^$"):
        direct = values.str.contains(pattern).fill_null(value=False)
        found = looked.rows_that(lambda seen, pattern=pattern: seen.str.contains(pattern))
        assert found.to_list() == direct.to_list()


def test_a_table_keeps_its_looks_and_a_changed_one_asks_again():
    frame = pl.DataFrame({"a": ["x", "y"] * 5000, "b": ["p", "q"] * 5000})
    first = screens.look(frame, "a")
    assert screens.look(frame, "a") is first
    screens.look(frame, "b")
    changed = screens.with_columns(frame, [screens.Look(pl.Series("a", ["x", "é"] * 5000))])
    assert screens.look(changed, "b") is screens.look(frame, "b")
    assert not first.is_unusual
    assert screens.look(changed, "a").is_unusual


@given(
    st.dictionaries(
        st.sampled_from(["a", "b", " a", "\u00e9"]), st.sampled_from(["a", "b", None]), min_size=1
    )
)
def test_exchanged_values_are_those_that_a_search_by_row_exchanges(mapping):
    cells = ["a", " a", None, "\u00e9", "c"] * 2000
    old, new = (pl.Series(side, dtype=pl.String) for side in zip(*mapping.items(), strict=True))
    changed = screens.Look(pl.Series("v", cells)).exchanged(old, new)
    expected = [mapping.get(cell, cell) if cell is not None else None for cell in cells]
    assert changed.values.to_list() == expected
    assert changed.few is not None
    assert set(changed.few) == set(expected)


def test_looks_go_with_their_table():
    frame = pl.DataFrame({"a": ["x", "y"] * 5000})
    screens.look(frame, "a")
    known = len(screens._kept)
    del frame
    gc.collect()
    assert len(screens._kept) == known - 1
