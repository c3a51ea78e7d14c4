"""Facts about an indicator over time: trend, season, one change of level, and a year before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from jixiao.contracts import Fact
from jixiao.core import Period
from jixiao.reports.facts import difference
from jixiao.reports.indicators import Indicator
from jixiao.reports.ledger import Point
from jixiao.reports.series import FEWEST, Season, change_of, season_of, trend_of

MAX_HISTORY = 12
"""Most figures of one indicator that are kept as facts and drawn."""
MAX_POINTS = 36
"""Most figures that a trend, season or change is looked for in."""


def over_time(own: Indicator, points: Sequence[Point]) -> list[Fact]:
    """Return what the figures up to the reviewed period do over time.

    Args:
        own: Whose figures.
        points: Oldest first, the last one in the reviewed period.
    """
    kept = list(points[-MAX_POINTS:])
    if len(kept) < 2:
        return []
    facts = [own.fact("points", len(kept), kept, formula="count(figures)")]
    if len(kept) < FEWEST:
        formula = "figures are fewer than a trend needs"
        facts.append(own.fact("few", FEWEST, kept, formula=formula))
    season, values = _season(kept)
    if season:
        facts += _season_facts(own, kept, season)
    return [*facts, *_course(own, kept, values), *_year(own, kept), *_history(own, kept)]


def _season(points: Sequence[Point]) -> tuple[Season | None, list[float]]:
    """Return the season and the figures without it."""
    values = [point.value for point in points]
    cycle = _cycle([point.period for point in points])
    if cycle is None:
        return None, values
    places = [(p.period.start.month - 1) // (12 // cycle) + 1 for p in points if p.period]
    season = season_of(values, places, cycle=cycle)
    if season is None:
        return None, values
    return season, [v - season.effects[place] for v, place in zip(values, places, strict=True)]


def _cycle(periods: Sequence[Period | None]) -> int | None:
    """Return how many of the periods make a year: 12 months or 4 quarters; None for others."""
    days = {(period.end - period.start).days if period else 0 for period in periods}
    if days <= {28, 29, 30, 31}:
        return 12
    return 4 if days <= {90, 91, 92} else None


def _season_facts(own: Indicator, kept: Sequence[Point], season: Season) -> list[Fact]:
    kind = "month" if len(season.effects) == 12 else "quarter"
    text = "median distance from the trend (Kruskal–Wallis test, 5 %)"
    return [
        own.fact("season_top", f"{kind}{season.top}", kept, formula=f"largest {text}"),
        own.fact("season_up", season.above, kept, unit=own.unit, formula=text),
        own.fact("season_low", f"{kind}{season.bottom}", kept, formula=f"smallest {text}"),
        own.fact("season_down", season.below, kept, unit=own.unit, formula=text),
    ]


def _course(own: Indicator, kept: Sequence[Point], values: Sequence[float]) -> list[Fact]:
    """Return a change of level where one explains the figures best, else their trend."""
    change, unit = change_of(values), own.unit
    if change:
        inside = kept[change.place : change.place + 1]
        text = "median of the figures, change by the Pettitt test, 5 %"
        word = "up" if change.after > change.before else "down"
        return [
            own.fact("shift", word, inside, formula="sign of kpi.shift_after − kpi.shift_before"),
            own.fact("shift_before", change.before, inside, unit=unit, formula=text),
            own.fact("shift_after", change.after, inside, unit=unit, formula=text),
        ]
    trend = trend_of(values)
    if trend is None:
        return []
    text = "Theil–Sen slope a period"
    facts = [own.fact("slope", trend.slope, kept, unit=unit, formula=text)]
    text += ", 95 % interval"
    facts.append(own.fact("low", trend.low, kept, unit=unit, formula=text))
    facts.append(own.fact("high", trend.high, kept, unit=unit, formula=text))
    text = "Mann–Kendall test, 5 %"
    return [*facts, own.fact("trend", trend.direction, kept, formula=text)]


def _year(own: Indicator, kept: Sequence[Point]) -> list[Fact]:
    """Compare with the same period a year before, where that is not the figure before."""
    last = kept[-1]
    if last.period is None:
        return []
    year = timedelta(days=365)
    before = [
        point
        for point in kept[:-2]
        if point.period
        and abs((last.period.end - point.period.end) - year).days <= 1
        and abs((last.period.start - point.period.start) - year).days <= 1
    ]
    if not before:
        return []
    pair, unit = [before[-1], last], own.unit
    change = difference(last.value, before[-1].value, unit)
    return [
        own.fact("year", before[-1].value, before[-1:], unit=unit),
        own.fact("year_change", change, pair, unit=unit, formula="kpi − kpi.year"),
    ]


def _history(own: Indicator, kept: Sequence[Point]) -> list[Fact]:
    facts = []
    for place, point in enumerate(kept[-MAX_HISTORY:], start=1):
        facts.append(own.fact(f"history{place}", point.value, [point], unit=own.unit))
        if point.target is not None:
            facts.append(own.fact(f"goal{place}", point.target, [point], unit=own.unit))
    return facts
