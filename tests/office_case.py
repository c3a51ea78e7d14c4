"""An invented organisation in a web application, for tests of the office and its pages."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from starlette.testclient import TestClient

from jixiao.contracts.office import Account, Entry, Person, Post, Role
from jixiao.gateways.database import open_database
from jixiao.office import Device, Office, Viewer
from jixiao.office.secrets import hash_password, new_totp, totp_code

KEY = b"k" * 32
PASSWORD = "four words in a row"
HASH = hash_password(PASSWORD)
TREE: dict[str, tuple[str | None, str]] = {
    "E1": (None, "Lanting"),
    "E2": ("E1", "Lanting/Optics"),
    "E3": ("E2", "Lanting/Optics/Lenses"),
    "E4": ("E2", "Lanting/Optics/Lenses"),
    "E5": ("E2", "Lanting/Optics/Lenses"),
    "E6": ("E2", "Lanting/Optics/Lenses"),
    "E7": ("E2", "Lanting/Optics/Lenses"),
    "E8": ("E1", "Lanting/Sales"),
    "E9": ("E8", "Lanting/Sales"),
    "E10": ("E8", "Lanting/Sales"),
}
"""Manager and unit by subject id."""
ROLES: dict[str, tuple[tuple[Role, ...], str | None]] = {
    "administrator": (("administrator",), None),
    "analyst": (("analyst",), None),
    "auditor": (("auditor",), None),
    "head": (("manager", "employee"), "E1"),
    "manager": (("manager", "employee"), "E2"),
    "other-manager": (("manager", "employee"), "E8"),
    "employee": (("employee",), "E3"),
    "colleague": (("employee",), "E4"),
}
"""Roles and subject id by login; whoever needs a second factor has one."""


def make_office(folder: Path, *, url: str | None = None) -> Office:
    """Return an application with ten people and eight accounts, over a workspace without data."""
    from jixiao.bootstrap import open_workspace

    office = Office(open_database(folder, KEY, url=url), open_workspace(folder), KEY)
    secret = office.seal.close(SECRET)
    with office.store.changing(Entry("test", "begin", "all")) as change:
        for key, (manager, unit) in TREE.items():
            person = Person(id=f"p-{key}", key=key, name=f"Name of {key}", pseudonym=f"x-{key}")
            above = manager and f"p-{manager}"
            start = date(2020, 1, 1)
            post = Post(id=f"post-{key}", person=person.id, unit=unit, manager=above, start=start)
            change.add(person, post)
        for login, (roles, key) in ROLES.items():
            change.add(
                Account(
                    id=f"a-{login}",
                    login=login,
                    roles=roles,
                    person=None if key is None else f"p-{key}",
                    password=HASH,
                    totp="" if key else secret,
                )
            )
    return office


SECRET = new_totp()
HERE = Device("10.0.0.1")
"""A browser nobody has signed in with yet."""


def office_at(office: Office, *, minutes: float = 0, seconds: float = 0) -> Office:
    """Return the same application, so much later."""
    later = timedelta(minutes=minutes, seconds=seconds)
    return replace(office, clock=lambda: datetime.now(UTC) + later)


def viewer(office: Office, login: str) -> Viewer:
    """Return somebody signed in."""
    with office.reading() as read:
        account = read.get(Account, f"a-{login}")
        return Viewer(account, office.pseudonym_of(read, account), csrf="c", session="s")


def browser(office: Office, login: str | None = None) -> TestClient:
    """Return a browser, signed in when a login is given; changes carry the token of its session."""
    from jixiao.app.web import create_app
    from jixiao.office import viewer_of

    client = TestClient(create_app(office), base_url="https://testserver", follow_redirects=False)
    if login is None:
        return client
    answer = client.post("/sign-in", data={"login": login, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    if answer.headers["location"] == "/sign-in/code":
        with office.store.changing(Entry("test", "again", "account")) as change:
            account = change.get(Account, f"a-{login}")
            change.replace(account, totp_last=0)
        code = totp_code(SECRET, time.time())
        assert client.post("/sign-in/code", data={"code": code}).status_code == 303
    token = client.cookies["__Host-jixiao"]
    client.headers["x-csrf-token"] = viewer_of(office, token).csrf
    return client
