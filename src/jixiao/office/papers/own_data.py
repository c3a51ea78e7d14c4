"""Everything that is kept about a person, for that person."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from jixiao.contracts.office import (
    Account,
    Contest,
    Delegation,
    Form,
    Judgement,
    Notice,
    Paper,
    Person,
    Post,
    Reading,
    Record,
    Refusal,
    Remark,
)
from jixiao.core import JixiaoError
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.papers.remarks import who_saw
from jixiao.office.papers.seeing import RELEASED
from jixiao.office.papers.shown import as_json, looked_at
from jixiao.office.people.refusals import own_person
from jixiao.office.viewer import Viewer

_SECRET = frozenset({"password", "totp", "totp_last", "codes", "oidc", "version"})


def own_data(office: Office, viewer: Viewer) -> dict[str, Any]:
    """Return what is kept about the viewer, as plain keys.

    Reports and ratings are in it once they are released, and the rows of the data about the person;
    what others wrote in confidence is not.

    Raises:
        Forbidden: If the account may not read reports about its person.
        Missing: If the account is nobody of the roster.
    """
    require(viewer, "self.manage")
    person_id = own_person(viewer)
    with office.reading() as read:
        own: dict[str, Any] = {"person": person_id}
        person = read.get(Person, person_id)
        papers = read.find(Paper, order="start", state=RELEASED, **own)
        by: dict[str, Any] = {"by": viewer.account.id}
        return {
            "person": _plain(person),
            "accounts": [_plain(one) for one in read.find(Account, **own)],
            "posts": [_plain(one) for one in read.find(Post, order="start", **own)],
            "notices": [_plain(one) for one in read.find(Notice, **own)],
            "refusals": [_plain(one) for one in read.find(Refusal, **own)],
            "delegations": [_plain(one) for one in read.find(Delegation, giver=person_id)],
            "forms": [_plain(one) for one in read.find(Form, reviewer=person_id)],
            "reports": [_report(read, viewer, paper) for paper in papers],
            "ratings": _ratings(read, papers),
            "remarks": [_plain(one) for one in read.find(Remark, order="at", **by)],
            "contests": [_plain(one) for one in read.find(Contest, order="at", **by)],
            "data": _rows(office, person.key),
        }


def _rows(office: Office, subject: str) -> dict[str, Any]:
    """Return the rows of the data about a person by table, and why where they cannot be read."""
    if not office.workspace.exists:
        return {"tables": {}, "problem": ""}
    try:
        return {"tables": office.workspace.rows_about(subject), "problem": ""}
    except JixiaoError as error:
        return {"tables": {}, "problem": error.code}


def _report(read: Reading, viewer: Viewer, paper: Paper) -> dict[str, Any]:
    shown = looked_at(read, viewer, paper.id)
    saw = [_dated(asdict(one)) for one in who_saw(read, viewer, paper)]
    named = {"period": paper.period, "language": paper.language, "state": paper.state}
    return {**named, "text": shown.hash, "report": as_json(shown), "seen_by": saw}


def _ratings(read: Reading, papers: list[Paper]) -> list[dict[str, Any]]:
    """Return the ratings of the periods whose report is released."""
    periods = {paper.period for paper in papers}
    people = {paper.person for paper in papers if paper.person is not None}
    found = read.find(Judgement, order="at", subject=people, period=periods)
    return [
        {
            "period": one.period,
            "rating": one.final or one.rating,
            "reason": one.override or one.reason,
            "at": one.at.isoformat(),
        }
        for one in found
    ]


def _plain(record: Record) -> dict[str, Any]:
    return _dated({k: v for k, v in asdict(record).items() if k not in _SECRET})


def _dated(values: dict[str, Any]) -> dict[str, Any]:
    return {k: v.isoformat() if isinstance(v, date | datetime) else v for k, v in values.items()}


def as_text(data: dict[str, Any]) -> str:
    """Return the data as readable JSON."""
    return json.dumps(data, ensure_ascii=False, indent=1, sort_keys=False)
