"""Facts about satisfaction: share of the satisfied and net promoters, each with its interval."""

from __future__ import annotations

from jixiao.contracts import Fact
from jixiao.reports.facts import BUILDERS, View, difference
from jixiao.reports.facts_groups import rows_of
from jixiao.reports.intervals import net_promoters, share_distance, wilson
from jixiao.reports.satisfaction import (
    DETRACTORS,
    PROMOTERS,
    Ends,
    Share,
    ends_of,
    is_net_promoter,
    share_of,
)
from jixiao.reports.series import trend_of

MAX_HISTORY = 24
"""Most months or periods that are kept as facts and drawn."""


@BUILDERS.register("satisfaction.v1")
def satisfaction_facts(view: View) -> list[Fact]:
    """Return the share of the satisfied of a group, beside everybody and over time."""
    if not view.figures.is_shown(view.group, view.period):
        return []
    ends = ends_of(view.ledger.evidence)
    own = view.share(view.group, ends) if ends else None
    facts = _net_promoters(view)
    if ends is None or own is None:
        return facts
    rows = rows_of(view.figures.rated(view.group, view.period).values())
    low, high = (100 * end for end in wilson(*own.pair))
    formula, text = "100 × count(satisfied) ÷ csat.n", "Wilson interval of csat.share, 95 %"
    facts += [
        view.fact("csat.levels", ends.names, formula="levels that count as satisfied"),
        view.fact("csat.n", own.total, formula="count(respondents)", rows=rows),
        view.fact("csat.count", own.satisfied, formula="count(satisfied)", rows=rows),
        view.fact("csat.share", own.percent, unit="%", formula=formula, rows=rows),
        view.fact("csat.low", low, unit="%", formula=text),
        view.fact("csat.high", high, unit="%", formula=text),
    ]
    facts += _dissatisfied(view, ends, own)
    return [*facts, *_beside(view, ends, own), *_over_time(view, ends)]


def _dissatisfied(view: View, ends: Ends, own: Share) -> list[Fact]:
    counts = view.figures.level_counts(view.group, view.period)
    found = sum(counts[level] for level in ends.dissatisfied)
    if not ends.dissatisfied or own.satisfied + found == own.total:
        return []
    formula = "100 × count(dissatisfied) ÷ csat.n"
    return [view.fact("csat.against", 100 * found / own.total, unit="%", formula=formula)]


def _net_promoters(view: View) -> list[Fact]:
    if not is_net_promoter(view.ledger.evidence.contract):
        return []
    counts = view.figures.level_counts(view.group, view.period)
    total, up, down = sum(counts), sum(counts[PROMOTERS:]), sum(counts[: DETRACTORS + 1])
    net, low, high = net_promoters(up, down, total)
    text = "nps ± 1.96 × √((p + d − (p − d)²) ÷ nps.n)"
    return [
        view.fact("nps", net, formula="nps.promoters − nps.detractors"),
        view.fact("nps.low", low, formula=text),
        view.fact("nps.high", high, formula=text),
        view.fact("nps.n", total, formula="count(respondents)"),
        view.fact(
            "nps.promoters", 100 * up / total, unit="%", formula="100 × count(9, 10) ÷ nps.n"
        ),
        view.fact(
            "nps.detractors", 100 * down / total, unit="%", formula="100 × count(0…6) ÷ nps.n"
        ),
    ]


def _beside(view: View, ends: Ends, own: Share) -> list[Fact]:
    """Compare a product with everything else: those asked about others are separate people."""
    everybody = None if view.is_whole else view.share(None, ends)
    if everybody is None or not view.figures.is_shown(None, view.period):
        return []
    rest = Share(everybody.satisfied - own.satisfied, everybody.total - own.total)
    if not view.figures.policy.may_show(rest.total):
        return []
    low, high = share_distance(own.pair, rest.pair)
    word = "higher" if low > 0 else ("lower" if high < 0 else "alike")
    gap = difference(own.percent, rest.percent, "%")
    formula = "100 × count(satisfied with other products) ÷ csat.rest_n"
    text = "sign of the 95 % interval of csat.difference (Newcombe)"
    facts = [
        view.fact("csat.rest", rest.percent, unit="%", formula=formula),
        view.fact("csat.rest_n", rest.total, formula="count(respondents on other products)"),
        view.fact(
            "csat.difference", gap, unit="pp", base="csat.rest", formula="csat.share − csat.rest"
        ),
        view.fact("csat.verdict", word, formula=text),
    ]
    return facts + _place(view, ends, own)


def _place(view: View, ends: Ends, own: Share) -> list[Fact]:
    shares = [
        share.percent
        for group in view.ledger.groups(view.period)
        if view.figures.is_shown(group, view.period) and (share := view.share(group, ends))
    ]
    if len(shares) < 3:
        return []
    place = 1 + sum(share > own.percent for share in shares)
    formula = "1 + count(shown products with a larger csat.share)"
    tied = shares.count(own.percent) - 1
    text = "count(other shown products with the same csat.share)"
    facts = [view.fact("csat.tied", tied, formula=text)] if tied else []
    return [
        *facts,
        view.fact("csat.place", place, formula=formula),
        view.fact("csat.places", len(shares), formula="count(shown products)"),
    ]


def _over_time(view: View, ends: Ends) -> list[Fact]:
    figures = view.figures.monthly or view.figures
    spans = [p for p in figures.ledger.periods if view.period is None or p.end <= view.period.end]
    shown = [p for p in spans if figures.is_shown(view.group, p)]
    sizes = {str(place): len(figures.rated(view.group, p)) for place, p in enumerate(spans)}
    hidden = figures.policy.hidden(sizes, total=sum(sizes.values()))
    shown = [p for place, p in enumerate(spans) if p in shown and str(place) not in hidden]
    kept, values = shown[-MAX_HISTORY:], view.ledger.values
    found = [share_of(figures.rated(view.group, p), ends, values) for p in kept]
    shares = [share for share in found if share is not None]
    if len(shares) < 2:
        return []
    facts = [view.fact("csat.periods", len(shares), formula="count(shown periods)")]
    trend = trend_of([share.percent for share in shares])
    if trend:
        text = "Mann–Kendall test of csat.history, 5 %"
        facts.append(view.fact("csat.trend", trend.direction, formula=text))
        facts.append(view.fact("csat.slope", trend.slope, unit="pp", formula="Theil–Sen slope"))
    for place, (period, share) in enumerate(zip(kept, shares, strict=True), 1):
        name, text = f"csat.history{place}", "100 × count(satisfied) ÷ count(respondents)"
        facts.append(view.fact(name, share.percent, unit="%", period=period, formula=text))
    return facts
