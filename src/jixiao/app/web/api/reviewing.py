"""For programs: sentences checked and edited, files, remarks, own ratings, objections read."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Path, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from jixiao.app.web.api.reports import Seen, Standing
from jixiao.app.web.bodies import Body
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.contracts.office import Contest, Judgement, Remark
from jixiao.office import Reach, reach
from jixiao.office.cycles.judging import decide, own_rating, own_ratings
from jixiao.office.papers.contests import contest_counts, contests_for, seen_contest
from jixiao.office.papers.editing import check_sentence, edit
from jixiao.office.papers.exporting import export
from jixiao.office.papers.remarks import remark
from jixiao.reports import Format

routes = Routes("/api/v1", pages=False)
Id = Annotated[str, Path(max_length=60)]
Limit = Annotated[int, Query(ge=1, le=200)]
Offset = Annotated[int, Query(ge=0, le=10**6)]


class Sentence(Body):
    """A sentence to be checked."""

    text: Annotated[str, Field(max_length=1000)]


class Sentences(Seen):
    """Sentences by place: ``SECTION/NUMBER`` from 0, or ``SECTION/new``; an empty one removes."""

    sentences: Annotated[dict[str, str], Field(max_length=500)]


class Comment(Body):
    """A comment; an empty one says that the report was read."""

    text: Annotated[str, Field(max_length=4000)] = ""


class Final(Seen):
    """The rating after the second opinion; another one needs a reason."""

    rating: Annotated[str, Field(max_length=200)]
    reason: Annotated[str, Field(max_length=4000)] = ""


class Checked(BaseModel):
    """What the gate says of a sentence."""

    spans: list[dict[str, Any]]
    flags: list[dict[str, Any]]
    facts: list[str]
    comments: list[str]
    own_statement: bool


class Edited(Standing):
    """Where a report stands after an edit."""

    planted: str | None
    """The sentence with the planted fault that the edit found."""


class RemarkOut(BaseModel):
    """What the subject said."""

    id: str
    kind: str
    text: str
    at: datetime


class JudgementOut(BaseModel):
    """An own rating; the second opinion is in it once it was shown."""

    id: str
    version: int
    subject: str
    period: str
    rating: str
    reason: str
    at: datetime
    shown: datetime | None
    opinion: dict[str, Any] | None
    final: str | None
    override: str


class ContestOut(BaseModel):
    """An objection; without the right to comments, text and reply are empty."""

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
    withheld: list[str]


class Contests(BaseModel):
    """A page of objections; counts alone for whoever sees group figures only."""

    items: list[ContestOut]
    total: int | None
    offset: int
    counts: dict[str, int | None]


def _told(kind: type[Any], record: Remark | Judgement) -> Any:
    return kind(**{name: getattr(record, name) for name in kind.model_fields})


def _objection(found: Contest) -> ContestOut:
    names = ContestOut.model_fields.keys() - {"withheld"}
    withheld = [] if found.text else ["comments"]
    return ContestOut(**{name: getattr(found, name) for name in names}, withheld=withheld)


@routes.post("/reports/{paper_id}/check", "report.edit")
def check(office: Within, viewer: Asking, paper_id: Id, body: Sentence) -> Checked:
    """Say what the facts of a report say about a sentence, and words about people in it."""
    found = check_sentence(office, viewer, paper_id, body.text)
    return Checked(
        spans=[one.model_dump() for one in found.verification.spans],
        flags=[one.model_dump() for one in found.flags],
        facts=list(found.facts),
        comments=list(found.comments),
        own_statement=found.is_own,
    )


@routes.put("/reports/{paper_id}/sentences", "report.edit")
def keep(office: Within, viewer: Asking, paper_id: Id, body: Sentences) -> Edited:
    """Keep edited sentences: a new text; an approval of the old one is void."""
    done = edit(office, viewer, paper_id, version=body.version, sentences=body.sentences)
    paper, planted = done.paper, done.caught.wrong if done.caught else None
    stands = {"id": paper.id, "state": paper.state, "text": paper.text}
    return Edited(**stands, version=paper.version, planted=planted)


@routes.get("/reports/{paper_id}/file.{kind}", "report.read", response_class=Response)
def file(office: Within, viewer: Asking, paper_id: Id, kind: Format) -> Response:
    """Return a report as a signed file, as whoever asks may see it."""
    name, content = export(office, viewer, paper_id, kind)
    headers = {"content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type="application/octet-stream", headers=headers)


@routes.post("/reports/{paper_id}/remarks", "remark.write")
def say_something(office: Within, viewer: Asking, paper_id: Id, body: Comment) -> RemarkOut:
    """Say that one has read a report about oneself, or comment on it."""
    made: RemarkOut = _told(RemarkOut, remark(office, viewer, paper_id, text=body.text))
    return made


@routes.get("/judgements", "judgement.give")
def ratings(
    office: Within, viewer: Asking, limit: Limit = 50, offset: Offset = 0
) -> list[JudgementOut]:
    """Return one's own ratings, the newest first."""
    with office.reading() as read:
        seen = own_ratings(read, viewer, limit=limit, offset=offset)
    return [_told(JudgementOut, one) for one in seen]


@routes.get("/judgements/{judgement_id}", "judgement.give")
def rating(office: Within, viewer: Asking, judgement_id: Id) -> JudgementOut:
    """Return an own rating."""
    with office.reading() as read:
        found: JudgementOut = _told(JudgementOut, own_rating(read, viewer, judgement_id))
    return found


@routes.post("/judgements/{judgement_id}/final", "judgement.give")
def final(office: Within, viewer: Asking, judgement_id: Id, body: Final) -> JudgementOut:
    """Keep the own rating after the second opinion, or give another one with a reason."""
    given = {"version": body.version, "final": body.rating, "reason": body.reason}
    done: JudgementOut = _told(JudgementOut, decide(office, viewer, judgement_id, **given))  # type: ignore[arg-type]
    return done


@routes.get("/contests", "contest.read")
def objections(office: Within, viewer: Asking, limit: Limit = 50, offset: Offset = 0) -> Contests:
    """Return the objections that may be seen, open ones and soon due first."""
    with office.reading() as read:
        if reach(viewer, "contest.read") is Reach.GROUPS:
            counts = contest_counts(read, viewer)
            return Contests(items=[], total=counts["total"], offset=0, counts=counts)
        seen = [one for one, _ in contests_for(read, viewer)]
    items = [_objection(one) for one in seen[offset : offset + limit]]
    return Contests(items=items, total=len(seen), offset=offset, counts={})


@routes.get("/contests/{contest_id}", "contest.read")
def objection(office: Within, viewer: Asking, contest_id: Id) -> ContestOut:
    """Return an objection."""
    with office.reading() as read:
        return _objection(seen_contest(read, viewer, contest_id)[0])
