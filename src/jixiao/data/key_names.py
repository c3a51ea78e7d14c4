"""Keys that bear another name in another table: ``--key employee_id=emp_no``.

The further table's column is read under the name it has in the first one, and its own name becomes
an alias of that column, by which every later reading finds it again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from jixiao.contracts import Contract
from jixiao.data.overrides import Overrides
from jixiao.data.sources import RawTable


def paired_keys(
    tables: Sequence[RawTable], overrides: Overrides
) -> tuple[list[RawTable], Overrides, dict[str, str]]:
    """Return the tables with each paired key under its name in the first table.

    Either side of ``=`` may be the name in the first table. A name that holds ``=`` itself, as it
    stands in a table, is no pair.

    Args:
        tables: Tables as read, the reviewed records first.
        overrides: What the user said; ``key`` may hold pairs.

    Returns:
        The tables, the overrides with plain keys, and name in the first table by other name.
    """
    first = set(tables[0].frame.columns)
    known = {name for raw in tables for name in raw.frame.columns}
    keys, pairs = [], {}
    for key in overrides.key:
        left, sign, right = (part.strip() for part in key.partition("="))
        if key in known or not sign:
            keys.append(key)
            continue
        own, other = (right, left) if left not in first and right in first else (left, right)
        keys.append(own)
        pairs[other] = own
    renamed = [tables[0], *(_renamed(raw, pairs) for raw in tables[1:])]
    return renamed, replace(overrides, key=tuple(dict.fromkeys(keys))), pairs


def _renamed(raw: RawTable, pairs: Mapping[str, str]) -> RawTable:
    there = raw.frame.columns
    here = {old: new for old, new in pairs.items() if old in there and new not in there}
    kinds = {here.get(name, name): kind for name, kind in raw.kinds.items()}
    return replace(raw, frame=raw.frame.rename(here), kinds=kinds) if here else raw


def with_key_aliases(contract: Contract, pairs: Mapping[str, str]) -> Contract:
    """Return the contract in which the other names of keys are aliases of their columns.

    Args:
        contract: As inferred under the names of the first table.
        pairs: Name in the first table by other name.
    """
    columns = tuple(
        column.model_copy(
            update={
                "aliases": (
                    *column.aliases,
                    *(other for other, own in pairs.items() if own == column.name),
                )
            }
        )
        for column in contract.columns
    )
    return contract.model_copy(update={"columns": columns})
