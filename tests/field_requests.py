"""For every route that takes something a request that is right, to be sent with one field wrong.

Whoever adds a route with fields adds a line here; ``test_payload_fields.py`` names it otherwise.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.office_case import PASSWORD, SECRET
from tests.planted_case import SPARE, Planted

from jixiao.contracts.office import RECORDS, Judgement, Paper
from jixiao.office import offer_second_factor, viewer_of
from jixiao.office.cycles.questions import questions
from jixiao.office.options import HOSTS, KEPT, NUMBERS
from jixiao.office.secrets import totp_code
from jixiao.office.work.hooks import EVENTS

WORD = "word"
"""What stands wherever people write, before one field is sent."""
NEW = "five other words in a row"
CSV = "Employee,Rating,Remarks word\nE3,4,held up\n"
DAY = "2026-12-01"
GENERAL = [name for name in NUMBERS if name not in KEPT]
UNMET = {
    "POST /api/v1/scores": "no model here; unit/app/web/test_scores_api.py has one",
    "POST /api/v1/explanations": "no model here, as for scores",
    "POST /sign-in/code": "needs a session between two factors; a wrong code is what is shown",
    "POST /data/again": "needs a file in use; a name of a table is taken or refused, never kept",
}
"""Routes whose request is refused here anyway, and why that is enough."""


@dataclass(frozen=True)
class Case:
    """A request that is right.

    Attributes:
        who: Who may send it; a name of ``planted_case.WHO`` or ``nobody``.
        body: Its form or JSON.
        ids: Ids in its path that are not the usual ones.
    """

    who: str
    body: dict[str, Any] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)


class World:
    """Ids and versions of the planted organisation, as requests need them."""

    def __init__(self, planted: Planted) -> None:
        self.planted, self.office = planted, planted.office
        with self.office.reading() as read:
            self.papers = {one.subject: one for one in read.find(Paper)}
            self.draft = read.find(Paper, report=SPARE)[0]
            self.judged = next(
                one for one in read.find(Judgement) if one.subject == self.papers["E6"].person
            )
        self.usual = {name: found[0] for name, found in planted.ids().items()}
        self.usual |= {"token": planted.link, "kind": "json"}

    def version(self, table: str, record_id: str) -> int:
        with self.office.reading() as read:
            return read.get(RECORDS[table], record_id).version

    def paper(self, key: str, who: str, **body: Any) -> Case:
        """Return a request about the report of a person."""
        one = self.draft if key == "draft" else self.papers[key]
        if body.pop("versioned", True):
            body["version"] = one.version
        return Case(who, body, {"paper_id": one.id, "judgement_id": self.judged.id})

    def about(self, table: str, record_id: str, who: str, name: str, **body: Any) -> Case:
        """Return a request about another record, with its version."""
        told = {"version": self.version(table, record_id), **body}
        return Case(who, told, {name: record_id})

    def offer(self) -> dict[str, str]:
        """Return a second factor that is offered, and its code."""
        token = self.planted.clients["employee"].cookies["__Host-jixiao"]
        offered = offer_second_factor(self.office, viewer_of(self.office, token))
        code = totp_code(offered.secret, time.time())
        return {"sealed": offered.sealed, "code": code, "again": PASSWORD}


def cases(w: World) -> dict[str, Case]:
    """Return a right request by method and path."""
    return {**_reports(w), **_accounts(w), **_cycles(w), **_data(w), **_settings(w)}


def _accounts(w: World) -> dict[str, Case]:
    unit = "Lanting word/Sales"
    today = w.office.clock().date()
    lent = {"taker": "E8", "start": today.isoformat()}
    lent["end"] = (today + timedelta(days=9)).isoformat()
    login = {"login": "head.word", "password": PASSWORD}
    return {
        "POST /account/language": Case("employee", {"language": "zh"}),
        "POST /account/password": Case("employee", {"old": PASSWORD, "new": NEW}),
        "POST /account/second-factor": Case("employee", w.offer()),
        "POST /account/sessions/end": Case("employee", {"session": "others", "again": PASSWORD}),
        "POST /account/keys": Case("analyst", {"name": "k", "scope": "data.read", "days": "9"}),
        "POST /accounts": Case(
            "administrator", {"login": "newcomer", "roles": "employee", "person": ""}
        ),
        "POST /accounts/{account_id}": w.about(
            "accounts",
            "a-colleague",
            "administrator",
            "account_id",
            roles="employee",
            disabled="false",
        ),
        "POST /accounts/{account_id}/partner": Case(
            "administrator", {"unit": unit, "comments": "true"}
        ),
        "POST /api/v1/accounts/{account_id}/partners": Case(
            "administrator", {"unit": unit, "comments": True}
        ),
        "POST /accounts/{account_id}/recover": Case("administrator", {"second": "true"}),
        "POST /delegations": Case("manager", lent),
        "POST /api/v1/delegations": Case("manager", lent),
        "POST /people/{person_id}/erase": Case(
            "administrator", {"typed": "E10"}, {"person_id": "p-E10"}
        ),
        "POST /recover/{token}": Case("nobody", {"password": NEW}),
        "POST /sign-in": Case("nobody", login),
        "POST /sign-in/code": Case("nobody", {"code": totp_code(SECRET, time.time())}),
        "POST /language": Case("nobody", {"language": "zh"}),
    }


def _cycles(w: World) -> dict[str, Case]:
    plan = {"name": "Year", "period": "2025Q4"}
    pair = {"kind": "manager", "reviewer": "E8", "subject": "E3"}
    planned = ("cycles", "planned", "analyst", "cycle_id")
    opened = ("cycles", "cycle-1", "analyst", "cycle_id")
    mine = ("forms", "mine", "employee", "form_id")
    said = {one.key: 4 if one.kind == "scale" else "some words" for one in questions("peer")}
    given = {f"q-{key}": value for key, value in said.items()} | {"do": "save"}
    found: dict[str, Case] = {
        "POST /cycles": Case("analyst", {**plan, **{f"due_{k}": DAY for k in _PARTS}}),
        "POST /api/v1/cycles": Case("analyst", {**plan, "due": {"self": DAY}}),
        "PUT /api/v1/cycles/{cycle_id}/clock": w.about(*opened, closes=True, remind_days=3),
        "POST /cycles/{cycle_id}/clock": w.about(*opened, closes="yes", remind_days="3"),
        "POST /forms/{form_id}": w.about(*mine, **given),
        "PUT /api/v1/forms/{form_id}": w.about(*mine, answers=said, send=False),
        "GET /cycles/{cycle_id}": Case("analyst", {"q": ""}),
    }
    for prefix in ("", "/api/v1"):
        at = f"POST {prefix}/cycles/{{cycle_id}}"
        found[f"{at}/forms"] = Case("analyst", pair, {"cycle_id": "planned"})
        found[f"{at}/propose"] = w.about(*planned, peers=3)
        found[f"{at}/open"] = w.about(*planned)
        found[f"{at}/close"] = w.about(*opened)
    return found


_PARTS = ("self", "manager", "peer", "upward")


def _data(w: World) -> dict[str, Case]:
    file = {"file": ("reviews.csv", CSV.encode()), "table": "reviews word"}
    roster = {"key": "N1", "name": "New", "email": "", "unit": "Lanting word/Sales", "title": ""}
    roster |= {"manager": "E8", "since": DAY, "joined": DAY}
    text = "id,manager,unit,title,name\nN1,E8,Lanting word/Sales,,New\n"
    train = {"name": "linear", "method": "full", "minutes": 1}
    plan = {"kind": "report", "when": "daily", "hour": 6, "day": 1}
    mine = ("options", "schedule-1", "analyst", "schedule_id")
    return {
        "POST /data/uploads": Case("analyst", file),
        "POST /api/v1/imports": Case("analyst", file),
        "POST /data/uploads/{upload_id}/mend": Case("analyst", {"cell-0-3": "E5"}),
        "POST /data/columns": Case("analyst", {"role-2": "ignored"}),
        "POST /roster": Case(
            "analyst", {"file": ("roster.csv", text.encode()), "day": DAY, "whole": "false"}
        ),
        "POST /api/v1/roster": Case("analyst", {"rows": [roster], "day": DAY, "whole": False}),
        "POST /api/v1/jobs": Case("analyst", {"kind": "recheck"}),
        "POST /models/train": Case("analyst", train),
        "POST /api/v1/models/train": Case("analyst", train),
        "POST /jobs/schedules": Case("analyst", plan),
        "POST /api/v1/schedules": Case("analyst", plan),
        "POST /api/v1/scores": Case("analyst", {"rows": [{"Remarks word": "held up"}]}),
        "POST /api/v1/explanations": Case("analyst", {"rows": [{"Remarks word": "held up"}]}),
        **_schedules(w, mine),
        **_calibration(w),
    }


def _schedules(w: World, mine: tuple[str, str, str, str]) -> dict[str, Case]:
    from jixiao.office.work.timetable import PREFIX

    version = w.version("options", PREFIX + mine[1])
    ids = {"schedule_id": mine[1]}
    when = {"when": "daily", "hour": 6, "day": 1, "version": version}
    return {
        "POST /jobs/schedules/{schedule_id}": Case("analyst", when, ids),
        "POST /jobs/schedules/{schedule_id}/pause": Case(
            "analyst", {"version": version, "paused": "yes"}, ids
        ),
        "PUT /api/v1/schedules/{schedule_id}": Case("analyst", {**when, "paused": True}, ids),
    }


def _calibration(w: World) -> dict[str, Case]:
    one, client = w.judged, w.planted.clients["analyst"]
    sheet = client.get("/api/v1/exports/calibration?format=csv").content
    file = {"file": ("calibration.csv", sheet), "period": "2025Q4"}
    seen = {"id": one.id, "version": one.version}
    edit = {"judgements": [seen], "final": "4 word", "reason": "meeting"}
    sent = {f"judgement-{one.id}": one.version, f"person-{one.id}": one.subject}
    sent |= {f"final-{one.subject}": "4 word", f"reason-{one.subject}": "meeting"}
    return {
        "POST /calibration/compare": Case("analyst", file),
        "POST /api/v1/calibration/compare": Case("analyst", file),
        "POST /calibration/keep": Case("analyst", {"period": "2025Q4", **sent}),
        "POST /api/v1/calibration/keep": Case("analyst", {"period": "2025Q4", "edits": [edit]}),
    }


def _reports(w: World) -> dict[str, Case]:
    from jixiao.office.papers.shown import show

    token = w.planted.clients["manager"].cookies["__Host-jixiao"]
    seen = show(w.office, viewer_of(w.office, token), w.papers["E6"].id, how="page")
    with w.office.reading() as read:
        w.judged = read.get(Judgement, w.judged.id)
        w.papers["E6"] = read.get(Paper, w.papers["E6"].id)
    rating = {"rating": "3 word", "reason": "held up", "versioned": False}
    final = {"version": w.judged.version, "rating": "4", "reason": "on second thought"}
    settle = ("contests", w.usual["contest_id"], "head", "contest_id")
    how = {"outcome": "stands", "reply": "as it is"}
    place = "summary/0"
    found: dict[str, Case] = {
        "POST /reports/{paper_id}/judge": w.paper("E5", "manager", **rating),
        "POST /api/v1/reports/{paper_id}/judgement": w.paper("E5", "manager", **rating),
        "POST /reports/{paper_id}/decide/{judgement_id}": Case(
            "manager", final, {"paper_id": w.papers["E6"].id, "judgement_id": w.judged.id}
        ),
        "POST /api/v1/judgements/{judgement_id}/final": Case(
            "manager", final, {"judgement_id": w.judged.id}
        ),
        "POST /reports/{paper_id}/check": w.paper(
            "E6", "manager", versioned=False, place=f"s:{place}", **{f"s:{place}": "Output fell."}
        ),
        "POST /reports/{paper_id}/edit": w.paper(
            "E6", "manager", **{f"s:{place}": "Output came to 92."}
        ),
        "PUT /api/v1/reports/{paper_id}/sentences": w.paper(
            "E6", "manager", sentences={place: "Output came to 92."}
        ),
        "POST /api/v1/reports/{paper_id}/check": w.paper(
            "E6", "manager", versioned=False, text="Output fell."
        ),
        "POST /reports/{paper_id}/refusal": w.paper(
            "E4", "colleague", versioned=False, refuses="yes"
        ),
        "POST /reports/{paper_id}/remark": w.paper("E4", "colleague", versioned=False, text="so"),
        "POST /api/v1/reports/{paper_id}/remarks": w.paper(
            "E4", "colleague", versioned=False, text="so"
        ),
    }
    for prefix in ("", "/api/v1"):
        at = f"POST {prefix}/reports/{{paper_id}}"
        found[f"{at}/submit"] = w.paper("draft", "analyst")
        found[f"{at}/approve"] = w.paper("E6", "manager", text=seen.hash)
        found[f"{at}/release"] = w.paper("E7", "manager")
        found[f"{at}/withdraw"] = w.paper("E5", "analyst")
        found[f"{at}/contest"] = w.paper("E2", "manager", text="it is wrong")
        found[f"POST {prefix}/contests/{{contest_id}}/settle"] = w.about(*settle, **how)
    return found


def _settings(w: World) -> dict[str, Case]:
    hook = {"url": "https://word.example/in"}
    mine = ("hooks", "hook-1", "administrator", "hook_id")
    event = EVENTS[0]
    options: dict[str, Any] = {name: str(NUMBERS[name].usual) for name in GENERAL}
    options |= {f"version-{name}": "0" for name in GENERAL}
    options |= {HOSTS: "a.example", f"version-{HOSTS}": str(w.version("options", HOSTS))}
    days: dict[str, Any] = {name: str(KEPT[name].usual) for name in KEPT}
    days |= {f"version-{name}": "0" for name in KEPT}
    return {
        "POST /settings": Case("administrator", options),
        "POST /settings/stop": Case("administrator", {"stopped": "yes", "reason": "r"}),
        "POST /settings/retention": Case("administrator", days),
        "POST /settings/retention/hold": Case("administrator", {"is_on": "yes", "reason": "r"}),
        "PUT /api/v1/retention/hold": Case("administrator", {"held": True, "reason": "r"}),
        "POST /oversight/seeding": Case("administrator", {"percent": "1"}),
        "POST /settings/hooks": Case("administrator", {**hook, "event": event}),
        "POST /api/v1/hooks": Case("administrator", {**hook, "events": [event]}),
        "POST /settings/hooks/{hook_id}": w.about(*mine, **hook, event=event),
        "PUT /api/v1/hooks/{hook_id}": w.about(*mine, **hook, events=[event]),
        "POST /settings/hooks/{hook_id}/pause": w.about(*mine, paused="yes"),
        "POST /api/v1/hooks/{hook_id}/pause": w.about(*mine, paused=True),
    }
