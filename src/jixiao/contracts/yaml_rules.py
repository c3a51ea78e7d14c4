"""What must hold between the parts of a workspace file: names once, a target, a scale."""

from __future__ import annotations

import difflib
from collections.abc import Callable

from jixiao.contracts.schema import Contract, Role, TaskKind

Complaint = tuple[str, str, str, str]
"""Path in the file, what was expected, what was found, hint."""


def contradictions(contract: Contract) -> list[Complaint]:
    """Return every contradiction of a contract, in the order of its parts."""
    found: list[Complaint] = []
    for rule in _RULES:
        found += rule(contract)
    return found


def _tables(contract: Contract) -> list[Complaint]:
    found = _repeated("tables", [table.name for table in contract.tables])
    if not contract.tables:
        found.append(("tables", "at least one table", "none", "add - {name: …, source: FILE}"))
    for at, table in enumerate(contract.tables):
        if table.source.find("://") > 0 and not table.query:
            hint = "add query: SELECT …"
            found.append((f"tables.{at}", "a query beside a SQL URL", "none", hint))
    return found


def _columns(contract: Contract) -> list[Complaint]:
    return _repeated("columns", [column.name for column in contract.columns])


def _repeated(part: str, names: list[str]) -> list[Complaint]:
    return [
        (f"{part}.{at}", f"each name once in {part}", f"{name!r} twice", "remove one of the two")
        for at, name in enumerate(names)
        if name in names[:at]
    ]


def _target(contract: Contract) -> list[Complaint]:
    names = [column.name for column in contract.columns]
    target = contract.task.target
    found: list[Complaint] = []
    if names and target not in names:
        near = difflib.get_close_matches(target, names, n=1, cutoff=0.4)
        hint = f"did you mean {near[0]!r}?" if near else "name one of the columns"
        found.append(("task.target", "the name of a column", repr(target), hint))
    for at, column in enumerate(contract.columns):
        if (column.role is Role.TARGET) != (column.name == target):
            hint = "task.target and the column with role target must be the same"
            expected = f"role target for {target!r} alone"
            found.append((f"columns.{at}", expected, f"{column.name!r} as {column.role}", hint))
    return found


def _scale(contract: Contract) -> list[Complaint]:
    task = contract.task
    if task.kind is TaskKind.ORDINAL and task.scale is None:
        hint = "add scale: {levels: [lowest, …, highest]} under task"
        return [("task", "a scale for an ordinal task", "none", hint)]
    if task.scale is None:
        return []
    strange = [level for level in task.scale.synonyms.values() if level not in task.scale.levels]
    levels = f"one of the levels {', '.join(task.scale.levels)}"
    return [("task.scale.synonyms", levels, repr(level), "") for level in strange]


_RULES: tuple[Callable[[Contract], list[Complaint]], ...] = (_tables, _columns, _target, _scale)
