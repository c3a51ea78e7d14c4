"""The description of the API as it is read: made from the OpenAPI document, in both languages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from jixiao.contracts import Language

_WORDS = Path(__file__).with_name("api") / "described.zh.yaml"
_DEEPEST = 5
_SAMPLES: dict[str, Any] = {"string": "…", "integer": 1, "number": 1.0, "boolean": True}


@dataclass(frozen=True)
class Parameter:
    """A parameter of a route.

    Attributes:
        name: Its name.
        place: ``path``, ``query`` or ``header``.
        kind: Type and bounds, as in ``integer, 1–200``.
        required: Whether it must be there.
        usual: Value when it is left out; empty where there is none.
    """

    name: str
    place: str
    kind: str
    required: bool
    usual: str


@dataclass(frozen=True)
class Operation:
    """What one method of one path does.

    Attributes:
        method: GET, POST, PUT or DELETE.
        path: Path with its parameters in braces.
        about: What it does, in the reader's language.
        parameters: Parameters of path and query.
        body: Example of what is sent, as JSON; empty where nothing is.
        answer: Example of what comes back, as JSON; empty where nothing does.
        status: Status of that answer.
        curl: A command that calls it.
    """

    method: str
    path: str
    about: str
    parameters: tuple[Parameter, ...]
    body: str
    answer: str
    status: str
    curl: str

    @property
    def anchor(self) -> str:
        """Place on the page."""
        return f"{self.method}-{self.path.strip('/').replace('/', '-')}".casefold()


@cache
def chinese() -> Mapping[str, str]:
    """Return what each route does, in Chinese, by method and path."""
    found: dict[str, str] = yaml.safe_load(_WORDS.read_text("utf-8"))
    return found


def operations(document: Mapping[str, Any], language: Language) -> dict[str, list[Operation]]:
    """Return every operation of an OpenAPI document by the part of the application it belongs to.

    Args:
        document: The OpenAPI document.
        language: Reader's language; what has no Chinese words yet is told in English.
    """
    found: dict[str, list[Operation]] = {}
    for path, methods in sorted(document["paths"].items()):
        area = path.removeprefix("/api/v1/").partition("/")[0]
        for method, told in methods.items():
            about = str(told.get("description", "")).partition("\n")[0]
            if language == "zh":
                about = chinese().get(f"{method} {path}", about)
            found.setdefault(area, []).append(_operation(document, method, path, told, about))
    return found


def _operation(
    document: Mapping[str, Any], method: str, path: str, told: Mapping[str, Any], about: str
) -> Operation:
    body = _example(document, told.get("requestBody") or {})
    status, answer = next(iter(told["responses"].items()))
    words = f"curl -X {method.upper()} " if method != "get" else "curl "
    words += f'-H "Authorization: Bearer $JIXIAO_KEY" "$JIXIAO{path}"'
    if body:
        flat = json.dumps(json.loads(body), ensure_ascii=False)
        words += f" \\\n  -H 'Content-Type: application/json' -d '{flat}'"
    return Operation(
        method.upper(),
        path,
        about,
        tuple(_parameter(document, one) for one in told.get("parameters", ())),
        body,
        _example(document, answer),
        str(status),
        words,
    )


def _parameter(document: Mapping[str, Any], told: Mapping[str, Any]) -> Parameter:
    schema = _plain(document, told.get("schema", {}))
    usual = schema.get("default")
    return Parameter(
        str(told["name"]),
        str(told["in"]),
        _kind(schema),
        bool(told.get("required")),
        "" if usual in (None, "") else str(usual),
    )


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"]))
    kind = str(schema.get("type", "string"))
    low, high = schema.get("minimum"), schema.get("maximum")
    if low is not None and high is not None:
        return f"{kind}, {low}–{high}"
    most = schema.get("maxLength")
    return f"{kind}, ≤ {most}" if most is not None else kind


def _example(document: Mapping[str, Any], told: Mapping[str, Any]) -> str:
    content = told.get("content", {}).get("application/json")
    if not content:
        return ""
    made = _sample(document, content.get("schema", {}), 0)
    return "" if made in ({}, None) else json.dumps(made, ensure_ascii=False, indent=2)


def _plain(document: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a schema with its reference followed, and the first of several that is no null."""
    if "$ref" in schema:
        name = str(schema["$ref"]).rpartition("/")[2]
        found: Mapping[str, Any] = document["components"]["schemas"][name]
        return found
    for word in ("anyOf", "oneOf", "allOf"):
        kinds = [one for one in schema.get(word, ()) if one.get("type") != "null"]
        if kinds:
            return _plain(document, kinds[0])
    return schema


def _sample(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> Any:
    schema = _plain(document, schema)
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        return _sample_object(document, schema, depth)
    if kind == "array":
        item = _sample(document, schema.get("items", {}), depth + 1)
        return [] if item is None or depth > _DEEPEST else [item]
    form = {"date": "2025-12-31", "date-time": "2025-12-31T08:00:00Z"}.get(schema.get("format", ""))
    return form or _SAMPLES.get(str(kind))


def _sample_object(document: Mapping[str, Any], schema: Mapping[str, Any], depth: int) -> Any:
    if depth > _DEEPEST:
        return {}
    more = schema.get("additionalProperties")
    made = {
        name: _sample(document, one, depth + 1)
        for name, one in schema.get("properties", {}).items()
    }
    if not made and isinstance(more, dict):
        return {"…": _sample(document, more, depth + 1)}
    return made
