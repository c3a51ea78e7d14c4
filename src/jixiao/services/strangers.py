"""Files that are refused as a whole: no rows below the header, or another table's columns."""

from __future__ import annotations

from collections.abc import Sequence

from jixiao.contracts import Contract, Role, Table
from jixiao.core import DataError, plural
from jixiao.data import RawTable
from jixiao.services.sources import record_tables

_MOST_NAMES = 12


def refuse_empty(tables: Sequence[Table], raws: Sequence[RawTable]) -> None:
    """Refuse reviewed records of which there is none.

    Args:
        tables: Declarations, the records first.
        raws: What was read of each, same order.

    Raises:
        DataError: If no record table has a row.
    """
    names = {table.name for table in record_tables(tables)}
    records = [raw for table, raw in zip(tables, raws, strict=True) if table.name in names]
    if any(raw.frame.height for raw in records):
        return
    raise DataError(
        "JX-E210",
        records[0].file,
        expected="rows below the header",
        got=f"a header of {plural(records[0].frame.width, 'column')} and nothing below it",
        hint="export it again with its rows, or look whether a filter left none",
    )


def refuse_strangers(contract: Contract, raws: Sequence[RawTable]) -> None:
    """Refuse reviewed records with none of their columns: a file of something else.

    Args:
        contract: Says which columns there must be.
        raws: Its tables as read, columns renamed as far as they were found again.

    Raises:
        DataError: If the first record table has no column of the contract.
    """
    records = {table.name for table in record_tables(contract.tables)}
    pairs = list(zip(contract.tables, raws, strict=True))
    first = next(raw for table, raw in pairs if table.name in records)
    beside = {
        name for table, raw in pairs if table.name not in records for name in raw.frame.columns
    }
    beside -= {key for table in contract.tables for key in table.key}
    own = [c.name for c in contract.columns if c.role is not Role.TARGET and c.name not in beside]
    if not own or set(own) & set(first.frame.columns):
        return
    more = len(own) - _MOST_NAMES
    names = ", ".join(own[:_MOST_NAMES]) + (f" and {more} more" if more > 0 else "")
    raise DataError(
        "JX-E211",
        f"{first.file} (table {contract.tables[0].name})",
        expected=f"columns of the reviewed records: {names}",
        got=f"{plural(first.frame.width, 'column')}, none of these",
        hint="give the file with the reviewed records first, under the column names it had before; "
        "for other data make a new workspace with: jixiao init DIR --data FILE",
    )
