"""Lays settings out as ``jixiao.yaml``: one line a column, its reason as a comment.

Only what differs from the defaults is written; the rest follows as a commented menu made from
the descriptions of the settings, so that no default is told twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Any

import yaml
from pydantic import BaseModel
from pydantic.fields import FieldInfo

from jixiao.contracts.schema import Column, Task
from jixiao.contracts.settings import Settings

_PLAIN = re.compile(r"[A-Za-z_一-鿿](?:[\w./()（）%+-]| (?=[\w(（]))*")
_UNSAFE = re.compile(
    r"[^\t\n\r -~\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_RESOLVER = yaml.SafeLoader("")
_PLAIN_ONLY = (True, False)
_WIDTH = 110
_HEAD = """\
# What the tables hold, what is predicted, and how. An unknown key is an error.
# Roles: id, subject, group, rater, period, date, text, number, category, ordinal, indicator, goal,
# progress, confidential, target, protected (never a model feature), leak (kept out), ignored.
"""
_INDICATORS = """\
# Indicators of KPI tables. Without higher_is_better nothing is judged of one: add true or false."""
_MENU = "# Everything below has its default; take the '# ' away to change a line."


def render(settings: Settings, reasons: Mapping[str, str]) -> str:
    """Return the text of ``jixiao.yaml``; :func:`parse` gives the same settings back.

    Args:
        settings: What to write.
        reasons: Why each column was read as it is, by column name; missing ones have no comment.
    """
    contract = settings.contract
    lines = [_HEAD + f"version: {settings.version}", "", "tables:"]
    lines += [f"  - {_entry(table)}" for table in contract.tables]
    lines += ["", "task:", *_task(contract.task), "", "columns:"]
    if not contract.columns:
        lines[-1] = "columns: []"
    for column in contract.columns:
        lines += _column(column, reasons.get(column.name, ""))
    if contract.indicators:
        lines += ["", _INDICATORS, "indicators:"]
        lines += [f"  - {_entry(indicator)}" for indicator in contract.indicators]
    changed, menu = _parts(settings)
    lines += changed
    if menu:
        lines += ["", _MENU, *menu]
    return "\n".join(lines) + "\n"


def quoted(text: str) -> str:
    """Return a text as YAML reads it back, plain where nothing can go wrong, else in quotes."""
    if _PLAIN.fullmatch(text) and len(text) < _WIDTH:
        tag = _RESOLVER.resolve(yaml.ScalarNode, text, _PLAIN_ONLY)  # type: ignore[no-untyped-call]
        if tag == "tag:yaml.org,2002:str":
            return text
    written = json.dumps(text, ensure_ascii=False).replace("\x7f", "\\x7f")
    return _UNSAFE.sub(lambda found: _escaped(found[0]), written)


def _escaped(character: str) -> str:
    return f"\\U{ord(character):08x}" if ord(character) > 0xFFFF else f"\\u{ord(character):04x}"


def _value(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Enum):
        return quoted(str(value.value))
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, BaseModel):
        return _entry(value)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{quoted(k)}: {_value(v)}" for k, v in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(_value(part) for part in value) + "]"
    return str(value)


def _number(value: float) -> str:
    if value in (float("inf"), float("-inf")):
        return ".inf" if value > 0 else "-.inf"
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)


def _differing(model: BaseModel, always: Iterable[str] = ()) -> dict[str, Any]:
    kept = set(always)
    return {
        name: getattr(model, name)
        for name, field in type(model).model_fields.items()
        if name in kept or field.is_required() or getattr(model, name) != field.get_default()
    }


def _entry(model: BaseModel) -> str:
    return _value(_differing(model))


def _task(task: Task) -> list[str]:
    lines = []
    for name, value in _differing(task).items():
        if name == "scale" and value is not None:
            lines += ["  scale:"]
            lines += [f"    {key}: {_value(part)}" for key, part in _scale(task).items()]
        else:
            lines.append(f"  {name}: {_value(value)}")
    return lines


def _scale(task: Task) -> dict[str, Any]:
    assert task.scale is not None
    parts: dict[str, Any] = {"levels": task.scale.levels}
    if task.scale.values != type(task.scale)(levels=task.scale.levels).values:
        parts["values"] = task.scale.values
    if task.scale.synonyms:
        parts["synonyms"] = task.scale.synonyms
    return parts


def _column(column: Column, reason: str) -> list[str]:
    entry = f"  - {_entry(column)}"
    comment = " ".join("".join(c if c.isprintable() else " " for c in reason).split())
    if not comment:
        return [entry]
    if len(entry) + len(comment) + 4 <= _WIDTH:
        return [f"{entry}  # {comment}"]
    return [f"  # {comment}", entry]


def _parts(settings: Settings) -> tuple[list[str], list[str]]:
    changed: list[str] = []
    menu: list[str] = []
    for name, field in Settings.model_fields.items():
        if name in ("version", "contract"):
            continue
        value = getattr(settings, name)
        if not isinstance(value, BaseModel):
            if value != field.get_default():
                changed += ["", f"{name}: {_value(value)}"]
            else:
                menu.append(f"# {name}: {_value(value)}  # {_told(field)}")
            continue
        own = _differing(value)
        if own:
            changed += ["", f"{name}:", *(f"  {key}: {_value(v)}" for key, v in own.items())]
        rest = [key for key in type(value).model_fields if key not in own]
        menu += _menu_part(name, value, rest)
    return changed, menu


def _menu_part(name: str, value: BaseModel, rest: list[str]) -> list[str]:
    fields = type(value).model_fields
    lines = [f"# {name}:"] if rest else []
    return lines + [
        f"#   {key}: {_value(getattr(value, key))}  # {_told(fields[key])}" for key in rest
    ]


def _told(field: FieldInfo) -> str:
    return " ".join((field.description or "").split())
