"""Erasing a person: no trace is left in any file, and the log stays whole."""

import gzip
import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook
from tests.office_case import make_office, viewer

from jixiao.contracts.office import Account, Form, Paper, PaperText, Person, Remark, Replay
from jixiao.core import Conflict, Forbidden
from jixiao.office import Office, erase_person, verify_trail

NAME, MAIL, LOGIN = "Canary Zhu 金丝雀", "canary.zhu@example.org", "canary.login"
TEXT = "a sentence only canary ever wrote"
KEY = "CANARY77"
NOW = datetime(2026, 1, 5, tzinfo=UTC)
TABLE = f"Employee ID,Manager ID,Text\n{KEY},E2,{TEXT}\nE4,{KEY},thanks to {NAME} for all\n"
TRACES = (NAME, MAIL, LOGIN, TEXT, KEY)


@pytest.fixture
def office(tmp_path: Path) -> Office:
    """Return an application in which one person stands everywhere."""
    made = make_office(tmp_path)
    (tmp_path / "jixiao.yaml").write_text(
        """version: 1
tables:
  - {name: reviews, source: data/reviews.csv}
  - {name: more, source: data/more.xlsx, key: [Employee ID]}
task: {kind: ordinal, target: Rating, scale: {levels: ["1", "2"]}}
columns:
  - {name: Employee ID, role: subject, type: text}
  - {name: Rating, role: target, type: ordinal, levels: ["1", "2"]}
""",
        "utf-8",
    )
    _files(tmp_path)
    with made.changing("test", "fill", "all") as change:
        person = change.get(Person, "p-E3")
        change.replace(person, key=KEY, name=NAME, email=MAIL)
        change.replace(change.get(Account, "a-employee"), login=LOGIN)
        for number, about in enumerate(("p-E3", None)):
            paper = Paper(
                id=f"r{number}",
                name=f"paper{number}",
                report=f"report{number}",
                level="employee" if about else "team",
                subject=KEY if about else "Lanting/Optics",
                person=about,
                language="en",
                period="2025Q4",
                start=date(2025, 10, 1),
                end=date(2026, 1, 1),
                changed=NOW,
            )
            body = json.dumps({"text": TEXT, "of": NAME}, ensure_ascii=False)
            text = PaperText(
                id=f"t{number}", paper=paper.id, hash=f"{number}" * 64, body=body, by="", at=NOW
            )
            change.add(paper, text)
        change.add(
            Remark(id="m", paper="r0", by="a-employee", kind="comment", text=TEXT, at=NOW),
            Form(
                id="f",
                cycle="c",
                kind="self",
                reviewer="p-E3",
                subject="p-E3",
                due=date(2026, 1, 1),
                answers={"what": TEXT},
            ),
        )
    with made.store.noting() as note:
        note.add(Replay(id="k", request="r", status=200, body=f'{{"name": "{NAME}"}}', at=NOW))
    return made


def _files(base: Path) -> None:
    for name in ("data", "quarantine", "reports/en", "opinions", "answers", ".cache", ".work"):
        (base / name).mkdir(parents=True)
    (base / "data" / "reviews.csv").write_text(TABLE, "utf-8-sig")
    (base / "data" / "old.csv").write_bytes(TABLE.encode("gb18030"))
    (base / "data" / "old.csv.gz").write_bytes(gzip.compress(TABLE.encode()))
    lines = [{"Employee ID": KEY, "Text": TEXT}, {"Employee ID": "E4", "Text": f"with {NAME}"}]
    text = "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines)
    (base / "data" / "more.jsonl").write_text(text, "utf-8")
    book = Workbook()
    for row in (("A title", None), ("Employee ID", "Text"), (KEY, TEXT), ("E4", f"with {NAME}")):
        book.active.append(row)
    book.save(base / "data" / "more.xlsx")
    (base / "quarantine" / "reviews.csv").write_text(f"row,problem\n1,{KEY}\n", "utf-8")
    (base / "reports" / "en" / f"employee-{KEY}-2025Q4.html").write_text(NAME, "utf-8")
    (base / "reports" / "en" / "team.json").write_text(json.dumps({"t": TEXT, "k": KEY}), "utf-8")
    (base / "reports" / "en" / "team.pdf").write_bytes(b"%PDF packed")
    (base / "reports" / "en" / "other.json").write_text('{"t": "CANARY777"}', "utf-8")
    frame = pl.DataFrame({"subject": [KEY, "E4"], "value": [1.0, 2.0]})
    frame.write_parquet(base / "opinions" / "model.parquet")
    for folder in ("answers", ".cache", ".work"):
        (base / folder / "prompt.json").write_text(f'["{TEXT}", "{NAME}"]', "utf-8")
    (base / "check.json").write_text(json.dumps({"rows": [KEY, "E4"], KEY: 1}), "utf-8")


def found(base: Path) -> list[str]:
    """Return every file that holds a trace, in any encoding, packed or not."""
    hits = []
    for path in base.rglob("*"):
        if not path.is_file():
            continue
        contents = [path.read_bytes()]
        if path.suffix == ".gz":
            contents.append(gzip.decompress(contents[0]))
        if path.suffix == ".xlsx":
            rows = load_workbook(path).active.iter_rows(values_only=True)
            contents.append(str(list(rows)).encode())
        if path.suffix == ".parquet":
            contents.append(str(pl.read_parquet(path).rows()).encode())
        for trace in TRACES:
            coded = [trace.encode(one) for one in ("utf-8", "gb18030", "utf-16-le")]
            coded.append(json.dumps(trace)[1:-1].encode())
            plain = [c.replace(b"CANARY777", b"") for c in contents]
            if any(one in content for one in coded for content in plain):
                hits.append(f"{path.name}: {trace}")
    return hits


def test_no_file_of_the_workspace_holds_a_trace_of_an_erased_person(
    office: Office, tmp_path: Path
) -> None:
    assert len(found(tmp_path)) > 20
    result = erase_person(office, viewer(office, "administrator"), "p-E3")
    assert found(tmp_path) == []
    assert result.files.left == []
    office.store.close()
    assert found(tmp_path) == []


def test_what_others_wrote_and_other_people_stay(office: Office, tmp_path: Path) -> None:
    result = erase_person(office, "command line", "p-E3")
    kept = (tmp_path / "data" / "reviews.csv").read_bytes()
    assert kept.startswith(b"\xef\xbb\xbf")
    assert kept.decode("utf-8-sig") == "Employee ID,Manager ID,Text\nE4,,thanks to *** for all\n"
    rows = list(load_workbook(tmp_path / "data" / "more.xlsx").active.iter_rows(values_only=True))
    assert rows == [("A title", None), ("Employee ID", "Text"), ("E4", "with ***")]
    assert (tmp_path / "reports" / "en" / "other.json").exists()
    assert not (tmp_path / "reports" / "en" / "team.pdf").exists()
    assert json.loads((tmp_path / "check.json").read_text("utf-8")) == {"rows": ["E4"]}
    assert result.files.rows == 7
    with office.reading() as read:
        assert read.count(Person) == 10
        assert read.count(Paper) == read.count(PaperText) == read.count(Form) == 0
        assert read.get(Account, "a-employee").disabled
        assert read.get(Account, "a-colleague").login == "colleague"


def test_the_log_stays_whole_and_says_that_somebody_was_erased(office: Office) -> None:
    erase_person(office, viewer(office, "administrator"), "p-E3")
    assert verify_trail(office.store).faults == ()
    last = list(office.store.entries())[-1]
    assert (last.action, last.object) == ("person.erase", "x-E3")


def test_only_administrators_erase_and_nobody_twice(office: Office) -> None:
    for login in ("analyst", "auditor", "manager", "colleague"):
        with pytest.raises(Forbidden):
            erase_person(office, viewer(office, login), "p-E3")
    erase_person(office, viewer(office, "administrator"), "p-E3")
    with pytest.raises(Conflict, match="still known"):
        erase_person(office, viewer(office, "administrator"), "p-E3")


def test_a_workspace_without_a_contract_is_erased_too(tmp_path: Path) -> None:
    made = make_office(tmp_path)
    (tmp_path / "notes.csv").write_text("a,b\nE3,x\nE4,y\n", "utf-8")
    assert erase_person(made, "command line", "p-E3").files.rows == 1
    made.store.close()
    shutil.rmtree(tmp_path)
