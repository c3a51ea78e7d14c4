"""Units: how ratings spread, means by unit, and the nine boxes."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Query, Request
from fastapi.responses import Response

from jixiao.app.web.charts import figure_text, period_name, spread
from jixiao.app.web.rendering import language_of_request, page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.office.people.distribution import distribution
from jixiao.office.people.nine_box import nine_box
from jixiao.office.people.teams import by_figure, by_period, scene

routes = Routes("/teams")
Short = Annotated[str, Query(max_length=200)]


@routes.get("", "group.read")
def show(
    request: Request,
    office: Within,
    viewer: Asking,
    period: Short = "",
    unit: Short = "",
    by: Literal["period", "figure"] = "period",
    figure: Short = "",
) -> Response:
    """Show the units that the viewer may see, in a period."""
    language = language_of_request(request, viewer)
    at = scene(office, viewer, period=period, unit=unit)
    if at is None:
        return page(request, "teams.html", at=None)
    spreads = distribution(at)
    return page(
        request,
        "teams.html",
        at=at,
        by=by,
        periods=[(one.label, period_name(one, language)) for one in reversed(at.book.periods)],
        spreads=spread(spreads, language) if spreads else [],
        heat=by_period(office, viewer, at) if by == "period" else by_figure(at),
        boxes=nine_box(at, figure),
        number=lambda mean: f"{mean:.2f}" if by == "period" else figure_text(mean, language),
        query=request.query_params,
    )
