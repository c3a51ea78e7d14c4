"""What every record has, and how its fields tell the columns of its table."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A row that can be changed only by whoever has seen its last version."""

    id: str
    """Random, never a name."""
    version: int = 1
    """Grows by one with every change; a change of an older version is refused."""


def unique(**given: Any) -> Any:
    """Return a field whose value no other record may have."""
    return field(metadata={"unique": True}, **given)


def found_by(**given: Any) -> Any:
    """Return a field that records are looked up by."""
    return field(metadata={"index": True}, **given)
