"""Lists as files: what the asker sees in a list, in the format that is asked for."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import Response

from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.office.lists import Asked, Kind, export_list
from jixiao.office.table_file import MEDIA, TableFormat

routes = Routes("/api/v1/exports", pages=False)
Short = Annotated[str, Query(max_length=200)]
Form = Annotated[TableFormat, Query(alias="format")]
_FILES: dict[str, Any] = {
    "response_class": Response,
    "responses": {200: {"content": {kind.partition(";")[0]: {} for kind in MEDIA.values()}}},
}


def _file(office: Within, viewer: Asking, kind: Kind, asked: Asked, form: TableFormat) -> Response:
    name, content = export_list(office, viewer, kind, asked, form=form)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=MEDIA[form], headers=headers)


@routes.get("/people", "person.read", **_FILES)
def people(
    office: Within, viewer: Asking, form: Form = "csv", q: Short = "", unit: Short = ""
) -> Response:
    """Return the people whom the asker may see today."""
    return _file(office, viewer, "people", Asked(text=q, unit=unit), form)


@routes.get("/reports", "report.read", **_FILES)
def reports(
    office: Within,
    viewer: Asking,
    form: Form = "csv",
    q: Short = "",
    unit: Short = "",
    period: Short = "",
    state: Short = "",
    level: Short = "",
) -> Response:
    """Return the list of the reports that the asker may see; not what they say."""
    asked = Asked(text=q, unit=unit, period=period, state=state, level=level)
    return _file(office, viewer, "reports", asked, form)


@routes.get("/judgements", "judgement.give", **_FILES)
def judgements(office: Within, viewer: Asking, form: Form = "csv", period: Short = "") -> Response:
    """Return the asker's own ratings of others."""
    return _file(office, viewer, "judgements", Asked(period=period), form)


@routes.get("/calibration", "calibration.read", **_FILES)
def calibration(
    office: Within, viewer: Asking, form: Form = "csv", period: Short = "", unit: Short = ""
) -> Response:
    """Return the ratings of a calibration meeting; edited, it can be compared and kept."""
    return _file(office, viewer, "calibration", Asked(period=period, unit=unit), form)


@routes.get("/cycles", "cycle.read", **_FILES)
def cycles(office: Within, viewer: Asking, form: Form = "csv", period: Short = "") -> Response:
    """Return the review cycles."""
    return _file(office, viewer, "cycles", Asked(period=period), form)
