"""The one access policy: which role may do what, and about whom.

Every route names an action of this table; a use case asks the same table again about the record
at hand. ``reach`` says about whom: everybody, those who report to the person (directly or not, also
for somebody who delegated), oneself, or group figures only. An HR partner reads about the people of
the units looked after, and does nothing else about them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from jixiao.contracts.office import Delegation, Partner, Person, Reading, Role
from jixiao.core import Forbidden, Missing
from jixiao.office.tree import Tree
from jixiao.office.viewer import Viewer


class Reach(IntEnum):
    """About whom an action may be done."""

    NONE = 0
    GROUPS = 1
    OWN = 2
    LINE = 3
    ALL = 4


_A, _L, _O, _G = Reach.ALL, Reach.LINE, Reach.OWN, Reach.GROUPS

ACTIONS: dict[str, dict[Role, Reach]] = {
    "self.manage": dict.fromkeys(
        ("administrator", "analyst", "manager", "employee", "auditor"), _O
    ),
    "account.manage": {"administrator": _A},
    "roster.change": {"administrator": _A, "analyst": _A},
    "person.read": {"administrator": _A, "analyst": _A, "manager": _L, "employee": _O},
    "person.erase": {"administrator": _A},
    "group.read": {"analyst": _A, "manager": _L, "auditor": _G},
    "protected.read": {"auditor": _G},
    "data.read": {"analyst": _A},
    "data.change": {"analyst": _A},
    "model.read": {"analyst": _A, "auditor": _A},
    "model.train": {"analyst": _A},
    "score.make": {"analyst": _A},
    "report.read": {"analyst": _A, "manager": _L, "employee": _O},
    "report.make": {"analyst": _A},
    "report.edit": {"analyst": _A, "manager": _L},
    "report.submit": {"analyst": _A, "manager": _L},
    "report.approve": {"manager": _L},
    "report.release": {"analyst": _A, "manager": _L},
    "comment.read": {"analyst": _A, "manager": _L, "employee": _O},
    "opinion.read": {"analyst": _A, "manager": _L, "employee": _O},
    "judgement.give": {"manager": _L},
    "calibration.read": {"analyst": _A, "manager": _L},
    "calibration.change": {"analyst": _A},
    "remark.write": {"employee": _O},
    "contest.open": {"employee": _O},
    "contest.read": {"analyst": _A, "manager": _L, "employee": _O, "auditor": _G},
    "contest.decide": {"analyst": _A, "manager": _L},
    "refusal.set": {"employee": _O},
    "notice.record": {"administrator": _A, "analyst": _A},
    "cycle.read": {"administrator": _A, "analyst": _A, "auditor": _A},
    "cycle.manage": {"administrator": _A, "analyst": _A},
    "form.fill": {"manager": _O, "employee": _O},
    "job.read": {"administrator": _A, "analyst": _A},
    "job.cancel": {"administrator": _A, "analyst": _A},
    "oversight.read": {"administrator": _G, "auditor": _G},
    "audit.read": {"administrator": _A, "auditor": _A},
    "option.read": {"administrator": _A, "auditor": _A},
    "option.change": {"administrator": _A},
    "stop.pull": {"administrator": _A, "auditor": _A},
    "hook.manage": {"administrator": _A},
    "delegation.set": {"manager": _O},
}
"""Reach of every action by role; a role that is not named has none."""

PARTNERED = frozenset(
    {
        "person.read",
        "group.read",
        "report.read",
        "comment.read",
        "opinion.read",
        "contest.read",
        "calibration.read",
    }
)
"""What an HR partner whose role may do it at all may do about the people looked after."""


def reach(viewer: Viewer, action: str) -> Reach:
    """Return how far an action reaches for somebody: the widest of the account's roles.

    Args:
        viewer: Who asks.
        action: A key of ``ACTIONS``.
    """
    if viewer.scopes is not None and action not in viewer.scopes:
        return Reach.NONE
    by_role = ACTIONS[action]
    return max((by_role.get(role, Reach.NONE) for role in viewer.roles), default=Reach.NONE)


def require(viewer: Viewer, action: str) -> Reach:
    """Return the reach, or refuse.

    Raises:
        Forbidden: If the viewer may not do it at all.
    """
    found = reach(viewer, action)
    if found is Reach.NONE:
        raise Forbidden(
            "JX-E703", action, expected="an account whose role allows it", got="another role"
        )
    return found


@dataclass(frozen=True)
class Sight:
    """Whom somebody may see over a period.

    Attributes:
        everybody: Whether everybody.
        people: Person ids, where not everybody.
        line: Those of them who report to the viewer, directly or not.
        units: Paths whose group figures may be seen.
        comments: Person ids whose comments may be read, where not everybody's.
        groups: Whether the group figures of every unit may be seen.
    """

    everybody: bool
    people: frozenset[str] = frozenset()
    line: frozenset[str] = frozenset()
    units: frozenset[str] = frozenset()
    comments: frozenset[str] = frozenset()
    groups: bool = False

    def sees(self, person: str | None) -> bool:
        """Return whether a person may be seen; nobody of the roster only by who sees everybody."""
        return self.everybody or (person is not None and person in self.people)

    def sees_unit(self, unit: str) -> bool:
        """Return whether a group's figures may be seen: that of the path, or one above it."""
        return self.sees_all_units or any(
            unit == one or unit.startswith(one + "/") for one in self.units
        )

    @property
    def sees_all_units(self) -> bool:
        """Whether the group figures of every unit may be seen, those of the whole too."""
        return self.everybody or self.groups


def sight(read: Reading, viewer: Viewer, action: str, *, start: date, end: date) -> Sight:
    """Return whom an action may be about, by the tree as it was from ``start`` to before ``end``.

    Args:
        read: Records.
        viewer: Who asks.
        action: A key of ``ACTIONS``.
        start: First day under review.
        end: First day after it.

    Raises:
        Forbidden: If the viewer may not do it at all.
    """
    found = require(viewer, action)
    if found is Reach.ALL:
        return Sight(everybody=True)
    tree = Tree.of(read, start, end)
    own = frozenset(filter(None, (viewer.person,)))
    line, units = _line(read, viewer, tree) if found is Reach.LINE else (frozenset(), frozenset())
    may_partner = action in PARTNERED and found >= Reach.OWN
    partners = read.find(Partner, account=viewer.account.id) if may_partner else []
    looked_after = _looked_after(viewer, tree, partners)
    heard = frozenset(one for one, comments in looked_after.items() if comments)
    self_allowed = own if _has(viewer, action, Reach.OWN) else frozenset[str]()
    return Sight(
        everybody=False,
        people=line | frozenset(looked_after) | self_allowed,
        line=line,
        units=units | frozenset(one.unit for one in partners),
        comments=line | heard | self_allowed,
        groups=_has(viewer, action, Reach.GROUPS),
    )


def _has(viewer: Viewer, action: str, wanted: Reach) -> bool:
    """Return whether one of the roles has exactly this reach, whatever a wider one has."""
    return any(ACTIONS[action].get(role) is wanted for role in viewer.roles)


def _line(read: Reading, viewer: Viewer, tree: Tree) -> tuple[frozenset[str], frozenset[str]]:
    """Return who reports to the viewer, or to somebody the viewer stands in for today."""
    if viewer.person is None:
        return frozenset(), frozenset()
    today = tree.today
    lent = read.find(Delegation, taker=viewer.person, start__le=today, end__gt=today)
    heads = (viewer.person, *(one.giver for one in lent))
    line = frozenset().union(*(tree.under(head) for head in heads)) - {viewer.person}
    units = frozenset().union(*(tree.led_by(head) for head in heads))
    return line, units


def _looked_after(viewer: Viewer, tree: Tree, partners: Iterable[Partner]) -> dict[str, bool]:
    """Return the people of an HR partner's units, and whether their comments may be read."""
    found: dict[str, bool] = {}
    for one in partners:
        for person in tree.within(one.unit) - {viewer.person}:
            found[person] = found.get(person, False) or one.comments
    return found


def seen_person(read: Reading, seen: Sight, person_id: str) -> Person:
    """Return a person who may be seen.

    Raises:
        Missing: If there is none, or none that may be seen: the two look alike.
    """
    person = read.first(Person, id=person_id)
    if person is None or not seen.sees(person.id):
        raise Missing("JX-E704", "person", expected="somebody you may see", got="nobody")
    return person
