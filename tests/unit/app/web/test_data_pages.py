"""Data, jobs and models as analysts see them: from a file to rows that are taken in."""

import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from tests.e2e.conftest import write_reviews
from tests.office_case import browser, make_office

from jixiao.app.cli.main import main
from jixiao.bootstrap import open_office, open_workspace
from jixiao.office import Office
from jixiao.office.work.worker import Worker


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace of a small table."""
    folder = tmp_path_factory.mktemp("data-pages")
    data = write_reviews(folder / "reviews.csv")
    words = ["init", str(folder / "w"), "--data", str(data), "--quiet"]
    assert main(words, open_workspace, open_office) == 0
    return folder / "w"


@pytest.fixture
def office(workspace: Path, tmp_path: Path) -> Iterator[Office]:
    """Return an application over a copy of it."""
    folder = tmp_path / "w"
    shutil.copytree(workspace, folder)
    made = make_office(folder)
    yield made
    made.store.close()


def test_a_file_is_checked_before_it_is_taken_in(office: Office, workspace: Path) -> None:
    client = browser(office, "analyst")
    content = (workspace.parent / "reviews.csv").read_bytes()
    lines = content.split(b"\n")
    broken = b"\n".join([*lines[:-3], lines[-3].replace(lines[-3].split(b",")[0], b"", 1)])
    files = {"file": ("my reviews.csv", io.BytesIO(broken))}
    brought = client.post("/data/uploads", files=files, data={"table": ""})
    assert brought.status_code == 303, brought.text
    address = brought.headers["location"]
    assert "waiting" in client.get(address).text
    assert Worker(office).one()
    found = client.get(address).text
    assert "Take the file in" in found
    before = office.workspace.settings().contract.tables[0].source
    assert client.post(f"{address}/take").status_code == 303
    assert Worker(office).one()
    assert "taken in" in client.get(address).text
    after = office.workspace.settings().contract.tables[0].source
    assert before != after
    assert "my reviews" not in after


def test_rows_in_quarantine_of_data_in_use_are_seen_and_mended(
    office: Office, workspace: Path
) -> None:
    client = browser(office, "analyst")
    (table,) = office.workspace.settings().contract.tables
    path = office.workspace.store.base / "reviews.csv"
    frame = pl.read_csv(workspace.parent / "reviews.csv", infer_schema_length=0)
    wrong, good = frame.columns.index("Sales"), frame["Sales"][4]
    frame[4, "Sales"] = "enormous"
    frame.write_csv(path)
    text = office.workspace.store.read_settings().replace(table.source, path.name)
    office.workspace.store.write_settings(text)
    client.post("/data/check")
    assert Worker(office).one()
    assert "See and mend them" in client.get("/data").text
    brought = client.post("/data/again", data={"table": table.name})
    assert brought.status_code == 303, brought.text
    address = brought.headers["location"]
    assert Worker(office).one()
    shown = client.get(address).text
    first, second = re.findall(r'name="cell-0-(\d+)"', shown)[:2]
    assert int(first) == wrong + 2, "the column that is wrong stands first"
    assert int(second) != int(first)
    assert "<td>6</td>" in shown, "rows are numbered as in the file"
    assert client.post(f"{address}/mend", data={f"cell-0-{first}": good}).status_code == 303
    assert Worker(office).one()
    assert "cell-0-" not in client.get(address).text


def test_a_table_that_is_not_there_cannot_be_brought_again(office: Office) -> None:
    answer = browser(office, "analyst").post("/data/again", data={"table": "nothing"})
    assert answer.status_code == 422
    assert "JX-E704" in answer.text


def test_a_hostile_file_is_refused_with_what_to_do(office: Office) -> None:
    client = browser(office, "analyst")
    answer = client.post("/data/uploads", files={"file": ("a.csv", io.BytesIO(b"\x89PNG..."))})
    assert answer.status_code == 422
    assert "JX-E750" in answer.text
    assert "save the table as CSV or XLSX" in answer.text


def test_roles_of_columns_are_kept_in_the_workspace_file(office: Office) -> None:
    client = browser(office, "analyst")
    columns = office.workspace.settings().contract.columns
    at = next(n for n, one in enumerate(columns) if one.role == "number" or one.role == "category")
    assert client.post("/data/columns", data={f"role-{at}": "ignored"}).status_code == 303
    assert office.workspace.settings().contract.columns[at].role == "ignored"
    wrong = client.post("/data/columns", data={f"role-{at}": "nonsense"})
    assert wrong.status_code == 409


@pytest.mark.slow
def test_a_training_asked_for_on_the_page_ends_with_words_about_the_model(office: Office) -> None:
    client = browser(office, "analyst")
    asked = {"name": "linear", "method": "full", "minutes": "1"}
    assert client.post("/models/train", data=asked).status_code == 303
    assert "Training" in client.get("/jobs").text
    assert Worker(office).one()
    assert "done" in client.get("/jobs").text
    assert "it was not trained on" in client.get("/models").text


def test_nobody_but_analysts_brings_data_or_trains(office: Office) -> None:
    for login in ("manager", "employee", "auditor", "administrator"):
        client = browser(office, login)
        answer = client.post("/data/uploads", files={"file": ("a.csv", io.BytesIO(b"a\n1\n"))})
        assert answer.status_code == 403
        asked = {"name": "linear", "method": "full", "minutes": "1"}
        assert client.post("/models/train", data=asked).status_code == 403
