"""Notices: that people were told how data about them are used, before anything is scored."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.office.people.refusals import notice_counts, record_notice

routes = Routes("/notices")


@routes.get("", "notice.record")
def show(request: Request, office: Within, viewer: Asking) -> Response:
    """Show how many people were told."""
    return page(request, "notices.html", counts=notice_counts(office, viewer))


@routes.post("", "notice.record")
def record(office: Within, viewer: Asking) -> Response:
    """Write down that everybody of the roster was told."""
    record_notice(office, viewer, None)
    return RedirectResponse("/notices", 303)
