"""The way of reports for programs: the same use cases and rights as the pages."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.contracts.office import Contest, Paper, Remark
from jixiao.office.contests import contest
from jixiao.office.editing import check_sentence, edit
from jixiao.office.exporting import export
from jixiao.office.paper_list import MOST, Wanted, list_papers
from jixiao.office.remarks import remark
from jixiao.office.reviews import approve, release, submit, withdraw
from jixiao.office.shown import as_json, show
from jixiao.reports import Format

routes = Routes("/api/v1/reports", pages=False)
Id = Annotated[str, Path(max_length=60)]
Short = Annotated[str, Query(max_length=200)]


class Body(BaseModel):
    """What is sent: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid")


class Step(Body):
    """A step on a report as it was seen."""

    version: int = Field(ge=1)


class Approving(Step):
    """An approval of exactly one text."""

    text: str = Field(pattern="^[0-9a-f]{64}$")


class Sentences(Step):
    """Sentences by place: ``SECTION/NUMBER`` from 0, or ``SECTION/new``; empty removes."""

    sentences: dict[str, str] = Field(max_length=500)


class Sentence(Body):
    """A sentence to be checked."""

    text: str = Field(max_length=1000)


class Comment(Body):
    """A comment; an empty one acknowledges having read the report."""

    text: str = Field(default="", max_length=4000)


class Objection(Step):
    """What is wrong with a report."""

    text: str = Field(min_length=1, max_length=4000)


class PaperOut(BaseModel):
    """A report on its way."""

    id: str
    version: int
    report: str
    level: str
    subject: str
    language: str
    period: str
    start: date
    end: date
    state: str
    text: str
    changed: datetime

    @classmethod
    def of(cls, paper: Paper) -> PaperOut:
        """Return what is told of a paper."""
        return cls(**{name: getattr(paper, name) for name in cls.model_fields})


class ListOut(BaseModel):
    """A page of reports."""

    total: int
    reports: list[PaperOut]


class ReportOut(PaperOut):
    """A report as whoever asks may see it."""

    shown: str
    """SHA-256 of what is shown; the report's own where nothing is left out."""
    withheld: list[str]
    own_statements: list[str]
    opinion: dict[str, Any] | None
    body: dict[str, Any]


class ApprovalOut(BaseModel):
    """What came of an approval."""

    report: PaperOut
    approved: bool
    seconds: float | None
    planted: str | None
    """The sentence with the planted fault that was overlooked; nothing is approved then."""


class CheckOut(BaseModel):
    """What the gate says of a sentence."""

    spans: list[dict[str, Any]]
    flags: list[dict[str, Any]]
    facts: list[str]
    comments: list[str]
    own_statement: bool


class RemarkOut(BaseModel):
    """What the subject said."""

    id: str
    kind: str
    text: str
    at: datetime

    @classmethod
    def of(cls, made: Remark) -> RemarkOut:
        """Return what is told of a remark."""
        return cls(id=made.id, kind=made.kind, text=made.text, at=made.at)


class ContestOut(BaseModel):
    """An objection."""

    id: str
    version: int
    paper: str
    text: str
    at: datetime
    due: date
    state: str
    outcome: str
    reply: str
    settled: datetime | None

    @classmethod
    def of(cls, found: Contest) -> ContestOut:
        """Return what is told of an objection."""
        return cls(**{name: getattr(found, name) for name in cls.model_fields})


@routes.get("", "report.read")
def found(
    office: Within,
    viewer: Asking,
    level: Short = "",
    unit: Short = "",
    period: Short = "",
    state: Short = "",
    language: Short = "",
    q: Short = "",
    limit: Annotated[int, Query(ge=1, le=MOST)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> ListOut:
    """Return the reports that may be seen."""
    wanted = Wanted(level, unit, period, state, language, q)
    listed = list_papers(office, viewer, wanted, limit=limit, offset=offset)
    return ListOut(total=listed.total, reports=[PaperOut.of(row.paper) for row in listed.rows])


@routes.get("/{paper_id}", "report.read")
def one(office: Within, viewer: Asking, paper_id: Id) -> ReportOut:
    """Return a report; what may not be seen is left out and named under ``withheld``."""
    seen = show(office, viewer, paper_id, how="api")
    return ReportOut(
        **PaperOut.of(seen.paper).model_dump(),
        shown=seen.hash,
        withheld=sorted(seen.withheld),
        own_statements=sorted(seen.own),
        opinion=seen.opinion,
        body=as_json(seen),
    )


@routes.get("/{paper_id}/file.{kind}", "report.read", response_class=Response)
def file(office: Within, viewer: Asking, paper_id: Id, kind: Format) -> Response:
    """Return a report as a signed file."""
    name, content = export(office, viewer, paper_id, kind)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


@routes.post("/{paper_id}/check", "report.edit")
def check(office: Within, viewer: Asking, paper_id: Id, sent: Sentence) -> CheckOut:
    """Say what the facts of a report say about a sentence."""
    found = check_sentence(office, viewer, paper_id, sent.text)
    return CheckOut(
        spans=[one.model_dump() for one in found.verification.spans],
        flags=[one.model_dump() for one in found.flags],
        facts=list(found.facts),
        comments=list(found.comments),
        own_statement=found.is_own,
    )


@routes.put("/{paper_id}/sentences", "report.edit")
def keep(office: Within, viewer: Asking, paper_id: Id, sent: Sentences) -> PaperOut:
    """Keep edited sentences: a new text, an approval of the old one is void."""
    done = edit(office, viewer, paper_id, version=sent.version, sentences=sent.sentences)
    return PaperOut.of(done.paper)


@routes.post("/{paper_id}/submit", "report.submit")
def hand_in(office: Within, viewer: Asking, paper_id: Id, sent: Step) -> PaperOut:
    """Send a draft to review."""
    return PaperOut.of(submit(office, viewer, paper_id, version=sent.version))


@routes.post("/{paper_id}/approve", "report.approve")
def give_word(office: Within, viewer: Asking, paper_id: Id, sent: Approving) -> ApprovalOut:
    """Approve exactly the text that was shown."""
    done = approve(office, viewer, paper_id, version=sent.version, text=sent.text)
    return ApprovalOut(
        report=PaperOut.of(done.paper),
        approved=done.approval is not None,
        seconds=done.approval.seconds if done.approval else None,
        planted=done.missed.wrong if done.missed else None,
    )


@routes.post("/{paper_id}/release", "report.release")
def hand_out(office: Within, viewer: Asking, paper_id: Id, sent: Step) -> PaperOut:
    """Release an approved report to its subject."""
    return PaperOut.of(release(office, viewer, paper_id, version=sent.version))


@routes.post("/{paper_id}/withdraw", "report.submit")
def take_back(office: Within, viewer: Asking, paper_id: Id, sent: Step) -> PaperOut:
    """Make a report a draft again."""
    return PaperOut.of(withdraw(office, viewer, paper_id, version=sent.version))


@routes.post("/{paper_id}/remarks", "remark.write")
def say_something(office: Within, viewer: Asking, paper_id: Id, sent: Comment) -> RemarkOut:
    """Acknowledge a report about oneself, or comment on it."""
    return RemarkOut.of(remark(office, viewer, paper_id, text=sent.text))


@routes.post("/{paper_id}/contests", "contest.open")
def object_to(office: Within, viewer: Asking, paper_id: Id, sent: Objection) -> ContestOut:
    """Object to a released report about oneself."""
    made = contest(office, viewer, paper_id, version=sent.version, text=sent.text)
    return ContestOut.of(made)


Outcome = Literal["stands", "changed", "withdrawn"]
"""What can be decided of an objection."""
