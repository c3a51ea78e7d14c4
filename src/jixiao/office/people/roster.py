"""Taking in the roster: who there is and who reports to whom, with moves and leavers kept."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from jixiao.contracts import Table
from jixiao.contracts.office import Changing, Person, Post
from jixiao.core import Missing, OfficeError, raise_all
from jixiao.data import RawTable, read_table
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.people.roster_checks import faults_of, managers_of
from jixiao.office.people.roster_history import BEGINNING, Stand, Told, stands_after
from jixiao.office.people.roster_rows import RosterRow, is_roster
from jixiao.office.secrets import new_id
from jixiao.office.viewer import Viewer
from jixiao.services import Result


@dataclass(frozen=True)
class RosterResult(Result):
    """What a roster changed.

    Attributes:
        people: People the roster names.
        added: Of them, new ones.
        moved: Of them, whose posts changed.
        left: Who left with it.
        heads: People without a manager today.
    """

    people: int
    added: int
    moved: int
    left: int
    heads: int

    def to_json(self) -> dict[str, Any]:
        """Return the counts as plain keys."""
        names = ("people", "added", "moved", "left", "heads")
        return {name: getattr(self, name) for name in names}

    def to_text(self) -> str:
        """Return the counts as a person reads them."""
        return (
            f"{self.people} people: {self.added} new, {self.moved} moved, {self.left} left;"
            f" {self.heads} without a manager"
        )


def import_roster(
    office: Office,
    by: Viewer | str,
    rows: Sequence[RosterRow],
    *,
    day: date | None = None,
    whole: bool = False,
) -> RosterResult:
    """Take in a roster, whole or not at all.

    A post whose manager, unit or title differs from the one so far is closed and the next opened,
    on the day the row names or on ``day``; whoever has left keeps the posts there were.

    Args:
        office: The application.
        by: Who does it, or ``command line``.
        rows: The roster.
        day: Day on which it holds; today when None.
        whole: Whether whoever is missing from it has left.

    Raises:
        Forbidden: If the viewer may not do it.
        OfficeError: If something is wrong with it.
        ManyErrors: If several things are.
    """
    if isinstance(by, Viewer):
        require(by, "roster.change")
    if not rows:
        raise OfficeError("JX-E772", "roster", expected="at least one row", got="none")
    with office.changing(by, "roster.import", "roster") as change:
        taking = _Taking(change, rows, day or office.clock().date())
        result = taking.take(whole=whole)
        change.entry.detail = result.to_json()
    return result


class _Taking:
    """One roster being taken in."""

    def __init__(self, change: Changing, rows: Sequence[RosterRow], day: date) -> None:
        self._change, self._day = change, day
        people = change.find(Person)
        managers = managers_of(rows, people)
        raise_all(faults_of(rows, managers))
        self._is_first = not people
        self._people = {person.key: person for person in people}
        self._managers = managers
        self._rows: dict[str, list[RosterRow]] = defaultdict(list)
        for row in rows:
            self._rows[row.key].append(row)
        self._posts: dict[str, list[Post]] = defaultdict(list)
        for post in change.find(Post, order="start"):
            self._posts[post.person].append(post)

    def take(self, *, whole: bool) -> RosterResult:
        """Change people and posts, and count them."""
        added = [key for key in self._rows if key not in self._people]
        were_there = {key for key, one in self._people.items() if one.left is None}
        for key, rows in self._rows.items():
            self._person(key, rows)
        moved = sum(self._stand(key, rows) for key, rows in self._rows.items())
        if whole:
            for key in were_there - self._rows.keys():
                self._leave(key)
        left = sum(self._people[key].left is not None for key in were_there)
        return RosterResult(len(self._rows), len(added), moved, left, self._heads())

    def _person(self, key: str, rows: Sequence[RosterRow]) -> None:
        """Make a person, or bring name, address and days up to date."""
        last = max(rows, key=lambda row: row.since or self._day)
        known = self._people.get(key)
        if known is None:
            known = Person(
                id=new_id(),
                key=key,
                name=last.name,
                email=last.email,
                pseudonym=f"person-{new_id()[:12]}",
                joined=last.joined,
                left=last.left,
            )
            self._change.add(known)
        elif not known.erased:
            fresh = {"name": last.name, "email": last.email or known.email, "left": last.left}
            fresh["joined"] = last.joined or known.joined
            changed = {
                name: value for name, value in fresh.items() if getattr(known, name) != value
            }
            known = self._change.replace(known, **changed) if changed else known
        self._people[key] = known

    def _stand(self, key: str, rows: Sequence[RosterRow]) -> bool:
        """Change a person's posts and return whether somebody known has moved."""
        person, posts = self._people[key], self._posts[self._people[key].id]
        after = stands_after(
            [_stand_of(post) for post in posts],
            [self._told(row) for row in rows],
            day=self._day,
            first=person.joined or (BEGINNING if self._is_first else self._day),
            left=person.left,
        )
        return self._write(person.id, posts, after) and bool(posts)

    def _told(self, row: RosterRow) -> Told:
        manager = self._managers.get(row.manager or "")
        return Told(
            row.since,
            row.until,
            row.unit,
            None if manager is None else self._people[manager].id,
            row.manager is not None,
            row.title,
        )

    def _write(self, person: str, posts: Sequence[Post], after: Iterable[Stand]) -> bool:
        """Make the posts of the database those of ``after``; return whether any changed."""
        wanted = {stand.start: stand for stand in after}
        changed = False
        for post in posts:
            stand = wanted.pop(post.start, None)
            if stand is None:
                self._change.remove(post)
            elif stand != _stand_of(post):
                unit, manager, title = stand.place
                self._change.replace(post, unit=unit, manager=manager, title=title, end=stand.end)
            changed |= stand is None or stand != _stand_of(post)
        for stand in wanted.values():
            self._change.add(_post_of(person, stand))
        return changed or bool(wanted)

    def _leave(self, key: str) -> None:
        """Let somebody who is missing from a whole roster have left."""
        person = self._change.replace(self._people[key], left=self._day)
        self._people[key] = person
        stands = [_stand_of(post) for post in self._posts[person.id]]
        ended = stands_after(stands, (), day=self._day, first=self._day, left=self._day)
        self._write(person.id, self._posts[person.id], ended)

    def _heads(self) -> int:
        lasting = self._change.find(Post, start__le=self._day, manager=None)
        return len({one.person for one in lasting if one.end is None or one.end > self._day})


def _stand_of(post: Post) -> Stand:
    return Stand(post.start, post.unit, post.manager, post.title, post.end)


def _post_of(person: str, stand: Stand) -> Post:
    unit, manager, title = stand.place
    return Post(
        id=new_id(),
        person=person,
        unit=unit,
        manager=manager,
        title=title,
        start=stand.start,
        end=stand.end,
    )


def roster_file(path: Path) -> RawTable:
    """Return a roster as it was written.

    Raises:
        DataError: If the file cannot be read, or holds no table.
    """
    return read_table(Table(name="roster", source=path.name), path.parent)


def roster_of_workspace(office: Office) -> RawTable:
    """Return the roster among the workspace's own tables.

    Raises:
        Missing: If none of them says who there is and where they stand.
    """
    store = office.workspace.store
    for table in office.workspace.settings().contract.tables:
        raw = read_table(table, store.base, environment=store.environment)
        if is_roster(raw.frame.columns):
            return raw
    raise Missing(
        "JX-E777",
        "jixiao.yaml",
        expected="a table with ids, names, and managers or units",
        got="none",
        hint="name the file of the roster",
    )
