"""Limits on what is opened at all, checked before anything parses it.

A file can be small and yet unpack to gigabytes, or hold millions of one-cell rows. Whatever is
packed is counted while it streams, with a bound, and refused by a plain error.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

from jixiao.core import DataError

MEGABYTE = 1 << 20
_CHUNK = 1 << 20


@dataclass(frozen=True)
class Limits:
    """What a source may weigh.

    Attributes:
        file_mb: Size of a file as it lies on the disk.
        unpacked_mb: Size of everything inside a packed file.
        ratio: Unpacked size over packed size, looked at from ``ratio_floor_mb`` on.
        ratio_floor_mb: Unpacked size below which the ratio does not matter.
        members: Files inside a workbook.
        rows: Rows of a table.
        columns: Columns of a table.
        sheet_rows: Rows of a sheet (what Excel itself allows).
        sheet_cells: Cells of a sheet, filled ones and the rectangle around them alike.
    """

    file_mb: int = 2048
    unpacked_mb: int = 2048
    ratio: int = 200
    ratio_floor_mb: int = 32
    members: int = 2000
    rows: int = 20_000_000
    columns: int = 5000
    sheet_rows: int = 1_048_576
    sheet_cells: int = 12_000_000


def too_large(file: str, what: str, *, limit: str, got: str) -> DataError:
    """Return the error of a source that is beyond a limit."""
    return DataError(
        "JX-E201",
        file,
        expected=f"{what} of at most {limit}",
        got=got,
        hint="cut the export into smaller files, or save it again from the program it came from",
    )


def check_size(path: Path, limits: Limits) -> None:
    """Refuse a file that is too large to open.

    Raises:
        DataError: If it is.
    """
    size = path.stat().st_size
    if size > limits.file_mb * MEGABYTE:
        raise too_large(
            path.name, "a file", limit=f"{limits.file_mb} MB", got=f"{size // MEGABYTE} MB"
        )


def check_unpacked(file: str, *, packed: int, unpacked: int, limits: Limits) -> None:
    """Refuse unpacked sizes and ratios beyond the limits; sizes in bytes.

    Raises:
        DataError: If one of them is.
    """
    size_mb = unpacked / MEGABYTE
    if size_mb > limits.unpacked_mb:
        raise too_large(
            file, "unpacked content", limit=f"{limits.unpacked_mb} MB", got="more than that"
        )
    if size_mb > limits.ratio_floor_mb and unpacked > limits.ratio * max(packed, 1):
        raise too_large(
            file,
            "unpacked content",
            limit=f"{limits.ratio} times the packed size",
            got=f"{unpacked // max(packed, 1)} times, the mark of a decompression bomb",
        )


def gunzip(path: Path, limits: Limits) -> bytes:
    """Return the content of a gzip file, several members included, within the limits.

    Raises:
        DataError: If it is beyond a limit, cut off or damaged.
    """
    parts: list[bytes] = []
    packed = unpacked = 0
    engine = zlib.decompressobj(wbits=31)
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            packed += len(chunk)
            while chunk:
                if engine.eof:
                    if not chunk.strip(b"\0"):
                        break
                    engine = zlib.decompressobj(wbits=31)
                part, chunk = _inflate(engine, chunk, path.name)
                parts.append(part)
                unpacked += len(part)
                check_unpacked(path.name, packed=packed, unpacked=unpacked, limits=limits)
    if not engine.eof:
        raise _damaged(path.name, "it ends in the middle")
    return b"".join(parts)


def _inflate(engine: zlib._Decompress, chunk: bytes, file: str) -> tuple[bytes, bytes]:
    try:
        part = engine.decompress(chunk, 8 * _CHUNK)
    except zlib.error as error:
        raise _damaged(file, "its packed content is broken") from error
    return part, engine.unused_data if engine.eof else engine.unconsumed_tail


def _damaged(file: str, got: str) -> DataError:
    return DataError(
        "JX-E203",
        file,
        expected="a whole gzip file",
        got=got,
        hint="copy or download the file again",
    )
