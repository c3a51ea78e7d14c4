"""Every change writes exactly one audit entry in its transaction; after a fault none is there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.changes_case import CASES

import jixiao.office
from jixiao.contracts.office.kinds import NOTES, RECORDS
from jixiao.contracts.office.working import Job
from jixiao.gateways.database.sql_records import SqlChanging
from jixiao.office import Office

WRITES = ("add", "replace", "remove", "write_entry")


class Fault(Exception):
    """Something that breaks in the middle of a change."""


def changing_functions() -> Iterator[str]:
    """Yield each function of the office in which a change is begun."""
    for path in sorted(Path(jixiao.office.__file__).parent.rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(function, ast.FunctionDef) and any(map(_begins, ast.walk(function))):
                yield f"{path.stem}.{function.name}"


def _begins(node: ast.AST) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr == "changing"


def records(office: Office) -> dict[str, list[Any]]:
    """Return all that a change may touch; jobs are notes, but begin and end by changes."""
    with office.reading() as read:
        return {
            name: read.find(kind)
            for name, kind in RECORDS.items()
            if kind not in NOTES or kind is Job
        }


def test_every_use_case_that_changes_something_has_a_case_here() -> None:
    found = set(changing_functions()) - {"office.changing"}
    assert found == set(CASES), found ^ set(CASES)
    assert len(found) > 50


@pytest.mark.parametrize("name", sorted(CASES))
def test_a_change_is_kept_with_one_entry_or_not_at_all(
    office: Office, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    act = CASES[name](office)
    before, numbered = records(office), len(list(office.store.entries()))
    for write in WRITES:
        with monkeypatch.context() as patch:
            _break(patch, write)
            try:
                act()
            except Fault:
                assert records(office) == before, f"{name} left something after a fault in {write}"
                continue
        assert write != "write_entry", "every change writes an entry"
        return _check_entries(office, numbered)
    act()
    _check_entries(office, numbered)
    return None


def _break(patch: pytest.MonkeyPatch, write: str) -> None:
    """Let a change break just after its first write of a kind."""
    plain = getattr(SqlChanging, write)

    def broken(self: SqlChanging, *given: Any, **more: Any) -> Any:
        done = plain(self, *given, **more)
        if not self._notes_only and given[:1] != ((),):
            raise Fault(write)
        return done

    patch.setattr(SqlChanging, write, broken)


def _check_entries(office: Office, before: int) -> None:
    made = [*office.store.entries()][before:]
    assert len(made) == 1, [one.action for one in made]
