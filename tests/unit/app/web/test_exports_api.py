"""Lists as files: as far as the asker reaches, in every format, and nothing in them runs."""

import csv
import io
import json

import pytest
from openpyxl import load_workbook
from starlette.testclient import TestClient
from tests.office_case import browser
from tests.paper_case import released, with_paper
from tests.people_case import make_book, put_in

from jixiao.contracts.office import Judgement, Person
from jixiao.office import Office

EXPORTS = "/api/v1/exports"
FORMULA = '=HYPERLINK("https://evil.example.org")'


@pytest.fixture(autouse=True)
def _ratings(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, make_book())


def table(client: TestClient, name: str, kind: str, **query: str) -> list[dict[str, str]]:
    answer = client.get(f"{EXPORTS}/{name}", params={"format": kind, **query})
    assert answer.status_code == 200, answer.text
    assert f'filename="{name}.{kind}"' in answer.headers["content-disposition"]
    if kind == "json":
        return json.loads(answer.content)
    if kind == "csv":
        return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    rows = list(load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))
    return [dict(zip(map(str, rows[0]), (c or "" for c in row), strict=True)) for row in rows[1:]]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_a_list_of_people_ends_where_the_asker_s_sight_ends(office: Office, kind: str) -> None:
    reach = {"administrator": 10, "analyst": 10, "manager": 6, "employee": 1}
    for login, count in reach.items():
        assert len(table(browser(office, login), "people", kind)) == count
    assert browser(office, "auditor").get(f"{EXPORTS}/people").status_code == 403
    found = table(browser(office, "analyst"), "people", kind, unit="Lanting/Sales")
    assert {one["id"] for one in found} == {"E8", "E9", "E10"}


def test_a_name_that_is_a_formula_does_not_run(office: Office) -> None:
    with office.changing("test", "rename", "person") as change:
        change.replace(change.get(Person, "p-E3"), name=FORMULA)
    client = browser(office, "employee")
    (in_csv,) = table(client, "people", "csv")
    assert in_csv["name"] == f"'{FORMULA}"
    answer = client.get(f"{EXPORTS}/people?format=xlsx")
    cells = [c for row in load_workbook(io.BytesIO(answer.content)).active for c in row]
    assert not any(cell.data_type == "f" for cell in cells)
    (in_json,) = table(client, "people", "json")
    assert in_json["name"] == FORMULA, "a program reads it as it is"


def test_reports_are_listed_by_the_same_rights_and_filters(office: Office) -> None:
    released(office, with_paper(office))
    for login in ("analyst", "manager", "employee"):
        (row,) = table(browser(office, login), "reports", "csv")
        assert (row["subject"], row["state"], row["period"]) == ("E3", "released", "2025Q4")
    assert table(browser(office, "colleague"), "reports", "csv") == []
    for other in ({"state": "draft"}, {"level": "team"}, {"q": "E4"}, {"period": "2025Q3"}):
        assert table(browser(office, "analyst"), "reports", "csv", **other) == []
    listed = browser(office, "analyst").get("/reports?q=E3&level=employee").text
    assert "/api/v1/exports/reports?format=xlsx&amp;q=E3&amp;level=employee" in listed
    (own,) = table(browser(office, "manager"), "judgements", "json")
    assert (own["id"], own["own"]) == ("E3", "3")
    assert table(browser(office, "other-manager"), "judgements", "json") == []
    assert browser(office, "analyst").get(f"{EXPORTS}/judgements").status_code == 403


def test_cycles_go_out_and_every_export_is_an_entry(office: Office) -> None:
    client = browser(office, "analyst")
    sent = {"name": "Year end", "period": "2025Q4", "due": {"self": "2026-01-20"}}
    client.post("/api/v1/cycles", json=sent)
    (row,) = table(client, "cycles", "csv")
    assert (row["name"], row["due_self"], row["due_peer"]) == ("Year end", "2026-01-20", "")
    last = list(office.store.entries())[-1]
    assert (last.action, last.kind) == ("list.export", "cycles")
    assert last.detail == {"rows": 1, "format": "csv"}
    assert client.get(f"{EXPORTS}/cycles?format=exe").status_code == 422


def test_a_meeting_goes_out_is_edited_compared_and_kept_by_the_api(office: Office) -> None:
    from datetime import UTC, datetime

    given = Judgement(
        id="j",
        subject="p-E3",
        rater="a-manager",
        period="2025Q4",
        rating="4",
        reason="why",
        at=datetime.now(UTC),
    )
    with office.changing("test", "judge", "judgement") as change:
        change.add(given)
    client = browser(office, "analyst")
    rows = table(client, "calibration", "csv", period="2025Q4")
    for row in rows:
        if row["Employee ID"] == "E3":
            row["Final rating"], row["Reason"] = "3", "beside the others"
    text = io.StringIO()
    writer = csv.DictWriter(text, rows[0])
    writer.writeheader()
    writer.writerows(rows)
    file = {"file": ("c.csv", text.getvalue().encode(), "text/csv")}
    compared = client.post(
        "/api/v1/calibration/compare", files=file, data={"period": "2025Q4"}
    ).json()
    (edit,) = compared["edits"]
    assert (edit["key"], edit["before"], edit["final"]) == ("E3", "4", "3")
    with office.reading() as read:
        assert read.get(Judgement, "j").final is None, "nothing is kept by comparing"
    wanted = {name: edit[name] for name in ("judgements", "final", "reason")}
    sent = {"period": "2025Q4", "edits": [wanted]}
    assert browser(office, "manager").post("/api/v1/calibration/keep", json=sent).status_code == 403
    assert client.post("/api/v1/calibration/keep", json=sent).json() == {"ratings": 1}
    assert client.post("/api/v1/calibration/keep", json=sent).status_code == 409, "seen older"
    with office.reading() as read:
        assert read.get(Judgement, "j").final == "3"
