"""What was found wrong: quarantine files out, mended ones back in, and what blocks the rest."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jixiao.contracts import Problem, Settings, Table, WorkspaceStore
from jixiao.core import DataError, raise_all
from jixiao.data import match_tables, read_back, read_table, unguarded
from jixiao.services.preparation import Prepared, mended_name, read_all
from jixiao.services.results import CheckResult


def write_findings(prepared: Prepared, store: WorkspaceStore) -> CheckResult:
    """Write what is unusable to quarantine files and say what was found."""
    paths = []
    for name in prepared.tables:
        if name in prepared.quarantine:
            frame = prepared.quarantine[name]
            paths.append(store.write_table(f"quarantine/{name}", frame))
        else:
            store.remove(f"quarantine/{name}")
    result = CheckResult(
        counts=prepared.counts,
        tables=prepared.tables,
        problems=prepared.problems,
        leaks=prepared.leaks,
        steps=prepared.steps,
        quarantine=tuple(paths),
        near_duplicates=prepared.near_duplicates,
    )
    store.write_json("check", result.to_json())
    return result


def accept_mended(settings: Settings, mended: Path, store: WorkspaceStore) -> None:
    """Keep a mended quarantine file; its rows stand in for the unusable ones of that export.

    Raises:
        DataError: If it bears the name of no table, or does not fit the table as it is now.
    """
    tables = [table.name for table in settings.contract.tables]
    if mended.stem not in tables:
        raise DataError(
            "JX-E295",
            "--mended",
            expected=f"a file named after its table: {', '.join(f'{n}.csv' for n in tables)}",
            got=repr(mended.suffix),
            hint="mend the file that check wrote into the folder quarantine",
        )
    table = Table(name=mended.stem, source=str(mended.resolve()))
    frame = unguarded(read_table(table, mended).frame)
    raws, _ = match_tables(settings.contract, read_all(settings.contract.tables, store))
    raw = raws[tables.index(mended.stem)]
    read_back(raw, frame)
    store.write_table(mended_name(raw), frame)


def refuse_blocking(problems: Sequence[Problem]) -> None:
    """Refuse to go on when a problem must be mended first.

    Raises:
        DataError: For a single blocking problem; ManyErrors for several.
    """
    raise_all(
        [
            DataError(
                problem.code,
                ":".join(str(part) for part in (problem.file, problem.column) if part),
                expected=problem.expected,
                got=problem.got,
                hint=problem.hint,
            )
            for problem in problems
            if problem.blocking
        ]
    )
