"""Signs that oversight is real, for groups of reviewers; the share of planted faults."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Form, Query, Request
from fastapi.responses import RedirectResponse, Response

from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.office.papers.oversight import FEWEST, periods_of, signs
from jixiao.office.papers.seeding import MOST_SHARE, seed_share, set_seed_share

routes = Routes("/oversight")


@routes.get("", "oversight.read")
def show(
    request: Request,
    office: Within,
    viewer: Asking,
    period: Annotated[str, Query(max_length=60)] = "",
) -> Response:
    """Show the signs of one period."""
    periods = periods_of(office, viewer)
    chosen = period if period in periods else next(iter(periods), "")
    rows = signs(office, viewer, chosen) if chosen else []
    with office.reading() as read:
        share = seed_share(read)
    context: dict[str, Any] = {"periods": periods, "chosen": chosen, "rows": rows, "fewest": FEWEST}
    percent, most = f"{100 * share:.3g}", round(100 * MOST_SHARE)
    return page(request, "oversight.html", **context, percent=percent, most=most)


@routes.post("/seeding", "option.change")
def seeding(
    office: Within, viewer: Asking, percent: Annotated[float, Form(ge=0, le=100)]
) -> Response:
    """Choose the share of new drafts that get a planted fault."""
    set_seed_share(office, viewer, percent / 100)
    return RedirectResponse("/oversight", 303)
