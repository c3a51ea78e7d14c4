"""Options of ``run`` that a workspace with a contract does not heed, told where they differ.

The contract is made once. Typing last quarter's command again is right and stays quiet; an option
that says something else than ``jixiao.yaml`` is named, since it changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from jixiao.contracts import Role, Settings
from jixiao.data import Overrides
from jixiao.services.sources import stored_source

if TYPE_CHECKING:
    from jixiao.services.contracting import InitOptions

_LISTED = (
    ("id", Role.ID),
    ("text", Role.TEXT),
    ("subject", Role.SUBJECT),
    ("period", Role.PERIOD),
    ("rater", Role.RATER),
    ("group", Role.GROUP),
    ("protected", Role.PROTECTED),
    ("confidential", Role.CONFIDENTIAL),
    ("drop", Role.IGNORED),
    ("ignore", Role.IGNORED),
)


def unheeded(options: InitOptions, settings: Settings, base: Path) -> tuple[str, ...]:
    """Return a note for each option that differs from the contract it comes too late for.

    Args:
        options: What was typed.
        settings: What ``jixiao.yaml`` says.
        base: Folder of the workspace.
    """
    found = (
        *_of_columns(options.overrides, settings),
        *_of_task(options.overrides, settings),
        *_of_tables(options, settings, base),
    )
    return tuple(
        f"--{option} {given}: not heeded, since jixiao.yaml has {has}; edit it there, "
        "or write it anew with: jixiao init DIR --data FILE… --force"
        for option, given, has in found
    )


_Found = Iterator[tuple[str, str, str]]


def _of_columns(asked: Overrides, settings: Settings) -> _Found:
    """Yield options on columns; one that the leak test took out of its role counts as heeded."""
    contract = settings.contract
    named = {name: one for one in contract.columns for name in (one.name, *one.aliases)}
    for option, role in _LISTED:
        for name in _names(getattr(asked, option)):
            has = named.get(name)
            if has is None:
                yield option, name, "no such column"
            elif has.role not in (role, Role.LEAK):
                yield option, name, f"it as {has.role}"
    for name in asked.allow_leak:
        if name not in named or not named[name].allow_leak:
            yield "allow-leak", name, "it not let in"
    series = {table.name for table in contract.tables if table.series is not None}
    series |= {one.name for one in contract.by_role(Role.INDICATOR)}
    series |= {table.series.value or "" for table in contract.tables if table.series is not None}
    for name in asked.series:
        if name not in series:
            yield "series", name, "it as no series"


def _of_task(asked: Overrides, settings: Settings) -> _Found:
    from jixiao.data.scales import parse_scale

    task = settings.contract.task
    if asked.target and asked.target != task.target:
        aliases = settings.contract.column(task.target).aliases
        if asked.target not in aliases:
            yield "target", asked.target, task.target
    if asked.task and str(asked.task) != task.kind:
        yield "task", str(asked.task), str(task.kind)
    if asked.scale:
        levels = parse_scale(asked.scale).levels
        if levels != task.levels:
            yield "scale", asked.scale, "<".join(task.levels) or "none"
    column = settings.split.column
    if asked.split_column and asked.split_column != column:
        yield "split-column", asked.split_column, column or "none"


def _of_tables(options: InitOptions, settings: Settings, base: Path) -> _Found:
    tables = settings.contract.tables
    keys = dict.fromkeys(key for table in tables for key in table.key)
    for key in options.overrides.key:
        known = [
            *keys,
            *(f"{key}={other}" for key in keys for other in _other_names(key, settings)),
        ]
        if key not in known and "=".join(reversed(key.split("="))) not in known:
            yield "key", key, _or_none(keys)
    tests = [table.source for table in tables if table.part == "test"]
    if options.test and stored_source(options.test, base) not in tests:
        yield "test", Path(options.test).name, _or_none(Path(source).name for source in tests)
    for option in ("sheet", "query"):
        given = getattr(options, option)
        has = dict.fromkeys(value for t in tables if (value := getattr(t, option)))
        if given and given not in has:
            yield option, given, _or_none(has)


def _other_names(key: str, settings: Settings) -> tuple[str, ...]:
    found = (column for column in settings.contract.columns if column.name == key)
    return next((column.aliases for column in found), ())


def _names(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())


def _or_none(values: Iterable[str]) -> str:
    return ", ".join(values) or "none"
