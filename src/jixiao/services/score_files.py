"""The file of scores: which endings it may have, and that it never takes the place of a source."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import polars as pl

from jixiao.core import DataError, atomic
from jixiao.data import guarded, is_url
from jixiao.services.sources import SQLITE

_WRITERS = {".csv": ",", ".tsv": "\t"}
ENDINGS = (*_WRITERS, ".parquet", ".jsonl", ".ndjson", ".xlsx")


def write_scores(frame: pl.DataFrame, path: Path) -> None:
    """Write scores as CSV, TSV, Parquet, JSON lines or XLSX, whole or not at all.

    No text of the source can run as a formula or link in a spreadsheet; figures stay figures.

    Raises:
        DataError: If the ending is none of these.
    """
    ending = path.suffix.lower()
    with atomic.new_file(path) as part:
        if ending in _WRITERS:
            text = guarded(frame).write_csv(separator=_WRITERS[ending])
            part.write_bytes(b"\xef\xbb\xbf" + text.encode())
        elif ending == ".parquet":
            frame.write_parquet(part)
        elif ending in (".jsonl", ".ndjson"):
            frame.write_ndjson(part)
        elif ending == ".xlsx":
            _write_workbook(frame, part)
        else:
            raise _ending(path)


def _write_workbook(frame: pl.DataFrame, path: Path) -> None:
    from xlsxwriter.workbook import Workbook

    texts_stay_texts = {"strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(path, {"nan_inf_to_errors": True, **texts_stay_texts}) as book:
        frame.write_excel(book)


def _ending(path: Path) -> DataError:
    return DataError(
        "JX-E291",
        "--out",
        expected=f"a file ending in {', '.join(ENDINGS)}",
        got=repr(path.suffix),
        hint="give the file another ending",
    )


def check_out(path: Path, sources: Iterable[str], base: Path) -> None:
    """Refuse a file of scores that cannot be written, or would take the place of a source.

    Args:
        path: Where the scores are to go.
        sources: Every file that is read, as ``stored_source`` gives them.
        base: Folder of the workspace, from which relative sources count.

    Raises:
        DataError: If the ending is unknown, or the file is one of those that are read.
    """
    if path.suffix.lower() not in ENDINGS:
        raise _ending(path)
    place = path.resolve()
    paths = [source.removeprefix(SQLITE) for source in sources]
    taken = {(base / source).resolve() for source in paths if not is_url(source)}
    if place in taken or any(_is_same(place, one) for one in taken):
        raise DataError(
            "JX-E292",
            "--out",
            expected="a file of its own",
            got="one of the files that are read",
            hint="source files are never written to; choose another name",
        )


def _is_same(one: Path, other: Path) -> bool:
    """Return whether two names lead to one file, as hard links do."""
    return one.exists() and other.exists() and one.samefile(other)
