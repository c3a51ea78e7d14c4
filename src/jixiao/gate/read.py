"""Reads FACTS.json into a set of facts; every fault is named with its place."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator

from jixiao.contracts import Comment, Fact, Frozen, Language, Span
from jixiao.core import DataError, raise_all
from jixiao.gate.facts import ExtraWords, FactSet, Subject
from jixiao.gate.lexicon import language_of


class _WithId(Frozen):
    """Anything that has an id of its own."""

    id: str


class _Fact(_WithId):
    """A fact as it stands in the file."""

    subject: str
    measure: str
    value: float | str | None
    unit: str | None = None
    period: Span | None = None
    base: str | None = None
    formula: str | None = None
    rows: tuple[int, ...] | None = None

    @field_validator("period")
    @classmethod
    def _days(cls, span: Span | None) -> Span | None:
        if span is not None and date.fromisoformat(span.start) >= date.fromisoformat(span.end):
            raise ValueError("a period ends after it starts: end is the first day after it")
        return span


class _Comment(_WithId):
    """A comment as it stands in the file; a report's own comments tell where they come from too."""

    subject: str
    text: str
    row: int = 0
    column: str = ""
    language: Language | None = None
    period: Span | None = None


class _File(Frozen):
    """The whole file."""

    version: Literal[1]
    facts: tuple[_Fact, ...]
    comments: tuple[_Comment, ...] = ()
    subjects: dict[str, Subject] = Field(default_factory=dict)
    words: ExtraWords = ExtraWords()


def read_facts(text: str, place: str = "facts") -> FactSet:
    """Return the facts of a FACTS.json.

    Args:
        text: The file's content.
        place: Name of the file, for errors.

    Raises:
        DataError: If it is no such file; every fault is named.
    """
    return parse_facts(_json(text, place), place)


def parse_facts(content: Any, place: str = "facts") -> FactSet:
    """Return the facts that plain keys hold.

    Raises:
        DataError: If they hold no facts; every fault is named.
    """
    try:
        found = _File.model_validate_json(json.dumps(content))
    except ValidationError as error:
        raise_all([_fault(place, fault) for fault in error.errors()])
        raise
    _check_ids(found, place)
    facts = [
        Fact(**(one.model_dump() | {"formula": one.formula or "", "rows": one.rows or ()}))
        for one in found.facts
    ]
    comments = [
        Comment(**(one.model_dump() | {"language": one.language or language_of(one.text)}))
        for one in found.comments
    ]
    return FactSet(facts, comments, found.subjects, found.words)


def _json(text: str, place: str) -> Any:
    try:
        return json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        raise DataError(
            "JX-E240",
            f"{place}, line {error.lineno}, column {error.colno}",
            expected="a JSON document",
            got=error.msg,
            hint='write {"version": 1, "facts": [...], "comments": [...]}',
        ) from error


def _fault(place: str, fault: Any) -> DataError:
    at = ".".join(str(part) for part in fault["loc"]) or "document"
    return DataError(
        "JX-E241",
        f"{place}: {at}",
        expected="a key of the facts format with a value of its type",
        got=str(fault["msg"]),
        hint="see docs/verify.md for every key",
    )


def _check_ids(found: _File, place: str) -> None:
    errors = []
    named: tuple[tuple[str, Sequence[_WithId]], ...]
    named = (("facts", found.facts), ("comments", found.comments))
    for name, some in named:
        seen: dict[str, int] = {}
        for number, one in enumerate(some):
            if one.id in seen:
                errors.append(
                    DataError(
                        "JX-E242",
                        f"{place}: {name}.{number}.id",
                        expected="an id of its own",
                        got=f"the id of {name}.{seen[one.id]}",
                        hint="give every fact and comment an id that no other one has",
                    )
                )
            seen.setdefault(one.id, number)
    raise_all(errors)
