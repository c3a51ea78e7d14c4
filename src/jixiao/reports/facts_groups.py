"""Facts about the ratings of a team or of everybody: level, spread, bands, change and who moved.

Nothing is computed for a group whose figures must not be shown; one fact says so instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from jixiao.contracts import Fact, TaskKind
from jixiao.core import Period
from jixiao.reports.bands import in_bands
from jixiao.reports.facts import BUILDERS, View, difference, target_unit
from jixiao.reports.facts_ratings import MAX_HISTORY, scale_ends
from jixiao.reports.figures import Rated
from jixiao.reports.series import trend_of
from jixiao.reports.statistics import deviation, mean, median

MAX_NAMED = 3
"""Most subject ids named as those who moved most."""
MAX_CLASSES = 8
"""Most classes that are told apart."""


@BUILDERS.register("groups.v1")
def group_facts(view: View) -> list[Fact]:
    """Return the facts about the ratings of a group of people."""
    if not view.figures.is_shown(view.group, view.period):
        formula = "respondents, directly or by difference, are fewer than this"
        return [view.fact("rating.hidden", view.figures.minimum, formula=formula)]
    rated = view.figures.rated(view.group, view.period)
    rows = rows_of(rated.values())
    who = "rating.n" if view.ledger.has_subjects else "rating.answers"
    facts = [view.fact(who, len(rated), formula="count(rated)", rows=rows), *scale_ends(view)]
    if view.figures.numbers(view.group, view.period):
        facts += [*_centre(view, rows), *_past(view), *_beside_all(view)]
    return [*facts, *_bands(view), *_movers(view, rated)]


def rows_of(rated: Iterable[Rated]) -> tuple[int, ...]:
    """Return the rows behind several ratings, rising."""
    return tuple(sorted(row for one in rated for row in one.rows))


def _centre(view: View, rows: Sequence[int]) -> list[Fact]:
    numbers, unit = view.figures.numbers(view.group, view.period), target_unit(view)
    return [
        view.fact("rating.mean", mean(numbers), unit=unit, formula="mean(ratings)", rows=rows),
        view.fact("rating.median", median(numbers), unit=unit, formula="median", rows=rows),
        view.fact("rating.spread", deviation(numbers), formula="sample SD of people", rows=rows),
    ]


def _past(view: View) -> list[Fact]:
    shown = [
        period
        for period in view.ledger.periods
        if view.period
        and period.end <= view.period.end
        and view.figures.is_shown(view.group, period)
        and view.figures.numbers(view.group, period)
    ][-MAX_HISTORY:]
    if len(shown) < 2:
        return []
    means = [mean(view.figures.numbers(view.group, period)) for period in shown]
    unit = target_unit(view)
    facts = [view.fact("rating.periods", len(shown), formula="count(shown periods)")]
    if shown[-1] == view.period:
        facts += _change(view, shown[-2], means[-2], means[-1])
    trend = trend_of(means)
    if trend:
        formula = "Theil–Sen slope of the means a period; direction by the Mann–Kendall test, 5 %"
        facts.append(view.fact("rating.slope", trend.slope, unit=unit, formula=formula))
        facts.append(view.fact("rating.trend", trend.direction, formula=formula))
    for place, (period, value) in enumerate(zip(shown, means, strict=True), start=1):
        name, rows = (
            f"rating.history{place}",
            rows_of(view.figures.rated(view.group, period).values()),
        )
        common = {"measure": "rating_mean", "formula": "mean(ratings)"}
        facts.append(view.fact(name, value, unit=unit, period=period, rows=rows, **common))
    return facts


def _change(view: View, before: Period, old: float, new: float) -> list[Fact]:
    unit = target_unit(view)
    name, formula = "rating.previous_mean", "rating.mean − rating.previous_mean"
    return [
        view.fact(name, old, unit=unit, period=before, formula="mean(ratings)"),
        view.fact("rating.change", difference(new, old), unit=unit, base=name, formula=formula),
    ]


def _beside_all(view: View) -> list[Fact]:
    if view.level != "team" or not view.figures.is_shown(None, view.period):
        return []
    own = mean(view.figures.numbers(view.group, view.period))
    everybody, unit = view.figures.numbers(None, view.period), target_unit(view)
    average, base = mean(everybody), "organisation.mean"
    who = "n" if view.ledger.has_subjects else "answers"
    formula = "rating.mean − organisation.mean"
    return [
        view.fact(base, average, unit=unit, formula="mean(rating; everybody)"),
        view.fact(f"organisation.{who}", len(everybody), formula="count(everybody with a rating)"),
        view.fact(
            "organisation.difference",
            difference(own, average),
            unit=unit,
            base=base,
            formula=formula,
        ),
    ]


def _bands(view: View) -> list[Fact]:
    levels, minimum = view.ledger.levels, view.figures.minimum
    kind = view.ledger.evidence.contract.task.kind
    if kind is TaskKind.NUMBER or not levels:
        return []
    counts = view.figures.level_counts(view.group, view.period)
    if kind is not TaskKind.ORDINAL:
        bands = _classes(levels, counts, minimum) if view.is_whole else []
    else:
        bands = [
            (_band_name(levels, low, high), count) for low, high, count in _cells(view, counts)
        ]
    if len(bands) < 2:
        formula = "every band needs nobody or this many people"
        return [view.fact("rating.bands_hidden", minimum, formula=formula)]
    total, facts = sum(count for _, count in bands), []
    for place, (name, count) in enumerate(bands, start=1):
        facts.append(view.fact(f"rating.band{place}", count, measure=name, formula="count(people)"))
        share, formula = 100 * count / total, f"100 × rating.band{place} ÷ {total}"
        key = f"rating.bandshare{place}"
        facts.append(view.fact(key, share, measure=name, unit="%", formula=formula))
    largest = max(bands, key=lambda band: band[1])
    place = bands.index(largest) + 1
    facts.append(view.fact("rating.band_largest", largest[0], formula="band with most people"))
    share, formula = 100 * largest[1] / total, f"rating.bandshare{place}"
    return [*facts, view.fact("rating.band_largest_share", share, unit="%", formula=formula)]


def _cells(view: View, counts: Sequence[int]) -> list[tuple[int, int, int]]:
    if view.is_whole:
        parts = view.figures.shown_counts(view.period).values()
        return view.figures.policy.merged_bands(counts, [*parts])
    common = view.figures.bands(view.period)
    if view.group not in common.groups:
        return []
    cells = in_bands(counts, common.bands)
    return [(low, high, n) for (low, high), n in zip(common.bands, cells, strict=True)]


def _band_name(levels: Sequence[str], low: int, high: int) -> str:
    return levels[low] if low == high else f"{levels[low]}–{levels[high]}"


def _classes(levels: Sequence[str], counts: Sequence[int], minimum: int) -> list[tuple[str, int]]:
    ranked = sorted(range(len(levels)), key=lambda level: (-counts[level], level))
    kept = [level for level in ranked[:MAX_CLASSES] if counts[level] >= minimum]
    rest = sum(counts) - sum(counts[level] for level in kept)
    while 0 < rest < minimum and kept:
        rest += counts[kept.pop()]
    return [(levels[level], counts[level]) for level in kept] + ([("…", rest)] if rest else [])


def _movers(view: View, rated: dict[str, Rated]) -> list[Fact]:
    """Name, in a large enough team, whose rating moved by a level or more; no figures."""
    before = view.ledger.before(view.period)
    enough = view.figures.policy.may_quote(len(rated))
    if view.level != "team" or not enough or before is None or not view.ledger.has_subjects:
        return []
    earlier = view.figures.rated(None, before)
    moved = {
        subject: one.value - was.value
        for subject, one in rated.items()
        if (was := earlier.get(subject)) and one.value is not None and was.value is not None
    }
    facts = []
    for name, sign in (("movers.up", 1), ("movers.down", -1)):
        far = sorted(
            (s for s, v in moved.items() if v * sign >= 1), key=lambda s: (-moved[s] * sign, s)
        )
        if far:
            chosen = far[:MAX_NAMED]
            rows = rows_of([rated[subject] for subject in chosen])
            formula = f"largest {'rise' if sign > 0 else 'fall'} of a level or more"
            value = ", ".join(chosen)
            facts.append(view.fact(name, value, base="previous period", formula=formula, rows=rows))
    return facts
