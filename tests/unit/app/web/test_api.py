from tests.office_case import PASSWORD, browser

from jixiao.contracts.office import Job
from jixiao.office import Office


def test_a_key_does_what_its_scopes_say_and_nothing_else(office: Office) -> None:
    client = browser(office, "analyst")
    made = client.post(
        "/account/keys", data={"name": "n", "days": "9", "scope": ["job.read"], "again": PASSWORD}
    )
    secret = made.text.partition('<p class="secret"><code>')[2].partition("<")[0]
    assert secret.startswith("jx_")
    program = browser(office)
    program.headers["authorization"] = f"Bearer {secret}"
    assert program.get("/api/v1/jobs").json() == {"items": [], "cursor": ""}
    refused = program.get("/api/v1/reports")
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "JX-E703"
    address = client.get("/account/keys").text.partition('action="/account/keys/')[2]
    key_id = address.partition("/revoke")[0]
    assert client.post(f"/account/keys/{key_id}/revoke").status_code == 303
    assert program.get("/api/v1/jobs").status_code == 401


def test_jobs_come_in_pages_without_gaps_or_copies(office: Office) -> None:
    client = browser(office, "analyst")
    asked = [client.post("/api/v1/jobs", json={"kind": "recheck"}) for _ in range(5)]
    assert {one.status_code for one in asked} == {202}
    seen, cursor = [], ""
    for _ in range(3):
        page = client.get("/api/v1/jobs", params={"limit": 2, "cursor": cursor}).json()
        seen += [one["id"] for one in page["items"]]
        cursor = page["cursor"]
    assert cursor == ""
    assert sorted(seen) == sorted(one.json()["id"] for one in asked)
    with office.reading() as read:
        assert read.count(Job) == 5


def test_an_unknown_field_and_an_unknown_record_are_told_as_problems(office: Office) -> None:
    client = browser(office, "analyst")
    wrong = client.post("/api/v1/jobs", json={"kind": "recheck", "more": 1})
    assert wrong.status_code == 422
    assert "body.more" in wrong.json()["errors"][0]["place"]
    missing = client.get("/api/v1/reports/nothing")
    assert missing.status_code == 404
    assert missing.json()["status"] == 404


def test_the_api_describes_itself(office: Office) -> None:
    told = browser(office).get("/api/v1/openapi.json").json()
    assert told["openapi"].startswith("3.1")
    assert {"/api/v1/reports", "/api/v1/jobs", "/api/v1/people"} <= set(told["paths"])
    assert not any(path.startswith("/account") for path in told["paths"])
