"""Files made to hurt are refused before anything parses them."""

from __future__ import annotations

import gzip
import io
import resource
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from jixiao.core import DataError
from jixiao.data.sources import Limits

from .tables import codes, read


def bomb(path: Path, sheet: bytes, **more: bytes) -> Path:
    """Write a true workbook with another first sheet, named ``s``, and further members."""
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept) as book:
        book.add_worksheet("s").write(0, 0, "x")
    with (
        zipfile.ZipFile(kept) as true,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive,
    ):
        for name in true.namelist():
            is_sheet = name == "xl/worksheets/sheet1.xml"
            archive.writestr(name, sheet if is_sheet else true.read(name))
        for name, content in more.items():
            archive.writestr(name, content)
    return path


def rows(count: int, row: bytes = b"<row><c><v>1</v></c></row>") -> bytes:
    """Return a sheet of very many rows."""
    return b"<worksheet><sheetData>" + row * count + b"</sheetData></worksheet>"


def test_three_million_one_cell_rows_are_refused_in_two_seconds_and_200_mb(tmp_path: Path):
    path = bomb(tmp_path / "bomb.xlsx", rows(3_000_000))
    assert path.stat().st_size < 400_000
    code = (
        "import sys, time; from pathlib import Path\n"
        "from jixiao.contracts import Table; from jixiao.core import DataError\n"
        "from jixiao.data.sources import read_table\n"
        "status = Path('/proc/self/status')\n"
        "def peak(): return int(status.read_text().split('VmHWM:')[1].split()[0])\n"
        "base = peak(); start = time.process_time()\n"
        "try:\n    read_table(Table(name='t', source=sys.argv[1]), Path('.'))\n"
        "except DataError as error: print(error.code, end=' ')\n"
        "print(time.process_time() - start, (peak() - base) / 1024, peak() / 1024)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True
    )
    error, seconds, grown_mb, peak_mb = done.stdout.split()
    assert error == "JX-E201"
    assert float(seconds) < 2
    assert float(grown_mb) < 50
    assert float(peak_mb) < 200


@pytest.mark.parametrize(
    ("row", "count"),
    [
        (b"<row><c><v>1</v></c></row>", 1_100_000),
        (b'<x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>', 500_000),
    ],
)
def test_counting_stops_a_sheet_below_the_ratio(tmp_path: Path, row: bytes, count: int):
    path = bomb(tmp_path / "rows.xlsx", rows(count, row))
    limits = Limits(ratio=5000, sheet_rows=400_000)
    start = time.perf_counter()
    with pytest.raises(DataError, match=r"expected a sheet of at most 400000 rows, got more rows"):
        read(path, limits=limits, sheet="s")
    assert time.perf_counter() - start < 5


def test_two_cells_in_far_corners_are_refused(tmp_path: Path):
    sheet = (
        b'<worksheet><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
        b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    with pytest.raises(DataError, match="cells very far apart"):
        read(bomb(tmp_path / "corner.xlsx", sheet), sheet="s")


def test_a_gzip_bomb_is_refused_while_it_streams(tmp_path: Path):
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n" + b"0" * (200 << 20), compresslevel=9))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DataError, match="the mark of a decompression bomb"):
        read(path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 250 * 1024


def test_a_cut_gzip_file_is_an_error(tmp_path: Path):
    path = tmp_path / "cut.csv.gz"
    path.write_bytes(gzip.compress(b"id,note\n1,a\n" * 1000)[:-20])
    with pytest.raises(DataError, match=r"\[JX-E203\] cut.csv.gz: expected a whole gzip file"):
        read(path)


def test_gzip_members_one_after_another_are_read(tmp_path: Path):
    path = tmp_path / "two.csv.gz"
    path.write_bytes(gzip.compress(b"id,note\n1,a\n") + gzip.compress(b"2,b\n"))
    assert read(path).frame["id"].to_list() == ["1", "2"]


def test_archives_in_archives_are_refused(tmp_path: Path):
    path = tmp_path / "nested.csv.gz"
    path.write_bytes(gzip.compress(gzip.compress(b"id,note\n1,a\n")))
    with pytest.raises(DataError, match="an archive inside a gzip file"):
        read(path)
    inside = bomb(tmp_path / "inside.xlsx", rows(2), **{"xl/more.zip": b"PK"})
    with pytest.raises(DataError, match="an archive inside the archive"):
        read(inside)


def test_paths_that_lead_out_are_refused(tmp_path: Path):
    path = bomb(tmp_path / "slip.xlsx", rows(2), **{"../../evil.xml": b"<a/>"})
    with pytest.raises(DataError, match="whose path leads out of the archive"):
        read(path)


def test_document_types_are_refused(tmp_path: Path):
    laughs = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "ha">]>' + rows(2)
    with pytest.raises(DataError, match="an XML document type, which Excel never writes"):
        read(bomb(tmp_path / "laughs.xlsx", laughs))


def test_too_many_members_are_refused(tmp_path: Path):
    more = {f"xl/a{at}.xml": b"<a/>" for at in range(50)}
    with pytest.raises(DataError, match="at most 20 members, got 60 members"):
        read(bomb(tmp_path / "many.xlsx", rows(2), **more), limits=Limits(members=20))


def test_macros_are_told_and_not_run(tmp_path: Path):
    path = tmp_path / "macro.xlsm"
    with xlsxwriter.Workbook(tmp_path / "plain.xlsx") as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "rating"])
        sheet.write_row(1, 0, ["E1", 3])
    (tmp_path / "plain.xlsx").rename(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
    assert codes(read(path)) == ["JX-E207.macros"]


@pytest.mark.parametrize(
    ("head", "got"),
    [
        (b"%PDF-1.7 ...", "a PDF document"),
        (b"\x89PNG\r\n", "a picture"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "a web page or XML"),
        (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        (b"SQLite format 3\x00", "a SQLite database"),
    ],
)
def test_other_formats_are_named_whatever_their_ending(tmp_path: Path, head: bytes, got: str):
    path = tmp_path / "export.xls"
    path.write_bytes(head + b" " * 100)
    with pytest.raises(DataError, match=rf"\[JX-E202\] export.xls: expected CSV.*got {got}"):
        read(path)


def test_a_zip_of_something_else_is_refused(tmp_path: Path):
    path = tmp_path / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("data.csv", "id,note\n1,a\n")
    with pytest.raises(DataError, match="a zip file with something else in it"):
        read(path)


def test_a_large_file_is_refused_by_its_size(tmp_path: Path):
    path = tmp_path / "big.csv"
    with path.open("wb") as file:
        file.truncate(5 << 20)
    with pytest.raises(DataError, match="expected a file of at most 4 MB, got 5 MB"):
        read(path, limits=Limits(file_mb=4))


def test_a_missing_file_is_an_error(tmp_path: Path):
    with pytest.raises(DataError, match=r"\[JX-E200\] none.csv: expected a file, got no such file"):
        read(tmp_path / "none.csv")
