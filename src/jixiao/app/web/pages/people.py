"""People: found, and one by one with posts, ratings, papers and forms."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query, Request
from fastapi.responses import Response

from jixiao.app.web.charts import rating_line
from jixiao.app.web.paging import PageNumber, given_part
from jixiao.app.web.rendering import language_of_request, page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.office.people.people import find_people, portrait

routes = Routes("/people")
Short = Annotated[str, Query(max_length=200)]


@routes.get("", "person.read")
def show(
    request: Request,
    office: Within,
    viewer: Asking,
    q: Short = "",
    unit: Short = "",
    start: PageNumber = 1,
) -> Response:
    """Show whom the viewer may see."""
    found = find_people(office, viewer, text=q, unit=unit, page=start)
    part = given_part(request, found.lines, found.page, (found.total, found.pages))
    return page(request, "people.html", part=part, units=found.units, text=q, unit=unit)


@routes.get("/{person_id}", "person.read")
def one(request: Request, office: Within, viewer: Asking, person_id: str) -> Response:
    """Show one person."""
    found = portrait(office, viewer, person_id)
    language = language_of_request(request, viewer)
    chart = rating_line(found.ratings, found.values, language)
    return page(request, "person.html", found=found, chart=chart)
