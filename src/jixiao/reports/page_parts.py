"""The parts of a report's page that repeat: sentences with their evidence, and charts.

Written by hand because there are hundreds on a page; every text goes through ``escaped``.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from jixiao.contracts import Chart, Claim, Comment, Fact, Language, Report, Section
from jixiao.reports.chart_shapes import Texts, chart_texts
from jixiao.reports.charts import draw
from jixiao.reports.citations import (
    MAX_ROWS_SHOWN,
    base_text,
    comment_notes,
    fact_label,
    rows_text,
    when_and_how,
)
from jixiao.reports.escaping import escaped
from jixiao.reports.formats import number_text, value_text
from jixiao.reports.words import Words


class PageParts:
    """Writes the parts of one report; the row of a fact is written once, however often cited.

    Args:
        report: What is rendered.
        words: Words of its language.
        marks: A word that stands behind a sentence, by its text.
    """

    def __init__(
        self, report: Report, words: Words, *, marks: Mapping[str, str] | None = None
    ) -> None:
        self.words = words
        self.marks = marks or {}
        self.language = report.language
        self.facts: Mapping[str, Fact] = {fact.id: fact for fact in report.facts}
        self.comments: Mapping[str, Comment] = {c.id: c for c in report.comments}
        self._written: dict[str, str] = {}

    def claims(self, section: Section) -> str:
        """Return the list items of a section's sentences, each opening to its evidence."""
        return "".join([self._claim(claim) for claim in section.claims])

    def charts(self, section: Section) -> str:
        """Return the figures of a section's charts, each with its table."""
        return "".join([self._chart(chart) for chart in section.charts])

    def evidence(self, claim: Claim) -> str:
        """Return the quotations and the table of facts behind a sentence; empty without any."""
        behind = "".join([self._fact(name) for name in claim.facts if name in self.facts])
        quotes = "".join([self._comment(self.comments[name]) for name in claim.comments])
        table = f"<table>{behind}</table>" if behind else ""
        return f"{quotes}{table}"

    def _claim(self, claim: Claim) -> str:
        count = len(claim.facts) + len(claim.comments)
        if claim.text in self.marks:
            mark = f'<em class="mark">{escaped(self.marks[claim.text])}</em>'
            return f'<li class="{claim.kind} own"><p>{escaped(claim.text)} {mark}</p></li>'
        title = self.words.interface["show_evidence"]
        return (
            f'<li class="{claim.kind}"><details><summary><span>{escaped(claim.text)}</span>'
            f'<i title="{title}">{count}</i></summary>'
            f'<div class="evidence">{self.evidence(claim)}</div></details></li>'
        )

    def _fact(self, name: str) -> str:
        known = self._written.get(name)
        if known is None:
            known = self._written[name] = self._row(self.facts[name])
        return known

    def _row(self, fact: Fact) -> str:
        label = escaped(fact_label(fact, self.facts, self.words))
        period = fact.period
        start, end = (period.start, period.end) if period else ("", "")
        notes = _notes(start, end, fact.formula, self.language)
        if fact.base is not None:
            notes = f"{notes} · {escaped(base_text(fact.base, self.facts, self.words))}"
        if fact.rows:
            first = fact.rows[: MAX_ROWS_SHOWN + 1]
            notes = f"{notes} · {rows_text(first, len(fact.rows), self.language)}"
        value = fact.value
        if isinstance(value, float):
            said = _figure(value, fact.unit, self.language)
        else:
            said = escaped(value_text(fact, self.words))
        return (
            f"<tr><th>{label}</th><td>{said}</td><td>{notes}</td>"
            f"<td><code>{escaped(fact.id)}</code></td></tr>"
        )

    def _comment(self, comment: Comment) -> str:
        told = " · ".join(comment_notes(comment, self.words))
        return (
            f'<blockquote lang="{escaped(comment.language)}">{escaped(comment.text)}'
            f"<footer>{escaped(told)}</footer></blockquote>"
        )

    def _chart(self, chart: Chart) -> str:
        texts = chart_texts(chart, self.language)
        key = ""
        if len(chart.series) > 1:
            names = [f'<span class="{s.role}">{escaped(s.name)}</span>' for s in chart.series]
            key = f'<p class="legend">{"".join(names)}</p>'
        return (
            f"<figure><figcaption>{escaped(chart.title)}{key}</figcaption>"
            f"{draw(chart, self.language, texts)}{self._table(chart, texts)}</figure>"
        )

    def _table(self, chart: Chart, texts: Texts) -> str:
        names = "".join([f"<th>{escaped(series.name)}</th>" for series in chart.series])
        lines = [
            f"<tr><th>{escaped(label)}</th><td>{'</td><td>'.join(map(escaped, row))}</td></tr>"
            for label, row in zip(chart.labels, zip(*texts, strict=True), strict=True)
        ]
        return (
            f"<details><summary>{self.words.interface['chart_table']}</summary>"
            f"<table><tr><td></td>{names}</tr>{''.join(lines)}</table></details>"
        )


@lru_cache(maxsize=65536)
def _figure(value: float, unit: str | None, language: Language) -> str:
    """Return a number with its unit, escaped."""
    return escaped(number_text(value, unit, language))


@lru_cache(maxsize=8192)
def _notes(start: str, end: str, formula: str, language: Language) -> str:
    """Return period and formula of a fact, escaped."""
    return escaped(" · ".join(when_and_how(start, end, formula, language)))
