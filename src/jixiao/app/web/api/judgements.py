"""Own ratings for programs: stored first, then the second opinion comes with the report."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query
from pydantic import BaseModel, Field

from jixiao.app.web.api.reports import Body, Id, Step
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.contracts.office import Judgement
from jixiao.office.judging import decide, judge, own_rating, own_ratings

routes = Routes("/api/v1/judgements", pages=False)


class Rating(Body):
    """An own rating of the person and period that a report is about."""

    report: str = Field(max_length=60)
    rating: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=4000)


class Final(Step):
    """The rating after the second opinion; another one needs a reason."""

    rating: str = Field(min_length=1, max_length=200)
    reason: str = Field(default="", max_length=4000)


class JudgementOut(BaseModel):
    """An own rating; the opinion is in it only once it was shown."""

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

    @classmethod
    def of(cls, judgement: Judgement) -> JudgementOut:
        """Return what is told of a rating."""
        return cls(**{name: getattr(judgement, name) for name in cls.model_fields})


@routes.get("", "judgement.give")
def found(
    office: Within,
    viewer: Asking,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> list[JudgementOut]:
    """Return one's own ratings, the newest first."""
    with office.reading() as read:
        seen = own_ratings(read, viewer, limit=limit, offset=offset)
    return [JudgementOut.of(one) for one in seen]


@routes.post("", "judgement.give")
def give(office: Within, viewer: Asking, sent: Rating) -> JudgementOut:
    """Store an own rating; until the opinion was shown, storing again replaces it."""
    made = judge(office, viewer, sent.report, rating=sent.rating, reason=sent.reason)
    return JudgementOut.of(made)


@routes.get("/{judgement_id}", "judgement.give")
def one(office: Within, viewer: Asking, judgement_id: Id) -> JudgementOut:
    """Return an own rating."""
    with office.reading() as read:
        return JudgementOut.of(own_rating(read, viewer, judgement_id))


@routes.post("/{judgement_id}/final", "judgement.give")
def final(office: Within, viewer: Asking, judgement_id: Id, sent: Final) -> JudgementOut:
    """Keep the own rating after the second opinion, or give another one with a reason."""
    done = decide(
        office,
        viewer,
        judgement_id,
        version=sent.version,
        final=sent.rating,
        reason=sent.reason,
    )
    return JudgementOut.of(done)
