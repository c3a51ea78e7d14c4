"""Changing only what was seen."""

from __future__ import annotations

from typing import TypeVar

from jixiao.contracts.office import Record
from jixiao.core import Stale

R = TypeVar("R", bound=Record)


def same_version(record: R, version: int) -> R:
    """Return a record if it is of the version that whoever changes it has seen.

    Raises:
        Stale: If somebody else has changed it since.
    """
    if record.version != version:
        raise Stale(
            "JX-E710",
            type(record).__name__.lower(),
            expected=f"version {record.version}, the newest",
            got=f"version {version}",
            hint="somebody else has changed it; look at it again and repeat the change",
        )
    return record
