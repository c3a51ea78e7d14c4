"""Facts about satisfaction by product, shop, class…: one partition of the answers per column.

A value is told only where the policy on small groups allows it, within its own column and beside
the values of the others.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jixiao.contracts import Fact
from jixiao.reports.facts import BUILDERS, View, difference
from jixiao.reports.figures import Rated
from jixiao.reports.intervals import are_uneven, share_distance, wilson
from jixiao.reports.satisfaction import Ends, Share, ends_of, share_of

MAX_SEGMENTS, MAX_VALUES = 4, 12
"""Most columns, and most values of each, that one report tells apart."""


@dataclass(frozen=True)
class Segment:
    """One column and the answers at each of its values.

    Attributes:
        name: Name of the column.
        answers: Value → respondents' answers; every value.
        shown: Value → share of the satisfied; those that may be told, most satisfied first.
    """

    name: str
    answers: dict[str, dict[str, Rated]]
    shown: dict[str, Share]


@BUILDERS.register("segments.v1")
def segment_facts(view: View) -> list[Fact]:
    """Return how satisfied the respondents at each value of each segment are."""
    ends = ends_of(view.ledger.evidence)
    if ends is None or not view.figures.is_shown(view.group, view.period):
        return []
    facts: list[Fact] = []
    place = 0
    for segment in segments_of(view, ends):
        if len(segment.shown) >= 2 and place < MAX_SEGMENTS:
            place += 1
            facts += _one(view, f"segment{place}", segment)
    return facts


def segments_of(view: View, ends: Ends) -> Iterator[Segment]:
    """Yield the segments of a group's answers, the product first."""
    about = view.figures.about
    names = [about.product, *about.segments] if about else []
    found = {name: _answers(view, name) for name in names if name}
    allowed = _allowed(view, found)
    for name, answers in found.items():
        shares = {
            value: share
            for value, own in answers.items()
            if value in allowed[name] and (share := share_of(own, ends, view.ledger.values))
        }
        ranked = sorted(shares, key=lambda value: (-shares[value].percent, value))
        yield Segment(name, answers, {value: shares[value] for value in ranked})


def _answers(view: View, column: str) -> dict[str, dict[str, Rated]]:
    """Return the respondents' answers at each value; each respondent has one value, the last."""
    values = view.figures.texts_of(column)
    found: dict[str, dict[str, Rated]] = {}
    for subject, rated in view.figures.rated(view.group, view.period).items():
        value = values.get(rated.rows[-1])
        if value:
            found.setdefault(value, {})[subject] = rated
    return found


def _allowed(view: View, found: dict[str, dict[str, dict[str, Rated]]]) -> dict[str, set[str]]:
    policy, total = view.figures.policy, len(view.figures.rated(view.group, view.period))
    allowed: dict[str, set[str]] = {}
    for name, answers in found.items():
        sizes = {value: len(own) for value, own in answers.items()}
        kept = set(sizes) - policy.hidden(sizes, total=total)
        allowed[name] = {
            value
            for value in kept
            if view.figures.is_shown(view.group, view.period, f"value:{name}/{value}")
        }
    groups = {
        f"{name}\x1f{value}": [rated.rows[-1] for rated in found[name][value].values()]
        for name, values in allowed.items()
        for value in values
    }
    for joint in policy.nested(groups):
        name, _, value = joint.partition("\x1f")
        allowed[name].discard(value)
    return allowed


def _one(view: View, key: str, segment: Segment) -> list[Fact]:
    shown, name = segment.shown, segment.name
    facts = [view.fact(key, len(shown), measure=name, formula="count(values that may be shown)")]
    hidden = len(segment.answers) - len(shown)
    if hidden:
        formula = "count(values) − count(values that may be shown)"
        facts.append(view.fact(f"{key}.hidden", hidden, measure=name, formula=formula))
        least = view.figures.minimum
        facts.append(view.fact(f"{key}.minimum", least, measure=name, formula="setting"))
    facts += _ends(view, key, segment)
    formula = "100 × count(satisfied) ÷ count(respondents)"
    for place, (value, share) in enumerate(list(shown.items())[:MAX_VALUES], start=1):
        part = f"{key}.share{place}"
        facts.append(view.fact(part, share.percent, measure=value, unit="%", formula=formula))
        part, text = f"{key}.n{place}", "count(respondents)"
        facts.append(view.fact(part, share.total, measure=value, formula=text))
    return facts


def _ends(view: View, key: str, segment: Segment) -> list[Fact]:
    shown = segment.shown
    best = min(shown, key=lambda value: (-wilson(*shown[value].pair)[0], value))
    worst = min(shown, key=lambda value: (wilson(*shown[value].pair)[1], value))
    high, low = shown[best], shown[worst]
    gap = difference(high.percent, low.percent, "%")
    if gap <= 0:
        return []
    pairs = [one.pair for one in shown.values()]
    sure = are_uneven(pairs) and share_distance(high.pair, low.pair)[0] > 0
    share = "100 × count(satisfied) ÷ count(respondents)"
    text = "chi-squared test over all values, and the 95 % interval of the distance (Newcombe)"
    given: list[tuple[str, float | str, str | None, str]] = [
        ("best", best, None, "largest lower end of the 95 % interval (Wilson)"),
        ("best_share", high.percent, "%", share),
        ("best_n", high.total, None, "count(respondents)"),
        ("worst", worst, None, "smallest upper end of the 95 % interval (Wilson)"),
        ("worst_share", low.percent, "%", share),
        ("worst_n", low.total, None, "count(respondents)"),
        ("gap", gap, "pp", "segment.best_share − segment.worst_share"),
        ("sure", "yes" if sure else "no", None, text),
    ]
    return [
        view.fact(f"{key}.{part}", value, measure=segment.name, unit=unit, formula=said)
        for part, value, unit, said in given
    ]


@BUILDERS.register("reasons.v1")
def reason_facts(view: View) -> list[Fact]:
    """Return the reasons that complaints name, where the settings say in which column."""
    column = view.ledger.evidence.report.reasons
    figures, group, period = view.figures, view.group, view.period
    if column is None or not figures.is_shown(group, period, f"given:{column}"):
        return []
    named = figures.given(column, group, period)
    total = sum(named.values())
    formula = f"count(respondents with a value of {column})"
    facts = [view.fact("reasons.n", total, measure=column, formula=formula)]
    ranked = sorted(named, key=lambda reason: (-named[reason], reason))
    kept = [
        r for r in ranked[:MAX_VALUES] if figures.is_shown(group, period, f"value:{column}/{r}")
    ]
    text = "100 × count(respondents with the reason) ÷ reasons.n"
    for place, reason in enumerate(kept, start=1):
        share = 100 * named[reason] / total
        facts.append(view.fact(f"reason{place}", share, measure=reason, unit="%", formula=text))
    return facts
