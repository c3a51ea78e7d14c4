"""Erasing a person: no trace is left in any file, and the log stays whole."""

import gzip
import json
import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from openpyxl import Workbook, load_workbook
from tests.e2e.conftest import write_reviews
from tests.office_case import make_office, viewer

from jixiao.app.cli.main import main
from jixiao.bootstrap import open_office, open_workspace
from jixiao.contracts import ModelSettings
from jixiao.contracts.office import (
    Account,
    Delivery,
    Entry,
    Form,
    Job,
    Letter,
    Paper,
    PaperText,
    Person,
    Remark,
    Replay,
)
from jixiao.core import Conflict, Forbidden
from jixiao.office import Office, erase_person, verify_trail
from jixiao.office.work.worker import Worker
from jixiao.services import Change, Workspace

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


def model_of(office: Office, words: str) -> str:
    """Return the id of a stored model, now the current one, whose files hold words."""

    def fill(folder: Path) -> None:
        folder.mkdir()
        (folder / "vocabulary.json").write_text(json.dumps(words.split()), "utf-8")

    models = office.workspace.models
    settings = {"settings": {"model": {"name": "linear", "budget_s": 5.0}}}
    model_id = models.store_files("linear.v1", fill, settings)  # type: ignore[attr-defined]
    models.make_current(model_id)
    base = office.workspace.store.base
    (base / "opinions").mkdir(exist_ok=True)
    frame = pl.DataFrame({"subject": words.split()})
    frame.write_parquet(base / "opinions" / f"{model_id}.parquet")
    return model_id


@pytest.fixture
def trained(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[ModelSettings]:
    """Let training store another model, which has seen nobody; return what it was asked for."""
    asked: list[ModelSettings] = []

    def train(workspace: Workspace, change: Change) -> SimpleNamespace:
        asked.append(change(workspace.settings()).model)
        return SimpleNamespace(model_id=model_of(office, "fine good"), name="linear.v1")

    monkeypatch.setattr(Workspace, "train", train)
    monkeypatch.setattr("jixiao.office.work.work._evaluated", lambda *_: {})
    return asked


def test_models_that_saw_the_person_go_once_the_new_one_is_there(
    office: Office, tmp_path: Path, trained: list[ModelSettings]
) -> None:
    first, second = model_of(office, f"{KEY} {NAME}"), model_of(office, f"thanks {KEY}")
    result = erase_person(office, viewer(office, "administrator"), "p-E3")
    assert result.files.left == []
    assert office.workspace.models.current() == second, "in use until there is another"
    assert found(tmp_path) != []
    assert Worker(office).one()
    assert [one.budget_s for one in trained] == [5.0], "as the current one was trained"
    (left,) = office.workspace.models.ids()
    assert left not in (first, second)
    assert office.workspace.models.current() == left
    assert found(tmp_path) == []
    with office.reading() as read:
        job = read.get(Job, result.retraining)
    assert (job.state, job.result["removed"]) == ("done", 2)
    assert verify_trail(office.store).faults == ()
    (entry,) = [one for one in office.store.entries() if one.action == "model.replace"]
    assert (entry.object, entry.detail) == (left, {"model": left, "removed": 2})


@pytest.mark.slow
def test_a_real_training_knows_the_person_no_more(tmp_path: Path) -> None:
    """A word only this person's rows held is a word of the old model, and of no file after."""
    word = "quokkaplan"
    data = write_reviews(tmp_path / "reviews.csv")
    lines = data.read_text("utf-8").splitlines()
    ours = [n for n, line in enumerate(lines) if ",E007," in line]
    for n in ours:
        lines[n] = lines[n].replace(", note", f" {word} {word}, note")
    (tmp_path / "w" / "data").mkdir(parents=True)
    kept = tmp_path / "w" / "data" / "reviews.csv"
    kept.write_text("\n".join(lines) + "\n", "utf-8")
    words = ["init", str(tmp_path / "w"), "--data", str(kept), "--quiet"]
    assert main(words, open_workspace, open_office) == 0
    office = make_office(tmp_path / "w")
    linear = ModelSettings(name="linear", budget_s=20)
    office.workspace.train(lambda now: now.model_copy(update={"model": linear}))
    (old,) = office.workspace.models.ids()
    with office.changing("test", "rename", "person") as change:
        change.replace(change.get(Person, "p-E3"), key="E007", name="Name of E007")

    def holding() -> list[str]:
        files = [one for one in (tmp_path / "w").rglob("*") if one.is_file()]
        return [str(one.relative_to(tmp_path / "w")) for one in files if word in text_of(one)]

    assert any(one.startswith(f"models/{old}") for one in holding())
    result = erase_person(office, viewer(office, "administrator"), "p-E3")
    assert result.files.rows == len(ours)
    assert all(one.startswith(f"models/{old}") for one in holding())
    assert Worker(office).one()
    with office.reading() as read:
        assert read.get(Job, result.retraining).state == "done"
    (new,) = office.workspace.models.ids()
    assert new != old
    assert office.workspace.models.current() == new
    assert holding() == []
    office.store.close()


def text_of(path: Path) -> str:
    """Return what a file holds, parquet unpacked."""
    if path.suffix == ".parquet":
        return str(pl.read_parquet(path).rows())
    return path.read_bytes().decode("utf-8", "ignore")


def test_two_erasures_train_once_and_a_failed_training_keeps_the_model(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    model_of(office, KEY)
    boss = viewer(office, "administrator")
    first = erase_person(office, boss, "p-E3").retraining
    assert erase_person(office, boss, "p-E4").retraining == first

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Workspace, "train", fail)
    assert Worker(office).one()
    assert len(list(office.workspace.models.ids())) == 1
    with office.reading() as read:
        assert read.get(Job, first).state == "failed"


def test_messages_and_letters_of_the_person_go_too(office: Office, tmp_path: Path) -> None:
    with office.store.noting() as note:
        note.add(
            Delivery(id="1-h", hook="h", event="job.end", body=json.dumps([KEY, NAME]), due=NOW),
            Letter(id="l", account="a-employee", due=NOW),
            Letter(id="m", account="a-colleague", due=NOW),
        )
    erase_person(office, viewer(office, "administrator"), "p-E3")
    office.store.close()
    assert found(tmp_path) == []
    with office.reading() as read:
        assert read.count(Delivery) == 0
        assert [one.id for one in read.find(Letter)] == ["m"]


def test_a_name_with_quotes_is_found_where_it_stands_in_json(office: Office) -> None:
    name = 'Ann "Bo" O\'Li'
    with office.store.changing(Entry("test", "rename", "person")) as change:
        change.replace(change.get(Person, "p-E3"), name=name)
    with office.store.noting() as note:
        body = json.dumps({"who": name})
        note.add(Delivery(id="1-h", hook="h", event="job.end", body=body, due=NOW))
        job = {"kind": "recheck", "by": "", "created": NOW, "state": "done"}
        note.add(Job(id="j", arguments={}, result={"text": f"{name}'s row"}, **job))
    erase_person(office, "command line", "p-E3")
    with office.reading() as read:
        assert read.count(Delivery) == 0
        assert read.first(Job, id="j") is None


def test_a_tuned_writer_is_named_to_be_tuned_anew(office: Office, tmp_path: Path) -> None:
    (tmp_path / "writers" / "w1").mkdir(parents=True)
    (tmp_path / "writers" / "w1" / "manifest.json").write_text("{}")
    result = erase_person(office, "command line", "p-E3")
    assert result.writers == ("w1",)
    assert "tune anew and remove: w1" in result.to_text()


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
