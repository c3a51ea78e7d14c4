"""Which file is which table: the files of a command set against the tables of the contract."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from jixiao.contracts import Contract, Table
from jixiao.core import ContractError, DataError, plural, raise_all
from jixiao.data import is_url, parse_url

SQLITE = "sqlite:///"
"""Beginning of the URL of a SQLite file; its path follows."""

_WORKBOOK = re.compile(r"\.xls[xm]?(\.gz)?$", re.IGNORECASE)


def with_sources(contract: Contract, data: Sequence[str]) -> Contract:
    """Return the contract reading the given files instead of those it was made from.

    A file takes the place of the table whose name it bears, digits and dates aside; the files
    left over take the remaining tables in order, the records first. Tables for which no file is
    given keep their source.

    Args:
        contract: The contract as it stands.
        data: Sources as ``stored_source`` gives them.

    Raises:
        DataError: If there are more files than tables.
    """
    if not data:
        return contract
    if len(data) > len(contract.tables):
        raise DataError(
            "JX-E293",
            "--data",
            expected=f"at most {plural(len(contract.tables), 'file')}, as in jixiao.yaml",
            got=str(len(data)),
            hint="make a new workspace with: jixiao init DIR --data FILE…",
        )
    tables = list(contract.tables)
    taken: dict[int, str] = {}
    rest: list[str] = []
    for source in data:
        at = next(
            (i for i, t in enumerate(tables) if i not in taken and _stem(source) == _bare(t.name)),
            None,
        )
        if at is None:
            rest.append(source)
        else:
            taken[at] = source
    free = (i for i in range(len(tables)) if i not in taken)
    taken.update(zip(free, rest, strict=False))
    for at, source in taken.items():
        tables[at] = tables[at].model_copy(update={"source": source})
    return contract.model_copy(update={"tables": tuple(tables)})


def with_records(contract: Contract, data: Sequence[str]) -> Contract:
    """Return the contract reading the given files, and no records but those among them.

    Tables that are joined to the records keep their source where no file is given for them. A
    declared test file or the records of another quarter are not scored beside what was asked for.

    Args:
        contract: The contract as it stands.
        data: Sources as ``stored_source`` gives them.

    Raises:
        DataError: If there are more files than tables.
    """
    read = with_sources(contract, data)
    records = record_tables(read.tables)
    given = {table.name for table in records if table.source in data}
    dropped = {table.name for table in records if table.name not in given} if given else set()
    kept = tuple(table for table in read.tables if table.name not in dropped)
    return read.model_copy(update={"tables": kept})


def with_tables(contract: Contract, sources: Mapping[str, str]) -> Contract:
    """Return the contract with some tables read from other sources, by name of table.

    Raises:
        ContractError: If there is no table of a name.
    """
    names = [table.name for table in contract.tables]
    for name in sources:
        if name not in names:
            raise ContractError(
                "JX-E128", "table", expected=f"one of {', '.join(names)}", got=repr(name)
            )
    tables = tuple(
        table.model_copy(update={"source": sources[table.name], "sheet": None})
        if table.name in sources
        else table
        for table in contract.tables
    )
    return contract.model_copy(update={"tables": tables})


def table_named(contract: Contract, file: str) -> str | None:
    """Return the table whose name a file bears, digits and dates aside; None where none does."""
    return next((t.name for t in contract.tables if _stem(file) == _bare(t.name)), None)


def record_tables(tables: Sequence[Table]) -> list[Table]:
    """Return the tables that hold reviewed records: the first, and those stacked on it."""
    return [t for at, t in enumerate(tables) if at == 0 or (not t.key and t.series is None)]


def stored_source(source: str, base: Path) -> str:
    """Return a source as it is written into jixiao.yaml: relative where that is natural.

    Raises:
        DataError: If it is a database URL that cannot be read, or holds a password.
    """
    if is_url(source):
        parse_url(source)
    if source.lower().startswith(SQLITE) and len(source) > len(SQLITE):
        return SQLITE + _stored_path(source[len(SQLITE) :], base)
    return source if is_url(source) else _stored_path(source, base)


def _stored_path(written: str, base: Path) -> str:
    path = Path(written).resolve()
    return str(path.relative_to(base)) if path.is_relative_to(base) else str(path)


def make_tables(
    data: Sequence[str],
    base: Path,
    *,
    sheet: str | None = None,
    query: str | None = None,
    test: str | None = None,
) -> tuple[Table, ...]:
    """Return tables for files, named after them; names are unique.

    Args:
        data: Paths or SQL URLs, the records first.
        base: The workspace folder.
        sheet: Sheet of workbooks.
        query: Query of SQL URLs.
        test: File with the test rows; the first file is then the train part.

    Raises:
        ManyErrors: If a sheet is named and there is no workbook, or a query and no SQL URL.
    """
    _refuse_idle(data, sheet=sheet, query=query)
    tables: list[Table] = []
    for at, source in enumerate([*data, *([test] if test else [])]):
        is_test = bool(test) and at == len(data)
        part = "test" if is_test else ("train" if test and at == 0 else "all")
        name = _unique(_name(source), {table.name for table in tables})
        is_sql = is_url(source)
        tables.append(
            Table(
                name=name,
                source=stored_source(source, base),
                sheet=None if is_sql else sheet,
                query=query if is_sql else None,
                part=part,
            )
        )
    return tuple(tables)


def _refuse_idle(data: Sequence[str], *, sheet: str | None, query: str | None) -> None:
    """Refuse options that nothing among the sources would heed."""
    idle = []
    if sheet is not None and not any(_WORKBOOK.search(source) for source in data):
        idle.append(("--sheet", "a workbook among the files (.xlsx, .xlsm or .xls)"))
    if query is not None and not any(is_url(source) for source in data):
        idle.append(("--query", "a SQL URL among the sources"))
    raise_all(
        [
            DataError("JX-E296", option, expected=wanted, got="none", hint="leave the option out")
            for option, wanted in idle
        ]
    )


def _name(source: str) -> str:
    if is_url(source):
        return "query"
    name = Path(source).name
    return name.split(".", 1)[0] or name


def _unique(name: str, taken: set[str]) -> str:
    number = 2
    found = name
    while found in taken:
        found, number = f"{name}_{number}", number + 1
    return found


def _stem(source: str) -> str:
    return _bare(_name(source))


def _bare(name: str) -> str:
    """Return a table name without dates and numbers: ``reviews_2025Q1`` is ``reviews``."""
    return re.sub(
        r"[\W_]*(?:\d{2,}|[QH][1-4]|第?[一二三四\d]季度|[上下]半年|年)[\W_]*", "", name, flags=re.I
    ).lower()
