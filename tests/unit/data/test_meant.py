"""A first file is read as it was meant, and its check then names what is wrong with it."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.data.checking import checked, edited, inferred, raw_table, slugs, staff

from jixiao.data.meant import is_confirmed, meant


def told_of_first(frame: pl.DataFrame) -> set[tuple[str, str | None]]:
    """Return what a check says of a file from which the contract was made, too."""
    return slugs(checked(frame, inferred(frame).contract).problems)


def swapped(left: str, right: str) -> pl.DataFrame:
    frame = staff()
    return frame.with_columns(frame[left].alias(right), frame[right].alias(left))


@given(seed=st.integers(0, 50), rows=st.integers(60, 400))
@settings(max_examples=15, deadline=None)
def test_a_clean_table_is_meant_as_it_is(seed, rows):
    raw = raw_table(staff(rows, seed))
    found = meant(raw)
    assert found.swaps == ()
    assert found.raw.frame.equals(raw.frame)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("salary", "department"),
        ("start_date", "department"),
        ("age", "department"),
        ("comment", "department"),
        ("age", "gender"),
        ("sick_days", "salary"),
    ],
)
def test_columns_under_each_others_names_are_named_in_a_first_file(left, right):
    frame = swapped(left, right)
    assert {tuple(sorted(pair)) for pair in meant(raw_table(frame)).swaps} == {
        tuple(sorted((left, right)))
    }
    named = {column for slug, column in told_of_first(frame) if slug == "swapped-columns"}
    assert named & {left, right}


def test_columns_whose_names_promise_nothing_are_never_called_swapped():
    frame = swapped("salary", "department").rename({"salary": "x1", "department": "x2"})
    assert meant(raw_table(frame)).swaps == ()


def test_a_swap_that_the_check_would_not_name_is_not_confirmed():
    contract = inferred(staff()).contract
    raw = raw_table(staff())
    assert is_confirmed(raw, contract, ())
    assert not is_confirmed(raw, contract, (("salary", "department"),))


@pytest.mark.parametrize("factor", [100, 0.01, 0.0001, 12])
def test_ages_that_nobody_has_are_a_column_in_another_unit(factor):
    value = (pl.col("age").cast(pl.Float64) * factor).round(6).cast(pl.String)
    frame = staff().with_columns(value)
    contract = inferred(frame).contract
    assert (contract.column("age").minimum, contract.column("age").maximum) == (14.0, 100.0)
    assert ("unit-column", "age") in slugs(checked(frame, contract).problems)


def test_a_number_and_a_word_exchanged_in_one_row_are_told_as_such_in_a_first_file():
    frame = edited(edited(staff(), "salary", {5: "Sales"}), "department", {5: "45000"})
    assert told_of_first(frame) == {("swapped-cells", None)}


def test_a_tenth_of_a_column_in_another_unit_is_named_in_a_first_file():
    salaries = staff()["salary"].to_list()
    frame = edited(staff(), "salary", {row: f"{salaries[row]}00" for row in range(0, 200, 10)})
    problems = checked(frame, inferred(frame).contract).problems
    assert [(p.code, p.column, p.rows) for p in problems] == [("JX-E232.unit-cells", "salary", 20)]


def test_an_odd_value_is_no_level_and_a_rare_one_is():
    odd = edited(staff(), "department", {5: "Space Lab 9"})
    assert told_of_first(odd) == {("new-category", "department")}
    rare = edited(staff(), "department", {5: "Legal"})
    assert told_of_first(rare) == set()


def test_an_empty_column_of_a_first_file_is_a_note():
    gone = staff().with_columns(pl.lit(None, dtype=pl.String).alias("salary"))
    (problem,) = checked(gone, inferred(gone).contract).problems
    assert (problem.code, problem.column) == ("JX-E237.empty-column", "salary")
    assert problem.is_note


@pytest.mark.parametrize(("cell", "is_told"), [("45000", True), ("0", False)])
def test_one_number_over_and_over_is_a_note_but_zero_is_not(cell, is_told):
    frame = staff().with_columns(pl.lit(cell).alias("salary"))
    problems = checked(frame, inferred(frame).contract).problems
    assert [p.code for p in problems] == ["JX-E237.constant-column"] * is_told
    assert all(p.is_note for p in problems)


def test_a_code_of_a_pay_rise_is_no_amount_of_pay():
    codes = ["R1", "H6", "T4", "M3", "X8"]
    counts = [str(at * 7 % 10) for at in range(200)]
    table = staff().with_columns(
        pl.Series("调薪代码", [codes[at % 5] for at in range(200)]),
        pl.Series("完成项目数", counts),
    )
    assert told_of_first(table) == set()
