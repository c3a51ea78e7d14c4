"""The audit log read and verified: every entry hashed with the one before, and anchored outside."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Self

import polars as pl

from jixiao.contracts.office import GENESIS, AnchorLine, AuditEntry, OfficeStore
from jixiao.data import guarded
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.viewer import Viewer
from jixiao.services import Result


@dataclass(frozen=True)
class TrailResult(Result):
    """What was found in the audit log.

    Attributes:
        entries: Entries that were read.
        faults: What is wrong, each with the number of the entry or the line of the anchor.
        restored: How often a backup was put back; entries after it were lost with that.
    """

    entries: int
    faults: tuple[str, ...]
    restored: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain keys."""
        return {"entries": self.entries, "faults": list(self.faults), "restored": self.restored}

    def to_text(self) -> str:
        """Return the result as a person reads it."""
        if self.faults:
            return "\n".join((f"{len(self.faults)} faults in the audit log", *self.faults))
        back = f"; a backup was put back {self.restored} times" if self.restored else ""
        return f"the audit log is whole: {self.entries} entries{back}"


def verify_trail(store: OfficeStore, *, most: int = 50) -> TrailResult:
    """Check every entry's number, hash and link, and all against the anchor.

    The application may go on writing: what the anchor calls kept before the entries are counted
    must be among them, and each of them is promised in the anchor as it is read after that.

    Args:
        store: The database.
        most: Faults that are told at most.
    """
    kept = _Told.of(store.anchors()).kept
    with store.reading() as read:
        there = read.count(AuditEntry)
    told = _Told.of(store.anchors())
    faults = [f"anchor: line {place} is not genuine" for place in told.forged]
    previous, count = GENESIS, 0
    for count, entry in enumerate(store.entries(limit=there), start=1):
        faults += _faults_of(entry, count, previous, told.right(count))
        previous = entry.hash
        if len(faults) >= most:
            break
    else:
        lost = sorted(number for number in kept if number > count)
        faults += [f"entry {number}: kept once, but gone from the log" for number in lost]
    return TrailResult(count, tuple(faults[:most]), told.restored)


@dataclass
class _Told:
    """What the anchor says of the entries that should be there now."""

    promised: dict[int, set[str]] = field(default_factory=dict)
    kept: dict[int, str] = field(default_factory=dict)
    forged: list[int] = field(default_factory=list)
    restored: int = 0

    @classmethod
    def of(cls, lines: Iterable[AnchorLine]) -> Self:
        """Read the anchor line by line; a backup that was put back ends what came after it."""
        told = cls()
        for line in lines:
            if line.word == "forged":
                told.forged.append(line.place)
            elif line.word == "restored":
                told.restored += 1
                told.kept = {n: hash_ for n, hash_ in told.kept.items() if n <= line.number}
            elif line.word == "kept":
                told.kept[line.number] = line.hash
            else:
                told.promised.setdefault(line.number, set()).add(line.hash)
        return told

    def right(self, number: int) -> Collection[str]:
        """Return the hashes an entry may have: the one that was kept, or any that was promised."""
        kept = self.kept.get(number)
        return self.promised.get(number, ()) if kept is None else (kept,)


def _faults_of(
    entry: AuditEntry, number: int, previous: str, promised: Collection[str]
) -> list[str]:
    found = []
    if entry.id != f"{number:012d}":
        found.append(f"entry {number}: expected number {number}, got {entry.id}")
    if entry.previous != previous:
        found.append(f"entry {number}: does not follow the entry before it")
    if entry.hash != entry.own_hash():
        found.append(f"entry {number}: its text was changed")
    if entry.hash not in promised:
        found.append(f"entry {number}: differs from its anchor")
    return found


_CSV = ("id", "at", "actor", "action", "kind", "object", "detail", "previous", "hash")
PAGE = 50
"""Entries on one page of the log."""


@dataclass(frozen=True)
class TrailPage:
    """Some entries of the audit log, the newest first.

    Attributes:
        entries: At most ``PAGE`` of them.
        total: How many fit.
        actions: Every action there is in the log, to choose from.
    """

    entries: tuple[AuditEntry, ...]
    total: int
    actions: tuple[str, ...]


@dataclass(frozen=True)
class TrailFilter:
    """Which entries are looked for; empty fields leave all in.

    Attributes:
        action: What was done.
        actor: Pseudonym of who did it.
        about: Id or pseudonym of the record.
        since: First day.
        until: Last day.
    """

    action: str = ""
    actor: str = ""
    about: str = ""
    since: date | None = None
    until: date | None = None

    def where(self) -> dict[str, Any]:
        """Return the conditions as ``Reading.find`` takes them."""
        found: dict[str, Any] = {}
        named = {"action": self.action, "actor": self.actor, "object": self.about}
        found |= {name: value for name, value in named.items() if value}
        if self.since is not None:
            found["at__ge"] = datetime.combine(self.since, time(), UTC)
        if self.until is not None and self.until < date.max:
            found["at__lt"] = datetime.combine(self.until + timedelta(days=1), time(), UTC)
        return found


def read_trail(office: Office, viewer: Viewer, wanted: TrailFilter, *, start: int = 0) -> TrailPage:
    """Return entries of the audit log, the newest first.

    Args:
        office: The application.
        viewer: An auditor or administrator.
        wanted: Which entries.
        start: Entries to leave out at the head.

    Raises:
        Forbidden: If the viewer may not do it.
    """
    require(viewer, "audit.read")
    with office.reading() as read:
        where = wanted.where()
        found = read.find(AuditEntry, order="-id", limit=PAGE, offset=start, **where)
        total = read.count(AuditEntry, **where)
    actions = tuple(sorted({one.action for one in office.store.entries()}))
    return TrailPage(tuple(found), total, actions)


def export_trail(office: Office, viewer: Viewer, wanted: TrailFilter) -> str:
    """Return the entries as CSV, the oldest first; that it was exported is an entry of its own.

    Raises:
        Forbidden: If the viewer may not do it.
    """
    require(viewer, "audit.read")
    with office.changing(viewer, "audit.export", "audit log"):
        pass
    with office.reading() as read:
        found = read.find(AuditEntry, **wanted.where())
    frame = pl.DataFrame([_told_row(one) for one in found], schema=dict.fromkeys(_CSV, pl.String))
    return guarded(frame).write_csv()


def _told_row(entry: AuditEntry) -> dict[str, str]:
    detail = json.dumps(entry.detail, ensure_ascii=False, sort_keys=True)
    told = {name: str(getattr(entry, name)) for name in _CSV}
    return told | {"at": entry.at.isoformat(), "detail": detail}
