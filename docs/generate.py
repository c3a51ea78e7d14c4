"""Writes the pages that are made from the code: python docs/generate.py [--check]."""

from __future__ import annotations

import argparse
import sys
import types
import typing
from enum import StrEnum
from pathlib import Path
from typing import Any

from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from jixiao.app.cli.parser import build_parser
from jixiao.contracts import (
    CleanSettings,
    Column,
    Contract,
    MailSettings,
    MaskSettings,
    ModelSettings,
    PrivacySettings,
    ReportSettings,
    Role,
    Scale,
    SeriesLayout,
    Settings,
    SignInSettings,
    SplitSettings,
    Table,
    Task,
    WriterSettings,
)
from jixiao.office import ACTIONS, ROLES, Reach
from jixiao.office.access import PARTNERED
from jixiao.reports import BUILDERS
from jixiao.reports.words import words_of

FOLDER = Path(__file__).resolve().parent
MADE = "<!-- Written by docs/generate.py from the code; do not edit. -->\n"
MODELS: tuple[type[BaseModel], ...] = (
    Settings,
    Contract,
    Table,
    SeriesLayout,
    Column,
    Task,
    Scale,
    CleanSettings,
    MaskSettings,
    SplitSettings,
    ModelSettings,
    PrivacySettings,
    ReportSettings,
    WriterSettings,
    MailSettings,
)


def commands_page() -> str:
    """Return every command with its options."""
    parser = build_parser("VERSION")
    lines = [MADE, "# Commands", "", str(parser.description), "", str(parser.epilog), ""]
    for name, command in _subcommands(parser).items():
        lines += [f"## jixiao {name}", "", f"{command.description}.", ""]
        lines += ["| option | meaning |", "|---|---|"]
        lines += [_option(action) for action in command._actions if _is_shown(action)]
        lines.append("")
    return "\n".join(lines)


def settings_page() -> str:
    """Return every key of ``jixiao.yaml``."""
    lines = [MADE, "# Keys of jixiao.yaml", ""]
    lines += ["An unknown key is an error that names the known ones.", ""]
    for model in MODELS:
        lines += [f"## {model.__name__}", "", f"{(model.__doc__ or '').strip()}", "", *_keys(model)]
    lines += ["## Roles", "", ", ".join(f"`{role}`" for role in Role), ""]
    told = (SignInSettings.__doc__ or "").strip()
    lines += ["# Keys of sign-in.yaml", "", told, "", *_keys(SignInSettings)]
    return "\n".join(lines)


def _keys(model: type[BaseModel]) -> list[str]:
    """Return the table of a model's keys."""
    lines = ["| key | value | when left out | meaning |", "|---|---|---|---|"]
    for name, field in model.model_fields.items():
        cells = (name, _type(field.annotation), _default(field), field.description or "")
        lines.append("| " + " | ".join(_cell(cell) for cell in cells) + " |")
    return [*lines, ""]


def facts_page() -> str:
    """Return every fact that an outline may name, with its label in both languages."""
    lines = [MADE, "# Facts of reports", ""]
    lines += ["What an outline may name; `kpi` stands for `kpi1`, `kpi2`… in a loop.", ""]
    lines += ["Fact builders: " + ", ".join(f"`{name}`" for name in sorted(BUILDERS)), ""]
    lines += ["| fact | English | 中文 |", "|---|---|---|"]
    english, chinese = words_of("en").measures, words_of("zh").measures
    lines += [f"| `{name}` | {english[name]} | {chinese[name]} |" for name in sorted(english)]
    return "\n".join([*lines, ""])


def _subcommands(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """Return the commands, those of two words by both."""
    found: dict[str, argparse.ArgumentParser] = {}
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for name, command in action.choices.items():
                second = _subcommands(command)
                found |= {f"{name} {word}": one for word, one in second.items()}
                found |= {} if second else {name: command}
    return found


def _is_shown(action: argparse.Action) -> bool:
    return action.help != argparse.SUPPRESS and "--help" not in action.option_strings


def _option(action: argparse.Action) -> str:
    value = action.metavar or (action.dest.upper() if action.nargs != 0 else "")
    if action.choices:
        value = " \\| ".join(str(choice) for choice in action.choices)
    many = " …" if action.nargs in ("+", "*") else ""
    name = ", ".join(action.option_strings)
    words = f"`{name}`" if name else ""
    shown = " ".join(part for part in (words, f"{value}{many}" if value else "") if part)
    told = action.help or ""
    if action.default not in (None, False, [], argparse.SUPPRESS):
        told = f"{told} (default: {action.default})".strip()
    return f"| {shown} | {_cell(told)} |"


def _type(kind: Any) -> str:
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Literal:
        return ", ".join(f"`{value}`" for value in inside)
    if origin in (types.UnionType, typing.Union):
        return " or ".join(_type(part) for part in inside if part is not type(None))
    if origin is tuple:
        return f"list of {_type(inside[0])}"
    if origin is dict:
        return f"map of {_type(inside[0])} to {_type(inside[1])}"
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        return f"[{kind.__name__}](#{kind.__name__.lower()})"
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return ", ".join(f"`{value}`" for value in kind)
    names = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    return names.get(kind, str(kind))


def _default(field: Any) -> str:
    if field.default_factory is not None:
        return "empty"
    if field.default is PydanticUndefined:
        return "must be given"
    if isinstance(field.default, BaseModel):
        return "its own"
    if field.default is None:
        return "none"
    if isinstance(field.default, tuple):
        return ", ".join(f"`{value}`" for value in field.default) or "empty"
    return f"`{field.default}`" if field.default != "" else "empty"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\\\\|", "\\|").replace("\n", " ")


REACHES: dict[str, dict[Reach, str]] = {
    "en": {
        Reach.NONE: "–",
        Reach.GROUPS: "groups",
        Reach.OWN: "oneself",
        Reach.LINE: "own line",
        Reach.ALL: "everybody",
    },
    "zh": {
        Reach.NONE: "–",
        Reach.GROUPS: "群体数据",
        Reach.OWN: "本人",
        Reach.LINE: "下属",
        Reach.ALL: "全员",
    },
}
ROLE_NAMES = {
    "administrator": "管理员",
    "analyst": "分析员",
    "manager": "经理",
    "employee": "员工",
    "auditor": "审计员",
}
TOLD = {
    "en": (
        "Action",
        "HR partner",
        "reads",
        "About whom each action of the API and its pages may be done. Where somebody has several "
        "roles, each counts. An HR partner reads about the units looked after where the role may "
        "do it at all.",
    ),
    "zh": (
        "操作",
        "HRBP",
        "可查看",
        "每项操作可涉及哪些人。兼任多个角色时，各角色的权限都有效。HRBP可查看所负责单位的内容，前提是其角色本身具有该操作。",
    ),
}


def roles_table(language: str) -> str:
    """Return about whom each role may do each action."""
    action, partner, reads, about = TOLD[language]
    names = [ROLE_NAMES[role] if language == "zh" else role for role in ROLES]
    lines = [about, "", f"| {action} | {' | '.join(names)} | {partner} |"]
    lines.append("|" + "---|" * (len(names) + 2))
    for name, by_role in ACTIONS.items():
        cells = [REACHES[language][by_role.get(role, Reach.NONE)] for role in ROLES]
        cells.append(reads if name in PARTNERED else "–")
        lines.append(f"| `{name}` | {' | '.join(cells)} |")
    return "\n".join(lines)


def _with_roles(page: str, language: str) -> str:
    """Return a page with the table of roles between its two marks."""
    text = (FOLDER / page).read_text(encoding="utf-8")
    begin, end = "<!-- roles: written by docs/generate.py -->\n", "<!-- end of roles -->"
    head, _, rest = text.partition(begin)
    return f"{head}{begin}{roles_table(language)}\n\n{end}{rest.partition(end)[2]}"


def main() -> int:
    """Write the pages, or with ``--check`` say which are not up to date."""
    pages = {
        "commands.md": commands_page(),
        "settings.md": settings_page(),
        "facts.md": facts_page(),
        "service.md": _with_roles("service.md", "en"),
        "zh/service.md": _with_roles("zh/service.md", "zh"),
    }
    stale = [
        name
        for name, text in pages.items()
        if not (FOLDER / name).exists() or (FOLDER / name).read_text(encoding="utf-8") != text
    ]
    if "--check" in sys.argv[1:]:
        print("\n".join(f"docs/{name} is not up to date" for name in stale))
        return 1 if stale else 0
    for name, text in pages.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
