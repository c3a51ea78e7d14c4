"""A table that somebody sent: read within limits, by its content, and never kept."""

from __future__ import annotations

import tempfile
from pathlib import Path

from fastapi import UploadFile

from jixiao.contracts import Table
from jixiao.data import Limits, RawTable, read_table

LIMITS = Limits(file_mb=32, unpacked_mb=128, rows=200_000, sheet_rows=200_000, members=200)
"""What such a table may weigh."""


def sent_table(file: UploadFile) -> RawTable:
    """Return the table of a file; its name plays no part.

    Raises:
        DataError: If it is beyond a limit, damaged, or holds no table.
    """
    with tempfile.TemporaryDirectory(prefix="jixiao-") as folder:
        path = Path(folder) / "table"
        path.write_bytes(file.file.read())
        return read_table(Table(name="table", source=path.name), path.parent, limits=LIMITS)
