"""Every address that answers, with what it tells of groups: a new one fails until it is reviewed.

Figures about groups are attacked by subtraction; all else tells rows that the viewer may see one by
one, or nothing of people.
"""

import pytest
from tests.unit.app.web.test_access_matrix import all_routes

from jixiao.app.web.routing import action_of
from jixiao.office import ACTIONS, Office
from jixiao.office.lists import _TABLES

ATTACKED = {
    "/teams": "office/test_differencing.py",
    "/api/v1/teams": "office/test_differencing.py",
    "/oversight": "office/test_differencing.py",
    "/contests": "office/test_differencing.py",
    "/api/v1/contests": "office/test_differencing.py",
    "/models": "office/people/test_group_figures.py",
    "/api/v1/models": "office/people/test_group_figures.py",
    "/cycles/{cycle_id}": "office/cycles/test_cycles.py",
    "/api/v1/cycles/{cycle_id}": "office/cycles/test_cycles.py",
    "/cycles/{cycle_id}/people/{person_id}": "office/cycles/test_cycles.py",
}
"""What tells figures about groups, with where it is attacked."""
REPORTS = frozenset(
    {
        "/reports/{paper_id}",
        "/reports/{paper_id}/edit",
        "/reports/{paper_id}/file.{kind}",
        "/api/v1/reports/{paper_id}",
        "/api/v1/reports/{paper_id}/file.{kind}",
        "/my-data.json",
    }
)
"""Reports, whose facts about groups the same policy holds back when they are made."""
ROWS = frozenset(
    {
        "/",
        "/accounts",
        "/accounts/{account_id}",
        "/api/v1/calibration",
        "/api/v1/contests/{contest_id}",
        "/api/v1/cycles",
        "/api/v1/delegations",
        "/api/v1/exports/calibration",
        "/api/v1/exports/cycles",
        "/api/v1/exports/judgements",
        "/api/v1/exports/people",
        "/api/v1/exports/reports",
        "/api/v1/forms",
        "/api/v1/forms/{form_id}",
        "/api/v1/imports",
        "/api/v1/imports/{upload_id}",
        "/api/v1/judgements",
        "/api/v1/judgements/{judgement_id}",
        "/api/v1/people",
        "/api/v1/people/{person_id}",
        "/api/v1/reports",
        "/audit-log",
        "/audit-log/export",
        "/calibration",
        "/calibration/export",
        "/contests/{contest_id}",
        "/cycles",
        "/data",
        "/data/columns",
        "/data/uploads/{upload_id}",
        "/delegations",
        "/forms",
        "/forms/{form_id}",
        "/notices",
        "/people",
        "/people/{person_id}",
        "/people/{person_id}/erase",
        "/reports",
        "/reports/queue",
        "/roster",
    }
)
"""Rows that the viewer may see one by one, and counts of them."""
NOBODY = frozenset(
    {
        "/account",
        "/account/keys",
        "/account/second-factor",
        "/account/sessions",
        "/api/v1",
        "/api/v1/hooks",
        "/api/v1/hooks/{hook_id}",
        "/api/v1/jobs",
        "/api/v1/jobs/{job_id}",
        "/api/v1/retention",
        "/api/v1/schedules",
        "/healthz",
        "/jobs",
        "/jobs/schedules",
        "/metrics",
        "/models/training",
        "/readyz",
        "/recover/{token}",
        "/reports/parts.css",
        "/settings",
        "/settings/hooks",
        "/settings/retention",
        "/sign-in",
        "/sign-in/code",
        "/sign-in/oidc",
        "/sign-in/oidc/callback",
        "/sign-in/oidc/leave",
    }
)
"""Nothing of people but the viewer."""


def test_every_address_is_reviewed_for_what_it_tells_of_groups(office: Office) -> None:
    asked = {route.path for method, route in all_routes(office) if method == "GET"}
    reviewed = [*ATTACKED, *REPORTS, *ROWS, *NOBODY]
    assert len(reviewed) == len(set(reviewed)), "each stands in one list"
    assert asked == set(reviewed)


def test_whoever_sees_groups_only_is_refused_all_rows_about_people(office: Office) -> None:
    groups_only = ("group.read", "oversight.read", "protected.read")
    told = {
        route.path: action_of(route)
        for method, route in all_routes(office)
        if method == "GET" and action_of(route) in groups_only
    }
    assert set(told) <= set(ATTACKED)
    assert all(ACTIONS[one].get("auditor") for one in groups_only)


@pytest.mark.parametrize("kind", sorted(_TABLES))
def test_every_list_that_is_given_as_a_file_is_reviewed(office: Office, kind: str) -> None:
    assert f"/api/v1/exports/{kind}" in ROWS
