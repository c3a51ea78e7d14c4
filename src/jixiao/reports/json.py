"""A report as JSON and back, equal."""

from __future__ import annotations

from pydantic import ValidationError

from jixiao.contracts import Report
from jixiao.core import ReportError
from jixiao.reports.seals.envelopes import opened


def to_json(report: Report) -> str:
    """Return the whole report as a JSON text; every rendering can be made from it again."""
    return report.model_dump_json(indent=1)


def from_json(text: str) -> Report:
    """Return the report that a JSON text holds; a seal in it is left out unread.

    Raises:
        ReportError: If it does not hold a report.
    """
    try:
        return Report.model_validate_json(opened(text.encode(), "json").content)
    except ValidationError as error:
        fault = error.errors()[0]
        place = ".".join(str(part) for part in fault["loc"]) or "report"
        raise ReportError(
            "JX-E503",
            f"report JSON, {place}",
            expected="a report as written by jixiao",
            got=fault["msg"],
            hint="make the report again",
        ) from error
