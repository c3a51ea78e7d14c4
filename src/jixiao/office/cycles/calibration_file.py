"""The calibration meeting as a workbook: exported, edited, read back, compared, and only then kept.

Only ratings that a person has given in the application can be given another final one; the rating
itself is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from jixiao.contracts.office import Judgement, Person
from jixiao.core import Conflict, OfficeError, raise_all
from jixiao.data import RawTable, unguarded
from jixiao.office.access import require
from jixiao.office.cycles.calibrating import Meeting, Row
from jixiao.office.office import Office
from jixiao.office.versions import same_version
from jixiao.office.viewer import Viewer

LONGEST = 2000
"""Most characters of a reason."""
HEADERS: dict[str, dict[str, str]] = {
    "key": {"en": "Employee ID", "zh": "工号"},
    "name": {"en": "Name", "zh": "姓名"},
    "unit": {"en": "Unit", "zh": "单位"},
    "recorded": {"en": "Rating in the data", "zh": "数据中的评级"},
    "own": {"en": "Own rating", "zh": "上级评级"},
    "final": {"en": "Final rating", "zh": "最终评级"},
    "reason": {"en": "Reason", "zh": "调整原因"},
}
"""Headers of the workbook by field and language."""


def meeting_table(found: Meeting, language: str) -> pl.DataFrame:
    """Return the ratings as the table that goes out and comes back.

    Args:
        found: The meeting.
        language: Language of the headers.
    """
    cells: dict[str, list[str]] = {name[language]: [] for name in HEADERS.values()}
    for row in found.rows:
        recorded = row.recorded
        values = (
            row.person.key,
            row.person.name,
            row.unit,
            (recorded.level or f"{recorded.value:.2f}") if recorded else "",
            ", ".join(one.rating for one, _ in row.judgements),
            row.final,
            "",
        )
        for column, value in zip(cells.values(), values, strict=True):
            column.append(value)
    return pl.DataFrame(cells, schema=dict.fromkeys(cells, pl.String))


@dataclass(frozen=True, slots=True)
class Edit:
    """Another final rating that a workbook asks for.

    Attributes:
        person: Whose.
        judgements: Ratings given in the application: id and version as they are now.
        before: Final rating so far; empty where raters differ.
        after: Final rating that is asked for.
        reason: Why; empty where the workbook does not say.
    """

    person: Person
    judgements: tuple[tuple[str, int], ...]
    before: str
    after: str
    reason: str


def edits_of(raw: RawTable, found: Meeting) -> list[Edit]:
    """Return what a workbook would change, nothing of it kept.

    Args:
        raw: The workbook as read back.
        found: The meeting as it is now.

    Raises:
        OfficeError: If columns are missing, or a row does not fit.
        ManyErrors: If several rows do not fit.
    """
    frame = unguarded(raw.frame)
    columns = {
        field: next((name for name in names.values() if name in frame.columns), None)
        for field, names in HEADERS.items()
    }
    key, final, reason = (columns[field] for field in ("key", "final", "reason"))
    if key is None or final is None:
        raise OfficeError(
            "JX-E791",
            "workbook",
            expected="the columns of the export, the first row with their names",
            got="others",
            hint="export the ratings again and edit that file",
        )
    rows = {row.person.key: row for row in found.rows}
    edits: list[Edit] = []
    faults: list[OfficeError] = []
    names = [key, final, reason] if reason else [key, final]
    for at, cells in enumerate(frame.select(names).iter_rows()):
        subject, after, *why = (str(cell).strip() if cell is not None else "" for cell in cells)
        row = rows.get(subject)
        if row is not None and after in ("", row.final):
            continue
        if row is None or after not in found.levels or not row.judgements:
            faults.append(_fault(raw.row_number(at), row, after, found.levels))
            continue
        known = tuple((one.id, one.version) for one, _ in row.judgements)
        edits.append(Edit(row.person, known, row.final, after, "".join(why)[:LONGEST]))
    raise_all(faults)
    return edits


def _fault(place: int, row: Row | None, after: str, levels: Sequence[str]) -> OfficeError:
    if row is None:
        expected, got = "the id of somebody in this meeting, once", "another one"
    elif after not in levels:
        expected, got = f"one of {', '.join(levels)}", "another word"
    else:
        expected, got = "a rating given in the application before it is calibrated", "none"
    return OfficeError("JX-E792", f"row {place}", expected=expected, got=got)


def keep_edits(
    office: Office,
    viewer: Viewer,
    edits: Mapping[str, tuple[int, str, str]],
    *,
    period: str,
    levels: Sequence[str],
) -> int:
    """Keep final ratings of a meeting, all or none.

    Args:
        office: The application.
        viewer: An analyst.
        edits: Version that was seen, final rating and reason, by id of the rating.
        period: Label of the period.
        levels: Levels of the scale.

    Returns:
        How many ratings were changed.

    Raises:
        Conflict: If a level is none, a reason is missing, or a rating is of another period.
        Stale: If a rating was changed since the comparison was shown.
    """
    require(viewer, "calibration.change")
    with office.changing(viewer, "calibration.keep", "judgement", period) as change:
        people = []
        for one_id, (version, final, reason) in edits.items():
            known = same_version(change.get(Judgement, one_id), version)
            reason = reason.strip()
            if final not in levels or known.period != period or not 0 < len(reason) <= LONGEST:
                raise Conflict(
                    "JX-E793",
                    "calibration",
                    expected="a level of the scale with a reason, in the period of the meeting",
                    got="something else",
                    hint="give every change a reason",
                )
            change.replace(known, final=final, override=reason)
            people.append(change.get(Person, known.subject).pseudonym)
        change.entry.detail = {"period": period, "people": sorted(set(people))}
    return len(edits)
