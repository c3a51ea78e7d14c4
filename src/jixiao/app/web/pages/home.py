"""What waits for whoever is signed in."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import Response

from jixiao.app.web.rendering import page
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.office.waiting import waiting_for

routes = Routes()


@routes.get("/", "self.manage")
def home(request: Request, office: Within, viewer: Asking) -> Response:
    """Show what waits for the viewer."""
    return page(request, "home.html", piles=waiting_for(office, viewer))
