"""Facts about what reviews of a group speak of: themes counted over people, never quoted."""

from __future__ import annotations

from collections import defaultdict

from jixiao.contracts import Fact
from jixiao.reports.facts import BUILDERS, View
from jixiao.reports.quotes import language_of, lexicon, passages_of

MAX_THEMES = 4
"""Most themes of one kind."""


@BUILDERS.register("themes.v1")
def theme_facts(view: View) -> list[Fact]:
    """Return how many people's reviews speak of a theme as a strength or a growth point.

    Given only where texts about at least ``min_comments`` people are there; a theme needs
    ``min_scores`` of them.
    """
    texts = view.ledger.texts
    people = {record.subject for record in view.records if record.row in texts}
    least = view.ledger.evidence.privacy.min_comments
    shown = view.figures.is_shown(view.group, view.period)
    if not people or not shown:
        return []
    if len(people) < least:
        formula = "people with review texts are fewer than this"
        return [view.fact("themes.hidden", least, formula=formula)]
    told = _people_by_theme(view)
    facts = [view.fact("themes.people", len(people), formula="count(people with review texts)")]
    for kind in ("strength", "growth"):
        counts = {theme: len(who) for (own, theme), who in told.items() if own == kind}
        ranked = sorted(counts, key=lambda theme: (-counts[theme], theme))
        kept = [theme for theme in ranked if counts[theme] >= view.figures.minimum][:MAX_THEMES]
        for place, theme in enumerate(kept, start=1):
            formula = f"count(people whose reviews name {theme} as {kind})"
            key = f"{kind}theme{place}"
            facts.append(view.fact(key, counts[theme], measure=theme, formula=formula))
    return facts


def _people_by_theme(view: View) -> dict[tuple[str, str], set[str]]:
    told: dict[tuple[str, str], set[str]] = defaultdict(set)
    for record in view.records:
        for passage in passages_of(view.ledger, record.row):
            kind = "growth" if passage.kind == "action" else passage.kind
            for theme, pattern in lexicon(language_of(passage.text)).themes.items():
                if pattern.search(passage.text):
                    told[kind, theme].add(record.subject)
    return told
