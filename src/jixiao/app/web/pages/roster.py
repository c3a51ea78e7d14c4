"""The roster: a file sent or the workspace's own table taken in, with every problem at once."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request, UploadFile
from fastapi.responses import Response

from jixiao.app.web.days import day_of
from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.app.web.sent_table import sent_table
from jixiao.core import JixiaoError, ManyErrors, Unavailable
from jixiao.office.people.roster import RosterResult, import_roster, roster_of_workspace
from jixiao.office.people.roster_rows import roster_rows

routes = Routes("/roster")
MOST_SHOWN = 100
"""Problems that are shown at most."""


def _shown(
    request: Request, result: RosterResult | None, error: JixiaoError | None, status: int
) -> Response:
    errors = error.errors if isinstance(error, ManyErrors) else (error,) if error else ()
    return page(
        request,
        "roster.html",
        status=status,
        result=result,
        errors=errors[:MOST_SHOWN],
        more=max(0, len(errors) - MOST_SHOWN),
    )


@routes.get("", "roster.change")
def show(request: Request) -> Response:
    """Show how a roster is taken in."""
    return _shown(request, None, None, 200)


@routes.post("", "roster.change")
def take(
    request: Request,
    office: Within,
    viewer: Asking,
    file: UploadFile | None = None,
    day: Annotated[str, Form(max_length=10)] = "",
    whole: Annotated[bool, Form()] = False,
) -> Response:
    """Take in a file, or the workspace's own roster where none is sent."""
    try:
        raw = (
            sent_table(file) if file is not None and file.filename else roster_of_workspace(office)
        )
        on = day_of(day, "day")
        result = import_roster(office, viewer, roster_rows(raw), day=on, whole=whole)
    except Unavailable:
        raise
    except JixiaoError as error:
        return _shown(request, None, error, 422)
    return _shown(request, result, None, 200)
