"""Hooks, schedules and retention by the API: the same rules as the pages."""

import pytest
from tests.hook_case import ADDRESS, HOST, PUBLIC, Receiver
from tests.office_case import browser, viewer

from jixiao.contracts.office import Hook
from jixiao.office import Office
from jixiao.office.options import set_options


def test_a_hook_runs_by_the_api(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    receiver = Receiver()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (PUBLIC, 443))])
    monkeypatch.setattr("jixiao.office.work.delivering.send_https", receiver)
    set_options(office, viewer(office, "administrator"), {"hook_hosts": [HOST]}, {})
    client = browser(office, "administrator")
    made = client.post("/api/v1/hooks", json={"url": ADDRESS, "events": ["job.end"]})
    assert made.status_code == 201
    place = f"/api/v1/hooks/{made.json()['id']}"
    with office.reading() as read:
        assert office.seal.open(read.get(Hook, made.json()["id"]).secret) == made.json()["secret"]
    assert "secret" not in client.get(place).json()
    assert client.post(f"{place}/try").json()["state"] == "delivered"
    paused = client.post(f"{place}/pause", json={"paused": True, "version": 1})
    assert paused.json()["paused"] is True
    assert client.post(f"{place}/try").status_code == 409
    stale = {"url": ADDRESS, "events": ["stop.pull"], "version": 1}
    assert client.put(place, json=stale).status_code == 409
    changed = client.put(place, json={**stale, "version": 2}).json()
    assert (changed["events"], changed["version"]) == (["stop.pull"], 3)
    assert [one["event"] for one in changed["deliveries"]] == ["hook.try"]
    assert client.delete(place).status_code == 204
    assert client.get("/api/v1/hooks").json() == []
    local = {"url": "https://localhost/", "events": ["job.end"]}
    assert client.post("/api/v1/hooks", json=local).json()["code"] == "JX-E758"


def test_a_schedule_runs_by_the_api(office: Office) -> None:
    client = browser(office, "analyst")
    sent = {"kind": "recheck", "when": "weekly", "hour": 7, "day": 3}
    made = client.post("/api/v1/schedules", json=sent).json()
    place = f"/api/v1/schedules/{made['id']}"
    assert client.post(f"{place}/run").json() == {"jobs": 1}
    changed = client.put(place, json={"version": 1, "paused": True}).json()
    assert (changed["paused"], changed["hour"], changed["version"]) == (True, 7, 2)
    assert client.put(place, json={"version": 1, "hour": 8}).status_code == 409
    wrong = client.post("/api/v1/schedules", json={**sent, "day": 20})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "JX-E760")
    assert client.delete(place).status_code == 204
    assert client.get("/api/v1/schedules").json() == []


def test_retention_is_told_held_and_applied_by_the_api(office: Office) -> None:
    client = browser(office, "administrator")
    found = client.get("/api/v1/retention").json()
    assert {one["rule"] for one in found["rules"]} >= {"reports", "viewings", "sessions"}
    held = client.put("/api/v1/retention/hold", json={"held": True, "reason": "case"}).json()
    assert held["held"] is True
    assert client.post("/api/v1/retention/apply").json()["code"] == "JX-E795"
    client.put("/api/v1/retention/hold", json={"held": False})
    assert client.post("/api/v1/retention/apply").json() == {"gone": {}}
