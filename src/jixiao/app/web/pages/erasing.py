"""Erasing a person: what will go and what stays, confirmed by typing the id."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import Response

from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.core import Conflict, JixiaoError, WorkspaceError
from jixiao.office import ErasureResult, Office, Viewer, erase_person
from jixiao.office.safety.erasure import what_goes

routes = Routes("/people")


def _asked(
    request: Request,
    office: Office,
    viewer: Viewer,
    person_id: str,
    error: JixiaoError | None = None,
) -> Response:
    found = what_goes(office, viewer, person_id)
    return page(request, "erase.html", status=409 if error else 200, found=found, error=error)


def _done(request: Request, result: ErasureResult) -> Response:
    return page(request, "erased.html", result=result)


@routes.get("/{person_id}/erase", "person.erase")
def ask(request: Request, office: Within, viewer: Asking, person_id: str) -> Response:
    """Show what erasing a person would reach."""
    return _asked(request, office, viewer, person_id)


@routes.post("/{person_id}/erase", "person.erase")
def erase(
    request: Request,
    office: Within,
    viewer: Asking,
    person_id: str,
    typed: Annotated[str, Form(max_length=200)],
) -> Response:
    """Erase a person, where the id was typed."""
    try:
        if typed.strip() != what_goes(office, viewer, person_id).person.key:
            raise Conflict(
                "JX-E797", "id", expected="the id of the person above", got="another text"
            )
        return _done(request, erase_person(office, viewer, person_id))
    except (Conflict, WorkspaceError) as error:
        return _asked(request, office, viewer, person_id, error)
