"""The rows of the data that are about one person, as that person may read them.

Columns that hold who rated, and what was answered in confidence, are left out; names of others in
texts are masked as everywhere.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from jixiao.contracts import Role, Settings, WorkspaceStore
from jixiao.data import mask_texts
from jixiao.services.erasing import subject_columns
from jixiao.services.preparation import matched, names_in

_LEFT_OUT = frozenset({Role.RATER, Role.CONFIDENTIAL})


def rows_about(
    settings: Settings, store: WorkspaceStore, subject: str
) -> dict[str, list[dict[str, Any]]]:
    """Return the rows about a person by table, as they stand in the sources.

    Args:
        settings: The workspace's settings.
        store: Where data paths start from.
        subject: Subject id.

    Returns:
        Rows of every table that has a column of subject ids: values by column, as text.

    Raises:
        DataError: If a table cannot be read at all, or is one of something else.
    """
    contract = settings.contract
    raws, _ = matched(contract, store, for_scoring=True)
    roster = names_in([raw.frame for raw in raws], contract)
    columns = subject_columns(contract)
    hidden = {one.name for one in contract.by_role(*_LEFT_OUT)}
    found: dict[str, list[dict[str, Any]]] = {}
    for table, raw in zip(contract.tables, raws, strict=True):
        keys = [name for name in raw.frame.columns if name in columns]
        if not keys:
            continue
        rows = raw.frame.filter(pl.any_horizontal(pl.col(key) == subject for key in keys))
        masked, _ = mask_texts(rows, contract, settings.mask, salt=store.salt(), roster=roster)
        found[table.name] = masked.drop(hidden & set(rows.columns)).to_dicts()
    return found
