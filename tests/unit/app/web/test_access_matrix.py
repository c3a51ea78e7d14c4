"""Every route of the application as every role and as nobody: what the policy says, no more.

Routes are found by themselves, so that a new one is covered the day it is written.
"""

import re
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute
from tests.office_case import ROLES, browser

from jixiao.app.web import create_app
from jixiao.app.web.routing import PUBLIC, Routes, action_of, refuse_unguarded
from jixiao.office import ACTIONS, Office

LOGINS = ("administrator", "analyst", "auditor", "manager", "employee")
OPEN = frozenset(
    {
        ("GET", "/api/v1"),
        ("GET", "/healthz"),
        ("GET", "/metrics"),
        ("GET", "/readyz"),
        ("GET", "/recover/{token}"),
        ("GET", "/reports/parts.css"),
        ("GET", "/sign-in"),
        ("GET", "/sign-in/code"),
        ("GET", "/sign-in/oidc"),
        ("GET", "/sign-in/oidc/callback"),
        ("GET", "/sign-in/oidc/leave"),
        ("POST", "/language"),
        ("POST", "/recover/{token}"),
        ("POST", "/sign-in"),
        ("POST", "/sign-in/code"),
    }
)
"""What anybody may ask for without signing in; reviewed, one by one."""
ENDING = frozenset({"/sign-out", "/account/sign-out-everywhere"})
"""Routes that end the session they are asked with."""


def all_routes(office: Office) -> Iterator[tuple[str, APIRoute]]:
    app = create_app(office)
    for route in app.routes:
        if isinstance(route, APIRoute):
            for method in sorted(route.methods):
                yield method, route


def address_of(path: str) -> str:
    return re.sub(r"\{[^}]*\}", "nobody-1", path)


def test_without_signing_in_only_reviewed_routes_answer(office: Office) -> None:
    client = browser(office)
    opened = set()
    for method, route in all_routes(office):
        answer = client.request(method, address_of(route.path))
        if action_of(route) == PUBLIC:
            opened.add((method, route.path))
            continue
        wanted = (401,) if route.path.startswith("/api/") else (303,)
        assert answer.status_code in wanted, (method, route.path, answer.status_code)
        if wanted == (303,):
            assert answer.headers["location"] == "/sign-in"
    assert opened <= OPEN, opened - OPEN


@pytest.mark.parametrize("login", LOGINS)
def test_a_role_is_refused_exactly_where_the_policy_gives_it_nothing(
    office: Office, login: str
) -> None:
    client = browser(office, login)
    for method, route in all_routes(office):
        action = action_of(route)
        if action == PUBLIC or route.path in ENDING:
            continue
        assert action is not None
        answer = client.request(method, address_of(route.path))
        allowed = any(ACTIONS[action].get(role) for role in ROLES[login][0])
        place = (login, method, route.path, answer.status_code)
        assert answer.status_code < 500, place
        if not allowed:
            assert answer.status_code == 403, place
            continue
        assert answer.status_code != 401, place
        if "{" in route.path:  # nobody has that id
            assert answer.status_code in (303, 403, 404, 409, 422), place


@pytest.mark.parametrize("login", LOGINS)
def test_no_change_is_taken_without_the_token_of_the_session(office: Office, login: str) -> None:
    client = browser(office, login)
    del client.headers["x-csrf-token"]
    for method, route in all_routes(office):
        if method in ("GET", "HEAD") or action_of(route) == PUBLIC:
            continue
        answer = client.request(method, address_of(route.path))
        assert answer.status_code == 403, (method, route.path, answer.status_code)


def test_a_page_of_another_site_can_neither_change_anything_nor_sign_in(office: Office) -> None:
    client = browser(office, "manager")
    for method, route in all_routes(office):
        if method in ("GET", "HEAD"):
            continue
        headers = {"sec-fetch-site": "cross-site"}
        answer = client.request(method, address_of(route.path), headers=headers)
        assert answer.status_code == 403, (method, route.path)


def test_a_route_that_names_no_action_does_not_start(office: Office) -> None:
    with pytest.raises(ValueError, match=r"unknown action 'report\.burn'"):
        Routes("/x").get("", "report.burn")
    bare = Routes("/bare")
    bare.router.add_api_route("/page", lambda: "open")
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.router.routes.extend(bare.router.routes)
    with pytest.raises(RuntimeError, match="routes without an action: /bare/page"):
        refuse_unguarded(app)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.include_router(bare.router)
    with pytest.raises(RuntimeError, match="routes without an action"):
        refuse_unguarded(app)
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    app.router.add_route("/plain", lambda request: None)
    with pytest.raises(RuntimeError, match="/plain"):
        refuse_unguarded(app)
