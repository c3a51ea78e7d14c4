"""Files that have served their time: reports that are kept no longer, parts that writers left."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Collection
from contextlib import closing
from pathlib import Path

_NOT_OURS = ("incoming",)
"""Folders in which others leave files."""


def forget_reports(base: Path, reports: Collection[tuple[str, str]]) -> int:
    """Remove the files of reports, in all formats, and the record of their last text.

    The index pages that name them go too; the next run writes them anew.

    Args:
        base: The workspace; nobody else may write to it meanwhile.
        reports: Language and id of each.

    Returns:
        How many files were removed.
    """
    found = [
        path
        for language, name in reports
        for path in (base / "reports" / language).glob(f"{_plain(name)}.*")
    ]
    if found:
        found += [base / "reports" / language / "index.html" for language, _ in reports]
    gone = {path for path in found if path.is_file()}
    for path in gone:
        path.unlink()
    _forget_last(base / ".reported.sqlite", reports)
    return len(gone)


def _plain(name: str) -> str:
    """Return a name as a pattern that fits it alone."""
    return "".join(f"[{sign}]" if sign in "*?[" else sign for sign in name)


def _forget_last(log: Path, reports: Collection[tuple[str, str]]) -> None:
    if not reports or not log.is_file():
        return
    places = [(f"reports/{language}/{name}",) for language, name in reports]
    with closing(sqlite3.connect(log)) as kept:
        kept.execute("PRAGMA secure_delete = ON")
        with kept:
            kept.executemany("DELETE FROM reported WHERE place = ?", places)
        kept.execute("VACUUM")


def sweep_parts(base: Path, *, older_s: float = 86_400.0) -> int:
    """Remove files that a killed writer has left unfinished, and return how many.

    Args:
        base: The workspace.
        older_s: Seconds for which nobody has written to them.
    """
    before = time.time() - older_s
    left = [
        path
        for path in base.rglob(".*.part")
        if path.is_file()
        and path.relative_to(base).parts[0] not in _NOT_OURS
        and path.stat().st_mtime < before
    ]
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)
