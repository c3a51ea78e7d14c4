"""Parquet files: their footer is checked first, then every column becomes canonical text."""

from __future__ import annotations

import io
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from jixiao.core import DataError
from jixiao.data.sources.limits import Limits, check_unpacked, too_large
from jixiao.data.sources.raw import RawTable


def read_parquet(source: Path | bytes, file: str, name: str, limits: Limits) -> RawTable:
    """Read a table from Parquet; rows are counted from 1.

    Raises:
        DataError: If it is damaged or beyond a limit.
    """
    _check_footer(source, file, limits)
    try:
        frame = pl.read_parquet(source, glob=False)
    except PolarsError as error:
        raise _damaged(file) from error
    return typed_table(frame, file, name)


def _check_footer(source: Path | bytes, file: str, limits: Limits) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(io.BytesIO(source) if isinstance(source, bytes) else source) as opened:
            footer = opened.metadata
            unpacked = sum(
                footer.row_group(at).total_byte_size for at in range(footer.num_row_groups)
            )
            shape = (footer.num_rows, len(opened.schema_arrow.names))
    except (pa.ArrowException, OSError, ValueError) as error:
        raise _damaged(file) from error
    for got, limit, what in (
        (shape[0], limits.rows, "rows"),
        (shape[1], limits.columns, "columns"),
    ):
        if got > limit:
            raise too_large(file, "a table", limit=f"{limit} {what}", got=f"{got} {what}")
    check_unpacked(file, packed=unpacked, unpacked=unpacked, limits=limits)


def _damaged(file: str) -> DataError:
    return DataError(
        "JX-E203",
        file,
        expected="a whole Parquet file",
        got="one that is damaged or cut off",
        hint="export or copy it again",
    )


def typed_table(frame: pl.DataFrame, file: str, name: str) -> RawTable:
    """Return a typed frame as a raw table of canonical text, with the kinds it had."""
    kinds = {key: kind for key, dtype in frame.schema.items() if (kind := _kind(dtype))}
    cells = frame.select(_as_text(key, dtype) for key, dtype in frame.schema.items())
    return RawTable(name, file, cells, first_row=1, kinds=kinds)


def _kind(dtype: pl.DataType) -> str:
    if dtype.is_numeric():
        return "number"
    if isinstance(dtype, pl.Date | pl.Datetime):
        return "date"
    return "boolean" if dtype == pl.Boolean else ""


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    column = pl.col(name)
    if dtype == pl.String:
        return column.replace("", None)
    if dtype.is_float():
        whole = (column == column.round()) & (column.abs() < 1e15)
        plain = column.fill_nan(None)
        return (
            pl.when(whole)
            .then(plain.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(plain.cast(pl.String))
            .alias(name)
        )
    if isinstance(dtype, pl.Datetime):
        return column.dt.to_string("%Y-%m-%d %H:%M:%S").str.replace(" 00:00:00", "", literal=True)
    if isinstance(dtype, pl.Binary):
        return column.bin.encode("base64")
    if isinstance(dtype, pl.List | pl.Array | pl.Struct | pl.Object):
        return pl.struct(column).struct.json_encode().alias(name)
    return column.cast(pl.String)
