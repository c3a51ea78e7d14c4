"""A calibration meeting's workbook by the API: its differences first, then kept."""

from __future__ import annotations

from typing import Annotated

from fastapi import Form, UploadFile
from pydantic import BaseModel, Field

from jixiao.app.web.bodies import Body
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.app.web.sent_table import sent_table
from jixiao.core import Missing
from jixiao.office import Office, Viewer
from jixiao.office.cycles.calibrating import Meeting, meeting
from jixiao.office.cycles.calibration_file import LONGEST, edits_of, keep_edits

routes = Routes("/api/v1/calibration", pages=False)
MOST_EDITS = 5000
Label = Annotated[str, Field(max_length=40)]


class Version(Body):
    """A rating given in the application, as it was seen."""

    id: Annotated[str, Field(max_length=60)]
    version: Annotated[int, Field(ge=1, le=2**31)]


class Edit(Body):
    """Another final rating, with the ratings that it is about."""

    judgements: Annotated[list[Version], Field(min_length=1, max_length=100)]
    final: Annotated[str, Field(max_length=200)]
    reason: Annotated[str, Field(max_length=LONGEST)]


class EditFound(Edit):
    """What a file would change; ``before`` is empty where raters differ."""

    key: str
    before: str


class Compared(BaseModel):
    """What a file would change; nothing is kept yet."""

    period: str
    edits: list[EditFound]


class Edits(Body):
    """What is to be kept: all of it or nothing."""

    period: Label
    edits: Annotated[list[Edit], Field(min_length=1, max_length=MOST_EDITS)]


class Kept(BaseModel):
    """How many ratings were changed."""

    ratings: int


def _meeting(office: Office, viewer: Viewer, period: str) -> Meeting:
    found = meeting(office, viewer, period=period)
    if found is None:
        raise Missing("JX-E704", "period", expected="one that has ratings", got="none")
    return found


@routes.post("/compare", "calibration.change")
def compare(
    office: Within,
    viewer: Asking,
    file: UploadFile,
    period: Annotated[str, Form(max_length=40)] = "",
) -> Compared:
    """Compare an edited export with how things stand."""
    found = _meeting(office, viewer, period)
    edits = [
        EditFound(
            key=one.person.key,
            before=one.before,
            judgements=[Version(id=i, version=v) for i, v in one.judgements],
            final=one.after,
            reason=one.reason,
        )
        for one in edits_of(sent_table(file), found)
    ]
    return Compared(period=found.period.label, edits=edits[:MOST_EDITS])


@routes.post("/keep", "calibration.change")
def keep(office: Within, viewer: Asking, sent: Edits) -> Kept:
    """Keep final ratings, each with a reason."""
    found = _meeting(office, viewer, sent.period)
    edits = {
        known.id: (known.version, one.final, one.reason)
        for one in sent.edits
        for known in one.judgements
    }
    count = keep_edits(office, viewer, edits, period=found.period.label, levels=found.levels)
    return Kept(ratings=count)
