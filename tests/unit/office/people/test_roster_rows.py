from datetime import date

import polars as pl
import pytest

from jixiao.core import ManyErrors, OfficeError
from jixiao.data import RawTable
from jixiao.office.people.roster_rows import is_roster, roster_columns, roster_rows


def _raw(**columns: list[str | None]) -> RawTable:
    return RawTable("roster", "roster.csv", pl.DataFrame(columns, orient="col"))


def test_columns_are_found_by_name_in_both_languages() -> None:
    english = ["Employee Id", "Name", "Email", "Manager Email", "Department", "Start Date"]
    assert roster_columns(english) == {
        "key": "Employee Id",
        "name": "Name",
        "email": "Email",
        "manager": "Manager Email",
        "department": "Department",
        "joined": "Start Date",
    }
    chinese = ["工号", "姓名", "部门", "团队", "岗位", "入职日期", "离职日期", "生效日期"]
    assert set(roster_columns(chinese)) == {
        "key", "name", "department", "team", "title", "joined", "left", "since",
    }  # fmt: skip


def test_a_table_of_reviews_is_no_roster() -> None:
    assert not is_roster(["Employee ID", "Quarter", "Rating", "Manager Comments"])
    assert is_roster(["工号", "姓名", "部门"])


def test_department_and_team_make_a_path_and_a_last_day_ends_before_the_next() -> None:
    raw = _raw(
        **{"工号": ["A1"], "姓名": ["Ann"], "部门": ["Optics"], "团队": ["A/B"]},
        **{"离职日期": ["2025-03-31"]},
    )
    (row,) = roster_rows(raw)
    assert (row.unit, row.left, row.place) == ("Optics/A·B", date(2025, 4, 1), 2)
    assert row.manager is None, "without a column, nothing is known of managers"


def test_a_table_without_ids_is_refused_with_the_names_it_needs() -> None:
    with pytest.raises(OfficeError, match="no column for key"):
        roster_rows(_raw(Name=["Ann"]))


def test_every_cell_that_is_no_day_is_told_with_its_row() -> None:
    raw = _raw(
        **{"Employee ID": ["A", "B", "C"], "Name": ["Ann", "Bo", "Cy"]},
        **{"Hire Date": ["soon", "2024-01-05", "never"]},
    )
    with pytest.raises(ManyErrors) as told:
        roster_rows(raw)
    assert [error.place for error in told.value.errors] == ["row 2, Hire Date", "row 4, Hire Date"]
    assert "soon" not in str(told.value), "cells are never repeated"


def test_of_two_columns_of_managers_the_one_that_names_people_of_the_table_is_read() -> None:
    raw = _raw(
        **{"Employee ID": ["A", "B"], "Name": ["Oakes, Mary", "Lee, Jo"], "Department": ["X", "X"]},
        **{"Manager ID": ["7", "7"], "Manager Name": [None, "Mary Oakes"]},
    )
    assert [row.manager for row in roster_rows(raw)] == ["", "Mary Oakes"]
