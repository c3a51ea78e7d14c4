"""The way of reports by API: the same withholding, versions and refusals as the pages."""

from __future__ import annotations

from tests.office_case import browser
from tests.paper_case import SECRET, with_paper

from jixiao.office import Office


def test_a_report_goes_by_api_from_draft_to_settled(office: Office) -> None:
    paper = with_paper(office)
    analyst, manager = browser(office, "analyst"), browser(office, "manager")
    employee, head = browser(office, "employee"), browser(office, "head")
    here = f"/api/v1/reports/{paper.id}"
    sent = analyst.post(f"{here}/submit", json={"version": paper.version}).json()
    seen = manager.get(here)
    assert SECRET not in seen.text
    assert SECRET not in manager.get(f"{here}/file.json").text
    assert seen.json()["withheld"] == ["judge_first"]
    rating = {"rating": "3", "reason": "Steady."}
    assert manager.post(f"{here}/judgement", json=rating).status_code == 200
    assert manager.get("/api/v1/judgements").json()[0]["opinion"] is None
    seen = manager.get(here).json()
    assert seen["opinion"]["level"] == "4"
    kept = manager.get("/api/v1/judgements").json()[0]
    assert manager.get(f"/api/v1/judgements/{kept['id']}").json()["opinion"] == seen["opinion"]
    other = {"version": kept["version"], "rating": "4"}
    assert manager.post(f"/api/v1/judgements/{kept['id']}/final", json=other).status_code == 409
    approval = {"version": sent["version"], "text": seen["text"]}
    assert head.post(f"{here}/approve", json=approval).status_code == 409
    done = manager.post(f"{here}/approve", json=approval).json()
    assert done["state"] == "approved"
    assert employee.get(here).status_code == 404
    step = {"version": done["version"]}
    out = manager.post(f"{here}/release", json=step).json()
    assert manager.post(f"{here}/release", json=step).status_code == 409
    assert employee.get(here).json()["opinion"]["level"] == "4"
    assert employee.post(f"{here}/remarks", json={}).json()["kind"] == "acknowledged"
    objection = {"version": out["version"], "text": "Two of my weeks are missing."}
    opened = employee.post(f"{here}/contest", json=objection).json()
    there = f"/api/v1/contests/{opened['id']}"
    decision = {"version": opened["version"], "outcome": "stands", "reply": "They are in it."}
    assert manager.post(f"{there}/settle", json=decision).status_code == 403
    assert employee.post(f"{there}/settle", json=decision).status_code == 403
    assert head.post(f"{there}/settle", json=decision).json()["state"] == "settled"
    assert employee.get(there).json()["reply"] == "They are in it."
    assert employee.get("/api/v1/contests").json()["total"] == 1
    assert employee.get(here).json()["state"] == "settled"


def test_a_sentence_is_checked_and_kept_by_api_on_the_version_that_was_seen(
    office: Office,
) -> None:
    paper = with_paper(office)
    manager = browser(office, "manager")
    here = f"/api/v1/reports/{paper.id}"
    checked = manager.post(f"{here}/check", json={"text": "The target was 95."}).json()
    assert checked["spans"][-1]["expected"] == "90"
    assert checked["own_statement"] is True
    change = {"version": paper.version, "sentences": {"summary/1": "The target was 90, agreed."}}
    assert manager.put(f"{here}/sentences", json=change).json()["version"] > paper.version
    assert manager.put(f"{here}/sentences", json=change).status_code == 409


def test_a_planted_fault_is_told_to_nobody_by_the_api(office: Office) -> None:
    paper = with_paper(office)
    told = browser(office, "analyst").get(f"/api/v1/reports/{paper.id}").json()
    assert "seeded" not in told


def test_what_may_not_be_seen_looks_like_what_is_not_there(office: Office) -> None:
    paper = with_paper(office)
    for login in ("colleague", "other-manager", "employee"):
        client = browser(office, login)
        there = client.get(f"/api/v1/reports/{paper.id}").json()
        nowhere = client.get("/api/v1/reports/nobody-1").json()
        assert there == nowhere
        assert client.get("/api/v1/reports").json()["total"] == 0
