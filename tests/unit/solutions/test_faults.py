"""Every planted fault writes what it says, and the files are as people keep them."""

from __future__ import annotations

from collections import Counter
from datetime import date

import openpyxl
import polars as pl
import pytest

from jixiao.solutions.company import faults


@pytest.mark.parametrize(
    ("write", "meant", "written"),
    [
        (faults.full_width, "87.5%", "８７．５％"),
        (faults.times_hundred, "87.5%", "8750%"),
        (faults.times_hundred, "95.3", "9530"),
        (faults.in_wan, "12,500", "1.25万"),
        (faults.in_yuan, "12,500", "¥12,500"),
        (faults.spaced_percent, "12.5%", "12.5 %"),
        (faults.in_future, "2024-04-12", "2042-04-12"),
        (faults.in_future, "2025-07-09", "2052-07-09"),
        (faults.impossible_day, "2024-04-12", "2024-02-30"),
        (faults.with_blanks, "Hybrid", "Hybrid "),
        (faults.upper_case, "Hybrid", "HYBRID"),
    ],
)
def test_a_fault_writes_the_cell_as_people_do(write, meant, written) -> None:
    assert write(meant) == written


def test_every_kind_of_fault_is_planted(sample_company) -> None:
    kinds = Counter((cell.table, cell.kind) for cell in sample_company.truth.bad_cells)
    assert set(kinds) == {
        ("reviews", kind)
        for kind in [
            "full_width",
            "spaced_percent",
            "wan",
            "currency",
            "blanks",
            "units",
            "future",
            "impossible",
            "off_scale",
            "missing",
            "case",
        ]
    } | {("kpi", kind) for kind in ("full_width", "units", "future", "word")} | {
        ("survey", "typed_twice"),
        ("goals", "spaced_percent"),
        ("roster", "blanks"),
        ("roster", "case"),
    }


def test_future_dates_lie_in_the_future_and_impossible_ones_nowhere(sample_company) -> None:
    for cell in sample_company.truth.bad_cells:
        if cell.table == "reviews" and cell.kind == "future":
            assert date.fromisoformat(cell.written).year > 2040
        if cell.kind == "impossible":
            with pytest.raises(ValueError, match="day is out of range"):
                date.fromisoformat(cell.written)


def test_a_row_carries_one_planted_fault_at_most(sample_company) -> None:
    truth = sample_company.truth
    rows = [(cell.table, cell.row) for cell in truth.bad_cells]
    rows += [("reviews", row) for row in truth.mislabelled]
    rows += [("reviews", copy.row) for copy in truth.exact_copies]
    assert max(Counter(rows).values()) == 1


def test_reviews_start_with_a_byte_order_mark_and_kpi_is_gbk(sample_folder) -> None:
    assert (sample_folder / "reviews.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    kpi = (sample_folder / "kpi.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        kpi.decode("utf-8")
    assert "2024年01月" in kpi.decode("gbk")


def test_files_hold_the_tables(sample_folder, sample_company) -> None:
    for name, encoding in (("reviews", "utf8"), ("survey", "utf8"), ("goals", "utf8")):
        read = pl.read_csv(sample_folder / f"{name}.csv", infer_schema=False, encoding=encoding)
        assert read.equals(sample_company.tables[name])


def test_the_roster_has_title_rows_and_a_merged_header(sample_folder, sample_company) -> None:
    sheet = openpyxl.load_workbook(sample_folder / "roster.xlsx").active
    assert sheet["A1"].value == "Lanting Instruments: employee roster"
    merged = {str(cells) for cells in sheet.merged_cells.ranges}
    assert merged == {"A1:J1", "A2:J2", "A4:A5", "B4:E4", "F4:F5", "G4:I4", "J4:J5"}
    assert [cell.value for cell in sheet[5]][1:5] == ["Name", "First Name", "Gender", "Birth Date"]
    assert sheet.max_row == 5 + sample_company.tables["roster"].height
