"""KPI series: long, wide and numbered; never a value from after the reviewed period."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jixiao.contracts import Column, Contract, DataType, Role, SeriesLayout, Table, Task, TaskKind
from jixiao.core import DataError
from jixiao.data.series import series_of

LONG = SeriesLayout(layout="long", indicator="kpi", value="value", period="month")


def contract(*more: Column) -> Contract:
    return Contract(
        tables=(Table(name="reviews", source="reviews.csv"),),
        columns=(
            Column(name="id", role=Role.SUBJECT, type=DataType.TEXT),
            Column(name="quarter", role=Role.PERIOD, type=DataType.PERIOD),
            *more,
        ),
        task=Task(kind=TaskKind.NUMBER, target="rating"),
    )


def indicator(name: str) -> Column:
    return Column(name=name, role=Role.INDICATOR, type=DataType.NUMBER)


def kpi(layout: SeriesLayout) -> Table:
    return Table(name="kpi", source="kpi.csv", key=("id",), series=layout)


RECORDS = pl.DataFrame({"id": ["1", "2", "1"], "quarter": ["2025Q1", "2025Q1", "2025Q2"]})
MONTHS = [f"2025-{month:02d}" for month in range(1, 8)]


def test_long_tables_stop_at_the_reviewed_period():
    figures = pl.DataFrame(
        {
            "id": ["1"] * 7 + ["2"],
            "month": [*MONTHS, "2025-02"],
            "kpi": ["sales"] * 8,
            "value": ["1", "2", "3", "4", "5", "6", "7", "¥20"],
        }
    )
    block = series_of(RECORDS, contract(), [(kpi(LONG), figures)])
    assert block is not None
    assert block.names == ("sales",)
    assert block.values.shape == (3, 7, 1)
    assert block.values.dtype == np.float32
    np.testing.assert_array_equal(block.values[0, -3:, 0], [1, 2, 3])
    np.testing.assert_array_equal(block.values[2, -6:, 0], [1, 2, 3, 4, 5, 6])
    np.testing.assert_array_equal(block.values[1, -3:, 0], [np.nan, 20, np.nan])
    assert block.periods[0][-3:] == ("2025-01", "2025-02", "2025-03")
    assert block.steps[-3:] == ("-2", "-1", "0")
    assert not (block.values == 7).any()


def test_targets_stand_beside_their_values():
    figures = pl.DataFrame(
        {
            "id": ["1", "1"],
            "month": MONTHS[:2],
            "kpi": ["sales"] * 2,
            "value": [1, 2],
            "Target": [3, 4],
        }
    )
    block = series_of(RECORDS, contract(), [(kpi(LONG), figures)])
    assert block is not None
    assert block.targets is not None
    np.testing.assert_array_equal(block.targets[0, :, 0], [3, 4])


def test_wide_tables_give_one_indicator_a_column():
    layout = SeriesLayout(layout="wide", period="month")
    figures = pl.DataFrame(
        {
            "id": ["1", "1"],
            "month": MONTHS[:2],
            "sales": ["1", "2"],
            "cost": ["3", None],
            "note": ["a", "b"],
        }
    )
    block = series_of(RECORDS, contract(), [(kpi(layout), figures)])
    assert block is not None
    assert block.names == ("sales", "cost")
    np.testing.assert_array_equal(block.values[0], [[1, 3], [2, np.nan]])


def test_one_column_for_each_period():
    layout = SeriesLayout(layout="wide")
    figures = pl.DataFrame(
        {"id": ["1", "2"], "2025Q1": ["1", "2"], "2025Q2": ["3", "4"], "2025Q3": ["5", "6"]}
    )
    block = series_of(RECORDS, contract(), [(kpi(layout), figures)])
    assert block is not None
    np.testing.assert_array_equal(block.values[:, -2:, 0], [[np.nan, 1], [np.nan, 2], [1, 3]])


def test_numbered_columns_count_back_from_zero():
    names = [*(f"PAY_{at}" for at in (0, 2, 3)), *(f"BILL_AMT{at}" for at in (1, 2, 3))]
    frame = pl.DataFrame({name: [float(at), 10.0 + at] for at, name in enumerate(names)})
    block = series_of(frame, contract(*map(indicator, names)), [])
    assert block is not None
    assert block.names == ("PAY", "BILL_AMT")
    np.testing.assert_array_equal(block.values[0], [[2, 5], [1, 4], [0, 3]])


def test_numbers_without_a_zero_rise_with_time():
    names = ["month_1", "month_2", "month_3"]
    frame = pl.DataFrame({name: [float(at)] for at, name in enumerate(names)})
    block = series_of(frame, contract(*map(indicator, names)), [])
    assert block is not None
    np.testing.assert_array_equal(block.values[0, :, 0], [0, 1, 2])


def test_indicators_in_the_records_give_the_subject_its_own_history():
    frame = RECORDS.with_columns(pl.Series("sales", [5.0, 6.0, 7.0]))
    block = series_of(frame, contract(indicator("sales")), [])
    assert block is not None
    np.testing.assert_array_equal(block.values[:, :, 0], [[np.nan, 5], [np.nan, 6], [5, 7]])


def test_only_the_latest_steps_are_kept():
    figures = pl.DataFrame({"id": ["1"] * 7, "month": MONTHS, "kpi": ["s"] * 7, "value": range(7)})
    block = series_of(RECORDS, contract(), [(kpi(LONG), figures)], max_steps=2)
    assert block is not None
    np.testing.assert_array_equal(block.values[2, :, 0], [4, 5])


def test_nothing_gives_nothing():
    assert series_of(RECORDS, contract(), []) is None


def test_a_layout_with_an_unknown_column_is_an_error():
    with pytest.raises(DataError, match=r"\[JX-E224\] kpi: expected the column 'kpi', got the col"):
        series_of(RECORDS, contract(), [(kpi(LONG), RECORDS)])


days = st.dates(date(2024, 1, 1), date(2025, 12, 31))


@given(
    figures=st.lists(
        st.tuples(st.sampled_from("12"), days, st.integers(1, 9)), min_size=1, max_size=30
    ),
    quarter=st.sampled_from(["2024Q1", "2024Q3", "2025Q2"]),
)
def test_no_value_is_ever_from_after_the_reviewed_period(figures, quarter: str):
    ends = {"2024Q1": date(2024, 4, 1), "2024Q3": date(2024, 10, 1), "2025Q2": date(2025, 7, 1)}
    table = pl.DataFrame(
        {
            "id": [one for one, _, _ in figures],
            "month": [day.isoformat() for _, day, _ in figures],
            "kpi": ["x"] * len(figures),
            "value": [n if day < ends[quarter] else 1000 + n for _, day, n in figures],
        }
    )
    records = pl.DataFrame({"id": ["1", "2"], "quarter": [quarter] * 2})
    block = series_of(records, contract(), [(kpi(LONG), table)], max_steps=40)
    assert block is not None
    assert not (block.values > 100).any()
    last = {
        one: max((d for i, d, _ in figures if i == one and d < ends[quarter]), default=None)
        for one in "12"
    }
    for at, one in enumerate("12"):
        assert (last[one] is None) == bool(np.isnan(block.values[at]).all())
