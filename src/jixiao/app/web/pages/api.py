"""The description of the API for people."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from jixiao.app.web.api_pages import operations
from jixiao.app.web.rendering import language_of_request, page
from jixiao.app.web.routing import PUBLIC, Routes, recognise

routes = Routes("/api/v1")
PROBLEMS = (401, 403, 404, 409, 413, 422, 429, 500)


@routes.get("", PUBLIC)
async def show(request: Request) -> Response:
    """Show every route with its parameters and an example."""
    viewer = await recognise(request)
    found = operations(request.app.openapi(), language_of_request(request, viewer))
    return page(request, "api.html", areas=found, problems=PROBLEMS)
