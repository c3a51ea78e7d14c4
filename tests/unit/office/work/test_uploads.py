"""Hostile files are refused from their bytes, quickly and in little memory."""

import gzip
import io
import json
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from jixiao.core import DataError
from jixiao.office.upload_bounds import UploadLimits
from jixiao.office.work.uploads import check_upload

CSV = b"Employee ID,Rating\nE1,3\nE2,4\n"
LIMITS = UploadLimits()


def book(**more: bytes) -> bytes:
    """Return a small workbook with further members."""
    plain = io.BytesIO()
    made = openpyxl.Workbook()
    made.active.append(["Employee ID", "Rating"])
    made.save(plain)
    with zipfile.ZipFile(plain, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in more.items():
            archive.writestr(name, content)
    return plain.getvalue()


def rebuilt(change: Callable[[str, bytes], bytes], *, level: int = 9) -> bytes:
    """Return a workbook with changed members."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as new,
    ):
        for member in old.infolist():
            new.writestr(member.filename, change(member.filename, old.read(member)))
    return out.getvalue()


def sheet(content: bytes) -> bytes:
    return rebuilt(lambda name, old: content if name.endswith("sheet1.xml") else old)


def parquet() -> bytes:
    out = io.BytesIO()
    pl.DataFrame({"a": [1, 2]}).write_parquet(out)
    return out.getvalue()


def encrypted() -> bytes:
    content = bytearray(book())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1
    return bytes(content)


ROWS = b"<row/>" * 3_000_001
CELLS = b'<row r="1"><c r="A1"/></row>' * 3_000_001
HOSTILE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("a.csv", lambda: b""),
    "an unknown ending": ("a.exe", lambda: CSV),
    "no ending": ("table", lambda: CSV),
    "an ending alone": (".csv", lambda: CSV),
    "a NUL in the name": ("a.csv\0.exe", lambda: CSV),
    "a path as name": ("../../etc/passwd.csv", lambda: CSV),
    "a Windows path as name": ("..\\a.csv", lambda: CSV),
    "a turned name": ("a\u202evsc.csv", lambda: CSV),
    "a very long name": ("a" * 300 + ".csv", lambda: CSV),
    "a packed workbook": ("a.xlsx.gz", lambda: gzip.compress(book())),
    "a picture called CSV": ("a.csv", lambda: b"\x89PNG\r\n\x1a\n" + CSV),
    "a JPEG called CSV": ("a.csv", lambda: b"\xff\xd8\xff\xe0" + CSV),
    "sound called CSV": ("a.csv", lambda: b"ID3\x03" + CSV),
    "a film called CSV": ("a.csv", lambda: b"\0\0\0\x18ftypmp42" + CSV),
    "a PDF called CSV": ("a.csv", lambda: b"%PDF-1.7\n" + CSV),
    "a PDF behind a line": ("a.csv", lambda: b"x,y\n%PDF-1.7\n" + CSV),
    "a program called CSV": ("a.csv", lambda: b"\x7fELF" + CSV),
    "a script called CSV": ("a.csv", lambda: b"#!/bin/sh\n" + CSV),
    "a page called CSV": ("a.csv", lambda: b"<html><script>alert(1)</script>"),
    "a zip file called CSV": ("a.csv", book),
    "an archive behind a text": ("a.csv", lambda: CSV + book()),
    "control characters": ("a.csv", lambda: b"a,b\n\x01\x02,1\n"),
    "NUL bytes": ("a.csv", lambda: b"a,b\n\0,1\n"),
    "one endless line": ("a.csv", lambda: b"a" * 2_000_000),
    "too many lines": ("a.csv", lambda: b"1\n" * 1_000_002),
    "JSON nested deep": ("a.json", lambda: b"[" * 200_000),
    "no JSON": ("a.jsonl", lambda: CSV),
    "a gzip bomb": ("a.csv.gz", lambda: gzip.compress(b"0" * 60_000_000)),
    "a gzip cut off": ("a.csv.gz", lambda: gzip.compress(CSV * 9)[:-9]),
    "a gzip with more behind": ("a.csv.gz", lambda: gzip.compress(CSV) + b"more"),
    "two gzips in one": ("a.csv.gz", lambda: gzip.compress(CSV) + gzip.compress(CSV)),
    "no gzip": ("a.csv.gz", lambda: CSV),
    "no workbook": ("a.xlsx", lambda: CSV),
    "a workbook cut off": ("a.xlsx", lambda: book()[:-30]),
    "bytes before the workbook": ("a.xlsx", lambda: b"MZ" + book()),
    "a locked workbook": ("a.xlsx", encrypted),
    "a macro": ("a.xlsx", lambda: book(**{"xl/vbaProject.bin": b"x"})),
    "an embedded object": ("a.xlsx", lambda: book(**{"xl/embeddings/o.bin": b"x"})),
    "an external link": ("a.xlsx", lambda: book(**{"xl/externalLinks/l.xml": b"<a/>"})),
    "a zip in the workbook": ("a.xlsx", lambda: book(**{"xl/more.zip": book()})),
    "a member outside": ("a.xlsx", lambda: book(**{"../../evil.xml": b"<a/>"})),
    "two members of one name": ("a.xlsx", lambda: book(**{"XL/Workbook.xml": b"<a/>"})),
    "too many members": ("a.xlsx", lambda: book(**{f"xl/m{n}.xml": b"<a/>" for n in range(300)})),
    "an entity bomb": ("a.xlsx", lambda: sheet(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')),
    "a file read through XML": (
        "a.xlsx",
        lambda: sheet(b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    ),
    "three million rows": ("a.xlsx", lambda: sheet(b"<sheetData>" + ROWS + b"</sheetData>")),
    "three million cells": ("a.xlsx", lambda: sheet(b"<sheetData>" + CELLS + b"</sheetData>")),
    "no Parquet": ("a.parquet", lambda: CSV),
    "a Parquet cut off": ("a.parquet", lambda: parquet()[:-5]),
    "a Parquet with a wrong end": ("a.parquet", lambda: parquet()[:-8] + b"\xff\xff\xff\x7fPAR1"),
}


SECONDS, MEGABYTES = 2.0, 200.0
"""Processor time and peak memory, the program itself included, that a hostile file may take."""


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused(what: str) -> None:
    name, made = HOSTILE[what]
    with pytest.raises(DataError) as refused:
        check_upload(io.BytesIO(made()), name, LIMITS)
    assert refused.value.code in ("JX-E750", "JX-E751")


@pytest.mark.slow
def test_no_hostile_file_takes_two_seconds_or_200_megabytes(tmp_path: Path) -> None:
    asked = []
    for place, (name, made) in enumerate(HOSTILE.values()):
        path = tmp_path / f"{place}.bin"
        path.write_bytes(made())
        asked.append((name, str(path)))
    command = [sys.executable, "-m", "tests.hostile_child"]
    told = subprocess.run(
        command, input=json.dumps(asked), capture_output=True, text=True, check=True, timeout=300
    )
    answers = [json.loads(line) for line in told.stdout.splitlines()]
    assert len(answers) == len(HOSTILE) >= 50
    for what, answer in zip(HOSTILE, answers, strict=True):
        assert answer["code"] in ("JX-E750", "JX-E751"), what
        assert answer["seconds"] <= SECONDS, (what, answer)
        assert answer["peak_mb"] <= MEGABYTES, (what, answer)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", CSV),
        ("A.CSV", CSV),
        ("绩效.csv", "工号,评级\nE1,优秀\n".encode("gb18030")),
        ("a.csv", "a,b\n1,2\n".encode("utf-16")),
        ("a.csv.gz", gzip.compress(CSV, mtime=0)),
        ("a.jsonl", b'{"a": 1}\n{"a": 2}\n'),
        ("a.xlsx", book()),
        ("a.parquet", parquet()),
    ],
)
def test_a_plain_table_is_taken(name: str, content: bytes) -> None:
    file = io.BytesIO(content)
    assert check_upload(file, name, LIMITS) == "." + name.lower().partition(".")[2]
    assert file.tell() == 0
