"""Whether the server is up and ready, and its metrics."""

from __future__ import annotations

from fastapi import Request
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from jixiao.app.web.measures import Measures
from jixiao.app.web.routing import PUBLIC, Routes, Within

routes = Routes()


@routes.get("/healthz", PUBLIC)
def healthz() -> PlainTextResponse:
    """Say that the process answers."""
    return PlainTextResponse("ok")


@routes.get("/readyz", PUBLIC)
def readyz(office: Within) -> PlainTextResponse:
    """Say whether the database answers too."""
    ready = office.store.ready()
    return PlainTextResponse("ok" if ready else "not ready", 200 if ready else 503)


@routes.get("/metrics", PUBLIC)
def metrics(request: Request, office: Within) -> PlainTextResponse:
    """Tell counts and times for Prometheus; from this machine only."""
    host = request.client.host if request.client else ""
    if host not in ("127.0.0.1", "::1", "testclient"):
        return PlainTextResponse("only from this machine", 403)
    measures: Measures = request.app.state.measures
    return PlainTextResponse(measures.text(office), media_type=CONTENT_TYPE_LATEST)
