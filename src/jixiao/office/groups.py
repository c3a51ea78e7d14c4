"""Units whose figures may be shown, from the top down, so that no difference gives a few away.

A unit is shown when it has enough respondents and, among the units beside it, what is left of the
unit above has none or enough. Nothing below a unit that is not shown is shown. All of it asks the
one policy about small groups.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from jixiao.reports import SmallGroups

WHOLE = ""
"""Path of everybody together."""


def shown_groups(unit_of: Mapping[str, str], policy: SmallGroups) -> dict[str, frozenset[str]]:
    """Return the respondents of every unit that may be shown, the whole under ``WHOLE``.

    Args:
        unit_of: Path of the unit of each respondent; empty for somebody in none.
        policy: What may be shown.

    Examples:
        >>> units = {f"a{n}": "Firm/A" for n in range(6)} | {f"b{n}": "Firm/B" for n in range(3)}
        >>> sorted(shown_groups(units, SmallGroups()))
        ['', 'Firm']
    """
    members = _members(unit_of)
    if not policy.may_show(len(unit_of)):
        return {}
    shown = {WHOLE: frozenset(unit_of)}
    waiting = [WHOLE]
    while waiting:
        above = waiting.pop()
        below = {unit: members[unit] for unit in members if _parent(unit) == above}
        sizes = {unit: len(people) for unit, people in below.items()}
        hidden = policy.hidden(sizes, total=len(shown[above]))
        for unit in below.keys() - hidden:
            shown[unit] = frozenset(below[unit])
            waiting.append(unit)
    return shown


def finest(shown: Mapping[str, Collection[str]]) -> list[str]:
    """Return the shown units that have no shown unit below them; no two share anybody."""
    above = {_parent(unit) for unit in shown if unit != WHOLE}
    return sorted(unit for unit in shown if unit not in above)


def remainders(shown: Mapping[str, frozenset[str]]) -> list[frozenset[str]]:
    """Return who is left of each shown unit beside the shown ones below it; the whole left out."""
    left = dict(shown)
    for unit, people in shown.items():
        above = _parent(unit)
        if above is not None:
            left[above] = left[above] - people
    lowest = {*finest(shown), WHOLE}
    return [people for unit, people in left.items() if unit not in lowest and people]


def distinct(shown: Mapping[str, Collection[str]]) -> list[str]:
    """Return units by path, without those whose people are all of one below, or everybody."""
    sizes = {(_parent(unit), len(people)) for unit, people in shown.items() if unit != WHOLE}
    everybody = len(shown[WHOLE]) if WHOLE in shown else -1
    return sorted(
        unit
        for unit, people in shown.items()
        if unit == WHOLE or ((unit, len(people)) not in sizes and len(people) != everybody)
    )


def _parent(unit: str) -> str | None:
    return None if unit == WHOLE else unit.rpartition("/")[0]


def _members(unit_of: Mapping[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for person, unit in unit_of.items():
        at = unit
        while at:
            found[at].add(person)
            at = at.rpartition("/")[0]
    return found
