"""Role x route x owner x field: who may do what about one person, and which fields are shown.

What is right stands in ``reviewed_access.yaml``, read by people. A route that is not there fails,
and so does another answer, a further field, or a word about the person that was not there before.
After a change that is meant: ``python -m tests.unit.app.web.test_owners`` writes the file anew, and
its difference is to be read line by line.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastapi.routing import APIRoute
from tests.office_case import PASSWORD, make_office
from tests.owners_case import CALLERS, clients, fields_of, ids, json_of, make_owners, shown_in

from jixiao.app.web import create_app
from jixiao.app.web.routing import PUBLIC, action_of
from jixiao.office import Office

REVIEWED = Path(__file__).with_name("reviewed_access.yaml")
ENDING = {"/sign-out", "/account/sign-out-everywhere", "/accounts/{account_id}/unlink"}
"""Routes that end the session of somebody here; ``test_access_matrix.py`` asks them."""
BODIES: dict[str, dict[str, Any]] = {
    "cycle_id": {"version": 99, "peers": 3, "kind": "peer", "closes": True, "remind_days": 1},
    "paper_id": {"version": 99, "text": "Zinnia", "sentences": {}, "reason": "Zinnia"},
    "contest_id": {"version": 99, "outcome": "stands", "reply": "Zinnia"},
}
MORE: dict[str, dict[str, Any]] = {
    "judgement": {"rating": "3", "reason": "Zinnia"},
    "judge": {"rating": "3", "reason": "Zinnia"},
    "final": {"version": 99, "rating": "3", "reason": "Zinnia"},
    "forms": {"kind": "peer", "reviewer": "nobody", "subject": "nobody"},
    "partners": {"unit": "nowhere", "comments": True},
    "refusal": {"refuses": "no"},
    "sentences": {"version": 99, "sentences": {}},
    "check": {"text": "Zinnia"},
    "remarks": {"text": "x" * 7999},
    "remark": {"text": "x" * 7999},
}
"""Bodies that let whoever may come as far as a conflict, so that nothing is changed."""


def routes(office: Office) -> Iterator[tuple[str, str]]:
    """Yield method and path of every route that is not open to anybody."""
    for route in create_app(office).routes:
        if isinstance(route, APIRoute) and action_of(route) != PUBLIC and route.path not in ENDING:
            for method in sorted(route.methods):
                yield method, route.path


def is_about_one(method: str, path: str) -> bool:
    return method == "GET" or "{" in path


def asked(method: str, path: str, known: dict[str, str]) -> dict[str, Any]:
    """Return a request about the person's own record."""
    address = re.sub(r"\{(\w+)\}", lambda name: known[name.group(1)], path)
    if method == "GET":
        return {"method": method, "url": address}
    names = re.findall(r"\{(\w+)\}", path)
    last = path.rstrip("/").rpartition("/")[2]
    body = MORE.get(last) or (BODIES.get(names[0], {"version": 99}) if names else {})
    kind = "json" if path.startswith("/api/") else "data"
    if kind == "data":
        body = body | {"again": PASSWORD}
    if kind == "json" and last not in MORE:
        wanted = {"propose": ("version", "peers"), "clock": ("version", "closes", "remind_days")}
        told = {"contest": ("version", "text"), "approve": ("version", "text")}
        told |= {"settle": ("version", "outcome", "reply"), **wanted}
        body = {name: body[name] for name in told.get(last, ("version",)) if name in body}
    return {"method": method, "url": address, kind: body}


def observe(office: Office, callers: dict[str, str | None]) -> dict[str, list[dict[str, Any]]]:
    """Return what everybody got of every route: status, fields and words about the person."""
    make_owners(office)
    known, there = ids(office), clients(office, callers)
    found: dict[str, list[dict[str, Any]]] = {}
    for method, path in sorted(routes(office), key=_order):
        if not is_about_one(method, path):
            continue
        groups: list[dict[str, Any]] = []
        for name, client in there.items():
            answer = client.request(**asked(method, path, known))
            _group(groups, name, _told(answer, path))
        found[f"{method} {path}"] = groups
    return found


def _order(route: tuple[str, str]) -> tuple[int, str, str]:
    """Return what is asked first: what changes nothing, and last what ends something."""
    method, path = route
    last = path.rstrip("/").rpartition("/")[2]
    place = 2 if method == "DELETE" or last in _LAST else int(method != "GET")
    return 3 if last == "end-sessions" else place, path, method


_LAST = {"end", "remove", "recover", "judge", "judgement", "discard"}


def _told(answer: Any, path: str) -> dict[str, Any]:
    told: dict[str, Any] = {"status": int(answer.status_code)}
    if answer.status_code == 303:
        told["to"] = re.sub(r"[0-9a-f]{16,}", "*", answer.headers["location"])
    if answer.status_code == 200:
        told["shows"] = shown_in(answer.text)
        plain = json_of(answer.content)
        if plain is not None:
            told["fields"] = sorted(fields_of(plain))
    return {name: value for name, value in told.items() if value not in ([], "")}


def _group(groups: list[dict[str, Any]], name: str, told: dict[str, Any]) -> None:
    """Put somebody to those who got the same."""
    for one in groups:
        if {key: value for key, value in one.items() if key != "who"} == told:
            one["who"].append(name)
            return
    groups.append({"who": [name], **told})


def by_caller(groups: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        name: {key: value for key, value in one.items() if key != "who"}
        for one in groups
        for name in one["who"]
    }


def _compare(office: Office, callers: dict[str, str | None]) -> None:
    reviewed = yaml.safe_load(REVIEWED.read_text("utf-8"))
    found = observe(office, callers)
    assert found.keys() == reviewed.keys(), found.keys() ^ reviewed.keys()
    wrong = [
        (route, name, told, by_caller(reviewed[route])[name])
        for route, groups in found.items()
        for name, told in by_caller(groups).items()
        if told != by_caller(reviewed[route])[name]
    ]
    assert not wrong, "\n".join(map(str, wrong[:20]))


def test_who_stands_near_the_person_sees_and_does_what_was_reviewed(office: Office) -> None:
    near = ("subject", "manager", "HR partner without comments", "colleague", "auditor")
    _compare(office, {name: CALLERS[name] for name in near})


@pytest.mark.long
def test_everybody_sees_and_does_what_was_reviewed(office: Office) -> None:
    _compare(office, CALLERS)


def test_the_reviewed_list_keeps_the_rules_of_the_house() -> None:
    reviewed = yaml.safe_load(REVIEWED.read_text("utf-8"))
    strangers = ("other manager", "former manager", "stand-in of before", "colleague", "anonymous")
    strangers += ("HR partner of another unit",)
    for route, groups in reviewed.items():
        told = by_caller(groups)
        assert told.keys() == CALLERS.keys(), route
        assert not any(one["status"] >= 500 for one in told.values()), route
        for name in strangers:
            seen = set(told[name].get("shows", ())) - {"name", "manager's name"}
            assert not seen - _OWN.get((name, route), set()), (route, name)
        for name in ("auditor", "administrator"):
            private = {"comment", "opinion", "objection", "remark", "own rating's reason"}
            assert not private & set(told[name].get("shows", ())), (route, name)
        for name in told:
            assert name == "colleague" or "peer's form" not in told[name].get("shows", ()), route
        quiet = set(told["HR partner without comments"].get("shows", ()))
        assert not quiet & {"comment", "remark", "objection"}, route


_OWN = {("colleague", "GET /my-data.json"): {"peer's form"}}
"""What somebody has written about the person."""


def _write() -> None:
    with tempfile.TemporaryDirectory() as folder:
        office = make_office(Path(folder))
        found = observe(office, CALLERS)
        office.store.close()
    head = "# What everybody gets of every route about one person; reviewed, see test_owners.py.\n"
    text = yaml.safe_dump(found, sort_keys=False, allow_unicode=True, width=100)
    REVIEWED.write_text(head + text, "utf-8")


if __name__ == "__main__":
    sys.exit(_write())
