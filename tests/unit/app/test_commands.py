import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.app.cli.commands import init_options, parse_seconds
from jixiao.app.cli.parser import build_parser
from jixiao.core import ContractError


@given(st.integers(1, 999), st.sampled_from([("s", 1), ("m", 60), ("h", 3600), ("", 1)]))
def test_a_time_is_read_with_its_unit(number, unit):
    letter, seconds = unit
    assert parse_seconds(f"{number}{letter}") == number * seconds


@pytest.mark.parametrize("text", ["", "soon", "5 days", "-3m", "0s"])
def test_what_is_no_time_is_refused_with_an_example(text):
    with pytest.raises(ContractError, match="90s, 5m or 1h"):
        parse_seconds(text)


def test_the_options_of_init_become_overrides():
    words = build_parser("1").parse_args(
        ["init", "d", "--data", "a.csv", "--target", "rating", "--text", "pros", "cons",
         "--scale", "1..5", "--drop", "salary", "--test", "t.csv"]
    )  # fmt: skip
    options = init_options(words)
    assert options.overrides.target == "rating"
    assert options.overrides.text == ("pros", "cons")
    assert options.overrides.drop == ("salary",)
    assert options.test == "t.csv"
