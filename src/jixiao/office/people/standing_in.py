"""Rights lent for a time, and units looked after: delegations and HR partners."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from jixiao.contracts.office import Account, Delegation, Partner, Person, Post, Reading
from jixiao.core import Conflict, Missing
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.secrets import new_id
from jixiao.office.viewer import Viewer

LONGEST_DAYS = 366
"""Most days a delegation lasts."""


@dataclass(frozen=True, slots=True)
class Lent:
    """A delegation as one of the two sees it.

    Attributes:
        delegation: Which.
        other: Who stands in, or whose rights they are.
        given: Whether the viewer gave it.
    """

    delegation: Delegation
    other: Person
    given: bool


def delegate(office: Office, viewer: Viewer, taker: str, *, start: date, end: date) -> Delegation:
    """Lend one's rights as a manager to somebody until a day.

    Args:
        office: The application.
        viewer: The manager.
        taker: Subject id or address of whoever stands in.
        start: First day.
        end: Last day.

    Raises:
        Missing: If nobody has that id or address.
        Conflict: If the days do not fit, or whoever stands in cannot act as a manager.
    """
    require(viewer, "delegation.set")
    after = end + timedelta(days=1)
    today = office.clock().date()
    if not start < after or after <= today or (after - start).days > LONGEST_DAYS:
        raise Conflict(
            "JX-E780",
            "days",
            expected=f"a last day from today on, at most {LONGEST_DAYS} days after the first",
            got="other days",
        )
    with office.changing(viewer, "delegation.set", "delegation") as change:
        person = _taker(change, viewer, taker.strip())
        made = Delegation(
            id=new_id(), giver=viewer.person or "", taker=person.id, start=start, end=after
        )
        change.add(made)
        change.entry.object = person.pseudonym
        change.entry.detail = {"start": start.isoformat(), "end": after.isoformat()}
    return made


def _taker(read: Reading, viewer: Viewer, word: str) -> Person:
    found = read.first(Person, key=word) or (read.first(Person, email=word.casefold() or "-"))
    if found is None or viewer.person is None:
        raise Missing("JX-E704", "person", expected="a known id or address", got="another one")
    accounts = read.find(Account, person=found.id, disabled=False)
    if found.id == viewer.person or not any("manager" in one.roles for one in accounts):
        raise Conflict(
            "JX-E781",
            "person",
            expected="somebody else, whose account has the role of a manager",
            got="another person",
            hint="an administrator can give the account that role",
        )
    return found


def end_delegation(office: Office, viewer: Viewer, delegation_id: str) -> None:
    """Take rights that one has lent back at once.

    Raises:
        Missing: If it is not one's own.
    """
    require(viewer, "delegation.set")
    with office.changing(viewer, "delegation.end", "delegation", delegation_id) as change:
        found = change.first(Delegation, id=delegation_id, giver=viewer.person or "")
        if found is None:
            raise Missing("JX-E704", "delegation", expected="one of your own", got="another one")
        today = office.clock().date()
        if found.end > today:
            change.replace(found, end=max(today, found.start))


def delegations_of(office: Office, viewer: Viewer) -> list[Lent]:
    """Return what the viewer has lent and been lent and has not ended, the soonest end first."""
    require(viewer, "self.manage")
    if viewer.person is None:
        return []
    today = office.clock().date()
    with office.reading() as read:
        given = read.find(Delegation, giver=viewer.person, end__gt=today, order="end")
        taken = read.find(Delegation, taker=viewer.person, end__gt=today, order="end")
        ids = {one.taker for one in given} | {one.giver for one in taken}
        people = {one.id: one for one in read.find(Person, id=ids)}
    pairs = [(one, one.taker, True) for one in given] + [(one, one.giver, False) for one in taken]
    return [Lent(one, people[other], mine) for one, other, mine in pairs if other in people]


def add_partner(
    office: Office, by: Viewer, account_id: str, *, unit: str, comments: bool
) -> Partner:
    """Let an account look after a unit and everything below it as HR partner.

    Args:
        office: The application.
        by: An administrator.
        account_id: Whose scope it is.
        unit: Path of the unit.
        comments: Whether comments may be read too.

    Raises:
        Missing: If there is no such account or unit.
        Conflict: If nothing that the account's role may do has a scope.
    """
    require(by, "account.manage")
    with office.changing(by, "partner.add", "partner") as change:
        account = change.get(Account, account_id)
        if not set(account.roles) & {"manager", "employee"}:
            raise Conflict(
                "JX-E782",
                "roles",
                expected="an account of a manager or employee, whose rights can be scoped",
                got="another one",
            )
        known = (post.unit for post in change.find(Post))
        if not any(one == unit or one.startswith(unit + "/") for one in known):
            raise Missing("JX-E704", "unit", expected="a unit of the roster", got="another one")
        change.remove(*change.find(Partner, account=account.id, unit=unit))
        made = Partner(id=new_id(), account=account.id, unit=unit, comments=comments)
        change.add(made)
        change.entry.object = office.pseudonym_of(change, account)
        change.entry.detail = {"comments": comments}
    return made


def remove_partner(office: Office, by: Viewer, partner_id: str) -> None:
    """Take a unit from an HR partner.

    Raises:
        Missing: If there is none.
    """
    require(by, "account.manage")
    with office.changing(by, "partner.remove", "partner", partner_id) as change:
        change.remove(change.get(Partner, partner_id))
