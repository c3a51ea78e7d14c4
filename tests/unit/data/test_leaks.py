import numpy as np
import polars as pl
import pytest
from tests.unit.data.checking import checked, inferred, staff

from jixiao.contracts import Role
from jixiao.data.leaks import find_leaks

RATING = staff(600)["rating"].cast(pl.Int64)
TOP = RATING.to_numpy() == 5
G = np.random.default_rng(4)


def leaks_of(name, values, **options):
    frame = staff(600).with_columns(pl.Series(name, values).cast(pl.String).alias(name))
    contract = inferred(frame, **options).contract
    found = find_leaks(checked(frame, contract).frame, contract)
    return {leak.column: leak for leak in found}


def noisy(share, values):
    flip = G.random(600) < share
    return np.where(flip, G.permutation(values), values)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("grade_code", (RATING * 10).to_list()),
        ("above_bar", (RATING > 2).cast(pl.Int64).to_list()),
        ("nearly_the_answer", noisy(0.03, RATING.to_numpy()).tolist()),
        ("praise", [f"note {v}" if v == 5 else None for v in RATING]),
        (
            "bonus",
            np.where(RATING.to_numpy() == 5, G.integers(20, 30, 600), G.integers(0, 22, 600)),
        ),
        ("copy_of_few", [v if at % 10 == 0 else None for at, v in enumerate(RATING)]),
    ],
)
def test_a_column_that_knows_the_answer_is_named_with_figures(name, values):
    leak = leaks_of(name, values)[name]
    assert "%" in leak.evidence or " of " in leak.evidence
    assert 0 <= leak.strength <= 1


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("sub_rating", np.clip(RATING.to_numpy() + G.integers(-1, 2, 600), 1, 5)),
        ("noise", G.normal(size=600).round(4)),
        ("hours", (RATING.to_numpy() * 3 + G.normal(0, 5, 600)).round(2)),
        ("site", G.choice([f"site {n}" for n in range(150)], 600)),
        ("bonus", G.integers(0, 30, 600)),
        ("rarely_filled", [f"x{n % 3}" if n % 31 == 0 else None for n in range(600)]),
    ],
)
def test_an_honest_column_is_not_named(name, values):
    assert leaks_of(name, values) == {}


def test_ids_are_no_leaks_however_unique():
    frame = staff(600)
    contract = inferred(frame).contract
    as_feature = tuple(
        c.model_copy(update={"role": Role.CATEGORY}) if c.name == "emp_id" else c
        for c in contract.columns
    )
    contract = contract.model_copy(update={"columns": as_feature})
    assert find_leaks(checked(frame, contract).frame, contract) == []


def test_a_column_let_in_is_not_named():
    values = (RATING * 10).to_list()
    assert leaks_of("grade_code", values, allow_leak=("grade_code",)) == {}


def test_a_column_already_called_a_leak_is_named_again():
    frame = staff(600).with_columns((RATING * 10).cast(pl.String).alias("grade_code"))
    contract = inferred(frame).contract
    marked = tuple(
        c.model_copy(update={"role": Role.LEAK}) if c.name == "grade_code" else c
        for c in contract.columns
    )
    contract = contract.model_copy(update={"columns": marked})
    assert [leak.column for leak in find_leaks(checked(frame, contract).frame, contract)] == [
        "grade_code"
    ]


def test_the_order_of_the_rows_hardly_matters():
    frame = staff(600).with_columns((RATING * 10).cast(pl.String).alias("grade_code"))
    contract = inferred(frame).contract
    typed = checked(frame, contract).frame
    once, again = find_leaks(typed, contract), find_leaks(typed.reverse(), contract)
    assert [leak.column for leak in once] == [leak.column for leak in again]
    assert once[0].strength == pytest.approx(again[0].strength, abs=0.02)
