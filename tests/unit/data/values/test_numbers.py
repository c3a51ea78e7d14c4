"""Numbers as people write them."""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.data.values import parse_numbers
from jixiao.data.values.numbers import chinese_number


def values(*written: str | None) -> list[float | None]:
    return parse_numbers(pl.Series("x", written, dtype=pl.String)).values.to_list()


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("7", 7.0),
        (" 2.50 ", 2.5),
        ("+5", 5.0),
        ("1e5", 1e5),
        ("12.5 %", 12.5),
        ("12.5％", 12.5),
        ("1,234", 1234.0),
        ("1,234,567.89", 1234567.89),
        ("12,34,567", 1234567.0),
        ("1 234", 1234.0),
        ("1'000", 1000.0),
        ("1.234,56", 1234.56),
        ("1.000.000", 1e6),
        ("¥1.2万", 12000.0),
        ("￥3,000元", 3000.0),
        ("3.5亿", 3.5e8),
        ("2千", 2000.0),
        ("15k", 15000.0),
        ("1.5M", 1.5e6),
        ("$1,234.50", 1234.5),
        ("-¥5", -5.0),
        ("¥-5", -5.0),
        ("(300)", -300.0),
        ("300-", -300.0),
        ("−7", -7.0),
        ("１２３．５", 123.5),
        ("三十二", 32.0),
        ("3 小时", 3.0),
        ("32岁", 32.0),
    ],
)
def test_a_number_is_read(written: str, number: float):
    assert values(written) == [number]


@pytest.mark.parametrize(
    "written",
    ["abc", "nan", "inf", "-inf", "1,2,3", "1.2.3", "12%%", "(5", "1-2", "5 apples"],
)
def test_what_is_no_number_fails(written: str):
    read = parse_numbers(pl.Series([written, "2.75", "1,000.5"]))
    assert read.values[0] is None
    assert read.failed.to_list() == [True, False, False]


def test_empty_cells_are_missing_and_do_not_fail():
    read = parse_numbers(pl.Series([None, "", "  ", "1"]))
    assert read.values.to_list() == [None, None, None, 1.0]
    assert not read.failed.any()


def test_one_decimal_comma_decides_for_the_column():
    read = parse_numbers(pl.Series(["1.234,56", "1.234", "3,5"]))
    assert read.values.to_list() == [1234.56, 1234.0, 3.5]
    assert read.decimal_comma is True


def test_points_beside_commas_keep_points():
    read = parse_numbers(pl.Series(["2.75", "1,234", "3.5"]))
    assert read.values.to_list() == [2.75, 1234.0, 3.5]
    assert read.decimal_comma is not True


def test_commas_of_both_kinds_in_one_column_are_ambiguous():
    assert parse_numbers(pl.Series(["1,5", "1,234", "2.75"])).ambiguous


def test_the_unit_of_most_values_is_told():
    read = parse_numbers(pl.Series(["¥5", "¥6", "¥7", "8 %"]))
    assert read.unit == "CNY"
    assert read.units == (("CNY", 3), ("%", 1))


@given(st.lists(st.floats(-1e12, 1e12).map(lambda x: round(x, 2)), min_size=1))
def test_written_numbers_come_back_in_every_dress(numbers: list[float]):
    plain = [repr(x) for x in numbers]
    money = [f"{'-' if x < 0 else ''}¥{abs(x):,.2f}" for x in numbers]
    wide = [
        "".join(chr(ord(c) + 0xFEE0) if c.isdigit() else c for c in f"{x:.2f}") for x in numbers
    ]
    for written in (plain, money, wide):
        got = values(*written)
        assert all(
            math.isclose(a or 0.0, b, abs_tol=1e-6) for a, b in zip(got, numbers, strict=True)
        )


@given(st.lists(st.one_of(st.none(), st.text(max_size=8)), min_size=1, max_size=20))
def test_anything_is_read_or_failed_and_never_lost(cells: list[str | None]):
    read = parse_numbers(pl.Series("x", cells, dtype=pl.String))
    for cell, value, failed in zip(cells, read.values, read.failed, strict=True):
        assert failed is not None
        assert not (failed and value is not None)
        if cell is None:
            assert value is None
            assert not failed


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("一百零五", 105),
        ("一万二千", 12000),
        ("三亿五千万", 350_000_000),
        ("二〇二五", 2025),
    ],
)
def test_chinese_numerals(text: str, number: float):
    assert chinese_number(text) == number
