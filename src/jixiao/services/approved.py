"""Approved reports of a workspace: what a writer learns from.

They stand in the folder ``approved``: report JSON as ``jixiao report`` writes it, one file each
or one a line in ``.jsonl`` files. Whoever puts a report there says that its words are right.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from jixiao.contracts import Report
from jixiao.core import DataError, JixiaoError, ReportError, raise_all
from jixiao.core.seeds import rng
from jixiao.reports import from_json

FOLDER = "approved"
FEWEST = 8
"""Fewest approved reports that anything can be learnt from and judged on."""
HELD_OUT = 0.2
"""Share of the subjects whose reports are only judged."""


@dataclass(frozen=True)
class Approved:
    """Approved reports, parted by subject: nobody stands on both sides."""

    train: tuple[Report, ...]
    held_out: tuple[Report, ...]


def read_approved(base: Path, seed: int) -> Approved:
    """Return the approved reports of a workspace.

    Args:
        base: The workspace folder.
        seed: Draws the subjects that are held out.

    Raises:
        DataError: If there are too few, or of one subject only.
        ReportError: If a file holds no report; all such files are named.
    """
    reports: dict[str, Report] = {}
    errors: list[JixiaoError] = []
    for place, text in _texts(base / FOLDER):
        try:
            report = from_json(text)
        except JixiaoError as error:
            errors.append(_placed(error, place))
            continue
        if not report.too_little_data:
            reports[f"{report.id} {report.language}"] = report
    raise_all(errors)
    return _parted([reports[name] for name in sorted(reports)], seed)


def _placed(error: JixiaoError, file: str) -> JixiaoError:
    place = f"{file}: {error.place}"
    return ReportError(error.code, place, expected=error.expected, got=error.got, hint=error.hint)


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.rglob("*.json")):
        yield path.name, path.read_text(encoding="utf-8")
    for path in sorted(folder.rglob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.strip():
                yield f"{path.name}:{number}", line


def _parted(reports: Sequence[Report], seed: int) -> Approved:
    subjects = sorted({report.subject for report in reports})
    if len(reports) < FEWEST or len(subjects) < 2:
        raise DataError(
            "JX-E297",
            FOLDER,
            expected=f"at least {FEWEST} approved reports on two subjects or more",
            got=f"{len(reports)} on {len(subjects)}",
            hint="copy the JSON files of reports you approve into the folder approved",
        )
    order = rng(seed, "approved").permutation(len(subjects))
    count = max(1, round(HELD_OUT * len(subjects)))
    chosen = {subjects[at] for at in order[:count]}
    return Approved(
        train=tuple(report for report in reports if report.subject not in chosen),
        held_out=tuple(report for report in reports if report.subject in chosen),
    )
