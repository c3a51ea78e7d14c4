"""The audit log: looked through by auditors and administrators, exported, verified."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Query, Request
from fastapi.responses import Response

from jixiao.app.web.days import day_of
from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.office import PAGE, TrailFilter, export_trail, read_trail, verify_trail

routes = Routes("/audit-log")
Short = Annotated[str, Query(max_length=120)]


def _wanted(
    action: Short = "", actor: Short = "", about: Short = "", since: Short = "", until: Short = ""
) -> TrailFilter:
    return TrailFilter(
        action, actor.strip(), about.strip(), day_of(since, "since"), day_of(until, "until")
    )


Wanted = Annotated[TrailFilter, Depends(_wanted)]


@routes.get("", "audit.read")
def show(
    request: Request,
    office: Within,
    viewer: Asking,
    wanted: Wanted,
    start: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> Response:
    """Show entries, the newest first."""
    found = read_trail(office, viewer, wanted, start=start)
    following = start + PAGE if start + PAGE < found.total else None
    before = max(0, start - PAGE) if start else None
    links = [
        None if at is None else request.url.include_query_params(start=at).query
        for at in (before, following)
    ]
    return page(
        request,
        "audit_log.html",
        found=found,
        wanted=wanted,
        newer=links[0],
        older=links[1],
        result=None,
        query=request.url.remove_query_params("start").query,
    )


@routes.get("/export", "audit.read")
def export(office: Within, viewer: Asking, wanted: Wanted) -> Response:
    """Give the entries as CSV."""
    headers = {"content-disposition": 'attachment; filename="audit-log.csv"'}
    text = "\ufeff" + export_trail(office, viewer, wanted)
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@routes.post("/verify", "audit.read")
def verify(request: Request, office: Within, viewer: Asking) -> Response:
    """Check the whole log against its anchor."""
    wanted = TrailFilter()
    return page(
        request,
        "audit_log.html",
        found=read_trail(office, viewer, wanted),
        wanted=wanted,
        newer=None,
        older=None,
        result=verify_trail(office.store),
        query="",
    )
