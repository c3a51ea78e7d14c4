"""Facts about one person's indicators: against target, against the own past, and over time.

Where the contract does not say whether more is better, values and changes are stated and nothing
is judged.
"""

from __future__ import annotations

from jixiao.contracts import Fact
from jixiao.reports.facts import BUILDERS, View, difference
from jixiao.reports.facts_over_time import over_time
from jixiao.reports.figures import within
from jixiao.reports.formats import as_read
from jixiao.reports.indicators import Indicator, meaning, rows_of

MAX_INDICATORS = 12
"""Most indicators that one report tells about."""


@BUILDERS.register("indicators.v1")
def indicator_facts(view: View) -> list[Fact]:
    """Return the facts of every indicator with a figure in the reviewed period."""
    found = _own_indicators(view)
    facts = [fact for indicator in found for fact in _one(indicator)]
    return [*_overall(view, found), *facts] if found else []


def _own_indicators(view: View) -> list[Indicator]:
    found: list[Indicator] = []
    series = view.ledger.points.get(view.subject, {})
    for name in sorted(series):
        end = view.period.end if view.period else None
        known = [p for p in series[name] if not (end and p.period and p.period.end > end)]
        if known and within(known[-1].period, view.period) and len(found) < MAX_INDICATORS:
            unit, better = meaning(view, name)
            key = f"kpi{len(found) + 1}"
            found.append(Indicator(view, key, name, unit, better, known))
    return found


def _one(own: Indicator) -> list[Fact]:
    last = own.points[-1]
    formula = "last figure in the period"
    value = own.fact("", last.value, [last], unit=own.unit, formula=formula)
    return [value, *_against_target(own), *_against_past(own), *over_time(own, own.points)]


def verdict(value: float, target: float, sign: int) -> str:
    """Return ``met`` or ``missed``; the target itself is met."""
    return "met" if (value - target) * sign >= 0 else "missed"


def _against_target(own: Indicator) -> list[Fact]:
    last = own.points[-1]
    if last.target is None:
        return []
    gap, formula = difference(last.value, last.target, own.unit), "kpi − kpi.target"
    facts = [
        own.fact("target", last.target, [last], unit=own.unit),
        own.fact("gap", gap, [last], unit=own.unit, formula=formula),
    ]
    if last.target > 0 and own.unit != "%":
        read = as_read(last.value, own.unit) / as_read(last.target, own.unit)
        share, formula = 100 * read, "100 × kpi ÷ kpi.target"
        facts.append(own.fact("share", share, [last], unit="%", formula=formula))
    if own.sign:
        word = verdict(last.value, last.target, own.sign)
        formula = f"kpi {'≥' if own.sign > 0 else '≤'} kpi.target"
        facts.append(own.fact("met", word, [last], formula=formula))
        aim = "more" if own.sign > 0 else "less"
        facts.append(own.fact("aim", aim, [last], formula="direction in the contract"))
    return facts


def _against_past(own: Indicator) -> list[Fact]:
    if len(own.points) < 2:
        return []
    pair = own.points[-2:]
    before = pair[0].value
    change = difference(pair[1].value, before, own.unit)
    facts = [
        own.fact("previous", before, pair[:1], unit=own.unit),
        own.fact("change", change, pair, unit=own.unit, formula="kpi − kpi.previous"),
    ]
    if before > 0 and own.unit != "%":
        formula = "100 × kpi.change ÷ kpi.previous"
        share = 100 * change / as_read(before, own.unit)
        facts.append(own.fact("change_share", share, pair, unit="%", formula=formula))
    if own.sign:
        moved = change * own.sign
        word = "same" if moved == 0 else ("better" if moved > 0 else "worse")
        facts.append(own.fact("move", word, pair, formula="sign of kpi.change and direction"))
    return facts


def _overall(view: View, found: list[Indicator]) -> list[Fact]:
    facts = [view.fact("indicators.count", len(found), formula="count(indicators of the period)")]
    ends = {own.points[-1].period for own in found}
    if len(ends) == 1 and (only := ends.pop()) and only != view.period:
        formula = "last figure in the period"
        facts.append(view.fact("indicators.asof", only.label, period=only, formula=formula))
    judged = [own for own in found if own.sign and own.points[-1].target is not None]
    if judged:
        met = [own for own in judged if _relative(own) >= 0]
        rows = rows_of([own.points[-1] for own in judged])
        formula = "count(indicators with target and direction)"
        facts.append(view.fact("indicators.judged", len(judged), formula=formula, rows=rows))
        formula = "count(met)"
        facts.append(view.fact("indicators.met", len(met), formula=formula, rows=rows))
        share, formula = 100 * len(met) / len(judged), "100 × indicators.met ÷ indicators.judged"
        facts.append(view.fact("indicators.met_share", share, unit="%", formula=formula, rows=rows))
    return [*facts, *_extremes(view, judged)]


def _extremes(view: View, judged: list[Indicator]) -> list[Fact]:
    """Name the indicator farthest beyond its target and the one farthest from it."""
    facts = []
    ranked = sorted(judged, key=lambda own: (_relative(own), own.name))
    text = "(value − target) ÷ |target|, signed by direction"
    if len(ranked) > 1 and _relative(ranked[-1]) >= 0:
        best = ranked[-1]
        rows = rows_of(best.points[-1:])
        facts.append(view.fact("indicators.best", best.name, formula=f"largest {text}", rows=rows))
    if len(ranked) > 1 and _relative(ranked[0]) < 0:
        worst = ranked[0]
        rows = rows_of(worst.points[-1:])
        facts.append(
            view.fact("indicators.worst", worst.name, formula=f"smallest {text}", rows=rows)
        )
    return facts


def _relative(own: Indicator) -> float:
    last = own.points[-1]
    assert last.target is not None
    return (last.value - last.target) * own.sign / (abs(last.target) or 1.0)
