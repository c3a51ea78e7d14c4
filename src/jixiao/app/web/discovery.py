"""Finding the routes: every module of ``pages`` and ``api`` that has some."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from starlette.routing import BaseRoute

from jixiao.app.web import api, pages


def all_routes() -> list[BaseRoute]:
    """Return the routes of every module, those of the API before pages, fixed paths first."""
    found: list[BaseRoute] = []
    for package in (api, pages):
        for module in sorted(iter_modules(package.__path__), key=lambda one: one.name):
            held = import_module(f"{package.__name__}.{module.name}")
            found.extend(held.routes.router.routes)
    return sorted(found, key=lambda route: "{" in getattr(route, "path", ""))
