"""Facts that place one person's rating beside the own team and the organisation.

A figure of others is only given when at least ``min_scores`` *other* people stand behind it and
the group's figures may be shown at all; otherwise a fact says that they are not.
"""

from __future__ import annotations

from jixiao.contracts import Fact
from jixiao.reports.facts import BUILDERS, View, difference, target_unit
from jixiao.reports.figures import Group
from jixiao.reports.statistics import mean, median


@BUILDERS.register("peers.v1")
def peer_facts(view: View) -> list[Fact]:
    """Return means and medians of team and organisation, and the distance of the own rating."""
    facts = []
    if view.group is not None:
        name = view.group
        facts.append(view.fact("team", name, formula="group of the last record of the period"))
        facts += _beside(view, "team", name)
    return [*facts, *_beside(view, "organisation", None)]


def _beside(view: View, name: str, group: Group) -> list[Fact]:
    rated = view.rated
    if rated is None or rated.value is None:
        return []
    numbers = view.figures.numbers(group, view.period)
    minimum = view.figures.minimum
    if len(numbers) - 1 < minimum or not view.figures.is_shown(group, view.period):
        formula = "figures of others need this many respondents, directly and by difference"
        return [view.fact(f"{name}.hidden", minimum, formula=formula)]
    average, unit = mean(numbers), target_unit(view)
    who = "people of the team" if name == "team" else "everybody"
    return [
        view.fact(f"{name}.mean", average, unit=unit, formula=f"mean(rating; {who})"),
        view.fact(f"{name}.median", median(numbers), unit=unit, formula=f"median(rating; {who})"),
        view.fact(f"{name}.n", len(numbers), formula=f"count({who} with a rating)"),
        view.fact(
            f"{name}.difference",
            difference(rated.value, average),
            unit=unit,
            base=f"{name}.mean",
            formula=f"rating.value − {name}.mean",
            rows=rated.rows,
        ),
    ]
