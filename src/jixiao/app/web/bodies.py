"""What programs send: the base of every body of the API."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, ValidationInfo, field_validator

_PLAIN = frozenset({bool, int, float, NoneType})


class Body(BaseModel):
    """What is sent; an unknown field is an error, and so is a value of another kind of JSON.

    A number is never read from text or from true and false, a day never from a number.
    """

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _is_of_its_kind(cls, value: Any, info: ValidationInfo) -> Any:
        kinds = _kinds(cls.model_fields[str(info.field_name)].annotation)
        if any(isinstance(one, type) and issubclass(one, BaseModel) for one in kinds):
            return value
        for leaf in _leaves(value):
            if not _fits(leaf, kinds):
                raise ValueError("another kind of value")
        return value


def _kinds(annotation: Any) -> frozenset[Any]:
    """Return the types and literal values that an annotation is made of."""
    inner = get_args(annotation)
    if not inner:
        return frozenset({annotation})
    return frozenset(kind for one in inner for kind in _kinds(one))


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict | list):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _leaves(one)
    else:
        yield value


def _fits(leaf: Any, kinds: frozenset[Any]) -> bool:
    if isinstance(leaf, bool):
        return bool in kinds
    if isinstance(leaf, int | float):
        return not kinds.isdisjoint({int, float})
    return not (isinstance(leaf, str) and kinds <= _PLAIN)
