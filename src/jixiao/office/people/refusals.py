"""Notice before scoring, and a person's refusal of automated scoring.

Nobody is scored before notice was recorded, nor while refusing; reports are written all the same,
from facts alone.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from jixiao.contracts.office import Notice, Person, Reading, Refusal
from jixiao.core import Conflict, Missing
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.secrets import new_id
from jixiao.office.viewer import Viewer

NOTICE = "2026-1"
"""Version of the notice that the product words."""
MOST_VERSION = 60


def refused(read: Reading, person_ids: Collection[str]) -> frozenset[str]:
    """Return which of these people refuse automated scoring now."""
    wanted = set(person_ids)
    return frozenset(one.person for one in read.find(Refusal, ended=None) if one.person in wanted)


def noticed(read: Reading, person_ids: Collection[str]) -> frozenset[str]:
    """Return which of these people have been told how data about them are used."""
    wanted = set(person_ids)
    return frozenset(one.person for one in read.find(Notice) if one.person in wanted)


def may_be_scored(read: Reading, person_ids: Collection[str]) -> frozenset[str]:
    """Return which of these people have been told and do not refuse."""
    return noticed(read, person_ids) - refused(read, person_ids)


def not_to_score(
    read: Reading, subjects: Collection[str], *, about_people: bool = True
) -> frozenset[str]:
    """Return the subject ids about whom no model may be asked.

    Args:
        read: Records.
        subjects: Subject ids of the data; those of nobody on the roster count as not told.
        about_people: Whether the data say that they are about people. Things have no say; but
            where there is a roster, every subject is held to be a person.
    """
    if not about_people and not read.count(Person):
        return frozenset()
    wanted = set(subjects)
    people = {one.id: one.key for one in read.find(Person) if one.key in wanted}
    return frozenset(wanted - {people[one] for one in may_be_scored(read, people)})


def check_noticed(read: Reading, subjects: Collection[str]) -> None:
    """Refuse to score people who have not been told.

    Args:
        read: Records.
        subjects: Subject ids of the data.

    Raises:
        Conflict: If one of them has no notice.
    """
    wanted = set(subjects)
    people = {one.id: one.key for one in read.find(Person) if one.key in wanted}
    told = {people[one] for one in noticed(read, people)}
    if untold := wanted - told:
        raise Conflict(
            "JX-E732",
            "score",
            expected="a notice to everybody whose data are scored",
            got=f"none to {len(untold)} of {len(wanted)} people",
            hint="tell them how data about them are used, and record the notice under /notices",
        )


def record_notice(
    office: Office, by: Viewer | str, person_ids: Collection[str] | None, *, text: str = NOTICE
) -> int:
    """Record that people were told how data about them are used; once for each and version.

    Args:
        office: The application.
        by: Who tells them.
        person_ids: Person ids; everybody on the roster when None.
        text: Version of what they were told.

    Returns:
        How many were not recorded before.

    Raises:
        Forbidden: If the viewer may not.
        Missing: If somebody is not on the roster.
    """
    if isinstance(by, Viewer):
        require(by, "notice.record")
    text = text.strip()[:MOST_VERSION] or NOTICE
    with office.changing(by, "notice.record", "notice") as change:
        known = {one.id: one for one in change.find(Person, erased=False)}
        wanted = set(known) if person_ids is None else set(person_ids)
        if wanted - set(known):
            raise Missing("JX-E704", "person", expected="people of the roster", got="others")
        told = {one.person for one in change.find(Notice, text=text)}
        new = sorted(wanted - told)
        at = office.clock()
        change.add(*(Notice(id=new_id(), person=one, text=text, at=at) for one in new))
        change.entry.detail = {"text": text, "people": [known[one].pseudonym for one in new]}
    return len(new)


@dataclass(frozen=True)
class NoticeCounts:
    """How many people of the roster there are, and how many of them were told.

    Attributes:
        people: Everybody who is not erased.
        told: Those of them who were told.
    """

    people: int
    told: int


def notice_counts(office: Office, viewer: Viewer) -> NoticeCounts:
    """Return how many people were told how data about them are used.

    Raises:
        Forbidden: If the viewer may not record notices.
    """
    require(viewer, "notice.record")
    with office.reading() as read:
        people = [one.id for one in read.find(Person, erased=False)]
        return NoticeCounts(len(people), len(noticed(read, people)))


def set_refusal(office: Office, viewer: Viewer, *, refuses: bool) -> None:
    """Refuse automated scoring of oneself, or take that back.

    Raises:
        Forbidden: If the viewer may not, as somebody who is nobody of the roster.
    """
    require(viewer, "refusal.set")
    person_id = own_person(viewer)
    action = "refusal.set" if refuses else "refusal.end"
    with office.changing(viewer, action, "person") as change:
        change.entry.object = change.get(Person, person_id).pseudonym
        standing = change.first(Refusal, person=person_id, ended=None)
        if refuses and standing is None:
            change.add(Refusal(id=new_id(), person=person_id, since=office.clock()))
        elif not refuses and standing is not None:
            change.replace(standing, ended=office.clock())


def own_person(viewer: Viewer) -> str:
    """Return the person behind an account.

    Raises:
        Missing: If it is nobody of the roster.
    """
    if viewer.person is None:
        raise Missing("JX-E704", "person", expected="an account of the roster", got="another one")
    return viewer.person
