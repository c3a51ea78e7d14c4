"""Files brought by the API: checked first, then taken in, once under one key."""

import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from starlette.testclient import TestClient
from tests.e2e.conftest import write_reviews
from tests.office_case import browser, make_office

from jixiao.app.cli.main import main
from jixiao.bootstrap import open_office, open_workspace
from jixiao.contracts.office import Upload
from jixiao.office import Office
from jixiao.office.work.worker import Worker

IMPORTS = "/api/v1/imports"


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a workspace of a small table."""
    folder = tmp_path_factory.mktemp("imports")
    data = write_reviews(folder / "reviews.csv", people=12)
    words = ["init", str(folder / "w"), "--data", str(data), "--quiet"]
    assert main(words, open_workspace, open_office) == 0
    return folder / "w"


@pytest.fixture
def office(workspace: Path, tmp_path: Path) -> Iterator[Office]:
    """Return an application over a copy of it."""
    shutil.copytree(workspace, tmp_path / "w")
    made = make_office(tmp_path / "w")
    yield made
    made.store.close()


def sent(client: TestClient, content: bytes, **more: Any) -> Response:
    files = {"file": ("reviews.csv", io.BytesIO(content), "text/csv")}
    return client.post(IMPORTS, files=files, **more)


def test_a_file_is_sent_checked_and_taken_in(office: Office, workspace: Path) -> None:
    client = browser(office, "analyst")
    content = (workspace.parent / "reviews.csv").read_bytes()
    brought = sent(client, content)
    assert brought.status_code == 202, brought.text
    made = brought.json()
    place = f"{IMPORTS}/{made['id']}"
    assert (made["check"], made["job"]["kind"]) == (None, "check")
    assert client.post(f"{place}/take").json()["code"] == "JX-E752", "not checked yet"
    assert Worker(office).one()
    found = client.get(place).json()
    assert found["check"]["blocked"] is False
    assert found["check"]["counts"]["used"] == 48
    assert [one["id"] for one in client.get(IMPORTS).json()] == [made["id"]]
    assert client.post(f"{place}/take").status_code == 202
    assert Worker(office).one()
    found = client.get(place).json()
    assert (found["state"], found["job"]["state"]) == ("imported", "done")
    assert client.get(IMPORTS).json() == []
    assert client.post(f"{place}/discard").status_code == 409


def test_a_file_sent_again_under_its_key_is_kept_once(office: Office, workspace: Path) -> None:
    client = browser(office, "analyst")
    content = (workspace.parent / "reviews.csv").read_bytes()
    key = {"idempotency-key": "first"}
    first = sent(client, content, headers=key)
    again = sent(client, content, headers=key)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = sent(client, content + b"\n", headers=key)
    assert other.status_code == 422
    with office.reading() as read:
        assert read.count(Upload) == 1


def test_a_large_file_may_carry_a_key(office: Office) -> None:
    client = browser(office, "analyst")
    content = b"a,b\n" + b"1,2\n" * 800_000
    assert len(content) > 3 << 20
    answer = sent(client, content, headers={"idempotency-key": "large"})
    assert answer.status_code == 202


def test_a_hostile_file_and_a_strange_table_are_refused(office: Office, workspace: Path) -> None:
    client = browser(office, "analyst")
    hostile = sent(client, b"\x89PNG....")
    assert hostile.status_code == 422
    assert hostile.json()["code"] == "JX-E750"
    content = (workspace.parent / "reviews.csv").read_bytes()
    strange = sent(client, content, data={"table": "nothing"})
    assert strange.status_code == 404
    for login in ("administrator", "manager", "auditor"):
        refused = sent(browser(office, login), content)
        assert refused.status_code == 403
