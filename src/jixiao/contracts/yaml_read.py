"""Reads ``jixiao.yaml`` strictly: every error in one go, each with its line.

YAML 1.1 is full of traps (``no`` is false, ``012`` is ten, ``2025-01-01`` is a date, a key twice
is silently the last). Here a plain scalar is what the field asks for: text fields take it as it
is written, true and false are the only booleans, numbers are decimal. Anchors, tags and merge
keys are refused.
"""

from __future__ import annotations

import difflib
import re
import types
import typing
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Any, Literal, TypeVar, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from jixiao.contracts.schema import Contract
from jixiao.contracts.settings import Settings
from jixiao.contracts.writer_rules import writer_complaints
from jixiao.contracts.yaml_rules import Complaint, contradictions
from jixiao.core.errors import ContractError, JixiaoError, raise_all

_NULL = ("", "~", "null", "Null", "NULL")
_NODES: dict[type, str] = {yaml.MappingNode: "group of keys", yaml.SequenceNode: "list"}
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_INFINITE = {".inf": float("inf"), "+.inf": float("inf"), "-.inf": float("-inf")}
_PARTS = tuple(Contract.model_fields)
M = TypeVar("M", bound=BaseModel)
_TOP = ("version", *_PARTS, *(n for n in Settings.model_fields if n not in ("version", "contract")))


@lru_cache(maxsize=16)
def parse(text: str, place: str) -> Settings:
    """Return the settings a ``jixiao.yaml`` holds; the same text is read once.

    Args:
        text: The file's text.
        place: Name of the file, for messages.

    Raises:
        ContractError: If it is not YAML or one thing in it is wrong.
        ManyErrors: If several things are wrong; it holds them all.
    """
    reader = _Reader(place)
    root = reader.compose(text)
    data = reader.mapping(root, {**_fields(Contract), **_fields(Settings)}, "", allowed=_TOP)
    raise_all(reader.errors)
    data["contract"] = {name: data.pop(name) for name in _PARTS if name in data}
    try:
        settings = Settings.model_validate(data)
    except ValidationError as error:
        raise_all([reader.translated(dict(one)) for one in error.errors()])
        raise
    complaints = [*contradictions(settings.contract), *writer_complaints(settings.writer)]
    raise_all([reader.complaint(one) for one in complaints])
    return settings


def parse_model(text: str, place: str, model: type[M]) -> M:
    """Return the settings that a file of one model's keys holds.

    Args:
        text: The file's text.
        place: Name of the file, for messages.
        model: What it may say.

    Raises:
        ContractError: If it is not YAML or one thing in it is wrong.
        ManyErrors: If several things are wrong; it holds them all.
    """
    reader = _Reader(place, keys=tuple(model.model_fields))
    data = reader.mapping(reader.compose(text), _fields(model), "")
    raise_all(reader.errors)
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise_all([reader.translated(dict(one)) for one in error.errors()])
        raise


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    return {name: info.annotation for name, info in model.model_fields.items()}


@dataclass
class _Reader:
    place: str
    errors: list[JixiaoError] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    keys: tuple[str, ...] = _TOP

    def compose(self, text: str) -> yaml.MappingNode:
        try:
            for event in yaml.parse(text, Loader=yaml.SafeLoader):
                if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                    at = event.start_mark.line + 1 if event.start_mark else 0
                    raise self.error("syntax", at, "plain values", "an anchor or alias")
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            raise self.error(
                "syntax",
                mark.line + 1 if mark else 0,
                "YAML",
                str(getattr(error, "problem", None) or "a character that YAML does not allow"),
                "check indentation, brackets and quotes on this line and the one above",
            ) from None
        if not isinstance(root, yaml.MappingNode):
            raise self.error("syntax", 1, f"the keys {', '.join(self.keys)}", "no mapping")
        return root

    def error(
        self, slug: str, line: int, expected: str, got: str, hint: str = "", path: str = ""
    ) -> ContractError:
        code = {"syntax": 101, "unknown-key": 102, "twice": 103, "value": 104}.get(slug, 105)
        place = f"{self.place}:{line}" if line else self.place
        return ContractError(
            f"JX-E{code}.{slug}",
            f"{place} {path}".strip(),
            expected=expected,
            got=got,
            hint=hint,
        )

    def mapping(
        self, node: yaml.Node, fields: dict[str, Any], path: str, allowed: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, path, "a group of keys")
            return {}
        known = allowed or tuple(fields)
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            below = f"{path}.{key}".lstrip(".")
            line = key_node.start_mark.line + 1
            self.lines[below] = line
            if key in found:
                self.errors.append(
                    self.error("twice", line, "each key once", f"{key!r} twice", path=path)
                )
            elif key not in known:
                self.unknown(key, known, line, path)
            else:
                found[key] = self.value(value_node, fields[key], below)
        return found

    def unknown(self, key: str, known: tuple[str, ...], line: int, path: str) -> None:
        near = difflib.get_close_matches(key, known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else "remove it, or look at the known keys"
        self.errors.append(
            self.error(
                "unknown-key", line, f"one of {', '.join(known)}", repr(key), hint, path=path
            )
        )

    def wrong(self, node: yaml.Node, path: str, expected: str, hint: str = "") -> None:
        got = f"{node.value!r}" if isinstance(node, yaml.ScalarNode) else f"a {_NODES[type(node)]}"
        line = node.start_mark.line + 1
        self.errors.append(self.error("value", line, expected, got, hint, path=path))

    def value(self, node: yaml.Node, annotation: Any, path: str) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        inner, optional = _without_none(annotation)
        if optional and _is_null(node):
            return None
        if isinstance(inner, type) and issubclass(inner, BaseModel):
            return self.mapping(node, _fields(inner), path)
        origin = get_origin(inner)
        if origin is tuple:
            return self.items(node, get_args(inner)[0], path)
        if origin is dict:
            return self.texts(node, path)
        return self.scalar(node, inner, path)

    def items(self, node: yaml.Node, annotation: Any, path: str) -> tuple[Any, ...]:
        if not isinstance(node, yaml.SequenceNode):
            self.wrong(node, path, "a list", "put it in brackets: [a, b]")
            return ()
        return tuple(
            self.value(item, annotation, f"{path}.{at}") for at, item in enumerate(node.value)
        )

    def texts(self, node: yaml.Node, path: str) -> dict[str, Any]:
        if not isinstance(node, yaml.MappingNode):
            self.wrong(node, path, "pairs of texts", "write {a: b}")
            return {}
        keys = tuple(str(key.value) for key, _ in node.value)
        return self.mapping(node, dict.fromkeys(keys, str), path)

    def scalar(self, node: yaml.Node, annotation: Any, path: str) -> Any:
        expected, convert = _SCALARS[_kind(annotation)]
        if not isinstance(node, yaml.ScalarNode):
            self.wrong(node, path, expected)
            return None
        if _is_null(node):
            self.wrong(node, path, expected, 'an empty value; write "" or quote the word')
            return None
        text, is_quoted = str(node.value), node.style in ("'", '"', "|", ">")
        if expected == "text":
            return text
        value = None if is_quoted else convert(text)
        if value is None:
            hint = "take the quotes away" if is_quoted and convert(text) is not None else ""
            self.wrong(node, path, expected, hint)
        return value

    def complaint(self, one: Complaint) -> ContractError:
        """Return a contradiction between parts as an error of the file."""
        path, expected, got, hint = one
        return self.error("value", self.line_of(path), expected, got, hint, path=path)

    def line_of(self, path: str) -> int:
        """Return the line of a path or of its nearest parent in the file; 0 when there is none."""
        parts = path.split(".")
        above = (".".join(parts[:end]) for end in range(len(parts), 0, -1))
        return next((self.lines[p] for p in above if p in self.lines), 0)

    def translated(self, error: dict[str, Any]) -> ContractError:
        """Return a pydantic finding as an error of the file, with the line it concerns."""
        parts = [str(part) for part in error["loc"]]
        path = ".".join(parts[1:] if parts[:1] == ["contract"] else parts)
        expected = str(error["msg"]).removeprefix("Value error, ")
        expected = expected.removeprefix("Input should be ")
        got = "nothing" if error["type"] == "missing" else repr(error["input"])
        if error["type"] == "missing":
            expected = f"the key {parts[-1]!r}"
        elif error["type"] == "value_error":
            got = "other values"
        return self.error("value", self.line_of(path), expected, got[:120], path=path)


def _without_none(annotation: Any) -> tuple[Any, bool]:
    if get_origin(annotation) in (types.UnionType, typing.Union):
        parts = [part for part in get_args(annotation) if part is not type(None)]
        return parts[0], len(parts) < len(get_args(annotation))
    return annotation, False


def _is_null(node: yaml.Node) -> bool:
    return isinstance(node, yaml.ScalarNode) and node.style is None and node.value in _NULL


def _kind(annotation: Any) -> type:
    if get_origin(annotation) is Literal:
        annotation = type(get_args(annotation)[0])
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return str
    return annotation if annotation in _SCALARS else str


def _boolean(text: str) -> bool | None:
    return {"true": True, "false": False, "True": True, "False": False}.get(text)


def _integer(text: str) -> int | None:
    return int(text) if _INTEGER.fullmatch(text) else None


def _float(text: str) -> float | None:
    if re.fullmatch(r"[-+]?0[0-9]+", text):
        return None
    return float(text) if _FLOAT.fullmatch(text) else _INFINITE.get(text)


_SCALARS: dict[type, tuple[str, Any]] = {
    str: ("text", str),
    bool: ("true or false", _boolean),
    int: ("a whole number", _integer),
    float: ("a number", _float),
}
