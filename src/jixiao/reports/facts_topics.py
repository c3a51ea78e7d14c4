"""Facts about what comments speak of: each topic with its share and with how satisfied they are.

Topics come with the evidence, found in the texts themselves. Comments are quoted only where
enough respondents stand behind them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from jixiao.contracts import Comment, Fact
from jixiao.core import language_of
from jixiao.reports.facts import BUILDERS, View, difference
from jixiao.reports.intervals import share_distance
from jixiao.reports.quotes import judge, pieces
from jixiao.reports.satisfaction import Ends, Share, ends_of, level_of, share_of
from jixiao.reports.spans import span

MAX_TOPICS = 6
"""Most topics of one report."""
SHORTEST, USUAL, LONGEST = {"zh": 6, "en": 24}, {"zh": 24, "en": 80}, {"zh": 80, "en": 200}
"""Characters of a quotation."""
CANDIDATES = 60
"""Most pieces of about usual length whose words are looked at."""


@dataclass(frozen=True)
class Told:
    """One topic of one group.

    Attributes:
        key: Prefix of its facts: ``topic1``…
        name: Its words.
        rows: Rows of the texts that mention it, by respondent.
        own: How satisfied those are; None where nothing tells.
        rest: How satisfied the others with a comment are; None where they may not be shown.
    """

    key: str
    name: str
    rows: dict[str, list[int]]
    own: Share | None
    rest: Share | None

    @property
    def tone(self) -> str:
        """``praise`` or ``complaint`` where the difference is more than chance, else ``mixed``."""
        if self.own is None or self.rest is None:
            return "mixed"
        low, high = share_distance(self.own.pair, self.rest.pair)
        return "praise" if low > 0 else ("complaint" if high < 0 else "mixed")


def topics_told(view: View) -> list[Told]:
    """Return the topics that may be told of a group, most mentioned first."""
    figures, group, period = view.figures, view.group, view.period
    people = figures.respondents(group, period, "texts")
    if not figures.is_shown(group, period) or not figures.is_shown(group, period, "texts"):
        return []
    told = figures.topics(group, period)
    ends, rest_of = ends_of(view.ledger.evidence), people - figures.minimum
    ranked = sorted(told, key=lambda topic: (-len(told[topic]), topic))
    kept = [
        topic
        for topic in ranked
        if figures.is_shown(group, period, f"topic:{topic}")
        and (len(told[topic]) <= rest_of or len(told[topic]) == people)
    ]
    return [
        Told(f"topic{place}", topic, told[topic], *_shares(view, set(told[topic]), ends))
        for place, topic in enumerate(kept[:MAX_TOPICS], start=1)
    ]


def _shares(view: View, who: set[str], ends: Ends | None) -> tuple[Share | None, Share | None]:
    if ends is None:
        return None, None
    policy, values = view.figures.policy, view.ledger.values
    rated, texts = view.figures.rated(view.group, view.period), view.ledger.texts
    spoke = {
        subject: one
        for subject, one in rated.items()
        if any(record.row in texts for record in one.records)
    }
    own = share_of({s: one for s, one in spoke.items() if s in who}, ends, values)
    rest = share_of({s: one for s, one in spoke.items() if s not in who}, ends, values)
    shown = [share if share and policy.may_show(share.total) else None for share in (own, rest)]
    return shown[0], shown[1]


@BUILDERS.register("topics.v1")
def topic_facts(view: View) -> list[Fact]:
    """Return how many comments mention each topic and how satisfied their writers are."""
    people = view.figures.respondents(view.group, view.period, "texts")
    if not view.ledger.topics or not people or not view.figures.is_shown(view.group, view.period):
        return []
    told = topics_told(view)
    facts = [view.fact("topics.n", people, formula="count(respondents with a comment)")]
    if not view.figures.policy.may_quote(people):
        least = view.figures.policy.min_comments
        formula = "quoted comments need this many respondents"
        facts.append(view.fact("topics.unquoted", least, formula=formula))
    for one in told:
        facts += _one(view, one, people)
    return facts


def _one(view: View, told: Told, people: int) -> list[Fact]:
    key, count = told.key, len(told.rows)
    share, formula = 100 * count / people, f"100 × {key} ÷ topics.n"
    text = "count(respondents whose comments mention it)"
    facts = [
        view.fact(key, count, measure=told.name, formula=text),
        view.fact(f"{key}.share", share, measure=told.name, unit="%", formula=formula),
    ]
    if told.own is None or told.rest is None:
        return facts
    gap = difference(told.own.percent, told.rest.percent, "%")
    text = "100 × count(satisfied) ÷ count(respondents who mention it)"
    other = "100 × count(satisfied) ÷ count(respondents who do not mention it)"
    sign = "sign of the 95 % interval of topic.gap (Newcombe)"
    given: list[tuple[str, float | str, str | None, str]] = [
        ("satisfied", told.own.percent, "%", text),
        ("rest", told.rest.percent, "%", other),
        ("gap", gap, "pp", "topic.satisfied − topic.rest"),
        ("tone", told.tone, None, sign),
    ]
    return facts + [
        view.fact(f"{key}.{part}", value, measure=told.name, unit=unit, formula=said)
        for part, value, unit, said in given
    ]


def topic_comments(view: View) -> list[Comment]:
    """Return one quotation for each topic, where enough respondents stand behind it."""
    figures, policy = view.figures, view.figures.policy
    people = figures.respondents(view.group, view.period, "texts")
    if not view.ledger.topics or not policy.may_quote(people):
        return []
    found: list[Comment] = []
    for told in topics_told(view):
        taken = {comment.text for comment in found}
        if policy.may_quote(len(told.rows)):
            found += _quotation(view, told, taken)
    return found


def _quotation(view: View, told: Told, taken: set[str]) -> Iterator[Comment]:
    """Yield the piece that best shows how those who mention a topic feel about it."""
    ends, values = ends_of(view.ledger.evidence), view.ledger.values
    rated = view.figures.rated(view.group, view.period)
    found: list[tuple[int, int, str, int, str]] = []
    for subject, rows in told.rows.items():
        level = level_of(rated[subject], values) if subject in rated else None
        mind = 0 if ends is None or level is None or _agrees(told.tone, level, ends) else 1
        for text, row, column in _mentions(view, told.name, rows):
            language = language_of(text)
            if SHORTEST[language] <= len(text) <= LONGEST[language] and text not in taken:
                found.append((mind, abs(len(text) - USUAL[language]), text, row, column))
    near = sorted(found)[:CANDIDATES]
    if near:
        best = min(near, key=lambda one: (one[0], _speaks(told, one[2]), one))
        yield Comment(
            id=f"{told.key}.quote",
            subject=view.subject,
            text=best[2],
            row=best[3],
            column=best[4],
            language=language_of(best[2]),
            period=span(view.ledger.by_row[best[3]].period),
        )


def _speaks(told: Told, text: str) -> int:
    """Return 0 where the words of a piece say what the topic goes with, else 1."""
    wanted = {"praise": "strength", "complaint": "growth"}.get(told.tone)
    judged = judge(text)
    return int(wanted is not None and (judged is None or judged[0] != wanted))


def _agrees(tone: str, level: int, ends: Ends) -> bool:
    if tone == "complaint":
        return level not in ends.satisfied
    return tone == "mixed" or level in ends.satisfied


def _mentions(view: View, topic: str, rows: list[int]) -> Iterator[tuple[str, int, str]]:
    """Yield the pieces of texts that mention a topic, with their row and column."""
    for row in rows:
        words = {m.column: m.words for m in view.ledger.topics[row] if m.topic == topic}
        for text in view.ledger.texts.get(row, ()):
            spoken = words.get(text.column)
            for piece in pieces(text.text) if spoken else ():
                if spoken and spoken in piece:
                    yield piece, row, text.column
