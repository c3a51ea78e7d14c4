"""Rights lent and units looked after, for programs; the same use cases as the pages."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, Field

from jixiao.app.web.bodies import Body
from jixiao.app.web.routing import Asking, Routes, Within
from jixiao.office.people.standing_in import (
    add_partner,
    delegate,
    delegations_of,
    end_delegation,
    remove_partner,
)

routes = Routes("/api/v1", pages=False)
Text = Annotated[str, Field(max_length=200)]


class DelegationIn(Body):
    """Rights to lend: to whom by subject id or address, and the first and last day."""

    taker: Text
    start: date
    end: date


class DelegationOut(BaseModel):
    """Rights lent; ``end`` is the first day after."""

    id: str
    other: str
    given: bool
    start: date
    end: date


@routes.get("/delegations", "self.manage")
def delegations(office: Within, viewer: Asking) -> list[DelegationOut]:
    """Return what the asker has lent and been lent."""
    return [
        DelegationOut(
            id=one.delegation.id,
            other=one.other.key,
            given=one.given,
            start=one.delegation.start,
            end=one.delegation.end,
        )
        for one in delegations_of(office, viewer)
    ]


@routes.post("/delegations", "delegation.set", status_code=201)
def lend(office: Within, viewer: Asking, sent: DelegationIn) -> dict[str, str]:
    """Lend one's rights as a manager."""
    made = delegate(office, viewer, sent.taker, start=sent.start, end=sent.end)
    return {"id": made.id}


@routes.delete("/delegations/{delegation_id}", "delegation.set", status_code=204)
def take_back(office: Within, viewer: Asking, delegation_id: str) -> None:
    """Take them back."""
    end_delegation(office, viewer, delegation_id)


class PartnerIn(Body):
    """A unit to look after, and whether comments may be read."""

    unit: Annotated[str, Field(min_length=1, max_length=500)]
    comments: bool = False


@routes.post("/accounts/{account_id}/partners", "account.manage", status_code=201)
def partner(office: Within, viewer: Asking, account_id: str, sent: PartnerIn) -> dict[str, str]:
    """Let an account look after a unit as HR partner."""
    made = add_partner(office, viewer, account_id, unit=sent.unit, comments=sent.comments)
    return {"id": made.id}


@routes.delete("/partners/{partner_id}", "account.manage", status_code=204)
def no_partner(office: Within, viewer: Asking, partner_id: str) -> None:
    """Take a unit away again."""
    remove_partner(office, viewer, partner_id)
