"""Delimited text in every encoding, separator and quoting, and what is odd in it."""

from __future__ import annotations

import csv
import gzip
import hashlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jixiao.core import DataError
from jixiao.data.sources import Limits
from jixiao.data.sources.delimited import sniff

from .tables import as_csv, codes, read

WORDS = [
    "good",
    "late again",
    "准时完成",
    "服务好，态度好",
    'so-called "star"',
    "a,b;c|d\te",
    "two\nlines",
    "-",
    "客户满意",
    "",
]
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"]
SEPARATORS = [",", ";", "\t", "|"]

tables = st.lists(
    st.tuples(st.sampled_from(WORDS), st.integers(0, 5).map(str), st.sampled_from(WORDS)),
    min_size=4,
    max_size=30,
)


@settings(max_examples=120, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    rows=tables,
    encoding=st.sampled_from(ENCODINGS),
    separator=st.sampled_from(SEPARATORS),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
    ends=st.sampled_from(["\n", "\r\n"]),
    packed=st.booleans(),
)
def test_a_table_is_read_back_as_written(
    rows, encoding, separator, quoting, ends, packed, tmp_path: Path
):
    lines = [(f"E{at:03d}", *row) for at, row in enumerate(rows)]
    table = [("员工编号", "comment", "rating", "评语"), *lines]
    text = as_csv(table, delimiter=separator, quoting=quoting, lineterminator=ends)
    data = text.encode(encoding)
    path = tmp_path / ("reviews.csv.gz" if packed else "reviews.csv")
    path.write_bytes(gzip.compress(data) if packed else data)
    got = read(path)
    assert got.frame.columns == ["员工编号", "comment", "rating", "评语"]
    assert got.frame.rows() == [tuple(cell or None for cell in line) for line in lines]
    assert got.first_row == 2
    assert got.row_numbers is None
    assert not got.bad_rows


@pytest.mark.parametrize("separator", SEPARATORS)
def test_the_separator_is_found_among_others_in_text(separator: str):
    rows = [["id", "text", "n"], *([str(at), "a, b; c | d", "1"] for at in range(20))]
    assert sniff(as_csv(rows, delimiter=separator)) == separator


def test_one_column_has_no_separator():
    assert sniff("rid\n8\n14\n15\n") is None


def test_commas_of_prose_are_no_separators():
    prose = ["comment", *["Good work, well done"] * 5, *["Fine", "A, b, c", "Late"] * 2]
    assert sniff("\n".join(prose)) is None


def test_a_title_above_a_csv_header_is_skipped(tmp_path: Path):
    path = tmp_path / "titled.csv"
    path.write_text("绩效考核表 2025\n\n姓名,评分\n张三,4\n李四,5\n王五,3\n")
    got = read(path)
    assert got.frame.columns == ["姓名", "评分"]
    assert got.first_row == 4
    assert codes(got) == ["JX-E205.title-rows"]


def test_decimal_commas_do_not_hide_semicolons():
    assert sniff("name;a;b\nx;1,5;2,5\ny;2,5;3,5\nz;0,5;9,1\n") == ";"


def test_sentences_are_split_at_the_last_at_sign(tmp_path: Path):
    path = tmp_path / "lines.txt"
    path.write_bytes(
        "\ufeffWrite to a@example.com , please .@neutral\r\nSales rose .@positive\r\n"
        "Sales rose again .@positive\r\nNothing new .@neutral\r\n".encode()
    )
    got = read(path)
    assert got.frame.columns == ["column_1", "column_2"]
    assert got.frame.row(0) == ("Write to a@example.com , please .", "neutral")
    assert got.frame.height == 4
    assert got.first_row == 1


def test_gbk_is_read_and_said_aloud(tmp_path: Path):
    path = tmp_path / "考核.csv"
    path.write_bytes("工号,评语\nE1,工作认真负责\nE2,沟通需要改进\n".encode("gbk"))
    got = read(path)
    assert got.frame["评语"].to_list() == ["工作认真负责", "沟通需要改进"]
    (problem,) = got.problems
    assert problem.code == "JX-E204.encoding"
    assert problem.got == "bytes that are not UTF-8, read as GB18030"


def test_big5_is_read_and_said_aloud(tmp_path: Path):
    path = tmp_path / "big5.csv"
    path.write_bytes("編號,評語\n1,工作認真負責\n2,溝通需要改進\n".encode("big5"))
    got = read(path)
    assert got.frame["評語"].to_list() == ["工作認真負責", "溝通需要改進"]
    assert got.problems[0].got == "bytes that are not UTF-8, read as BIG5"


def test_bytes_that_are_no_text_are_refused(tmp_path: Path):
    path = tmp_path / "noise.csv"
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(DataError, match=r"\[JX-E202\] noise.csv: expected text, got bytes"):
        read(path)


def test_very_long_cells_are_kept(tmp_path: Path):
    path = tmp_path / "long.csv"
    path.write_text('id,note\n1,"' + "x" * 300_000 + '"\n2,y\n3\n')
    got = read(path)
    assert len(got.frame["note"][0]) == 300_000
    assert got.bad_rows == {2: "1 cell instead of 2"}


def test_latin_1_is_the_last_resort_and_said_aloud(tmp_path: Path):
    path = tmp_path / "cafe.csv"
    path.write_bytes("id,note\n1,café très bon\n2,déjà vu à Zürich\n".encode("latin-1"))
    got = read(path)
    assert got.frame["note"].to_list() == ["café très bon", "déjà vu à Zürich"]
    assert got.problems[0].got == "bytes that are not UTF-8, read as Latin-1"


def test_lines_of_another_encoding_are_named_with_their_row(tmp_path: Path):
    path = tmp_path / "mixed.csv"
    lines = [b"id,note\n", *(f"{at},按时完成\n".encode() for at in range(9))]
    lines[4] = "3,质量优秀\n".encode("gbk")
    path.write_bytes(b"".join(lines))
    got = read(path)
    assert got.frame["note"].to_list()[3] == "质量优秀"
    (problem,) = got.problems
    assert (problem.code, problem.row, problem.rows) == ("JX-E204.encoding", 5, 1)
    assert problem.got == "UTF-8 with 1 lines in another encoding"


def test_a_wrong_byte_far_down_is_found(tmp_path: Path):
    path = tmp_path / "long.csv"
    lines = [f"{at},按时完成任务并且质量很好\n".encode() for at in range(20_000)]
    lines[15_000] = "15000,质量优秀\n".encode("gbk")
    path.write_bytes(b"id,note\n" + b"".join(lines))
    got = read(path)
    assert got.frame["note"][15_000] == "质量优秀"
    assert [(p.code, p.row) for p in got.problems] == [("JX-E204.encoding", 15_002)]


def test_nul_bytes_are_left_out_and_told(tmp_path: Path):
    path = tmp_path / "nul.csv"
    path.write_bytes(b"id,note\n1,a\0b\n2,c\n")
    got = read(path)
    assert got.frame["note"].to_list() == ["ab", "c"]
    assert codes(got) == ["JX-E204.nul-bytes"]


def test_ragged_rows_keep_their_cells_and_are_named(tmp_path: Path):
    path = tmp_path / "ragged.csv"
    path.write_text("id,note,rating\n1,fine,3\n2,good, but late,4\n3,ok\n4,great,5\n5,bad,1\n")
    got = read(path)
    assert got.frame.rows()[1] == ("2", "good", " but late,4")
    assert got.frame.rows()[2] == ("3", "ok", None)
    assert got.bad_rows == {1: "4 cells instead of 3", 2: "2 cells instead of 3"}
    assert [(p.code, p.row, p.expected, p.got) for p in got.problems] == [
        ("JX-E206.ragged-row", 3, "3 cells", "4 cells instead of 3"),
        ("JX-E206.ragged-row", 4, "3 cells", "2 cells instead of 3"),
    ]


def test_many_ragged_rows_are_told_once_for_each_kind(tmp_path: Path):
    path = tmp_path / "ragged.csv"
    short, long = "9\n" * 300, "9,a,b,c,d\n9,a,b,c\n"
    path.write_text(f"id,note,rating\n1,fine,3\n{short}{long}")
    got = read(path)
    assert len(got.bad_rows) == 302
    assert [(p.row, p.got, p.rows) for p in got.problems] == [
        (3, "1 cell instead of 3", 300),
        (303, "5 cells instead of 3", 2),
    ]
    assert "got 1 cell instead of 3 (first of 300 rows)" in str(got.problems[0])


def test_a_short_row_is_found_even_where_quotes_hold_separators(tmp_path: Path):
    path = tmp_path / "short.csv"
    path.write_text('id,note,rating\n1,"a, b",3\n2,"c, d, e"\n3,"f",4\n4,g,5\n')
    assert read(path).bad_rows == {1: "2 cells instead of 3"}


def test_an_unclosed_quote_costs_one_row(tmp_path: Path):
    path = tmp_path / "quote.csv"
    rows = [f'{at},"fine, thanks",{at % 5}' for at in range(50)]
    rows[20] = '20,"never closed,3'
    path.write_text("id,note,rating\n" + "\n".join(rows) + "\n")
    got = read(path)
    assert got.frame.height == 50
    assert list(got.bad_rows) == [20]
    assert got.frame["rating"][21] == "1"


def test_stray_quotes_in_tab_text_are_characters(tmp_path: Path):
    path = tmp_path / "stray.tsv"
    path.write_text('id\tnote\n1\t"great" she said\n2\t5" screen\n3\tfine\n4\t"odd\n')
    got = read(path)
    assert got.frame.height == 4
    assert got.frame["note"][1] == '5" screen'


def test_blank_lines_are_left_out_and_rows_keep_their_numbers(tmp_path: Path):
    path = tmp_path / "blank.csv"
    path.write_text("id,note\n1,a\n\n2,b\n,\n3,c\n\n\n")
    got = read(path)
    assert got.frame["id"].to_list() == ["1", "2", "3"]
    assert [got.row_number(at) for at in range(3)] == [2, 4, 6]
    assert codes(got) == ["JX-E206.blank-rows"]
    assert got.left_out == (2,)


def test_trailing_blank_lines_are_no_finding(tmp_path: Path):
    path = tmp_path / "tail.csv"
    path.write_text("id,note\n1,a\n2,b\n,\n\n")
    got = read(path)
    assert got.frame.height == 2
    assert not got.problems
    assert got.row_numbers is None
    assert got.left_out == (2,)


def test_a_row_of_empty_quotes_is_a_row_and_a_line_break_in_quotes_is_none(tmp_path: Path):
    path = tmp_path / "one.csv"
    path.write_text('note\n"first\n\nline"\n""\n\nlast\n""\n\n')
    got = read(path)
    assert got.frame["note"].to_list() == ["first\n\nline", "last"]
    assert got.left_out == (1, 3)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    cells=st.lists(
        st.tuples(st.sampled_from(["", "a", "b\n\nc"]), st.sampled_from(["", "1"])), max_size=12
    )
)
def test_every_written_row_is_in_the_frame_or_told_as_left_out(tmp_path: Path, cells):
    path = tmp_path / "any.csv"
    path.write_text(as_csv([("note", "rating"), ("x", "5"), *cells]), newline="")
    got = read(path)
    places = [at + 1 for at, row in enumerate(cells) if row == ("", "")]
    assert list(got.left_out) == places
    assert got.frame.height + len(places) == len(cells) + 1


def test_an_unnamed_first_column_gets_a_stable_name(tmp_path: Path):
    path = tmp_path / "index.csv"
    path.write_text(",rating,text\n0,5,good\n1,1,bad\n")
    got = read(path)
    assert got.frame.columns == ["column_1", "rating", "text"]
    assert not got.problems


def test_a_bare_carriage_return_ends_a_line(tmp_path: Path):
    path = tmp_path / "old_mac.csv"
    path.write_bytes(b"id,note\r1,a\r2,b\r")
    assert read(path).frame.rows() == [("1", "a"), ("2", "b")]


def test_too_many_rows_are_refused(tmp_path: Path):
    path = tmp_path / "long.csv"
    path.write_text("id,note\n" + "1,a\n" * 50)
    with pytest.raises(
        DataError, match=r"\[JX-E201\] long.csv: expected a table of at most 10 rows"
    ):
        read(path, limits=Limits(rows=10))


def test_too_many_columns_are_refused(tmp_path: Path):
    path = tmp_path / "wide.csv"
    path.write_text(",".join(f"c{at}" for at in range(60)) + "\n" + ",".join("1" * 60) + "\n")
    with pytest.raises(DataError, match="at most 50 columns, got 60 columns"):
        read(path, limits=Limits(columns=50))


def test_an_empty_file_is_an_error(tmp_path: Path):
    path = tmp_path / "empty.csv"
    path.write_bytes(b"")
    with pytest.raises(DataError, match=r"\[JX-E203\] empty.csv: expected a table, got an empty"):
        read(path)


def test_the_source_is_never_written_to(tmp_path: Path):
    path = tmp_path / "source.csv"
    path.write_text('id,note\n1,"a\n2,b,c\n')
    path.chmod(0o444)
    before = hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns
    read(path)
    assert (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns) == before
    assert [one.name for one in tmp_path.iterdir()] == ["source.csv"]


@pytest.mark.parametrize("separator", [*"^~#!:&*", "\x01", "\x1f"])
def test_a_rare_separator_is_found_where_every_row_has_the_same_cells(separator):
    rows = [["编号", "rating", "note"], *([f"E{n}", "4", f"on time, {n}; well"] for n in range(30))]
    assert sniff(as_csv(rows, delimiter=separator)) == separator


def test_words_of_a_single_column_are_not_cells():
    assert sniff("note\n" + "".join(f"one two three {n}\n" for n in range(30))) is None
    assert sniff("time\n" + "12:30:00\n" * 30) is None
