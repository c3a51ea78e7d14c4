"""The calibration meeting: ratings side by side, a workbook out and back with its differences."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Form, Query, Request, UploadFile
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.charts import figure_text, period_name
from jixiao.app.web.paging import PageNumber, part_of
from jixiao.app.web.rendering import language_of_request, page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.app.web.sent_table import sent_table
from jixiao.core import Conflict, JixiaoError, ManyErrors, Missing, Unavailable
from jixiao.office import Viewer
from jixiao.office.cycles.calibrating import Meeting, meeting
from jixiao.office.cycles.calibration_file import Edit, edits_of, keep_edits
from jixiao.office.lists import Asked, export_list
from jixiao.office.table_file import MEDIA

routes = Routes("/calibration")
Short = Annotated[str, Query(max_length=200)]
MOST_EDITS = 5000
PAGE = 50


def _shown(
    request: Request,
    viewer: Viewer,
    found: Meeting | None,
    *,
    edits: list[Edit] | None = None,
    error: JixiaoError | None = None,
    status: int = 200,
    kept: int | None = None,
    start: int = 1,
) -> Response:
    language = language_of_request(request, viewer)
    errors = error.errors if isinstance(error, ManyErrors) else (error,) if error else ()
    return page(
        request,
        "calibration.html",
        status=status,
        found=found,
        part=part_of(request, found.rows, start, size=PAGE) if found else None,
        edits=edits,
        errors=errors[:100],
        kept=kept,
        number=lambda value: figure_text(value, language),
        period_name=lambda period: period_name(period, language),
    )


@routes.get("", "calibration.read")
def show(
    request: Request,
    office: Within,
    viewer: Asking,
    period: Short = "",
    unit: Short = "",
    kept: Annotated[int | None, Query(ge=0, le=MOST_EDITS)] = None,
    start: PageNumber = 1,
) -> Response:
    """Show the ratings of the people whom the viewer may see."""
    found = meeting(office, viewer, period=period, unit=unit)
    return _shown(request, viewer, found, kept=kept, start=start)


@routes.get("/export", "calibration.read")
def export(office: Within, viewer: Asking, period: Short = "", unit: Short = "") -> Response:
    """Give them as a workbook."""
    asked = Asked(unit=unit, period=period)
    name, sheet = export_list(office, viewer, "calibration", asked, form="xlsx")
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(sheet, media_type=MEDIA["xlsx"], headers=headers)


def _needed(found: Meeting | None) -> Meeting:
    if found is None:
        raise Missing("JX-E704", "period", expected="one that has ratings", got="none")
    return found


@routes.post("/compare", "calibration.change")
def compare(
    request: Request,
    office: Within,
    viewer: Asking,
    file: UploadFile,
    period: Annotated[str, Form(max_length=40)],
) -> Response:
    """Show what an edited workbook would change; nothing is kept yet."""
    found = _needed(meeting(office, viewer, period=period))
    try:
        edits = edits_of(sent_table(file), found)
    except Unavailable:
        raise
    except JixiaoError as error:
        return _shown(request, viewer, found, error=error, status=422)
    return _shown(request, viewer, found, edits=edits[:MOST_EDITS])


async def _edits(request: Request) -> dict[str, tuple[int, str, str]]:
    """Return version, final rating and reason by id of the rating, as the comparison sent them."""
    sent = await request.form(max_fields=4 * MOST_EDITS)
    found: dict[str, tuple[int, str, str]] = {}
    for name, value in sent.items():
        if name.startswith("judgement-") and isinstance(value, str) and value.isdecimal():
            one = name.removeprefix("judgement-")
            person = str(sent.get(f"person-{one}", ""))
            final, reason = sent.get(f"final-{person}", ""), sent.get(f"reason-{person}", "")
            found[one] = (int(value[:9]), str(final), str(reason))
    return found


@routes.post("/keep", "calibration.change")
def keep(
    request: Request,
    office: Within,
    viewer: Asking,
    period: Annotated[str, Form(max_length=40)],
    edits: dict[str, tuple[int, str, str]] = Depends(_edits),  # noqa: B008
) -> Response:
    """Keep the final ratings that were compared."""
    found = _needed(meeting(office, viewer, period=period))
    try:
        count = keep_edits(office, viewer, edits, period=period, levels=found.levels)
    except Conflict as error:
        return _shown(request, viewer, found, error=error, status=409)
    return RedirectResponse(f"/calibration?period={found.period.label}&kept={count}", 303)
