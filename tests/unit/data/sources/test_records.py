"""JSON and Parquet tables."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jixiao.core import DataError
from jixiao.data.sources import Limits

from .tables import codes, read

ROWS = [{"id": 1, "text": "好", "rate": 0.5}, {"id": 2, "text": None, "ok": True}]
cells = st.one_of(st.none(), st.text(min_size=1).filter(str.strip), st.integers(-5, 5))


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.fixed_dictionaries({"a": cells, "b": cells}), min_size=2, max_size=9))
def test_lines_and_lists_of_objects_read_alike(rows: list[dict[str, object]], tmp_path: Path):
    lines, listed = tmp_path / "a.jsonl", tmp_path / "a.json"
    lines.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    listed.write_text(json.dumps(rows), encoding="utf-8")
    expected = [tuple(None if row[k] is None else str(row[k]) for k in "ab") for row in rows]
    assert read(lines).frame.select("a", "b").rows() == expected
    assert read(listed).frame.select("a", "b").rows() == expected


def test_objects_give_kinds_and_keep_nested_values_as_json(tmp_path: Path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([{"n": 1, "b": True, "s": {"k": ["v"]}}, {"n": 2.5, "b": False}]))
    got = read(path)
    assert got.frame.rows() == [("1", "true", '{"k": ["v"]}'), ("2.5", "false", None)]
    assert got.kinds == {"n": "number", "b": "boolean"}
    assert got.first_row == 1


def test_a_list_of_lists_gets_numbered_columns(tmp_path: Path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps([["钼已成粥", 1], ["补仓", 0]], ensure_ascii=False))
    got = read(path)
    assert got.frame.columns == ["column_1", "column_2"]
    assert got.frame.row(0) == ("钼已成粥", "1")
    assert not got.problems


def test_an_object_of_lists_keeps_its_keys_as_parts(tmp_path: Path):
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"train": [["a", "x"]], "test": [["b", "y"]]}))
    got = read(path)
    assert got.frame.columns == ["part", "column_1", "column_2"]
    assert got.frame["part"].to_list() == ["train", "test"]


def test_a_broken_line_is_kept_and_named(tmp_path: Path):
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": 1}\n{"id": 2\n\n{"id": 3}\n')
    got = read(path)
    assert got.frame["id"].to_list() == ["1", None, "3"]
    assert got.bad_rows == {1: "a line that is not JSON"}
    assert [(p.code, p.row) for p in got.problems] == [("JX-E209.json-line", 2)]
    assert got.row_number(2) == 4


def test_json_that_is_no_table_is_an_error(tmp_path: Path):
    path = tmp_path / "a.json"
    path.write_text('{"a": 1, "b": 2}')
    with pytest.raises(
        DataError, match=r"\[JX-E209\] a.json: expected a table in JSON, got an obj"
    ):
        read(path)
    path.write_text("[1, 2")
    with pytest.raises(DataError, match="expected JSON, got a mistake in line 1"):
        read(path)


def test_deep_nesting_is_an_error(tmp_path: Path):
    path = tmp_path / "deep.json"
    path.write_text("[" * 200_000 + "]" * 200_000)
    with pytest.raises(DataError, match="JX-E209"):
        read(path)


def test_too_many_json_columns_are_refused(tmp_path: Path):
    path = tmp_path / "wide.json"
    path.write_text(json.dumps([{str(at): 1 for at in range(30)}, {}]))
    with pytest.raises(DataError, match="at most 20 columns, got 30 columns"):
        read(path, limits=Limits(columns=20))


def test_parquet_becomes_canonical_text_with_kinds(tmp_path: Path):
    path = tmp_path / "a.parquet"
    pl.DataFrame(
        {
            "id": ["E1", ""],
            "n": [1.0, 2.5],
            "i": [7, None],
            "day": [date(2025, 3, 1), None],
            "at": [datetime(2025, 3, 1, 10, 30), datetime(2025, 3, 2)],  # noqa: DTZ001
            "ok": [True, False],
            "tags": [["a"], ["b", "c"]],
        }
    ).write_parquet(path)
    got = read(path)
    assert got.frame.row(0)[:6] == ("E1", "1", "7", "2025-03-01", "2025-03-01 10:30:00", "true")
    assert got.frame.row(1)[:5] == (None, "2.5", None, None, "2025-03-02")
    assert got.kinds["n"] == "number"
    assert got.kinds["day"] == got.kinds["at"] == "date"
    assert all(dtype == pl.String for dtype in got.frame.dtypes)


def test_parquet_is_measured_by_its_footer(tmp_path: Path):
    path = tmp_path / "long.parquet"
    pl.DataFrame({"a": pl.int_range(1000, eager=True)}).write_parquet(path)
    with pytest.raises(DataError, match="at most 100 rows, got 1000 rows"):
        read(path, limits=Limits(rows=100))


def test_a_cut_parquet_file_is_an_error(tmp_path: Path):
    path = tmp_path / "cut.parquet"
    pl.DataFrame({"a": [1, 2]}).write_parquet(path)
    path.write_bytes(path.read_bytes()[:-30])
    with pytest.raises(DataError, match=r"\[JX-E203\] cut.parquet: expected a whole Parquet file"):
        read(path)


def test_json_under_another_ending_is_read_by_content(tmp_path: Path):
    path = tmp_path / "a.txt"
    path.write_text(json.dumps(ROWS, ensure_ascii=False))
    assert read(path).frame.height == 2
    assert codes(read(path)) == []
