"""The description of the API as a page: complete, in both languages, with examples that fit."""

import json
import re
from pathlib import Path

from fastapi import FastAPI
from tests.office_case import browser

from jixiao.app.web import api_pages, create_app
from jixiao.app.web.api_pages import chinese, operations
from jixiao.office import Office


def document(office: Office) -> dict[str, object]:
    app = create_app(office)
    assert isinstance(app, FastAPI)
    return app.openapi()


def test_every_route_is_described_in_chinese_and_no_other(office: Office) -> None:
    paths = document(office)["paths"]
    assert isinstance(paths, dict)
    routes = {f"{method} {path}" for path, methods in paths.items() for method in methods}
    assert routes - set(chinese()) == set(), "add them to api/described.zh.yaml"
    assert set(chinese()) - routes == set(), "take them out of api/described.zh.yaml"
    assert all(re.search(r"[\u4e00-\u9fff]", one) for one in chinese().values())


def test_no_route_is_described_twice() -> None:
    lines = (Path(api_pages.__file__).parent / "api" / "described.zh.yaml").read_text("utf-8")
    keys = re.findall(r"(?m)^(\w+ /[^:]+):", lines)
    assert len(keys) == len(set(keys)) == len(chinese())


def test_examples_of_what_is_sent_hold_what_the_schema_asks_for(office: Office) -> None:
    told = document(office)
    (contest,) = [
        one
        for one in operations(told, "en")["reports"]
        if (one.method, one.path) == ("POST", "/api/v1/reports/{paper_id}/contest")
    ]
    assert set(json.loads(contest.body)) == {"version", "text"}
    assert contest.curl.startswith("curl -X POST ")
    assert [(one.name, one.place, one.required) for one in contest.parameters] == [
        ("paper_id", "path", True)
    ]
    listed = {one.path: one for one in operations(told, "zh")["reports"] if one.method == "GET"}
    limit = {one.name: one for one in listed["/api/v1/reports"].parameters}["limit"]
    assert limit.kind.startswith("integer, 1–")


def test_the_page_is_open_to_everybody_and_in_the_readers_language(office: Office) -> None:
    stranger = browser(office)
    page = stranger.get("/api/v1", headers={"accept-language": "zh-CN"}).text
    assert "列出您可查看的报告" in page
    assert page.count("<details") == len(chinese())
    assert "/account/keys" not in page
    known = browser(office, "employee").get("/api/v1").text
    assert "Return the reports that whoever asks may see." in known
    assert "/account/keys" in known
    assert 'id="problems"' in known
