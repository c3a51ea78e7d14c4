from __future__ import annotations

import polars as pl
import pytest
from tests.unit.reports.conftest import Company, contract

from jixiao.contracts import Settings
from jixiao.core import JixiaoError
from jixiao.reports import make_reports
from jixiao.services.actions import COLUMNS, candidate_table, candidates_of, read_actions


class Store:
    """Keeps one table."""

    def __init__(self, table: pl.DataFrame | None) -> None:
        self.table = table

    def read_table(self, name: str) -> pl.DataFrame | None:
        assert name == "actions"
        return self.table


class Known:
    """What reading needs to know of the data."""

    def __init__(self) -> None:
        self.contract = contract()
        self.frame = pl.DataFrame(
            {"subject": ["E1", "E2"], "rater": ["M1", "M1"], "comment": ["", ""]}
        )
        self.indicators = pl.DataFrame({"indicator": ["sales", "complaints"]})


def read(rows, columns=tuple(COLUMNS)):
    table = None if rows is None else pl.DataFrame(rows, schema=list(columns), orient="row")
    return read_actions(Store(table), Known(), Settings(contract=contract()))


def test_no_table_is_no_actions():
    assert read(None) is None


def test_a_table_is_read_with_its_days_and_periods():
    found = read([("E1", "sales", "Call ten", "M1", "2025-11-30", "yes", "2025Q3")])
    (row,) = found.iter_rows(named=True)
    assert (row["subject"], row["about"], row["text"], row["done"]) == (
        "E1",
        "sales",
        "Call ten",
        True,
    )
    assert (str(row["due"]), str(row["period_start"])) == ("2025-11-30", "2025-07-01")


def test_chinese_columns_and_words_are_read_as_well():
    columns = ("工号", "针对", "行动", "负责人", "截止日期", "完成", "周期")
    found = read(
        [("E1", "评级", "参加培训", "M1", "2025年11月30日", "未完成", "2025年第三季度")], columns
    )
    (row,) = found.iter_rows(named=True)
    assert (row["about"], row["done"], str(row["due"])) == ("评级", False, "2025-11-30")


def test_the_day_on_which_it_was_done_says_done_and_empty_rows_are_passed_over():
    found = read([("E1", "", "Call", None, None, "2025-10-02", "2025Q3"), (None,) * 7])
    assert found["done"].to_list() == [True]


def test_every_fault_of_the_table_is_told_at_once():
    with pytest.raises(JixiaoError) as caught:
        read([("", "slaes", "Call", "M1", "soon", "perhaps", "2025Q9")])
    told = str(caught.value)
    assert told.count("[JX-E410]") == 5
    assert "actions.csv:2:about: expected an indicator of the data, or rating, got 'slaes'" in told
    assert "actions.csv:2:due: expected a day such as 2025-12-31, got 'soon'" in told


def test_unknown_and_missing_columns_are_told():
    with pytest.raises(JixiaoError) as caught:
        read([("E1", "Call")], ("subject", "actoin"))
    told = str(caught.value)
    assert "got 'actoin'" in told
    assert "expected the column 'action', got none" in told
    assert "expected the column 'period', got none" in told


def test_candidates_are_rows_of_the_same_table_without_an_owner():
    company = Company()
    for quarter in (1, 2, 3):
        company.rate("E1", f"2025Q{quarter}", "良好", rater="M1")
        company.point("E1", f"2025Q{quarter}", "sales", 90.0, 100.0)
    reports = list(make_reports(company.evidence(), levels=["employee"], languages=["en", "zh"]))
    table = candidate_table([row for report in reports for row in candidates_of(report)])
    assert table is not None
    assert table.rows(named=True) == [
        {"subject": "E1", "about": "sales", "action": "", "owner": "", "due": "", "done": "",
         "period": "2025Q3"}
    ]  # fmt: skip
    assert candidate_table([]) is None
