"""The application put together: routes, errors, headers, static files, health."""

from __future__ import annotations

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from starlette.staticfiles import StaticFiles

from jixiao.app.web import refusals
from jixiao.app.web.discovery import all_routes
from jixiao.app.web.limits import Limits
from jixiao.app.web.measures import Measures
from jixiao.app.web.replays import Replays
from jixiao.app.web.routing import refuse_unguarded
from jixiao.app.web.shield import Shield
from jixiao.office import Office
from jixiao.office.accounts.keys import KeyUses
from jixiao.office.work.scores import Scorer

_STATIC = Path(__file__).with_name("static")


def create_app(office: Office) -> FastAPI:
    """Return the web application over an office.

    Raises:
        RuntimeError: If a route names no action of the access policy.
    """

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        gc.freeze()  # what is loaded by now stays, so that no later collection walks through it
        yield
        gc.unfreeze()
        app.state.scorer.close()
        office.store.close()

    app = FastAPI(
        title="jixiao",
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.office = office
    app.state.scorer = Scorer(office)
    app.state.limits = Limits(office)
    app.state.key_uses = KeyUses(office)
    app.state.measures = Measures()
    app.router.routes.extend(all_routes())
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    refusals.install(app)
    app.add_middleware(Replays, office=office)
    app.add_middleware(Shield, unknown=refusals.unknown, count=app.state.measures.request)
    refuse_unguarded(app)
    return app
