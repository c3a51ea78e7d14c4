"""Units whose figures may be shown, from the top down, so that no difference gives a few away.

A unit is shown when it has enough respondents and, among the units beside it, what is left of the
unit above has none or enough. Nothing below a unit that is not shown is shown. All of it asks the
one policy about small groups.

Whoever knows some respondents one by one subtracts them: for such a viewer those count who are
left. A unit whose respondents the viewer may all see one by one hides nothing from that viewer.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping

from jixiao.office.insight import Insight
from jixiao.reports import SmallGroups

WHOLE = ""
"""Path of everybody together."""


def shown_groups(
    unit_of: Mapping[str, str], policy: SmallGroups, known: Collection[str] = ()
) -> dict[str, frozenset[str]]:
    """Return the respondents of every unit that may be shown, the whole under ``WHOLE``.

    Args:
        unit_of: Path of the unit of each respondent; empty for somebody in none.
        policy: What may be shown.
        known: Respondents whom the viewer can subtract, so that they do not count.

    Examples:
        >>> units = {f"a{n}": "Firm/A" for n in range(6)} | {f"b{n}": "Firm/B" for n in range(3)}
        >>> sorted(shown_groups(units, SmallGroups()))
        ['', 'Firm']
        >>> sorted(shown_groups(units, SmallGroups(), known=["b0", "b1", "b2"]))
        ['', 'Firm', 'Firm/A', 'Firm/B']
    """
    members = everybody_by_unit(unit_of)
    known = frozenset(known)
    left = {unit: len(people - known) for unit, people in members.items()}
    if not members or (left[WHOLE] > 0 and not policy.may_show(left[WHOLE])):
        return {}
    units_below: dict[str | None, list[str]] = defaultdict(list)
    for unit in members:
        units_below[_parent(unit)].append(unit)
    shown = {WHOLE: frozenset(unit_of)}
    waiting = [WHOLE]
    while waiting:
        above = waiting.pop()
        below = units_below[above]
        hidden = policy.hidden({one: left[one] for one in below if left[one]}, total=left[above])
        for unit in below:
            if unit not in hidden:
                shown[unit] = frozenset(members[unit])
                waiting.append(unit)
    return shown


def shown_to(
    shown: Mapping[str, frozenset[str]],
    unit_of: Mapping[str, str],
    policy: SmallGroups,
    insight: Insight,
) -> dict[str, frozenset[str]]:
    """Return the units that may be shown to a viewer, with their respondents.

    Those are the ones shown to anybody from which what the viewer knows takes too little away, so
    that viewers with the same rights are shown the same, and those that are open to the viewer.

    Args:
        shown: What may be shown to who knows nobody, by ``shown_groups``.
        unit_of: Path of the unit of each respondent.
        policy: What may be shown.
        insight: Whom the viewer knows.
    """
    if not insight.known and not insight.opened:
        return dict(shown)
    if unit_of.keys() <= insight.opened:
        return {unit: frozenset(people) for unit, people in everybody_by_unit(unit_of).items()}
    safe = shown_groups(unit_of, policy, insight.known)
    return {
        unit: frozenset(people)
        for unit, people in everybody_by_unit(unit_of).items()
        if people <= insight.opened or (unit in shown and unit in safe)
    }


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


def is_below(unit: str, above: str) -> bool:
    """Return whether a unit is the other one, or below it; all are below the whole."""
    return not above or unit == above or unit.startswith(above + "/")


def _parent(unit: str) -> str | None:
    return None if unit == WHOLE else unit.rpartition("/")[0]


def everybody_by_unit(unit_of: Mapping[str, str]) -> dict[str, set[str]]:
    """Return the respondents of every unit and of the whole, whatever may be shown."""
    found: dict[str, set[str]] = defaultdict(set)
    if unit_of:
        found[WHOLE] = set(unit_of)
    for person, unit in unit_of.items():
        at = unit
        while at:
            found[at].add(person)
            at = at.rpartition("/")[0]
    return found
