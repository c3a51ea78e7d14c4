"""A table of named things whose names carry versions: ``linear.v1`` stays beside ``linear.v2``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from jixiao.core.errors import ContractError

T = TypeVar("T")
_NAME = re.compile(r"[a-z][a-z0-9_-]*\.v[1-9][0-9]*")


class Registry(Generic[T]):
    """Names to things of one kind.

    Args:
        kind: What is registered, for messages: ``model``, ``metric``, ``step``.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self._things: dict[str, T] = {}

    def register(self, name: str) -> Callable[[T], T]:
        """Return a decorator that stores its argument under ``name`` (``word.vN``).

        Raises:
            ValueError: If the name has no version or is taken.
        """
        if not _NAME.fullmatch(name):
            raise ValueError(f"{self.kind} name must look like 'word.v1', got {name!r}")
        if name in self._things:
            raise ValueError(f"{self.kind} {name!r} is registered twice")

        def keep(thing: T) -> T:
            self._things[name] = thing
            return thing

        return keep

    def full_name(self, name: str) -> str:
        """Return the versioned name; a bare word means its newest version.

        Raises:
            ContractError: If nothing is registered under the name; lists what is.
        """
        if name in self._things:
            return name
        versions = [known for known in self._things if known.rsplit(".v", 1)[0] == name]
        if versions:
            return max(versions, key=lambda known: int(known.rsplit(".v", 1)[1]))
        raise ContractError(
            "JX-E110",
            self.kind,
            expected=f"one of {', '.join(sorted(self._things)) or 'none registered'}",
            got=repr(name),
            hint=f"register the {self.kind} first, or choose a known name",
        )

    def get(self, name: str) -> T:
        """Return the thing under a versioned or bare name.

        Raises:
            ContractError: If the name is unknown.
        """
        return self._things[self.full_name(name)]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._things))

    def __contains__(self, name: object) -> bool:
        return name in self._things
