"""Facts about what reviews of a group speak of: themes counted over people, never quoted."""

from __future__ import annotations

from jixiao.contracts import Fact
from jixiao.reports.facts import BUILDERS, View

MAX_THEMES = 4
"""Most themes of one kind."""


@BUILDERS.register("themes.v1")
def theme_facts(view: View) -> list[Fact]:
    """Return how many people's reviews speak of a theme as a strength or a growth point.

    Given only where texts about at least ``min_comments`` people are there; a theme needs
    ``min_scores`` of them.
    """
    figures, group, period = view.figures, view.group, view.period
    people = figures.respondents(group, period, "texts")
    if not people or not figures.is_shown(group, period):
        return []
    if not figures.policy.may_quote(people):
        formula = "people with review texts are fewer than this"
        return [view.fact("themes.hidden", figures.policy.min_comments, formula=formula)]
    facts = [view.fact("themes.people", people, formula="count(people with review texts)")]
    told = figures.themes(group, period)
    for kind in ("strength", "growth"):
        counts = {theme: len(who) for (own, theme), who in told.items() if own == kind}
        kept = [
            theme
            for theme in sorted(counts, key=lambda theme: (-counts[theme], theme))
            if figures.is_shown(group, period, f"theme:{kind}/{theme}")
        ]
        for place, theme in enumerate(kept[:MAX_THEMES], start=1):
            formula = f"count(people whose reviews name {theme} as {kind})"
            key = f"{kind}theme{place}"
            facts.append(view.fact(key, counts[theme], measure=theme, formula=formula))
    return facts
