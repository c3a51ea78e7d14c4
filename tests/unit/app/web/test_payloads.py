"""Forty formulas and sixty scripts where people can write, in every file that can be taken away.

No cell of a table or workbook is a formula, and in no file is a tag of a script or an event left.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from datetime import date
from typing import Any, get_args

import openpyxl
import pytest
from starlette.testclient import TestClient
from tests.e2e.test_office_scripts import PAYLOADS
from tests.office_case import browser
from tests.paper_case import QUARTER, report, viewer, with_scale
from tests.people_case import make_book, put_in

from jixiao.contracts import Claim, Section
from jixiao.contracts.office import Entry, Paper, Person, Post
from jixiao.office import Office
from jixiao.office.lists import Kind
from jixiao.office.papers.papers import take_in
from jixiao.office.people.refusals import record_notice
from jixiao.office.table_file import TableFormat
from jixiao.reports import FORMATS, render_html

SIGNS = ("=", "+", "-", "@", "\t=", "\r=", "＝", " =")
CALLS = (
    "1+1",
    "cmd|' /C calc'!A0",
    'HYPERLINK("https://x.example","a")',
    "SUM(A1:A9)",
    'IMPORTXML("https://x.example","//a")',
)
FORMULAS = tuple(f"{sign}{call}" for sign in SIGNS for call in CALLS)
PLAIN = re.compile(r"[-+]?\d[\d.,]*%?|[-+@=＝]*")
_TAGS = re.compile(r"<(?:script|iframe|object|marquee|audio|video|style)\b|<\w+ src=x")
LISTS: tuple[str, ...] = get_args(Kind)


def fill(office: Office, words: tuple[str, ...]) -> None:
    """Put each word in the name, unit, title and id of somebody, and in a sentence of a report."""
    with office.store.changing(Entry("test", "begin", "all")) as change:
        for at, word in enumerate(words):
            person = Person(id=f"w{at}", key=f"{word}{at}", name=word, pseudonym=f"v{at}")
            unit = word.replace("/", "∕")
            start = date(2020, 1, 1)
            change.add(person)
            change.add(Post(id=f"u{at}", person=person.id, unit=unit, title=word, start=start))
    with_scale(office)
    record_notice(office, "test", None)
    claims = tuple(Claim(text=word, facts=("kpi1",)) for word in words)
    made = report()
    section = Section(id="summary", title=words[0], claims=claims)
    comments = tuple(one.model_copy(update={"text": words[-1]}) for one in made.comments)
    told = {"sections": (section, *made.sections[1:2]), "title": words[1], "comments": comments}
    take_in(office, viewer(office, "analyst"), [made.model_copy(update=told)])
    assert QUARTER.start


def files(office: Office, client: TestClient) -> dict[str, bytes]:
    """Return every file that an analyst can take away, by what it is."""
    found = {}
    for name in LISTS:
        for form in get_args(TableFormat):
            answer = client.get(f"/api/v1/exports/{name}", params={"format": form})
            if answer.status_code == 200:
                found[f"{name}.{form}"] = answer.content
            else:
                assert answer.status_code == 403, (name, form, answer.text)
    with office.reading() as read:
        paper = read.find(Paper)[0].id
    for kind in FORMATS:
        answer = client.get(f"/reports/{paper}/file.{kind}")
        assert answer.status_code == 200, (kind, answer.text)
        found[f"report.{kind}"] = answer.content
    return found


def cells_of(name: str, content: bytes) -> list[Any]:
    """Return the texts of a table's cells, having looked that no cell is a formula."""
    if name.endswith(".csv"):
        return [
            cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row
        ]
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f"], name
    return [cell.value for cell in cells if isinstance(cell.value, str)]


@pytest.fixture
def analyst(office: Office, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    put_in(monkeypatch, make_book())
    return browser(office, "analyst")


@pytest.mark.slow
def test_forty_formulas_are_live_in_no_file(office: Office, analyst: TestClient) -> None:
    assert len(set(FORMULAS)) == 40
    fill(office, FORMULAS)
    seen = files(office, analyst)
    tables = [name for name in seen if name.endswith((".csv", ".xlsx"))]
    assert len(tables) >= 8
    for name in tables:
        cells = cells_of(name, seen[name])
        live = [
            cell
            for cell in cells
            if name.endswith(".csv")
            and cell[:1] in tuple("=+-@\t\r＝")
            and not PLAIN.fullmatch(cell)
        ]
        assert live == [], name
    people = cells_of("people.csv", seen["people.csv"])
    assert any("HYPERLINK" in cell for cell in people), "told as it is written"


@pytest.mark.slow
def test_sixty_scripts_are_tags_in_no_file(office: Office, analyst: TestClient) -> None:
    fill(office, tuple(PAYLOADS))
    seen = files(office, analyst)
    page = seen["report.html"].decode()
    events = re.findall(r"<[a-z]+[^>]*\son[a-z]+\s*=", page)
    assert events == []
    assert _TAGS.findall(page) == _TAGS.findall(render_html(report())), "no tag came from a text"
    assert "&lt;script&gt;" in page
    for name in ("report.docx", "report.xlsx"):
        with zipfile.ZipFile(io.BytesIO(seen[name])) as package:
            parts = [package.read(one) for one in package.namelist() if one.endswith(".xml")]
        assert not any(b"<script" in part or b"<img src=x" in part for part in parts), name
    assert b"/JavaScript" not in seen["report.pdf"]
    assert b"/OpenAction" not in seen["report.pdf"]
    markdown = seen["report.md"].decode()
    assert not re.search(r"(?<!\\)<(script|img|svg|iframe)\b", markdown)
