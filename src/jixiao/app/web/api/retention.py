"""Retention for programs; the same use cases as the page."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from jixiao.app.web.bodies import Body
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.office.safety.holding import set_hold
from jixiao.office.safety.retention import apply_retention, show_retention

routes = Routes("/api/v1", pages=False)


class DueOut(BaseModel):
    """One kind of record: how many there are, and how many would go now."""

    rule: str
    days: int
    kept: int
    due: int


class RetentionOut(BaseModel):
    """How retention stands; nothing goes by looking."""

    rules: list[DueOut]
    held: bool
    last: str
    gone: dict[str, int]


class HoldIn(Body):
    """Whether everything is to be held, and why."""

    held: bool
    reason: Annotated[str, Field(max_length=500)] = ""


class Gone(BaseModel):
    """How many records of each kind went."""

    gone: dict[str, int]


@routes.get("/retention", "option.read")
def retention(office: Within, viewer: Asking) -> RetentionOut:
    """Return what is kept for how long, and what would go now."""
    found = show_retention(office, viewer)
    rules = [DueOut(rule=one.rule, days=one.days, kept=one.kept, due=one.due) for one in found.dues]
    return RetentionOut(rules=rules, held=found.hold.is_on, last=found.last, gone=found.gone)


@routes.post("/retention/apply", "option.change")
def apply(office: Within, viewer: Asking) -> Gone:
    """Let go now what is older than the days say."""
    return Gone(gone=apply_retention(office, viewer) or {})


@routes.put("/retention/hold", "option.change")
def hold(office: Within, viewer: Asking, sent: HoldIn) -> RetentionOut:
    """Hold everything that would go, or end that."""
    set_hold(office, viewer, is_on=sent.held, reason=sent.reason)
    return retention(office, viewer)
