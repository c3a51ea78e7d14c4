"""The audit log read and verified: every entry hashed with the one before, and anchored outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jixiao.contracts.office import GENESIS, AuditEntry, OfficeStore
from jixiao.services import Result


@dataclass(frozen=True)
class TrailResult(Result):
    """What was found in the audit log.

    Attributes:
        entries: Entries that were read.
        faults: What is wrong, each with the number of the entry.
        unanchored: Entries at the end that the anchor does not hold yet.
    """

    entries: int
    faults: tuple[str, ...]
    unanchored: int

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain keys."""
        faults = list(self.faults)
        return {"entries": self.entries, "faults": faults, "unanchored": self.unanchored}

    def to_text(self) -> str:
        """Return the result as a person reads it."""
        if self.faults:
            return "\n".join((f"{len(self.faults)} faults in the audit log", *self.faults))
        late = f"; {self.unanchored} not anchored yet" if self.unanchored else ""
        return f"the audit log is whole: {self.entries} entries{late}"


def verify_trail(store: OfficeStore, *, most: int = 50) -> TrailResult:
    """Check every entry's number, hash and link, and all against the anchor.

    Args:
        store: The database.
        most: Faults that are told at most.
    """
    anchors = dict(store.anchors())
    faults = [f"anchor: line {-n} is not genuine" for n in anchors if n < 0]
    previous, count = GENESIS, 0
    for count, entry in enumerate(store.entries(), start=1):
        faults += _faults_of(entry, count, previous, anchors.pop(count, None))
        previous = entry.hash
        if len(faults) >= most:
            break
    else:
        lost = sorted(number for number in anchors if number > count)
        faults += [f"entry {number}: anchored, but gone from the log" for number in lost]
    anchored = max((n for n in store.anchors() if n > 0), default=0)
    return TrailResult(count, tuple(faults[:most]), max(0, count - anchored))


def _faults_of(entry: AuditEntry, number: int, previous: str, anchor: str | None) -> list[str]:
    found = []
    if entry.id != f"{number:012d}":
        found.append(f"entry {number}: expected number {number}, got {entry.id}")
    if entry.previous != previous:
        found.append(f"entry {number}: does not follow the entry before it")
    if entry.hash != entry.own_hash():
        found.append(f"entry {number}: its text was changed")
    if anchor is not None and anchor != entry.hash:
        found.append(f"entry {number}: differs from its anchor")
    return found
