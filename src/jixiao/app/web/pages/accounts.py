"""Accounts for administrators: added with a link, given roles and units, closed, recovered."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.refusals import status_of
from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.core import Conflict, Forbidden, JixiaoError, Missing, TooMany
from jixiao.office import ROLES, Office, Viewer, add_account, change_account, start_recovery
from jixiao.office.accounts.account_list import (
    invite_people,
    list_accounts,
    one_account,
    units_of_today,
)
from jixiao.office.accounts.confirming import confirm
from jixiao.office.accounts.oidc import unlink
from jixiao.office.people.standing_in import add_partner, remove_partner

routes = Routes("/accounts")
Text = Annotated[str, Form(max_length=300)]
Several = Annotated[list[str], Form()]


def _status(error: JixiaoError | None) -> int:
    if error is None:
        return 200
    return 422 if isinstance(error, Missing) else int(status_of(error))


def _all(
    request: Request,
    office: Office,
    viewer: Viewer,
    *,
    text: str = "",
    error: JixiaoError | None = None,
    links: list[tuple[str, str]] | None = None,
) -> Response:
    found = list_accounts(office, viewer, text=text)
    return page(
        request,
        "accounts.html",
        status=_status(error),
        lines=found,
        all_roles=ROLES,
        text=text,
        error=error,
        links=links,
        base=str(request.base_url).rstrip("/"),
    )


@routes.get("", "account.manage")
def show(
    request: Request,
    office: Within,
    viewer: Asking,
    q: Annotated[str, Query(max_length=120)] = "",
) -> Response:
    """Show the accounts."""
    return _all(request, office, viewer, text=q)


@routes.post("", "account.manage")
def add(
    request: Request,
    office: Within,
    viewer: Asking,
    login: Text,
    roles: Several,
    person: Text = "",
    again: Text = "",
) -> Response:
    """Add an account and show the link that sets its password, once."""
    try:
        confirm(office, viewer, again)
        key = person.strip() or None
        account = add_account(office, viewer, login, roles=roles, person_key=key)
    except (Conflict, Forbidden, Missing, TooMany) as error:
        return _all(request, office, viewer, error=error)
    link = start_recovery(office, viewer, account.login)
    return _all(request, office, viewer, links=[(account.login, link)])


@routes.post("/invite", "account.manage")
def invite(request: Request, office: Within, viewer: Asking, again: Text = "") -> Response:
    """Add an account for everybody of the roster who has none, and show their links once."""
    try:
        confirm(office, viewer, again)
    except (Forbidden, TooMany) as error:
        return _all(request, office, viewer, error=error)
    return _all(request, office, viewer, links=invite_people(office, viewer))


def _one(
    request: Request,
    office: Office,
    viewer: Viewer,
    account_id: str,
    *,
    error: JixiaoError | None = None,
    link: str = "",
) -> Response:
    return page(
        request,
        "account_one.html",
        status=_status(error),
        line=one_account(office, viewer, account_id),
        units=units_of_today(office, viewer),
        all_roles=ROLES,
        error=error,
        link=link,
        base=str(request.base_url).rstrip("/"),
    )


@routes.get("/{account_id}", "account.manage")
def one(request: Request, office: Within, viewer: Asking, account_id: str) -> Response:
    """Show one account."""
    return _one(request, office, viewer, account_id)


@routes.post("/{account_id}", "account.manage")
def change(
    request: Request,
    office: Within,
    viewer: Asking,
    account_id: str,
    version: Annotated[int, Form()],
    roles: Annotated[list[str] | None, Form()] = None,
    disabled: Annotated[bool | None, Form()] = None,
    again: Text = "",
) -> Response:
    """Change roles, or close and open the account."""
    try:
        if disabled is None:
            confirm(office, viewer, again)
        change_account(
            office,
            viewer,
            account_id,
            version=version,
            roles=roles if disabled is not None else roles or (),
            disabled=disabled,
        )
    except (Conflict, Forbidden, TooMany) as error:
        return _one(request, office, viewer, account_id, error=error)
    return RedirectResponse(f"/accounts/{account_id}", 303)


@routes.post("/{account_id}/recover", "account.manage")
def recover(
    request: Request,
    office: Within,
    viewer: Asking,
    account_id: str,
    second: Annotated[bool, Form()] = False,
    again: Text = "",
) -> Response:
    """Show a link that sets a new password once, and drops the second factor where asked to."""
    try:
        confirm(office, viewer, again)
    except (Forbidden, TooMany) as error:
        return _one(request, office, viewer, account_id, error=error)
    login = one_account(office, viewer, account_id).account.login
    link = start_recovery(office, viewer, login, second_factor=second)
    return _one(request, office, viewer, account_id, link=link)


@routes.post("/{account_id}/partner", "account.manage")
def partner(
    request: Request,
    office: Within,
    viewer: Asking,
    account_id: str,
    unit: Text,
    comments: Annotated[bool, Form()] = False,
    again: Text = "",
) -> Response:
    """Let the account look after a unit as HR partner."""
    try:
        confirm(office, viewer, again)
        add_partner(office, viewer, account_id, unit=unit, comments=comments)
    except (Conflict, Forbidden, Missing, TooMany) as error:
        return _one(request, office, viewer, account_id, error=error)
    return RedirectResponse(f"/accounts/{account_id}", 303)


@routes.post("/{account_id}/partner/{partner_id}/remove", "account.manage")
def no_partner(office: Within, viewer: Asking, account_id: str, partner_id: str) -> Response:
    """Take a unit away again."""
    remove_partner(office, viewer, partner_id)
    return RedirectResponse(f"/accounts/{account_id}", 303)


@routes.post("/{account_id}/unlink", "account.manage")
def not_linked(office: Within, viewer: Asking, account_id: str) -> Response:
    """Forget whom at the provider of sign-ins the account belongs to."""
    unlink(office, viewer, account_id)
    return RedirectResponse(f"/accounts/{account_id}", 303)
