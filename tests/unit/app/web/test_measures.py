from tests.office_case import browser

from jixiao.office import Office


def test_requests_are_counted_by_route_and_no_id_is_told(office: Office) -> None:
    client = browser(office, "analyst")
    client.get("/api/v1/jobs/an-id-of-somebody")
    client.post("/api/v1/jobs", json={"kind": "recheck"})
    told = client.get("/metrics").text
    assert 'route="/api/v1/jobs/{job_id}",status="404"} 1.0' in told
    assert "an-id-of-somebody" not in told
    assert 'jixiao_jobs{state="waiting"} 1.0' in told
    assert 'jixiao_request_seconds_count{route="/api/v1/jobs"} 1.0' in told
