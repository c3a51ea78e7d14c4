"""Finding the routes: every module of ``pages`` and ``api`` that has some."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from jixiao.app.web import api, pages
from jixiao.app.web.routing import Routes


def all_routes() -> list[Routes]:
    """Return the ``routes`` of every module, in the order of their names."""
    found = []
    for package in (api, pages):
        for module in sorted(iter_modules(package.__path__), key=lambda one: one.name):
            held = import_module(f"{package.__name__}.{module.name}")
            found.append(held.routes)
    return found
