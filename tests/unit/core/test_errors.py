import copy

import pytest

from jixiao.core import ContractError, JixiaoError, ManyErrors, raise_all


def error(place: str) -> ContractError:
    return ContractError("JX-E101", place, expected="40 items", got="39", hint="pair them by id")


def test_an_error_says_place_expected_got_and_hint():
    assert str(error("ratings_b")) == (
        "[JX-E101] ratings_b: expected 40 items, got 39\n  Hint: pair them by id"
    )


def test_several_errors_are_raised_together_and_each_is_told():
    with pytest.raises(ManyErrors) as caught:
        raise_all([error("a"), error("b")])
    assert [one.place for one in caught.value.errors] == ["a", "b"]
    assert str(caught.value).count("JX-E101") == 2


def test_one_error_is_raised_as_itself_and_none_as_nothing():
    raise_all([])
    with pytest.raises(ContractError, match="ratings_b"):
        raise_all([error("ratings_b")])


def test_errors_survive_being_copied_as_between_processes():
    for one in (error("a"), ManyErrors([error("a"), error("b")])):
        again = copy.deepcopy(one)
        assert isinstance(again, JixiaoError)
        assert str(again) == str(one)
