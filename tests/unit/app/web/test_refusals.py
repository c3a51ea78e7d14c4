"""What a full or failing disk and a silent database look like to people and programs."""

from __future__ import annotations

import errno
import io
import logging
import os
import tempfile
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from tests.office_case import browser, viewer
from tests.paper_case import with_paper

from jixiao.contracts.office import Session
from jixiao.gateways.database import SqlStore
from jixiao.gateways.database.chain import Anchor
from jixiao.gateways.sqlite_failure import full
from jixiao.office import Office
from jixiao.office.accounts.own_account import set_language
from jixiao.office.work.uploads import MEGABYTE


def fail(number: int) -> Any:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number), "/srv/secret/audit-anchor.txt")

    return refuse


@pytest.mark.parametrize(
    ("number", "status", "told"),
    [
        (errno.ENOSPC, 507, ("The server's disk is full; nothing was saved", "磁盘已满")),
        (errno.EIO, 503, ("The server cannot read or save at the moment", "暂时无法读写")),
    ],
)
def test_a_page_says_in_both_languages_that_nothing_was_saved(
    office: Office, monkeypatch: pytest.MonkeyPatch, number: int, status: int, told: tuple[str, str]
) -> None:
    paper = with_paper(office)
    client = browser(office, "analyst")
    for language, words in zip(("en", "zh"), told, strict=True):
        set_language(office, viewer(office, "analyst"), language)
        with monkeypatch.context() as broken:
            broken.setattr(Anchor, "add", fail(number))
            seen = {"version": str(paper.version)}
            answer = client.post(f"/reports/{paper.id}/submit", data=seen)
        assert answer.status_code == status
        assert words in unescape(answer.text)
        assert "/srv" not in answer.text
        assert "look at free space" in answer.text
    with office.reading() as read:
        assert read.get(type(paper), paper.id) == paper


@pytest.mark.parametrize(("number", "status"), [(errno.ENOSPC, 507), (errno.EIO, 503)])
def test_a_program_is_told_code_place_and_hint(
    office: Office, monkeypatch: pytest.MonkeyPatch, number: int, status: int
) -> None:
    paper = with_paper(office)
    client = browser(office, "analyst")
    monkeypatch.setattr(Anchor, "add", fail(number))
    address = f"/api/v1/reports/{paper.id}/submit"
    answer = client.post(address, json={"version": paper.version})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    told = answer.json()
    assert (told["code"], told["place"]) == ("JX-E406", "audit-anchor.txt")
    assert told["got"] == os.strerror(number)
    assert told["hint"].startswith("look at free space")
    assert answer.headers.get("retry-after") == ("5" if status == 503 else None)
    monkeypatch.undo()
    assert client.post(address, json={"version": paper.version}).status_code == 200


def test_no_room_for_a_file_that_is_being_sent_is_told_as_that(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_paper(office)
    client = browser(office, "analyst")
    monkeypatch.setattr(tempfile, "TemporaryFile", fail(errno.ENOSPC))
    large = b"Employee,Rating,Remarks\n" + b"E3,4,steady\n" * (2 * MEGABYTE // 12)
    files = {"file": ("reviews.csv", io.BytesIO(large))}
    for token in ("header", "field"):
        data = {"table": "", "csrf": client.headers["x-csrf-token"]}
        headers = {} if token == "header" else {"x-csrf-token": ""}
        answer = client.post("/data/uploads", files=files, data=data, headers=headers)
        assert answer.status_code == 507, token
        assert "/srv" not in answer.text


def test_a_fault_of_ours_is_not_taken_for_one_of_the_disk(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    paper = with_paper(office)
    client = browser(office, "analyst")
    monkeypatch.setattr(Anchor, "add", fail(errno.ENOENT))
    with caplog.at_level(logging.ERROR):
        answer = client.post(f"/api/v1/reports/{paper.id}/submit", json={"version": paper.version})
    assert answer.status_code == 500
    assert "unexpected FileNotFoundError" in caplog.text


def test_people_read_on_while_nothing_can_be_noted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser(office, "manager")
    with office.store.noting() as note:
        long_ago = datetime.now(UTC) - timedelta(minutes=5)
        for session in note.find(Session):
            note.replace(session, seen=long_ago)

    def no_room(*_: object) -> None:
        raise full("the database")

    monkeypatch.setattr(SqlStore, "noting", no_room)
    assert client.get("/").status_code == 200
    monkeypatch.undo()
    assert client.get("/").status_code == 200
    with office.reading() as read:
        assert all(one.seen > long_ago for one in read.find(Session))


def test_a_program_with_an_idempotency_key_is_told_too_and_may_try_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = with_paper(office)
    client = browser(office, "analyst")
    address, seen = f"/api/v1/reports/{paper.id}/submit", {"version": paper.version}
    headers = {"idempotency-key": "once"}

    def no_room(*_: object) -> None:
        raise full("the database")

    with monkeypatch.context() as broken:
        broken.setattr(SqlStore, "noting", no_room)
        answer = client.post(address, json=seen, headers=headers)
    assert answer.status_code == 507
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "JX-E407"
    assert client.post(address, json=seen, headers=headers).status_code == 200
    again = client.post(address, json=seen, headers=headers)
    assert (again.status_code, again.headers["idempotency-replayed"]) == (200, "true")
