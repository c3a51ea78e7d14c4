"""Facts about the indicators of a team or of everybody: means, targets met, change and trend."""

from __future__ import annotations

from jixiao.contracts import Fact
from jixiao.core import Period
from jixiao.reports.facts import BUILDERS, View, difference
from jixiao.reports.facts_indicators import MAX_INDICATORS
from jixiao.reports.facts_over_time import over_time
from jixiao.reports.figures import Group
from jixiao.reports.indicators import Indicator, meaning
from jixiao.reports.ledger import Point
from jixiao.reports.statistics import mean


@BUILDERS.register("group_indicators.v1")
def group_indicator_facts(view: View) -> list[Fact]:
    """Return the facts of each indicator over the people of a group."""
    if not view.figures.is_shown(view.group, view.period):
        return []
    names = sorted({name for series in view.ledger.points.values() for name in series})
    facts: list[Fact] = []
    shares: dict[str, float] = {}
    place = hidden = 0
    for name in names:
        if not view.figures.points(view.group, view.period, name):
            continue
        if not view.figures.is_shown(view.group, view.period, f"points:{name}"):
            hidden += 1
            formula = "people with a figure, directly or by difference, are fewer than this"
            key, minimum = f"hiddenkpi{hidden}", view.figures.minimum
            facts.append(view.fact(key, minimum, measure=name, formula=formula))
        elif place < MAX_INDICATORS:
            place += 1
            unit, better = meaning(view, name)
            own = Indicator(view, f"kpi{place}", name, unit, better, [])
            facts += _one(own, shares)
    if place:
        facts.append(view.fact("indicators.count", place, formula="count(shown indicators)"))
    return [*facts, *_extremes(view, shares)]


def _one(own: Indicator, shares: dict[str, float]) -> list[Fact]:
    view = own.view
    points = list(view.figures.points(view.group, view.period, own.name).values())
    average = _point(points, view.period)
    value = own.fact("", average.value, [average], unit=own.unit, formula="mean(people)")
    facts = [value, own.fact("n", len(points), [average], formula="count(people)")]
    if own.sign:
        aim = "more" if own.sign > 0 else "less"
        facts.append(own.fact("aim", aim, [average], formula="direction in the contract"))
        facts += _met(own, points, shares)
    return facts + _past(own, average)


def _met(own: Indicator, points: list[Point], shares: dict[str, float]) -> list[Fact]:
    aimed = [(p.value - p.target) * own.sign >= 0 for p in points if p.target is not None]
    view = own.view
    if not view.figures.is_shown(view.group, view.period, f"targets:{own.name}"):
        return []
    share, last = 100 * sum(aimed) / len(aimed), _point(points, view.period)
    shares[own.name] = share
    formula = "100 × count(people who met their target) ÷ kpi.met_n"
    return [
        own.fact("met_share", share, [last], unit="%", formula=formula),
        own.fact("met_n", len(aimed), [last], formula="count(people with a target)"),
    ]


def _point(points: list[Point], period: Period | None) -> Point:
    return Point(period, mean([point.value for point in points]), None, None)


def _past(own: Indicator, last: Point) -> list[Fact]:
    view = own.view
    kept = [point for period in view.ledger.periods if (point := _mean_of(own, view.group, period))]
    if len(kept) < 2 or kept[-1].value != last.value:
        return []
    before = kept[-2]
    change, formula = difference(last.value, before.value, own.unit), "kpi − kpi.previous"
    return [
        own.fact("previous", before.value, [before], unit=own.unit),
        own.fact("change", change, [before, last], unit=own.unit, formula=formula),
        *over_time(own, kept),
    ]


def _mean_of(own: Indicator, group: Group, period: Period) -> Point | None:
    view = own.view
    if view.period and period.end > view.period.end:
        return None
    if not view.figures.is_shown(group, period, f"points:{own.name}"):
        return None
    return _point(list(view.figures.points(group, period, own.name).values()), period)


def _extremes(view: View, shares: dict[str, float]) -> list[Fact]:
    ranked = sorted(shares, key=lambda name: (-shares[name], name))
    if len(ranked) < 2 or shares[ranked[0]] == shares[ranked[-1]]:
        return []
    best, worst, formula = ranked[0], ranked[-1], "share of people who met their target"
    return [
        view.fact("indicators.best", best, formula=f"largest {formula}"),
        view.fact("indicators.best_share", shares[best], unit="%", formula=formula),
        view.fact("indicators.worst", worst, formula=f"smallest {formula}"),
        view.fact("indicators.worst_share", shares[worst], unit="%", formula=formula),
    ]
