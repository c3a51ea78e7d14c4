"""Facts about the data behind one person's report: what is there, what is missing, is it enough."""

from __future__ import annotations

from jixiao.contracts import Fact
from jixiao.reports.facts import BUILDERS, View
from jixiao.reports.ledger import Text


def own_texts(view: View) -> list[Text]:
    """Return the subject's masked texts of the reviewed period, in table order."""
    texts = view.ledger.texts
    return [text for record in view.records for text in texts.get(record.row, ())]


@BUILDERS.register("data.v1")
def data_facts(view: View) -> list[Fact]:
    """Return counts of what is there and a fact for everything that is missing."""
    own, now = view.history, view.records
    rows = [record.row for record in own]
    raters = {record.rater for record in own if record.rater}
    periods = {record.period for record in own if record.period}
    texts = own_texts(view)
    facts = [
        view.fact("data.records", len(own), formula="count(records up to the period)", rows=rows),
        view.fact("data.current", len(now), rows=[record.row for record in now]),
        view.fact("data.needed", view.ledger.evidence.report.min_records, formula="setting"),
    ]
    if periods:
        facts.append(view.fact("data.periods", len(periods), formula="count(periods)", rows=rows))
    if raters:
        facts.append(view.fact("data.raters", len(raters), formula="count(raters)", rows=rows))
    if texts:
        text_rows = [text.row for text in texts]
        facts.append(view.fact("data.texts", len(texts), formula="count(texts)", rows=text_rows))
    return [*facts, *_missing(view, has_text=bool(texts)), *_too_little(view)]


def _missing(view: View, *, has_text: bool) -> list[Fact]:
    facts = []
    rated = view.rated
    if rated is None:
        facts.append(view.fact("missing.rating", 0, formula="count(ratings of the period)"))
    if view.ledger.texts and not has_text:
        facts.append(view.fact("missing.texts", 0, formula="count(texts of the period)"))
    if view.ledger.points and not view.figures.last_points(view.subject, view.period):
        facts.append(view.fact("missing.indicators", 0, formula="count(figures of the period)"))
    earlier = view.period and any(
        r.is_rated and r.period and r.period.end <= view.period.start for r in view.history
    )
    if view.ledger.before(view.period) and not earlier:
        facts.append(view.fact("missing.previous", 0, formula="count(ratings before the period)"))
    return facts


def _too_little(view: View) -> list[Fact]:
    needed = view.ledger.evidence.report.min_records
    few, unrated = len(view.history) < needed, view.rated is None
    if not few and not unrated:
        return []
    reason = "records" if few and not unrated else ("rating" if not few else "records and rating")
    formula = "data.records < data.needed, or no rating in the period"
    return [view.fact("data.too_little", reason, formula=formula)]
