"""The file of scores: which endings it may have, and that it never takes the place of a source."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from jixiao.contracts import WorkspaceStore
from jixiao.core import DataError, atomic

_WRITERS = {".csv": ",", ".tsv": "\t"}


def write_scores(frame: pl.DataFrame, path: Path) -> None:
    """Write scores as CSV, TSV, Parquet, JSON lines or XLSX, whole or not at all.

    Raises:
        DataError: If the ending is none of these.
    """
    ending = path.suffix.lower()
    with atomic.new_file(path) as part:
        if ending in _WRITERS:
            text = frame.write_csv(separator=_WRITERS[ending])
            part.write_bytes(b"\xef\xbb\xbf" + text.encode())
        elif ending == ".parquet":
            frame.write_parquet(part)
        elif ending in (".jsonl", ".ndjson"):
            frame.write_ndjson(part)
        elif ending == ".xlsx":
            frame.write_excel(part)
        else:
            raise DataError(
                "JX-E291",
                "--out",
                expected="a file ending in .csv, .tsv, .parquet, .jsonl or .xlsx",
                got=repr(ending),
                hint="give the file another ending",
            )


def check_out(path: Path, sources: Sequence[str], store: WorkspaceStore) -> None:
    """Refuse to write scores over a source file.

    Raises:
        DataError: If the output is one of the inputs.
    """
    for source in sources:
        if "://" not in source and (store.base / source).resolve() == path.resolve():
            raise DataError(
                "JX-E292",
                "--out",
                expected="a file of its own",
                got="one of the data files",
                hint="source files are never written to; choose another name",
            )
