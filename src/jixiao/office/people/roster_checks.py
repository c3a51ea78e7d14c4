"""What is wrong with a roster as a whole: gaps, double ids, unknown managers, circles."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from jixiao.contracts.office import Person
from jixiao.core import OfficeError
from jixiao.office.people.roster_rows import RosterRow, spoken

_FEW, _SHOWN = 3, 8


def managers_of(rows: Sequence[RosterRow], known: Iterable[Person]) -> dict[str, str]:
    """Return the subject id of each manager as the roster writes it: id, address or name.

    A name counts only where one person alone has it, written either way: ``Smith, Jo A.`` is
    ``Jo Smith``.

    Args:
        rows: The roster.
        known: People of earlier rosters.
    """
    people = {(row.key, row.email, row.name, spoken(row.name)) for row in rows if row.key}
    people |= {(one.key, one.email.casefold(), one.name, spoken(one.name)) for one in known}
    keys = {person[0] for person in people}
    found = {**_single(people, 2), **_single(people, 1), **{key: key for key in keys}}
    by_address, by_name = _single(people, 1), _single(people, 3)
    written = {row.manager for row in rows if row.manager}
    return {
        manager: key
        for manager in written
        if (
            key := found.get(manager)
            or by_address.get(manager.casefold())
            or by_name.get(spoken(manager))
        )
    }


def _single(people: Iterable[tuple[str, ...]], part: int) -> dict[str, str]:
    holders: dict[str, set[str]] = defaultdict(set)
    for person in people:
        holders[person[part]].add(person[0])
    return {word: min(keys) for word, keys in holders.items() if word and len(keys) == 1}


def faults_of(rows: Sequence[RosterRow], managers: Mapping[str, str]) -> list[OfficeError]:
    """Return everything that is wrong with a roster, in the order of its rows.

    What is wrong alike in many rows is told once.

    Args:
        rows: The roster.
        managers: Subject id by how a manager is written, as ``managers_of`` returns it.
    """
    found = [*_gaps(rows), *_doubles(rows), *_strangers(rows, managers), *_backwards(rows)]
    found += _circles(rows, managers)
    return _gathered(sorted(found, key=lambda one: one[0]))


def _gathered(faults: Iterable[tuple[int, OfficeError]]) -> list[OfficeError]:
    """Return faults of rows with those that say the same of more than three of them told once."""
    alike: dict[tuple[str, str, str], list[tuple[int, OfficeError]]] = defaultdict(list)
    for place, fault in faults:
        alike[fault.code, fault.expected, fault.got].append((place, fault))
    told: list[OfficeError] = []
    for (code, expected, got), those in alike.items():
        if len(those) <= _FEW:
            told += [fault for _, fault in those]
            continue
        shown = ", ".join(str(place) for place, _ in those[:_SHOWN])
        more = f" and {len(those) - _SHOWN} more" if len(those) > _SHOWN else ""
        told.append(
            OfficeError(
                code, f"rows {shown}{more}", expected=expected, got=got, hint=those[0][1].hint
            )
        )
    return told


def _gaps(rows: Sequence[RosterRow]) -> Iterator[tuple[int, OfficeError]]:
    for row in rows:
        empty = [name for name, cell in (("id", row.key), ("name", row.name)) if not cell]
        empty += ["unit"] if row.unit == "" else []
        if empty:
            yield (
                row.place,
                OfficeError(
                    "JX-E772",
                    f"row {row.place}",
                    expected=f"a value for {', '.join(empty)}",
                    got="an empty cell",
                ),
            )


def _doubles(rows: Sequence[RosterRow]) -> Iterator[tuple[int, OfficeError]]:
    posts = Counter((row.key, row.since) for row in rows if row.key)
    keys: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        keys[row.email].add(row.key)
    hint = "several rows of one person need a day each from which the post is held"
    for row in rows:
        if posts[row.key, row.since] > 1:
            yield row.place, _double(row, f"id {row.key} once", hint)
        if row.email and len(keys[row.email]) > 1:
            yield row.place, _double(row, "an address of this person alone", "")


def _double(row: RosterRow, expected: str, hint: str) -> OfficeError:
    return OfficeError(
        "JX-E773", f"row {row.place}", expected=expected, got="it more than once", hint=hint
    )


def _strangers(
    rows: Sequence[RosterRow], managers: Mapping[str, str]
) -> Iterator[tuple[int, OfficeError]]:
    for row in rows:
        if row.manager and row.manager not in managers:
            yield (
                row.place,
                OfficeError(
                    "JX-E774",
                    f"row {row.place}",
                    expected="a manager who is in the roster, by id, address or a name nobody"
                    " shares; an empty cell at the top",
                    got="nobody known",
                    hint="give such a manager a row of the roster too, or empty the cell",
                ),
            )


def _backwards(rows: Sequence[RosterRow]) -> Iterator[tuple[int, OfficeError]]:
    for row in rows:
        pairs = ((row.since, row.until), (row.joined, row.left))
        if any(start and end and end <= start for start, end in pairs):
            yield (
                row.place,
                OfficeError(
                    "JX-E776",
                    f"row {row.place}",
                    expected="an end that is not before its start",
                    got="an earlier day",
                ),
            )


def _circles(
    rows: Sequence[RosterRow], managers: Mapping[str, str]
) -> Iterator[tuple[int, OfficeError]]:
    """Yield one fault for each circle of people who report to one another."""
    last = {row.key: row for row in sorted(rows, key=_since) if row.left is None}
    above = {key: managers.get(row.manager or "") for key, row in last.items()}
    done: set[str] = set()
    for key in above:
        path: list[str] = []
        at: str | None = key
        while at is not None and at not in done:
            done.add(at)
            path.append(at)
            at = above.get(at)
        if at in path:
            circle = path[path.index(at) :]
            places = sorted(last[one].place for one in circle)
            yield places[0], _circle(places)


def _since(row: RosterRow) -> str:
    return row.since.isoformat() if row.since else "9999"


def _circle(places: Sequence[int]) -> OfficeError:
    shown = ", ".join(map(str, places[:20]))
    return OfficeError(
        "JX-E775",
        f"rows {shown}" if len(places) > 1 else f"row {shown}",
        expected="a line of managers that ends at the top",
        got=f"a circle of {len(places)}",
    )
