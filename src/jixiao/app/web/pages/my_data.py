"""Everything that is kept about whoever asks."""

from __future__ import annotations

from fastapi.responses import Response

from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.office.papers.own_data import as_text, own_data

routes = Routes()


@routes.get("/my-data.json", "self.manage")
def export(office: Within, viewer: Asking) -> Response:
    """Return everything kept about the viewer as a file."""
    headers = {"content-disposition": 'attachment; filename="my-data.json"'}
    text = as_text(own_data(office, viewer))
    return Response(text, media_type="application/json", headers=headers)
