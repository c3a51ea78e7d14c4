"""Facts about how the model's second opinion agrees with the stored ratings of a group.

Only people whose rating of the period is stored are counted, for every reader.
"""

from __future__ import annotations

from jixiao.contracts import Fact
from jixiao.reports.facts import BUILDERS, View
from jixiao.reports.facts_opinion import likely_range
from jixiao.reports.statistics import mean


@BUILDERS.register("group_opinion.v1")
def group_opinion_facts(view: View) -> list[Fact]:
    """Return the share of people whose likeliest level, or likely range, is the stored rating."""
    shown = view.figures.is_shown
    if not shown(view.group, view.period) or not shown(view.group, view.period, "opinions"):
        return []
    same = inside = count = 0
    for rated in view.figures.rated(view.group, view.period).values():
        opinions = [view.ledger.opinions.get(record.row) for record in rated.records]
        known = [
            o.probabilities for o in opinions if o and o.status == "scored" and o.probabilities
        ]
        if rated.level is None or not known:
            continue
        shares = [mean([one[i] for one in known]) for i in range(len(known[0]))]
        held = likely_range(shares)
        count += 1
        same += shares[rated.level] == max(shares)
        inside += held[0] <= rated.level <= held[-1]
    formula = "100 × count(people) ÷ opinion.n"
    return [
        view.fact("opinion.n", count, formula="count(people with a stored rating and an opinion)"),
        view.fact("opinion.same_share", 100 * same / count, unit="%", formula=formula),
        view.fact("opinion.inside_share", 100 * inside / count, unit="%", formula=formula),
    ]
