import pytest

from jixiao.core import ContractError, ManyErrors
from jixiao.data import Overrides

COLUMNS = ["EmpID", "Sex", "Rating", "Termd"]


def test_every_unknown_name_is_told_at_once_with_the_nearest_known_one():
    with pytest.raises(ManyErrors) as told:
        Overrides(target="rating", subject="empid", text=("Nope",)).check(COLUMNS, [])
    hints = {error.got: error.hint for error in told.value.errors}
    assert hints["'empid'"].startswith("did you mean 'EmpID'?")
    assert hints["'rating'"].startswith("did you mean 'Rating'?")
    assert hints["'Nope'"] == "the columns are EmpID, Sex, Rating, Termd"


def test_a_column_with_two_roles_is_refused():
    with pytest.raises(ContractError, match="--subject and --target"):
        Overrides(target="EmpID", subject="EmpID").check(COLUMNS, [])
    with pytest.raises(ContractError, match="--target and --split-column"):
        Overrides(target="Rating", split_column="Rating").check(COLUMNS, [])


def test_options_that_mean_the_same_or_are_no_roles_may_name_a_column_twice():
    Overrides(drop=("Sex",), ignore=("Sex",), split_column="Sex").check(COLUMNS, [])
    Overrides(subject="EmpID", key=("EmpID",), allow_leak=("Termd",)).check(COLUMNS, [])
