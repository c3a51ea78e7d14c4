"""Reports, own ratings and objections for programs; the same use cases as the pages."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, Field

from jixiao.app.web.bodies import Body
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.contracts.office import Contest, Paper
from jixiao.office.cycles.judging import judge
from jixiao.office.papers.contests import contest, settle
from jixiao.office.papers.paper_list import Wanted, list_papers
from jixiao.office.papers.reviews import approve, release, submit, withdraw
from jixiao.office.papers.shown import as_json, show

routes = Routes("/api/v1", pages=False)
Short = Annotated[str, Query(max_length=200)]


class Line(BaseModel):
    """A report in a list."""

    id: str
    level: str
    who: str
    unit: str
    period: str
    language: str
    state: str
    version: int


class Lines(BaseModel):
    """A page of reports."""

    items: list[Line]
    total: int
    offset: int


class Standing(BaseModel):
    """Where a report stands."""

    id: str
    state: str
    version: int
    text: str


class Approved(Standing):
    """Where a report stands after an approval."""

    planted: str | None
    """The sentence with the planted fault that was overlooked; then nothing is approved."""


class Whole(Standing):
    """A report as whoever asks may see it."""

    withheld: list[str]
    opinion: dict[str, Any] | None
    report: dict[str, Any]


class Objection(BaseModel):
    """An objection."""

    id: str
    state: str
    outcome: str
    version: int


class Seen(Body):
    """The version that was seen."""

    version: Annotated[int, Field(ge=1)]


class Word(Seen):
    """The version and the text that were seen."""

    text: Annotated[str, Field(max_length=100)]


class Rating(Body):
    """An own rating."""

    rating: Annotated[str, Field(max_length=200)]
    reason: Annotated[str, Field(max_length=8000)]


class Wrong(Seen):
    """What is wrong with a report."""

    text: Annotated[str, Field(max_length=8000)]


class Decision(Seen):
    """How an objection is decided."""

    outcome: Literal["stands", "changed", "withdrawn"]
    reply: Annotated[str, Field(max_length=8000)]


def _standing(paper: Paper) -> Standing:
    return Standing(id=paper.id, state=paper.state, version=paper.version, text=paper.text)


def _objection(found: Contest) -> Objection:
    return Objection(id=found.id, state=found.state, outcome=found.outcome, version=found.version)


@routes.get("/reports", "report.read")
def reports(
    office: Within,
    viewer: Asking,
    q: Short = "",
    level: Short = "",
    unit: Short = "",
    period: Short = "",
    state: Short = "",
    language: Short = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> Lines:
    """Return the reports that whoever asks may see."""
    wanted = Wanted(level, unit, period, state, language, q)
    found = list_papers(office, viewer, wanted, limit=limit, offset=offset)
    items = [
        Line(
            id=row.paper.id,
            level=row.paper.level,
            who=row.who,
            unit=row.unit,
            period=row.paper.period,
            language=row.paper.language,
            state=row.paper.state,
            version=row.paper.version,
        )
        for row in found.rows
    ]
    return Lines(items=items, total=found.total, offset=offset)


@routes.get("/reports/{paper_id}", "report.read")
def report(office: Within, viewer: Asking, paper_id: str) -> Whole:
    """Return a report; the second opinion is left out until the asker has judged."""
    seen = show(office, viewer, paper_id, how="api")
    return Whole(
        id=seen.paper.id,
        state=seen.paper.state,
        version=seen.paper.version,
        text=seen.hash,
        withheld=sorted(seen.withheld),
        opinion=seen.opinion,
        report=as_json(seen),
    )


@routes.post("/reports/{paper_id}/judgement", "judgement.give")
def give_rating(office: Within, viewer: Asking, paper_id: str, body: Rating) -> dict[str, str]:
    """Store an own rating of the person and period."""
    made = judge(office, viewer, paper_id, rating=body.rating, reason=body.reason)
    return {"id": made.id, "rating": made.rating}


@routes.post("/reports/{paper_id}/submit", "report.submit")
def hand_in(office: Within, viewer: Asking, paper_id: str, body: Seen) -> Standing:
    """Hand a draft in for review."""
    return _standing(submit(office, viewer, paper_id, version=body.version))


@routes.post("/reports/{paper_id}/approve", "report.approve")
def give_word(office: Within, viewer: Asking, paper_id: str, body: Word) -> Approved:
    """Approve exactly the text that was shown."""
    done = approve(office, viewer, paper_id, version=body.version, text=body.text)
    planted = done.missed.wrong if done.missed else None
    return Approved(**_standing(done.paper).model_dump(), planted=planted)


@routes.post("/reports/{paper_id}/release", "report.release")
def hand_out(office: Within, viewer: Asking, paper_id: str, body: Seen) -> Standing:
    """Release an approved report."""
    return _standing(release(office, viewer, paper_id, version=body.version))


@routes.post("/reports/{paper_id}/withdraw", "report.submit")
def take_back(office: Within, viewer: Asking, paper_id: str, body: Seen) -> Standing:
    """Make a report a draft again."""
    return _standing(withdraw(office, viewer, paper_id, version=body.version))


@routes.post("/reports/{paper_id}/contest", "contest.open")
def object_to(office: Within, viewer: Asking, paper_id: str, body: Wrong) -> Objection:
    """Object to a released report about oneself."""
    made = contest(office, viewer, paper_id, version=body.version, text=body.text)
    return _objection(made)


@routes.post("/contests/{contest_id}/settle", "contest.decide")
def decide(office: Within, viewer: Asking, contest_id: str, body: Decision) -> Objection:
    """Decide an objection."""
    version, outcome = body.version, body.outcome
    found = settle(office, viewer, contest_id, version=version, outcome=outcome, reply=body.reply)
    return _objection(found)
