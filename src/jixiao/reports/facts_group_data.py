"""Facts about the data behind a group's report: how many people and records, what is missing."""

from __future__ import annotations

from jixiao.contracts import Fact
from jixiao.reports.facts import BUILDERS, View


@BUILDERS.register("group_data.v1")
def group_data_facts(view: View) -> list[Fact]:
    """Return the counts behind a group's report, and whether it says too little."""
    if not view.figures.is_shown(view.group, view.period):
        formula = "the group, or what could be worked out from it, is too small to be shown"
        return [view.fact("data.too_little", "small group", formula=formula)]
    records = view.records
    facts = [view.fact("data.records", len(records), formula="count(records of the period)")]
    people = {record.subject for record in records}
    if view.ledger.has_subjects:
        known = view.figures.persons(view.period) if view.level == "customer" else len(people)
        facts.append(view.fact("data.people", known, formula="count(people)"))
    facts += _rated(view, len(people))
    raters = {record.rater for record in records if record.rater}
    if raters:
        facts.append(view.fact("data.raters", len(raters), formula="count(raters)"))
    counts = view.ledger.evidence.counts
    if view.level == "organisation" and counts is not None:
        for name, value in counts.to_json().items():
            facts.append(view.fact(f"data.{name}", value, formula=f"count({name} rows)"))
    return facts


def _rated(view: View, people: int) -> list[Fact]:
    rated = len(view.figures.rated(view.group, view.period))
    left = people - rated
    facts = [view.fact("data.rated", rated, formula="count(people with a rating)")]
    share, formula = 100 * rated / people, "100 × data.rated ÷ data.people"
    facts.append(view.fact("data.rated_share", share, unit="%", formula=formula))
    if left:
        facts.append(view.fact("missing.ratings", left, formula="data.people − data.rated"))
    return facts
