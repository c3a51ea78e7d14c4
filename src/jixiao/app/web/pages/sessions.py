"""One's own open sessions: seen, ended one by one or all others; an administrator ends all."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.refusals import status_of
from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.core import Forbidden, Missing, OfficeError, TooMany
from jixiao.office.accounts.confirming import can_be_asked
from jixiao.office.accounts.sessions import (
    end_other_sessions,
    end_session,
    end_sessions_of,
    own_sessions,
)

routes = Routes()
Text = Annotated[str, Form(max_length=300)]
OTHERS = "others"
"""What the form sends instead of an id to end every other session."""


def _page(
    request: Request, office: Within, viewer: Asking, error: OfficeError | None = None
) -> Response:
    return page(
        request,
        "sessions.html",
        status=200 if error is None else int(status_of(error)),
        sessions=own_sessions(office, viewer),
        asks=can_be_asked(viewer),
        all_others=OTHERS,
        error=error,
        wait_s=getattr(error, "wait_s", 0),
    )


@routes.get("/account/sessions", "self.manage")
def show(request: Request, office: Within, viewer: Asking) -> Response:
    """Show one's own sessions."""
    return _page(request, office, viewer)


@routes.post("/account/sessions/end", "self.manage")
def end(
    request: Request, office: Within, viewer: Asking, session: Text, again: Text = ""
) -> Response:
    """End one session, or every other one."""
    try:
        if session == OTHERS:
            end_other_sessions(office, viewer, again=again)
        else:
            end_session(office, viewer, session, again=again)
    except (Forbidden, Missing, TooMany) as error:
        return _page(request, office, viewer, error)
    return RedirectResponse("/account/sessions", 303)


@routes.post("/accounts/{account_id}/end-sessions", "account.manage")
def end_all(office: Within, viewer: Asking, account_id: str) -> Response:
    """End every session of an account."""
    end_sessions_of(office, viewer, account_id)
    return RedirectResponse(f"/accounts/{account_id}", 303)
