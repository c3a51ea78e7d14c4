"""How fast programs may ask, and what they are told of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.office_case import browser, viewer

from jixiao.app.web.limits import WINDOW_S, Limits
from jixiao.core import TooMany
from jixiao.office import Office, make_key
from jixiao.office.options import set_options


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def limited(office: Office, **values: int) -> tuple[Limits, Clock]:
    set_options(office, viewer(office, "administrator"), values, {})
    clock = Clock()
    limits = Limits(office, clock)
    limits.read()
    return limits, clock


def test_a_bucket_holds_a_minute_and_fills_evenly(office: Office) -> None:
    limits, clock = limited(office, api_per_minute=60)
    for _ in range(60):
        limits.spend("a", "person.read")
    with pytest.raises(TooMany, match="at most 60 a minute") as refused:
        limits.spend("a", "person.read")
    assert refused.value.wait_s == 2  # one second and a little
    limits.spend("another account", "person.read")
    clock.now += 2.0
    limits.spend("a", "person.read")
    limits.spend("a", "person.read")
    with pytest.raises(TooMany):
        limits.spend("a", "person.read")


def test_scores_have_a_bucket_of_their_own(office: Office) -> None:
    limits, _ = limited(office, api_per_minute=60, scores_per_minute=100)
    for _ in range(100):
        limits.spend("a", "score.make")
    limits.spend("a", "person.read")
    with pytest.raises(TooMany):
        limits.spend("a", "score.make")


def test_options_are_read_again_after_some_seconds(office: Office) -> None:
    limits, clock = limited(office, api_per_minute=60)
    assert not limits.is_stale()
    clock.now += 6
    assert limits.is_stale()


@given(gaps=st.lists(st.floats(0, 5), min_size=1, max_size=300))
def test_no_pattern_of_asking_gets_more_than_bucket_and_inflow(
    gaps: list[float],
) -> None:
    clock = Clock()
    limits = Limits(None, clock)  # type: ignore[arg-type]
    limits._quotas = (60, 60)
    taken = 0
    for gap in gaps:
        clock.now += gap
        try:
            limits.spend("a", "person.read")
            taken += 1
        except TooMany:
            pass
    assert taken <= 60 + (clock.now - 100.0) * 60 / WINDOW_S + 1e-6


def test_an_answer_tells_policy_and_rest_and_a_refusal_when_to_come_back(office: Office) -> None:
    set_options(office, viewer(office, "administrator"), {"api_per_minute": 60}, {})
    _, secret = make_key(office, viewer(office, "analyst"), "till", scopes=["job.read"], days=9)
    client = browser(office)
    bearer = {"authorization": f"Bearer {secret}"}
    first = client.get("/api/v1/jobs", headers=bearer)
    assert first.status_code == 200
    assert first.headers["ratelimit-policy"] == '"account";q=60;w=60'
    assert first.headers["ratelimit"].startswith('"account";r=59;t=')
    answers = [client.get("/api/v1/jobs", headers=bearer) for _ in range(75)]
    refused = next(one for one in answers if one.status_code == 429)
    assert refused.headers["content-type"] == "application/problem+json"
    assert refused.json()["code"] == "JX-E706"
    assert 1 <= int(refused.headers["retry-after"]) <= 2
    assert browser(office, "analyst").get("/jobs").status_code == 200  # pages are not counted


def test_counting_a_request_asks_the_database_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = Limits(office)
    limits.read()

    def asked(_: Office) -> None:
        raise AssertionError("the database was asked")

    monkeypatch.setattr(Office, "reading", asked)
    for _ in range(100):
        assert limits.spend("a", "person.read")
    with pytest.raises(AssertionError):
        limits.read()
