"""The data: what is in use, files brought, checked, mended and taken in, and what columns mean."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import Form, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.pages.jobs import shown
from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.contracts import Role
from jixiao.core import ContractError, JixiaoError, Unavailable
from jixiao.office.work.imports import (
    bring_again,
    columns,
    discard,
    found_in,
    mend,
    one_upload,
    set_roles,
    show_data,
    take,
    upload,
)
from jixiao.office.work.jobs import start_job

routes = Routes("/data")
MOST_SHOWN = 50


@routes.get("", "data.read")
def show(request: Request, office: Within, viewer: Asking) -> Response:
    """Show the data in use and what waits to be taken in."""
    return page(request, "data.html", data=show_data(office, viewer), error=None)


@routes.post("/uploads", "data.change")
def bring(
    request: Request,
    office: Within,
    viewer: Asking,
    file: UploadFile,
    table: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    """Keep a file and let a job check it, or say why it is not taken."""
    try:
        made = upload(office, viewer, file.file, file.filename or "", table)
    except Unavailable:
        raise
    except JixiaoError as error:
        data = show_data(office, viewer)
        return page(request, "data.html", status=422, data=data, error=error)
    return RedirectResponse(f"/data/uploads/{made.id}", 303)


@routes.post("/check", "data.change")
def check(office: Within, viewer: Asking) -> Response:
    """Let a job check the data in use again."""
    start_job(office, viewer, "recheck", {})
    return RedirectResponse("/jobs", 303)


@routes.post("/again", "data.change")
def again(
    request: Request, office: Within, viewer: Asking, table: Annotated[str, Form(max_length=200)]
) -> Response:
    """Bring the file of a table in use again, to mend its rows in quarantine."""
    try:
        made = bring_again(office, viewer, table)
    except Unavailable:
        raise
    except JixiaoError as error:
        data = show_data(office, viewer)
        return page(request, "data.html", status=422, data=data, error=error)
    return RedirectResponse(f"/data/uploads/{made.id}", 303)


@routes.get("/uploads/{upload_id}", "data.read")
def one(request: Request, office: Within, viewer: Asking, upload_id: str) -> Response:
    """Show what the check of a file found; the part with it alone where htmx asks."""
    brought, job = one_upload(office, viewer, upload_id)
    found = found_in(office, viewer, brought)
    part = bool(request.headers.get("hx-request"))
    template = "data_found.html" if part else "data_upload.html"
    told = None if job is None else shown(job)
    order = _order(found) if found else []
    return page(
        request, template, upload=brought, job=told, found=found, order=order, most=MOST_SHOWN
    )


def _order(found: Mapping[str, Any]) -> list[int]:
    """Return the columns of rows in quarantine: row, reason, those that reasons name, the rest."""
    names, reasons = found["columns"], "\n".join(row[1] for row in found["rows"][:MOST_SHOWN])
    return sorted(range(len(names)), key=lambda at: (at > 1, names[at] not in reasons))


@routes.post("/uploads/{upload_id}/mend", "data.change")
async def correct(request: Request, office: Within, viewer: Asking, upload_id: str) -> Response:
    """Keep corrected cells, named ``cell-ROW-COLUMN``, and check the file again."""
    cells = {}
    for name, text in (await request.form()).items():
        word, _, place = name.partition("-")
        row, _, column = place.partition("-")
        if word == "cell" and row.isdigit() and column.isdigit() and isinstance(text, str):
            cells[int(row), int(column)] = text
    mend(office, viewer, upload_id, cells)
    return RedirectResponse(f"/data/uploads/{upload_id}", 303)


@routes.post("/uploads/{upload_id}/take", "data.change")
def take_in(office: Within, viewer: Asking, upload_id: str) -> Response:
    """Let a job take a checked file in."""
    take(office, viewer, upload_id)
    return RedirectResponse(f"/data/uploads/{upload_id}", 303)


@routes.post("/uploads/{upload_id}/discard", "data.change")
def leave_out(office: Within, viewer: Asking, upload_id: str) -> Response:
    """Leave a file out."""
    discard(office, viewer, upload_id)
    return RedirectResponse("/data", 303)


@routes.get("/columns", "data.read")
def meanings(request: Request, office: Within, viewer: Asking) -> Response:
    """Show what each column means, and why that was guessed."""
    found = columns(office, viewer)
    return page(request, "data_columns.html", columns=found, roles=list(Role), error=None)


@routes.post("/columns", "data.change")
async def change_meanings(request: Request, office: Within, viewer: Asking) -> Response:
    """Give columns other roles; fields are named ``role-POSITION``."""
    found = columns(office, viewer)
    wanted = {}
    for name, role in (await request.form()).items():
        place = name.removeprefix("role-")
        if name != place and place.isdigit() and int(place) < len(found) and isinstance(role, str):
            wanted[found[int(place)][0].name] = role
    try:
        set_roles(office, viewer, wanted)
    except ContractError as error:
        context = {"columns": found, "roles": list(Role), "error": error}
        return page(request, "data_columns.html", status=422, **context)
    return RedirectResponse("/data/columns", 303)
