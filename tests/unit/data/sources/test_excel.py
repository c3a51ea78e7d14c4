"""Workbooks as people keep them."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from jixiao.core import DataError

from .tables import codes, read


def workbook(path: Path, *fills: Callable[[Any, Any], None], names: tuple[str, ...] = ()) -> Path:
    """Write a workbook with one sheet for each filling function."""
    with xlsxwriter.Workbook(path) as book:
        for at, fill in enumerate(fills):
            fill(book, book.add_worksheet(names[at] if names else None))
    return path


def people(book: Any, sheet: Any) -> None:
    for at, row in enumerate([("id", "rating"), ("E1", 3), ("E2", 4)]):
        sheet.write_row(at, 0, row)


def test_values_are_canonical_text_and_kinds_are_known(tmp_path: Path):
    def fill(book: Any, sheet: Any) -> None:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        percent = book.add_format({"num_format": "0.0%"})
        sheet.write_row(0, 0, ["id", "hired", "share", "pay", "active", "note"])
        for at in range(1, 4):
            sheet.write(at, 0, f"E{at}")
            sheet.write_datetime(at, 1, datetime(2025, 3, at), day)  # noqa: DTZ001
            sheet.write(at, 2, 0.125, percent)
            sheet.write(at, 3, 1234.5 * at)
            sheet.write(at, 4, at > 1)
            sheet.write(at, 5, "fine")

    got = read(workbook(tmp_path / "a.xlsx", fill))
    assert got.frame.row(0) == ("E1", "2025-03-01", "0.125", "1234.5", "false", "fine")
    assert got.kinds == {"hired": "date", "share": "number", "pay": "number", "active": "boolean"}
    assert not got.problems
    assert got.first_row == 2


def test_titles_and_merged_headers_are_understood(tmp_path: Path):
    def fill(book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 5, "绩效考核 2025")
        sheet.merge_range(2, 0, 3, 0, "姓名")
        sheet.merge_range(2, 1, 2, 2, "Q1")
        sheet.merge_range(2, 3, 2, 4, "Q2")
        sheet.merge_range(2, 5, 3, 5, "备注")
        sheet.write_row(3, 1, ["Sales", "Cost", "Sales", "Cost"])
        for at in range(4, 8):
            sheet.write_row(at, 0, [f"n{at}", at, 2 * at, 3 * at, 4 * at, "x"])

    got = read(workbook(tmp_path / "merged.xlsx", fill))
    assert got.frame.columns == [
        "姓名",
        "Q1 / Sales",
        "Q1 / Cost",
        "Q2 / Sales",
        "Q2 / Cost",
        "备注",
    ]
    assert got.frame.row(0) == ("n4", "4", "8", "12", "16", "x")
    assert got.first_row == 5
    assert codes(got) == ["JX-E205.title-rows"]


def test_a_table_that_starts_far_from_the_corner_keeps_its_row_numbers(tmp_path: Path):
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(4, 2, ["id", "rating"])
        sheet.write_row(5, 2, ["E1", 3])
        sheet.write_row(8, 2, ["E2", 4])

    got = read(workbook(tmp_path / "far.xlsx", fill))
    assert got.frame.rows() == [("E1", "3"), ("E2", "4")]
    assert [got.row_number(at) for at in range(2)] == [6, 9]


def test_the_first_sheet_with_a_table_is_read_and_said_aloud(tmp_path: Path):
    def cover(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "Cover page")

    path = workbook(tmp_path / "two.xlsx", cover, people, people, names=("Cover", "2025", "2024"))
    got = read(path)
    assert got.frame["id"].to_list() == ["E1", "E2"]
    (problem,) = got.problems
    assert problem.code == "JX-E207.sheet-choice"
    assert problem.got == "3 sheets; '2025' is read, the first that holds a table"


def test_a_named_sheet_is_read_without_a_word(tmp_path: Path):
    path = workbook(tmp_path / "two.xlsx", people, people, names=("2025", "2024"))
    assert not read(path, sheet="2024").problems


def test_an_unknown_sheet_lists_the_known_ones(tmp_path: Path):
    path = workbook(tmp_path / "two.xlsx", people, people, names=("2025", "2024"))
    with pytest.raises(DataError, match="expected one of the sheets '2025', '2024', got '2023'"):
        read(path, sheet="2023")


def test_hidden_sheets_are_not_chosen(tmp_path: Path):
    def hidden(book: Any, sheet: Any) -> None:
        people(book, sheet)
        sheet.hide()

    path = workbook(tmp_path / "h.xlsx", people, hidden, names=("shown", "secret"))
    with_first_hidden = tmp_path / "h2.xlsx"
    with xlsxwriter.Workbook(with_first_hidden) as book:
        first, second = book.add_worksheet("secret"), book.add_worksheet("shown")
        second.activate()
        second.set_first_sheet()
        hidden(book, first)
        people(book, second)
    assert "'shown' is read" in read(path).problems[0].got
    assert "'shown' is read" in read(with_first_hidden).problems[0].got


def test_empty_columns_and_rows_at_the_end_are_left_out(tmp_path: Path):
    def fill(book: Any, sheet: Any) -> None:
        people(book, sheet)
        sheet.write(5, 6, " ")
        sheet.write_blank(9, 9, None, book.add_format({"bold": True}))

    got = read(workbook(tmp_path / "tail.xlsx", fill))
    assert got.frame.columns[:2] == ["id", "rating"]
    assert got.frame.height in (2, 3)


def test_error_cells_are_told(tmp_path: Path):
    def fill(book: Any, sheet: Any) -> None:
        people(book, sheet)
        sheet.write_formula(3, 1, "=1/0", None, "#DIV/0!")
        sheet.write(3, 0, "E3")

    got = read(workbook(tmp_path / "err.xlsx", fill))
    assert codes(got) == ["JX-E207.error-cells"]
    assert got.frame["rating"].to_list() == ["3", "4", None]


def test_a_damaged_workbook_is_an_error(tmp_path: Path):
    path = workbook(tmp_path / "cut.xlsx", people)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(DataError, match=r"\[JX-E203\] cut.xlsx: expected a workbook that can be"):
        read(path)


def test_a_workbook_with_the_wrong_ending_is_read_and_told(tmp_path: Path):
    path = workbook(tmp_path / "a.xlsx", people).rename(tmp_path / "a.csv")
    got = read(path)
    assert got.frame.height == 2
    assert codes(got) == ["JX-E202.ending"]


def test_a_gzipped_workbook_reads_like_the_workbook(tmp_path: Path):
    plain = workbook(tmp_path / "people.xlsx", people)
    packed = tmp_path / "people.xlsx.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    table = read(packed)
    assert table.file == "people.xlsx.gz"
    assert table.frame.equals(read(plain).frame)
    assert codes(table) == []
