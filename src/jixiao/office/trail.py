"""The audit log read and verified: every entry hashed with the one before, and anchored outside."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from jixiao.contracts.office import GENESIS, AnchorLine, AuditEntry, OfficeStore
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

    Args:
        store: The database.
        most: Faults that are told at most.
    """
    told = _Told.of(store.anchors())
    faults = [f"anchor: line {place} is not genuine" for place in told.forged]
    previous, count = GENESIS, 0
    for count, entry in enumerate(store.entries(), start=1):
        faults += _faults_of(entry, count, previous, told.right(count))
        previous = entry.hash
        if len(faults) >= most:
            break
    else:
        lost = sorted(number for number in told.kept if number > count)
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
