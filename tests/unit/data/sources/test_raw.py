"""The hash of a table names its cells and columns, and nothing else."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from jixiao.data.sources import RawTable

CELLS = st.lists(
    st.tuples(st.sampled_from([None, "", "a", "ab", "b", "é", "王"]), st.sampled_from(["x", None])),
    min_size=1,
    max_size=4,
)


def table(
    rows: list[tuple[str | None, str | None]], names: tuple[str, str] = ("a", "b")
) -> RawTable:
    schema = dict.fromkeys(names, pl.String)
    return RawTable("t", "t.csv", pl.DataFrame(rows, schema=schema, orient="row"))


@given(CELLS, CELLS)
def test_tables_have_one_hash_exactly_when_they_hold_the_same(first, second):
    assert (table(first).data_hash == table(second).data_hash) == (first == second)


def test_names_of_columns_are_part_of_what_is_hashed():
    assert table([("a", "x")]).data_hash != table([("a", "x")], names=("a", "c")).data_hash


def test_how_a_table_lies_in_memory_does_not_matter():
    rows = [(f"cell {at}", None if at % 3 else "y") for at in range(250_000)]
    whole = table(rows)
    cut = RawTable("u", "u.csv", pl.concat([whole.frame[:7], whole.frame[7:]], rechunk=False))
    assert cut.frame.n_chunks() == 2
    assert cut.data_hash == whole.data_hash
    assert len(whole.data_hash) == 64


def test_the_hash_of_a_table_stays_what_it_was():
    known = "0a06f792a9a5cdc98f070397dcf986713524caf57f66a25ae230ecbfa5dcfbea"
    assert table([("a", None), (None, "王")]).data_hash == known
