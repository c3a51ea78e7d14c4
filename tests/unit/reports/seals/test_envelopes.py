from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.golden.sample import sample

from jixiao.core import ReportError
from jixiao.reports import FORMATS, render
from jixiao.reports.seals import packages
from jixiao.reports.seals.envelopes import digest, opened, sealed

SEALS = st.text("abcXYZ019-_.", min_size=1, max_size=900)
FILES = {kind: render(sample("zh"), kind) for kind in FORMATS}


@pytest.mark.parametrize("kind", FORMATS)
@given(seal=SEALS)
def test_a_seal_comes_out_as_it_went_in_and_leaves_the_file_as_it_was(kind, seal):
    inner = opened(sealed(FILES[kind], kind, seal), kind)
    assert inner.seal == seal
    assert digest(inner.content, kind) == digest(FILES[kind], kind)
    if kind not in ("docx", "xlsx"):
        assert inner.content == FILES[kind]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_file_without_a_seal_opens_as_it_is(kind):
    inner = opened(FILES[kind], kind)
    assert inner.seal == ""
    assert digest(inner.content, kind) == digest(FILES[kind], kind)


@pytest.mark.parametrize("kind", ["html", "md", "json"])
def test_line_ends_of_another_system_change_nothing(kind):
    content = sealed(FILES[kind], kind, "a.b.c").replace(b"\n", b"\r\n")
    assert opened(content, kind).content == FILES[kind]


def test_a_sealed_pdf_is_still_a_pdf_with_its_update_at_the_end():
    content = sealed(FILES["pdf"], "pdf", "a.b.c")
    assert content.startswith(FILES["pdf"])
    place = int(content.rsplit(b"startxref\n", 1)[1].split()[0])
    assert content[place : place + 5] == b"xref\n"
    offset = int(content[place:].split(b"\n")[2][:10])
    assert content[offset:].split(b" ", 1)[0].isdigit()
    assert b"/JixiaoSeal(a.b.c)>>" in content[offset:place]


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_a_sealed_package_declares_the_part_that_holds_the_seal(kind):
    with zipfile.ZipFile(io.BytesIO(sealed(FILES[kind], kind, "a.b.c"))) as package:
        assert b"/docProps/custom.xml" in package.read("[Content_Types].xml")
        assert b'Target="docProps/custom.xml"' in package.read("_rels/.rels")
        assert b"<vt:lpwstr>a.b.c</vt:lpwstr>" in package.read("docProps/custom.xml")


def test_packing_a_workbook_anew_changes_nothing_it_says():
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(FILES["xlsx"])) as old,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as new,
    ):
        for name in reversed(old.namelist()):
            new.writestr(name, old.read(name))
    assert packages.digest(stream.getvalue()) == packages.digest(FILES["xlsx"])


@pytest.mark.parametrize("kind", ["pdf", "docx", "xlsx"])
def test_a_file_of_another_kind_is_refused(kind):
    with pytest.raises(ReportError, match="JX-E532"):
        opened(b"hello", kind)


def test_a_package_that_unpacks_to_far_more_than_a_report_is_refused(monkeypatch):
    monkeypatch.setattr(packages, "MAX_BYTES", 1000)
    with pytest.raises(ReportError, match=r"parts of \d+ bytes"):
        opened(FILES["docx"], "docx")


def test_a_part_that_stands_twice_in_a_package_is_refused():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as package:
        package.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate"):
            package.writestr("a", b"2")
    with pytest.raises(ReportError, match="the same part twice"):
        opened(stream.getvalue(), "docx")
