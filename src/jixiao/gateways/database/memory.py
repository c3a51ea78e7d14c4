"""What was read from the records, kept until records of its kinds change.

Triggers count the changes of every kind that is no note, whoever makes them and from whichever
process. A transaction looks at the counts once, within its own snapshot: what was made of other
states is never given out, and is let go at that look, so that nothing erased stays here.

One thing alone can be had without a transaction where the database says that nothing at all was
kept since the last look (``now``).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

from jixiao.contracts.office import NOTES, RECORDS, Record

MOST = 150_000
"""Records and other things that are kept at most; then it begins anew."""
COUNTED: dict[type[Record], str] = {
    kind: name for name, kind in RECORDS.items() if kind not in NOTES
}
"""Kinds whose changes are counted, and their tables."""
COUNTS = "change_counts"
"""Table of the counts."""


def counting_statements(dialect: str) -> list[str]:
    """Return the statements that make the triggers that count.

    Args:
        dialect: sqlite or postgresql.
    """
    made = []
    if dialect != "sqlite":
        made.append(
            "CREATE FUNCTION count_change() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            f" UPDATE {COUNTS} SET number = number + 1 WHERE name = TG_TABLE_NAME;"
            " RETURN NULL; END $$"
        )
    for table in COUNTED.values():
        for event in ("INSERT", "UPDATE", "DELETE"):
            begin = f"CREATE TRIGGER count_{table}_{event.lower()} AFTER {event} ON {table}"
            made.append(
                f"{begin} BEGIN UPDATE {COUNTS} SET number = number + 1 WHERE name = '{table}'; END"
                if dialect == "sqlite"
                else f"{begin} FOR EACH STATEMENT EXECUTE FUNCTION count_change()"
            )
    return made


@dataclass
class _State:
    """What is kept for one state of some kinds."""

    counts: tuple[int, ...]
    values: dict[Hashable, Any] = field(default_factory=dict)


class Memory:
    """What was read of the last state of the records that anybody has looked at."""

    def __init__(self) -> None:
        self._states: dict[tuple[type[Record], ...], _State] = {}
        self._weight = 0
        self._last: tuple[int, Recall] | None = None

    def at(self, counts: Mapping[str, int], stamp: int | None) -> Recall:
        """Return what is kept for these counts of changes, and let go of all that is older.

        Args:
            counts: Number of changes by table.
            stamp: The database's own number of everything kept, asked before the counts; None
                where it has none.
        """
        if self._weight > MOST:
            self._states, self._weight = {}, 0
        for kinds, state in list(self._states.items()):
            if state.counts != _counts(kinds, counts):
                self._states.pop(kinds, None)
        recall = Recall(self, counts)
        if stamp is not None:
            self._last = stamp, recall
        return recall

    def now(self, stamp: int | None) -> Recall | None:
        """Return what is kept where nothing was changed since the last look, else None.

        Args:
            stamp: The database's own number of everything kept; None where it has none.
        """
        last = self._last
        return last[1] if last is not None and last[0] == stamp else None

    def state(self, kinds: tuple[type[Record], ...], counts: Mapping[str, int]) -> _State:
        """Return what is kept for one state of some kinds."""
        wanted = _counts(kinds, counts)
        known = self._states.get(kinds)
        if known is None or known.counts != wanted:
            known = self._states[kinds] = _State(wanted)
        return known

    def grow(self, weight: int) -> None:
        """Hear that more is kept."""
        self._weight += weight


def _counts(kinds: tuple[type[Record], ...], counts: Mapping[str, int]) -> tuple[int, ...]:
    return tuple(counts[COUNTED[kind]] for kind in kinds)


class Recall:
    """What is kept, as one transaction may use it."""

    def __init__(self, memory: Memory, counts: Mapping[str, int]) -> None:
        self._memory, self._counts = memory, counts

    def known(self, kinds: tuple[type[Record], ...], name: Hashable) -> Any:
        """Return what was made under a name, None where nothing was."""
        return self._memory.state(kinds, self._counts).values.get(name)

    def get(self, kinds: tuple[type[Record], ...], name: Hashable, make: Callable[[], Any]) -> Any:
        """Return what was made under a name, and make it where nothing was.

        Args:
            kinds: Kinds of record it is made of.
            name: Names what is made, with everything it hangs on but the records.
            make: Makes it; what it raises is not kept.
        """
        values = self._memory.state(kinds, self._counts).values
        try:
            return values[name]
        except KeyError:
            made = make()
        values[name] = made
        self._memory.grow(len(made) + 1 if isinstance(made, tuple) else 1)
        return made
