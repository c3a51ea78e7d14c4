"""Every field that the application takes, found from its routes, its description and its forms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from lxml import html

from jixiao.app import web

RAW = {("GET", "/sign-in/oidc/callback"): ("query", ("code", "state", "iss", "error"))}
"""Fields that a handler reads by itself and no form has."""
HEADERS = (
    *("user-agent", "accept-language", "referer", "x-forwarded-for", "x-forwarded-host", "origin"),
    *("authorization", "cookie", "x-csrf-token", "idempotency-key", "hx-request", "hx-current-url"),
)
"""Headers that are read, here or by the libraries below."""
TEMPLATES = Path(web.__file__).with_name("templates")
OWN = ("version-", "role-", "cell-", "q-", "s:", "final-", "judgement-", "person-", "reason-")
"""Beginnings of names that go on with an id or a place."""


@dataclass(frozen=True, order=True)
class Field:
    """A field.

    Attributes:
        method: GET, POST, PUT or DELETE.
        path: Of the route, with its parameters in braces.
        place: ``path``, ``query``, ``header``, ``form``, ``file`` or ``json``.
        name: Its name; ``*`` stands for an id or any key, ``a[].b`` for a value within a list.
    """

    method: str
    path: str
    place: str
    name: str

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.place} {self.name}"


def routes_of(app: FastAPI) -> list[tuple[str, APIRoute]]:
    """Return method and route of everything that can be asked for."""
    return [
        (method, route)
        for route in app.routes
        if isinstance(route, APIRoute)
        for method in sorted(route.methods)
    ]


def declared(app: FastAPI) -> Iterator[Field]:
    """Yield the fields that handlers name and those of the API's description."""
    document = app.openapi()
    for (method, path), (place, names) in RAW.items():
        yield from (Field(method, path, place, name) for name in names)
    for name in HEADERS:
        yield Field("GET", "/account/sessions", "header", name)
        yield Field("POST", "/sign-in", "header", name)
        yield Field("GET", "/api/v1/people", "header", name)
    for method, route in routes_of(app):
        for place in ("path", "query"):
            for one in _params(route.dependant, f"{place}_params"):
                yield Field(method, route.path, place, one.alias)
        told = document["paths"].get(route.path, {}).get(method.lower(), {})
        for kind, body in (told.get("requestBody") or {}).get("content", {}).items():
            place = "json" if kind == "application/json" else "form"
            for name, schema in leaves(document, body["schema"]):
                is_file = schema.get("contentMediaType") == "application/octet-stream"
                yield Field(method, route.path, "file" if is_file else place, name)
        if not told:
            for one in _params(route.dependant, "body_params"):
                is_file = "UploadFile" in str(one.field_info.annotation)
                yield Field(method, route.path, "file" if is_file else "form", one.alias)


def _params(dependant: Any, kind: str) -> Iterator[Any]:
    yield from getattr(dependant, kind)
    for below in dependant.dependencies:
        yield from _params(below, kind)


def leaves(
    document: Mapping[str, Any], schema: Mapping[str, Any], name: str = ""
) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield name and schema of every value of a body that is no list or object."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for word in ("anyOf", "oneOf", "allOf"):
        if word in schema:
            kinds = [one for one in schema[word] if one.get("type") != "null"]
            found = dict(leaf for one in kinds for leaf in leaves(document, one, name))
            yield from found.items()
            return
    if schema.get("type") == "array":
        yield from leaves(document, schema.get("items", {}), f"{name}[]")
    elif schema.get("type") == "object" or "properties" in schema:
        for key, one in schema.get("properties", {}).items():
            yield from leaves(document, one, f"{name}.{key}" if name else key)
        more = schema.get("additionalProperties")
        if isinstance(more, dict):
            yield from leaves(document, more, f"{name}.*")
            yield f"{name}.KEY", {"type": "string"}
    else:
        yield name, schema


def of_forms(app: FastAPI, pages: Iterable[str]) -> Iterator[Field]:
    """Yield the fields of the forms that stand on pages, those that handlers read by themselves.

    Args:
        app: The application.
        pages: Pages as they were answered.
    """
    for text in pages:
        tree = html.fromstring(text)
        for form in tree.iter("form"):
            method = str(form.get("method", "get")).upper()
            address = str(form.get("action") or "/recover/x")
            path = path_of(app, method, address)
            for one in form.xpath(".//input[@name] | .//select[@name] | .//textarea[@name]"):
                name = plain(str(one.get("name")))
                place = "query" if method == "GET" else "form"
                place = "file" if one.get("type") == "file" else place
                if name != "csrf":
                    yield Field(method, path, place, name)
        for one in tree.xpath("//*[@hx-post]"):
            path = path_of(app, "POST", str(one.get("hx-post")))
            yield Field("POST", path, "form", plain(str(one.get("name"))))
            yield from (Field("POST", path, "form", key) for key in ("place",))


def plain(name: str) -> str:
    """Return the name of a field with a star for the id or place in it."""
    return next((f"{own}*" for own in OWN if name.startswith(own)), name)


def path_of(app: FastAPI, method: str, address: str) -> str:
    """Return the path of the route that an address leads to."""
    scope = {"type": "http", "method": method, "path": address.partition("?")[0], "headers": []}
    for _, route in routes_of(app):
        match, _ = route.matches(scope)
        if match.value == 2:
            return route.path
    raise AssertionError(f"a form leads nowhere: {method} {address}")


def forms_of_templates() -> set[str]:
    """Return the addresses of all forms in the templates, with a star for what is filled in."""
    found = set()
    for path in sorted(TEMPLATES.glob("*.html")):
        for form in re.findall(r'<form [^>]*method="(?:get|post)"[^>]*', path.read_text("utf-8")):
            action = re.search(r'action="([^"]*)"', form)
            found.add(re.sub(r"\{\{.*?\}\}", "*", action[1]) if action else "/recover/*")
    return found
