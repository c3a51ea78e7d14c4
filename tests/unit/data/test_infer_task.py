import polars as pl
import pytest
from tests.unit.data.checking import inferred, staff

from jixiao.core import ContractError


def test_a_scale_of_other_levels_is_refused_with_the_column_s_own():
    with pytest.raises(ContractError, match="the levels of department") as told:
        inferred(staff(), target="department", scale="red<green<blue")
    own = "Finance, Lab, Sales, Support"
    assert told.value.hint == f"write its own levels, lowest first; it holds {own}"


def test_a_scale_of_a_column_with_many_values_shows_none_of_them():
    with pytest.raises(ContractError, match="no value of it") as told:
        inferred(staff(), target="salary", scale="1..5")
    assert told.value.hint == "write its own levels, lowest first"


def test_a_scale_beside_another_task_is_refused():
    with pytest.raises(ContractError, match="got --task number"):
        inferred(staff(), target="rating", task="number", scale="1..5")


def test_asking_for_the_order_of_names_shows_no_name():
    people = [f"Person {at}" for at in range(200)]
    frame = staff().with_columns(pl.Series("who", people))
    with pytest.raises(ContractError) as told:
        inferred(frame, target="who", task="ordinal")
    assert told.value.got == "200 different values"
    assert "Person" not in str(told.value)


def test_a_scale_that_covers_the_column_by_other_spellings_is_taken():
    frame = staff().with_columns(pl.col("rating") + pl.lit(" stars"))
    assert inferred(frame, target="rating", scale="1..5").contract.task.levels == tuple("12345")
