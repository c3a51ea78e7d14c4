import pytest
from tests.office_case import browser
from tests.people_case import make_book, put_in

from jixiao.office import Office


@pytest.fixture(autouse=True)
def _ratings(monkeypatch: pytest.MonkeyPatch) -> None:
    put_in(monkeypatch, make_book())


def test_people_are_as_far_as_the_asker_reaches(office: Office) -> None:
    assert browser(office, "analyst").get("/api/v1/people").json()["total"] == 10
    assert browser(office, "manager").get("/api/v1/people").json()["total"] == 6
    one = browser(office, "employee").get("/api/v1/people/p-E3").json()
    assert [rating["level"] for rating in one["ratings"]] == ["2", "3"]
    assert browser(office, "employee").get("/api/v1/people/p-E4").status_code == 404


def test_no_unit_of_few_people_is_told(office: Office) -> None:
    client = browser(office, "auditor")
    found = client.get("/api/v1/teams").json()
    for figures in (found["by_period"], found["by_figure"]):
        assert all(
            cell is None or cell["people"] >= 5 for r in figures["rows"] for cell in r["cells"]
        )
    refused = client.get("/api/v1/teams?unit=Lanting/Sales")
    assert (refused.status_code, refused.json()["code"]) == (422, "JX-E520")


def test_a_roster_is_refused_with_every_problem(office: Office) -> None:
    client = browser(office, "administrator")
    rows = [
        {"key": "N1", "name": "A", "manager": "nobody", "unit": "X"},
        {"key": "", "name": "B", "unit": "X"},
    ]
    refused = client.post("/api/v1/roster", json={"rows": rows})
    assert refused.status_code == 422
    assert [one["code"] for one in refused.json()["errors"]] == ["JX-E774", "JX-E772"]
    good = {"rows": [{"key": "N1", "name": "A", "manager": "E1", "unit": "X"}]}
    assert client.post("/api/v1/roster", json=good).json()["added"] == 1
    assert client.post("/api/v1/roster", json={**good, "more": 1}).status_code == 422


def test_a_cycle_runs_by_the_api(office: Office) -> None:
    client = browser(office, "analyst")
    sent = {"name": "Year end", "period": "2025Q4", "due": {"self": "2026-01-20"}}
    made = client.post("/api/v1/cycles", json=sent).json()
    place = f"/api/v1/cycles/{made['id']}"
    assert client.post(f"{place}/propose", json={"version": 1}).json() == {"forms": 10}
    assert client.post(f"{place}/open", json={"version": 1}).status_code == 409
    assert client.post(f"{place}/open", json={"version": 2}).json()["state"] == "open"
    me = browser(office, "employee")
    (form,) = me.get("/api/v1/forms").json()
    answers = {"version": 1, "answers": {"results": "done", "goals": 5}, "send": True}
    assert me.put(f"/api/v1/forms/{form['id']}", json=answers).json()["state"] == "sent"
    assert me.put(f"/api/v1/forms/{form['id']}", json=answers).status_code == 409
    assert client.get(place).json()["board"][0]["done"] == {"self": [10, 1]}


def test_rights_are_lent_and_taken_back_by_the_api(office: Office) -> None:
    client = browser(office, "manager")
    sent = {"taker": "E8", "start": "2026-01-01", "end": "2099-01-01"}
    assert client.post("/api/v1/delegations", json=sent).status_code == 409, "far too long"
    assert client.get("/api/v1/delegations").json() == []
    boss = browser(office, "administrator")
    sent_unit = {"unit": "Lanting/Sales", "comments": True}
    made = boss.post("/api/v1/accounts/a-colleague/partners", json=sent_unit).json()
    assert browser(office, "colleague").get("/api/v1/people").json()["total"] == 4
    assert boss.delete(f"/api/v1/partners/{made['id']}").status_code == 204


def test_a_meeting_is_the_own_line(office: Office) -> None:
    found = browser(office, "manager").get("/api/v1/calibration").json()
    assert {row["key"] for row in found["rows"]} == {"E3", "E4", "E5", "E6", "E7"}
