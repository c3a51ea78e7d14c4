"""Facts that compare the teams of an organisation, and the raters, without naming a rater."""

from __future__ import annotations

from collections import defaultdict

from jixiao.contracts import Fact
from jixiao.reports.facts import BUILDERS, View, target_unit
from jixiao.reports.statistics import mean, quantile

MAX_UNITS = 15
"""Most teams that one chart shows."""


@BUILDERS.register("units.v1")
def unit_facts(view: View) -> list[Fact]:
    """Return the mean of every team that may be shown, and how many may not."""
    groups = view.ledger.groups(view.period)
    if not groups or not view.figures.is_shown(None, view.period):
        return []
    means = {
        group: mean(numbers)
        for group in groups
        if view.figures.is_shown(group, view.period)
        and (numbers := view.figures.numbers(group, view.period))
    }
    facts = [
        view.fact("units.count", len(groups), formula="count(teams)"),
        view.fact("units.shown", len(means), formula="count(teams that may be shown)"),
    ]
    if len(means) < len(groups):
        hidden, formula = len(groups) - len(means), "units.count − units.shown"
        facts.append(view.fact("units.hidden", hidden, formula=formula))
        facts.append(view.fact("units.minimum", view.figures.minimum, formula="setting"))
    ranked = sorted(means, key=lambda group: (-means[group], group))
    if len(ranked) >= 2:
        facts += _ends(view, ranked, means)
    return facts + _each(view, ranked[:MAX_UNITS], means)


def _ends(view: View, ranked: list[str], means: dict[str, float]) -> list[Fact]:
    best, worst = ranked[0], ranked[-1]
    gap, unit = means[best] - means[worst], target_unit(view)
    if gap == 0:
        return []
    return [
        view.fact("units.highest", best, formula="largest mean of the shown teams"),
        view.fact("units.highest_mean", means[best], unit=unit, formula="mean(ratings)"),
        view.fact("units.lowest", worst, formula="smallest mean of the shown teams"),
        view.fact("units.lowest_mean", means[worst], unit=unit, formula="mean(ratings)"),
        view.fact("units.gap", gap, unit=unit, formula="units.highest_mean − units.lowest_mean"),
    ]


def _each(view: View, ranked: list[str], means: dict[str, float]) -> list[Fact]:
    overall, unit = mean(view.figures.numbers(None, view.period)), target_unit(view)
    facts = []
    for place, group in enumerate(ranked, start=1):
        count = len(view.figures.rated(group, view.period))
        key, away = f"unit{place}", means[group] - overall
        facts += [
            view.fact(key, means[group], measure=group, unit=unit, formula="mean(ratings)"),
            view.fact(f"unit_n{place}", count, measure=group, formula="count(rated)"),
            view.fact(f"unit_gap{place}", away, measure=group, base="rating.mean"),
        ]
    return facts


@BUILDERS.register("raters.v1")
def rater_facts(view: View) -> list[Fact]:
    """Return how far the raters' means lie apart: quartiles only, and only over enough raters."""
    if not view.figures.is_shown(view.group, view.period):
        return []
    given: dict[str, list[float]] = defaultdict(list)
    for record in view.records:
        if record.rater and record.value is not None:
            given[record.rater].append(record.value)
    if not given:
        return []
    minimum = view.figures.minimum
    means = [mean(values) for values in given.values() if len(values) >= minimum]
    if len(means) < minimum:
        formula = "raters with as many ratings are fewer than this"
        return [view.fact("raters.hidden", minimum, formula=formula)]
    low, high = quantile(means, 0.25), quantile(means, 0.75)
    formula = f"count(raters with at least {minimum} ratings)"
    return [
        view.fact("raters.n", len(means), formula=formula),
        view.fact("raters.lower", low, formula="first quartile of the raters' means"),
        view.fact("raters.upper", high, formula="third quartile of the raters' means"),
        view.fact("raters.range", high - low, formula="raters.upper − raters.lower"),
    ]
