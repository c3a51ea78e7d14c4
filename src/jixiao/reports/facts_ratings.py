"""Facts about one person's ratings: now, before, the raters' spread and the history."""

from __future__ import annotations

from jixiao.contracts import Fact, TaskKind
from jixiao.core import Period
from jixiao.reports.facts import BUILDERS, View, difference, rating_word, target_unit
from jixiao.reports.figures import Rated, rated_of
from jixiao.reports.ledger import Record
from jixiao.reports.series import trend_of
from jixiao.reports.statistics import deviation, mean

MAX_HISTORY = 12
"""Most periods of a history that are kept as facts and drawn."""


@BUILDERS.register("ratings.v1")
def rating_facts(view: View) -> list[Fact]:
    """Return the facts about a person's ratings; none about periods after the reviewed one."""
    rated = view.rated
    facts = _history(view)
    if rated is None:
        return facts
    return [*_current(view, rated), *_raters(view, rated), *_previous(view, rated), *facts]


def _current(view: View, rated: Rated) -> list[Fact]:
    unit, rows = target_unit(view), rated.rows
    several = len(rated.records) > 1
    formula = "mean(rating; records of the period)" if several else "rating as stored"
    facts = [view.fact("rating", rating_word(view, rated), unit=unit, formula=formula, rows=rows)]
    if rated.value is not None:
        facts.append(view.fact("rating.value", rated.value, unit=unit, formula=formula, rows=rows))
    if view.ledger.evidence.contract.task.kind is TaskKind.ORDINAL:
        count = len(view.ledger.levels)
        facts.append(view.fact("scale.levels", count, formula="count(levels of the scale)"))
        facts += scale_ends(view)
        if rated.level is not None:
            formula = "place of the level in the scale, lowest = 1"
            facts.append(view.fact("rating.position", rated.level + 1, formula=formula, rows=rows))
    return facts


def scale_ends(view: View) -> list[Fact]:
    """Return the numbers of the lowest and the highest level of a scale."""
    values = view.ledger.values
    if not values:
        return []
    is_plain = all(_is_number(level) for level in view.ledger.levels)
    kind, formula = "numbers" if is_plain else "words", "whether all levels are numbers"
    return [
        view.fact("scale.kind", kind, formula=formula),
        view.fact("scale.bottom", values[0], formula="number of the lowest level"),
        view.fact("scale.top", values[-1], formula="number of the highest level"),
    ]


def _is_number(level: str) -> bool:
    return level.replace(".", "", 1).isdigit()


def _raters(view: View, rated: Rated) -> list[Fact]:
    raters = {record.rater for record in rated.records if record.rater}
    facts = []
    if raters:
        formula = "count(distinct raters)"
        facts.append(view.fact("rating.raters", len(raters), formula=formula, rows=rated.rows))
    values = [record.value for record in rated.records if record.value is not None]
    if len(values) < 2 or len(raters) < 2:
        return facts
    low, high = _word(view, min(values)), _word(view, max(values))
    facts.append(view.fact("rating.lowest", low, formula="min(rating)", rows=rated.rows))
    facts.append(view.fact("rating.highest", high, formula="max(rating)", rows=rated.rows))
    distance = max(values) - min(values)
    facts.append(view.fact("rating.range", distance, formula="max − min", rows=rated.rows))
    spread = deviation(values)
    facts.append(view.fact("rating.spread", spread, formula="sample SD", rows=rated.rows))
    return facts


def _word(view: View, value: float) -> float | str:
    values = view.ledger.values
    return view.ledger.levels[values.index(value)] if value in values else value


def _previous(view: View, rated: Rated) -> list[Fact]:
    past = _by_period(view)
    earlier = [period for period in past if view.period and period.end <= view.period.start]
    if not earlier or rated.value is None:
        return []
    last = max(earlier, key=lambda period: (period.end, period.start))
    before = past[last]
    if before.value is None:
        return []
    unit, word = target_unit(view), rating_word(view, before)
    change = difference(rated.value, before.value)
    rows = (*before.rows, *rated.rows)
    steps = _steps(view, before, rated)
    return [
        *steps,
        view.fact("rating.previous", word, unit=unit, period=last, rows=before.rows),
        view.fact(
            "rating.change",
            change,
            unit=unit,
            base="rating.previous",
            formula="rating.value − rating.previous",
            rows=rows,
        ),
    ]


def _steps(view: View, before: Rated, rated: Rated) -> list[Fact]:
    if before.level is None or rated.level is None:
        return []
    steps, formula = rated.level - before.level, "place of the level − place of the previous one"
    rows = (*before.rows, *rated.rows)
    return [view.fact("rating.steps", steps, base="rating.previous", formula=formula, rows=rows)]


def _by_period(view: View) -> dict[Period, Rated]:
    own: dict[Period, list[Record]] = {}
    for record in view.history:
        if record.period is not None:
            own.setdefault(record.period, []).append(record)
    found = {period: rated_of(records) for period, records in own.items()}
    return {period: rated for period, rated in found.items() if rated and rated.value is not None}


def _history(view: View) -> list[Fact]:
    past = list(_by_period(view).items())[-MAX_HISTORY:]
    if len(past) < 2:
        return []
    unit = target_unit(view)
    rows = [row for _, rated in past for row in rated.rows]
    values = [rated.value for _, rated in past if rated.value is not None]
    facts = [
        view.fact("rating.periods", len(past), formula="count(rated periods)", rows=rows),
        view.fact("rating.mean", mean(values), unit=unit, formula="mean(periods)", rows=rows),
    ]
    trend = trend_of(values)
    if trend:
        formula = "Theil–Sen slope a rated period; direction by the Mann–Kendall test, 5 %"
        facts.append(view.fact("rating.slope", trend.slope, unit=unit, formula=formula, rows=rows))
        facts.append(view.fact("rating.trend", trend.direction, formula=formula, rows=rows))
    for place, (period, rated) in enumerate(past, start=1):
        facts.append(
            view.fact(
                f"rating.history{place}",
                rated.value,
                measure="rating",
                unit=unit,
                period=period,
                formula="mean(rating; records of the period)",
                rows=rated.rows,
            )
        )
    return facts
