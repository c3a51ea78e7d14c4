"""SQL sources: one reading query against SQLite or PostgreSQL; nothing is ever written.

The connection itself is read-only, so that even a query that tries to write fails. Messages name
the database, never a user, a password or a value.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from jixiao.contracts import Table
from jixiao.core import DataError
from jixiao.data.sources.credentials import filled, parse_url
from jixiao.data.sources.limits import Limits, too_large
from jixiao.data.sources.parquet import typed_table
from jixiao.data.sources.raw import RawTable

if TYPE_CHECKING:
    from sqlalchemy import URL, Engine

_READS = re.compile(r"\s*(?:--[^\n]*\n\s*|/\*.*?\*/\s*)*(select|with|table|values)\b", re.I | re.S)
_BATCH = 50_000
_HINT = "give sqlite:///FILE or postgresql://USER@HOST/DATABASE, and the query"


def is_url(source: str) -> bool:
    """Return whether a source is a URL and not a path."""
    return re.match(r"[a-z][a-z0-9+]*://", source, re.I) is not None


def read_sql(table: Table, base: Path, limits: Limits, environment: Mapping[str, str]) -> RawTable:
    """Read the rows of one query; they are counted from 1.

    Args:
        table: Its source is ``sqlite:///file`` (relative to ``base``) or ``postgresql://…``, its
            query one SELECT or WITH statement.
        base: Folder of relative SQLite paths.
        limits: Bounds on rows and columns.
        environment: What ``${NAME}`` in the URL stands for.

    Raises:
        DataError: If the URL or query is not usable, or the result is beyond a limit.
    """
    url, label = _url(filled(parse_url(table.source), environment), base)
    query = table.query
    if not query or not query.strip():
        raise _wrong(label, "a query", "none")
    if not _READS.match(query):
        raise _wrong(label, "a query that reads (SELECT or WITH)", "another statement")
    engine = _engine(url, label)
    try:
        names, rows = _fetch(engine, query.rstrip().rstrip(";"), label, limits)
    finally:
        engine.dispose()
    columns = [pl.Series(f"{at}", values, strict=False) for at, values in enumerate(rows)]
    frame = pl.DataFrame(_plain(column) for column in columns)
    frame.columns = _unique(names)
    return typed_table(frame, label, table.name)


def _wrong(label: str, expected: str, got: str) -> DataError:
    return DataError("JX-E208", label, expected=expected, got=got, hint=_HINT)


def _url(url: URL, base: Path) -> tuple[URL, str]:
    """Return the URL to open, and what it is called in messages."""
    from sqlalchemy import URL

    backend = url.get_backend_name()
    label = f"{backend}://{url.host or ''}/{Path(url.database or '').name}"
    if backend == "sqlite":
        path = (base / (url.database or "")).resolve()
        if not url.database or not path.is_file():
            raise DataError(
                "JX-E200", label, expected="a SQLite file", got="no such file", hint=_HINT
            )
        return URL.create(
            "sqlite", database=f"file:{path}", query={"mode": "ro", "uri": "true"}
        ), label
    if backend in ("postgresql", "postgres"):
        return url.set(drivername="postgresql+psycopg"), label
    raise _wrong(label, "a SQLite or PostgreSQL URL", f"{backend}://")


def _engine(url: URL, label: str) -> Engine:
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    if url.get_backend_name() == "sqlite":
        return create_engine(url, poolclass=NullPool)
    try:
        return create_engine(
            url,
            poolclass=NullPool,
            connect_args={
                "options": "-c default_transaction_read_only=on -c statement_timeout=600000",
                "connect_timeout": 15,
            },
        )
    except ModuleNotFoundError as error:
        raise DataError(
            "JX-E208",
            label,
            expected="the PostgreSQL driver psycopg",
            got="it is not installed",
            hint="install it with: pip install 'jixiao[pg]'",
        ) from error


def _fetch(
    engine: Engine, query: str, label: str, limits: Limits
) -> tuple[list[str], list[list[Any]]]:
    from sqlalchemy.exc import SQLAlchemyError

    try:
        with engine.connect() as connection:
            result = connection.execution_options(stream_results=True).exec_driver_sql(query)
            names = list(map(str, result.keys()))
            if len(names) > limits.columns:
                raise too_large(
                    label, "a result", limit=f"{limits.columns} columns", got=f"{len(names)}"
                )
            columns: list[list[Any]] = [[] for _ in names]
            while batch := result.fetchmany(_BATCH):
                for column, values in zip(columns, zip(*batch, strict=True), strict=True):
                    column.extend(values)
                if len(columns[0]) > limits.rows:
                    raise too_large(label, "a result", limit=f"{limits.rows} rows", got="more rows")
            return names, columns
    except SQLAlchemyError as error:
        kind = type(getattr(error, "orig", None) or error).__name__
        raise DataError(
            "JX-E208",
            label,
            expected="a query that runs",
            got=f"{kind} from the database",
            hint="look at the names of tables and columns, and at the rights of the user",
        ) from None


def _plain(column: pl.Series) -> pl.Series:
    if column.dtype.is_decimal():
        return column.cast(pl.Float64)
    return column.cast(pl.String) if column.dtype == pl.Null else column


def _unique(names: list[str]) -> list[str]:
    taken: dict[str, None] = {}
    for name in names:
        final, copy = name, 2
        while final in taken:
            final, copy = f"{name}_{copy}", copy + 1
        taken[final] = None
    return list(taken)
