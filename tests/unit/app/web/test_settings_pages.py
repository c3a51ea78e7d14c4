"""Hooks, schedules and retention as administrators and analysts see them."""

import re
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient
from tests.hook_case import ADDRESS, HOST, PUBLIC, Receiver
from tests.office_case import PASSWORD, browser, viewer

from jixiao.app.web.rendering import words
from jixiao.contracts.office import Hook, Job, Option
from jixiao.office import Office
from jixiao.office.options import set_options
from jixiao.office.safety.keeping import RULES
from jixiao.office.work.hooks import EVENTS
from jixiao.office.work.schedules import schedules

OLD = datetime(2020, 1, 1, tzinfo=UTC)
HOOKS = "/settings/hooks"
SCHEDULES = "/jobs/schedules"
RETENTION = "/settings/retention"


@pytest.fixture
def receiver(office: Office, monkeypatch: pytest.MonkeyPatch) -> Receiver:
    """Return who receives what the pages send; the host is listed."""
    made = Receiver()
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (PUBLIC, 443))])
    monkeypatch.setattr("jixiao.office.work.delivering.send_https", made)
    set_options(office, viewer(office, "administrator"), {"hook_hosts": [HOST]}, {})
    return made


def hook(office: Office) -> Hook:
    with office.reading() as read:
        (found,) = read.find(Hook)
    return found


def test_a_hook_is_added_tried_paused_changed_and_removed(
    office: Office, receiver: Receiver
) -> None:
    client = browser(office, "administrator")
    made = client.post(
        HOOKS, data={"url": ADDRESS, "event": ["job.end", "cycle.open"], "again": PASSWORD}
    )
    secret = re.search(r"<code>([\w-]{43})</code>", made.text)
    assert secret is not None
    assert secret[1] == office.seal.open(hook(office).secret)
    assert secret[1] not in client.get(HOOKS).text, "told once"
    place = f"{HOOKS}/{hook(office).id}"
    assert "the receiver answered 200" in client.post(f"{place}/try").text
    receiver.status = 410
    assert "the receiver answered 410" in client.post(f"{place}/try").text
    assert receiver.events == ["hook.try", "hook.try"]
    version = str(hook(office).version)
    sent = {"version": version, "paused": "yes"}
    assert client.post(f"{place}/pause", data=sent).status_code == 303
    assert client.post(f"{place}/pause", data=sent).status_code == 409, "another has changed it"
    assert ">paused<" in client.get(HOOKS).text
    change = {"version": str(hook(office).version), "url": ADDRESS, "event": "stop.pull"}
    change["again"] = PASSWORD
    assert client.post(place, data=change).status_code == 303
    assert hook(office).events == ("stop.pull",)
    assert client.post(f"{place}/remove").status_code == 303
    assert "No hook yet" in client.get(HOOKS).text


def test_a_hook_to_an_unlisted_host_or_of_no_event_is_refused(
    office: Office, receiver: Receiver
) -> None:
    client = browser(office, "administrator")
    wrong = client.post(
        HOOKS, data={"url": "https://127.0.0.1/", "event": "job.end", "again": PASSWORD}
    )
    assert (wrong.status_code, "JX-E758" in wrong.text) == (422, True)
    none = client.post(HOOKS, data={"url": ADDRESS, "again": PASSWORD})
    assert (none.status_code, "JX-E759" in none.text) == (422, True)


def test_schedules_are_added_changed_paused_run_and_removed(office: Office) -> None:
    client = browser(office, "analyst")
    weekly = {"kind": "recheck", "when": "weekly", "hour": "7", "day": "3"}
    assert client.post(SCHEDULES, data=weekly).status_code == 303
    assert "every Wednesday at 7:00 UTC" in client.get(SCHEDULES).text
    assert client.post(SCHEDULES, data={**weekly, "day": "9"}).status_code == 422
    folder = {"kind": "import", "when": "daily"}
    assert client.post(SCHEDULES, data=folder).status_code == 303, "files decide when"
    (plan,) = [one for one in schedules(office, viewer(office, "analyst")) if one.due]
    place = f"{SCHEDULES}/{plan.id}"
    ran = client.post(f"{place}/run").headers["location"]
    assert "Asked for 1 jobs" in client.get(ran).text
    sent = {"version": str(plan.version), "paused": "yes"}
    assert client.post(f"{place}/pause", data=sent).status_code == 303
    assert client.post(f"{place}/pause", data=sent).status_code == 409
    assert ">paused<" in client.get(SCHEDULES).text
    change = {"version": str(plan.version + 1), "when": "monthly", "hour": "0", "day": "28"}
    assert client.post(place, data=change).status_code == 303
    assert "on day 28 of every month at 0:00 UTC" in client.get(SCHEDULES).text
    assert client.post(f"{place}/remove").status_code == 303
    assert "of every month" not in client.get(SCHEDULES).text
    boss = browser(office, "administrator")
    assert boss.get(SCHEDULES).status_code == 200
    assert "Add a schedule" not in boss.get(SCHEDULES).text


def old_jobs(office: Office, client: TestClient) -> int:
    jobs = [
        Job(
            id=f"j{n}",
            kind="recheck",
            arguments={},
            by="",
            created=OLD,
            ended=OLD,
            state="done",
            result={},
        )
        for n in range(3)
    ]
    with office.store.noting() as note:
        note.add(*jobs)
    assert "<b>3</b>" in client.get(RETENTION).text
    return len(jobs)


def test_retention_shows_what_would_go_holds_it_and_lets_it_go(office: Office) -> None:
    client = browser(office, "administrator")
    old_jobs(office, client)
    sent = {"keep_jobs_days": "30", "version-keep_jobs_days": "0"}
    assert client.post(RETENTION, data=sent).status_code == 303
    assert client.post(RETENTION, data=sent | {"keep_jobs_days": "31"}).status_code == 422
    assert client.post(RETENTION, data={"keep_jobs_days": "1"}).status_code == 422
    assert client.post(f"{RETENTION}/hold", data={"is_on": "yes"}).status_code == 422
    held = {"is_on": "yes", "reason": "<i>case</i>"}
    assert client.post(f"{RETENTION}/hold", data=held).status_code == 303
    assert "&lt;i&gt;case&lt;/i&gt;" in client.get(RETENTION).text
    assert client.post(f"{RETENTION}/apply").status_code == 422
    assert client.post(f"{RETENTION}/hold", data={"is_on": "no"}).status_code == 303
    assert "3 records were removed" in client.post(f"{RETENTION}/apply").text
    with office.reading() as read:
        assert read.count(Job) == 0
        assert read.get(Option, "keep_jobs_days").value == {"number": 30}


def test_an_auditor_looks_at_retention_and_changes_nothing(office: Office) -> None:
    client = browser(office, "auditor")
    text = client.get(RETENTION).text
    assert "Would go now" in text
    assert "Remove what is due" not in text
    assert client.post(f"{RETENTION}/apply").status_code == 403


def test_every_kind_and_event_has_words_in_both_languages() -> None:
    keys = {f"hooks.{one.replace('.', '_')}" for one in (*EVENTS, "hook.try")}
    keys |= {f"retention.{rule.name}" for rule in RULES}
    keys |= {f"retention.from_{rule.name}" for rule in RULES}
    assert all(set(words()[key]) == {"en", "zh"} for key in keys)
