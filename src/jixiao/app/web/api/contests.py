"""Objections for programs: read by both sides, decided by somebody else than the approver."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query
from pydantic import BaseModel, Field

from jixiao.app.web.api.reports import ContestOut, Id, Outcome, Step
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.office import Reach, reach
from jixiao.office.contests import contest_counts, contests_for, seen_contest, settle

routes = Routes("/api/v1/contests", pages=False)


class Decision(Step):
    """A decision, with the reasons as told to the person."""

    outcome: Outcome
    reply: str = Field(min_length=1, max_length=4000)


class ContestsOut(BaseModel):
    """A page of objections; counts alone for whoever sees group figures only."""

    total: int | None
    contests: list[ContestOut]
    counts: dict[str, int | None]


@routes.get("", "contest.read")
def found(
    office: Within,
    viewer: Asking,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
) -> ContestsOut:
    """Return the objections that may be seen, open ones and soon due first."""
    with office.reading() as read:
        if reach(viewer, "contest.read") is Reach.GROUPS:
            counts = contest_counts(read, viewer)
            return ContestsOut(total=counts["total"], contests=[], counts=counts)
        seen = contests_for(read, viewer)
    page = [ContestOut.of(one) for one, _ in seen[offset : offset + limit]]
    return ContestsOut(total=len(seen), contests=page, counts={})


@routes.get("/{contest_id}", "contest.read")
def one(office: Within, viewer: Asking, contest_id: Id) -> ContestOut:
    """Return an objection."""
    with office.reading() as read:
        return ContestOut.of(seen_contest(read, viewer, contest_id)[0])


@routes.post("/{contest_id}/decision", "contest.decide")
def decide(office: Within, viewer: Asking, contest_id: Id, sent: Decision) -> ContestOut:
    """Decide an objection."""
    done = settle(
        office,
        viewer,
        contest_id,
        version=sent.version,
        outcome=sent.outcome,
        reply=sent.reply,
    )
    return ContestOut.of(done)
