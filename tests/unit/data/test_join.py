"""Joining never adds or loses a record."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.contracts import Column, Contract, DataType, Role, SeriesLayout, Table, Task, TaskKind
from jixiao.core import DataError
from jixiao.data.join import join_tables

CONTRACT = Contract(
    tables=(Table(name="reviews", source="reviews.csv"),),
    columns=(
        Column(name="id", role=Role.SUBJECT, type=DataType.TEXT),
        Column(name="quarter", role=Role.PERIOD, type=DataType.PERIOD),
        Column(name="rating", role=Role.TARGET, type=DataType.NUMBER),
        Column(name="goal", role=Role.GOAL, type=DataType.TEXT),
        Column(name="sales", role=Role.INDICATOR, type=DataType.NUMBER),
    ),
    task=Task(kind=TaskKind.NUMBER, target="rating"),
)
REVIEWS = pl.DataFrame(
    {
        "id": ["1", "2", "2", "3"],
        "quarter": ["2025Q1", "2025Q1", "2025Q2", None],
        "rating": [3, 4, 5, 1],
    }
)


def table(name: str, *key: str, **more: object) -> Table:
    return Table(name=name, source=f"{name}.csv", key=key, **more)  # type: ignore[arg-type]


def test_rows_and_their_order_stay():
    roster = pl.DataFrame({"id": [3, 1, 2], "team": ["c", "a", "b"]})
    joined = join_tables(REVIEWS, [(table("roster", "id"), roster)], CONTRACT)
    assert joined.frame["team"].to_list() == ["a", "b", "b", "c"]
    assert not joined.problems


def test_duplicate_keys_are_refused_and_counted():
    roster = pl.DataFrame({"id": ["1", "2", "2", "2", "3", "3"], "team": list("abcdee")})
    joined = join_tables(REVIEWS, [(table("roster", "id"), roster)], CONTRACT)
    assert joined.frame["team"].to_list() == ["a", None, None, "e"]
    (problem,) = joined.problems
    assert problem.code == "JX-E221.fan-out"
    assert problem.got == "1 keys in 3 different rows"


def test_orphans_of_both_sides_are_told():
    roster = pl.DataFrame({"id": ["1", "2", "9"], "team": ["a", "b", "z"]})
    joined = join_tables(REVIEWS, [(table("roster", "id"), roster)], CONTRACT)
    assert [(p.code, p.rows) for p in joined.problems] == [
        ("JX-E222.no-partner", 1),
        ("JX-E223.unused-rows", 1),
    ]


def test_a_period_in_both_tables_joins_them_however_it_is_written():
    survey = pl.DataFrame(
        {
            "id": ["1", "2", "2"],
            "quarter": ["2025年第一季度", "2025-Q1", "Q2 2025"],
            "mood": [1, 2, 3],
        }
    )
    joined = join_tables(REVIEWS[:3], [(table("survey", "id"), survey)], CONTRACT)
    assert joined.frame["mood"].to_list() == [1, 2, 3]


def test_a_shorter_period_finds_the_longer_one_around_it():
    yearly = pl.DataFrame({"id": ["1", "2"], "quarter": ["2025", "2025"], "budget": [7, 8]})
    joined = join_tables(REVIEWS[:3], [(table("yearly", "id"), yearly)], CONTRACT)
    assert joined.frame["budget"].to_list() == [7, 8, 8]


def test_columns_of_one_name_get_the_table_added():
    other = pl.DataFrame({"id": ["1", "2", "3"], "rating": [9, 9, 9]})
    joined = join_tables(REVIEWS, [(table("peers", "id"), other)], CONTRACT)
    assert joined.frame.columns[-1] == "rating_peers"


def test_a_kpi_table_gives_its_plain_columns():
    layout = SeriesLayout(layout="wide", period="quarter")
    goals = pl.DataFrame({"id": ["1"], "quarter": ["2025Q1"], "goal": ["ship"], "sales": [5.0]})
    joined = join_tables(REVIEWS[:1], [(table("goals", "id", series=layout), goals)], CONTRACT)
    assert joined.frame["goal"].to_list() == ["ship"]
    assert "sales" not in joined.frame.columns


def test_a_table_without_a_key_is_an_error():
    with pytest.raises(DataError, match=r"\[JX-E220\] roster: expected a declared key, got none"):
        join_tables(REVIEWS, [(table("roster"), REVIEWS)], CONTRACT)
    with pytest.raises(DataError, match="expected the key 'nr' in the first table"):
        join_tables(REVIEWS, [(table("roster", "nr"), REVIEWS)], CONTRACT)


ids = st.lists(st.sampled_from(["1", "2", "3", " 4", None]), min_size=1, max_size=12)


@given(left=ids, right=ids)
def test_the_first_table_always_stays_as_it_was(left: list[str | None], right: list[str | None]):
    first = pl.DataFrame({"id": pl.Series(left, dtype=pl.String), "n": range(len(left))})
    other = pl.DataFrame({"id": pl.Series(right, dtype=pl.String), "m": range(len(right))})
    joined = join_tables(first, [(table("other", "id"), other)], CONTRACT)
    assert joined.frame.select("id", "n").equals(first)
