"""Reports and their index as self-contained HTML pages: no network, no script in a report.

The page's frame is a template with autoescape; sentences and their evidence are written here,
every text through ``escape``. Templates and style sheet are read and compiled once.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from jixiao.contracts import Chart, Claim, Comment, Fact, Language, Report, Section
from jixiao.reports.charts import Texts, chart_texts, draw
from jixiao.reports.escaping import escaped
from jixiao.reports.formats import period_text, value_text
from jixiao.reports.words import Words, words_of

MAX_ROWS_SHOWN = 12
"""Most source rows written out beside one fact."""


@dataclass(frozen=True, slots=True)
class IndexRow:
    """One line of the index page."""

    subject: str
    level: str
    team: str
    period: str
    rating: str
    too_little_data: bool
    href: str


def render_html(report: Report) -> str:
    """Return the report as one self-contained page."""
    words = words_of(report.language)
    cells = _Evidence(report, words)
    sections = [
        (section.id, section.title, Markup(cells.claims(section)), Markup(cells.charts(section)))
        for section in report.sections
    ]
    return _template("report.html").render(
        report=report,
        words=words,
        say=words.interface,
        sections=sections,
        period=period_text(report.period, report.language) if report.period else "",
        counts=_counts(report),
        provenance=_provenance(report, words),
        style=_style(),
        policy=_policy(""),
    )


def render_index(rows: Sequence[IndexRow], language: Language) -> str:
    """Return the page that links all reports of a run, with a table that can be searched."""
    words, script = words_of(language), _asset("index.js")
    return _template("index.html").render(
        rows=rows,
        words=words,
        say=words.interface,
        style=_style(),
        script=Markup(script),
        policy=_policy(script),
    )


def index_row(report: Report, href: str) -> IndexRow:
    """Return the index line of a report.

    Args:
        report: Any report.
        href: Where its page is, relative to the index.
    """
    words = words_of(report.language)
    facts = {fact.id: fact for fact in report.facts}
    rating = facts.get("rating") or facts.get("rating.mean")
    team = facts.get("team")
    return IndexRow(
        subject=report.title if report.level == "organisation" else report.subject,
        level=words.interface[report.level],
        team=str(team.value) if team else "",
        period=period_text(report.period, report.language) if report.period else "",
        rating=value_text(rating, words) if rating and not report.too_little_data else "",
        too_little_data=report.too_little_data,
        href=href,
    )


class _Evidence:
    """Writes sentences with the facts and quotations behind them, each fact once."""

    def __init__(self, report: Report, words: Words) -> None:
        self.words = words
        self.language = report.language
        self.facts: Mapping[str, Fact] = {fact.id: fact for fact in report.facts}
        self.comments: Mapping[str, Comment] = {c.id: c for c in report.comments}
        self._written: dict[str, str] = {}

    def claims(self, section: Section) -> str:
        return "".join([self._claim(claim) for claim in section.claims])

    def _claim(self, claim: Claim) -> str:
        behind = "".join([self._fact(name) for name in claim.facts if name in self.facts])
        quotes = "".join([self._comment(self.comments[name]) for name in claim.comments])
        count = len(claim.facts) + len(claim.comments)
        say = self.words.interface
        return (
            f'<li class="{claim.kind}"><details><summary><span>{escaped(claim.text)}</span>'
            f'<i title="{say["show_evidence"]}">{count}</i></summary>'
            f'<div class="evidence">{quotes}{f"<table>{behind}</table>" if behind else ""}</div>'
            "</details></li>"
        )

    def _fact(self, name: str) -> str:
        known = self._written.get(name)
        if known is None:
            known = self._written[name] = self._row(self.facts[name])
        return known

    def _row(self, fact: Fact) -> str:
        words = self.words
        label = words.label(fact.id)
        name = self._name(fact)
        label = f"{name} · {label}" if name else label
        when = period_text(fact.period, self.language) if fact.period else ""
        notes = [when, fact.formula, self._base(fact), self._rows(fact.rows)]
        told = " · ".join([note for note in notes if note])
        return (
            f"<tr><th>{escaped(label)}</th><td>{escaped(value_text(fact, words))}</td>"
            f"<td>{escaped(told)}</td><td><code>{escaped(fact.id)}</code></td></tr>"
        )

    def _name(self, fact: Fact) -> str:
        """Return whose value it is, where a page has several: an indicator, a team, a level."""
        key, last = fact.id.partition(".")[0], fact.id[-1]
        if key[-1].isdigit():
            return self.words.value(self.facts[key].measure)
        is_one_of_many = last.isdigit() and "history" not in fact.id
        return self.words.value(fact.measure) if is_one_of_many else ""

    def _base(self, fact: Fact) -> str:
        if fact.base is None:
            return ""
        words = self.words
        base = self.facts.get(fact.base)
        text = words.label(fact.base) if base else words.bases.get(fact.base, fact.base)
        value = f" {value_text(base, words)}" if base else ""
        return f"{words.interface['base']}{words.colon}{text}{value}"

    def _rows(self, rows: Sequence[int]) -> str:
        if not rows:
            return ""
        say = self.words.interface
        shown = ", ".join(map(str, rows[:MAX_ROWS_SHOWN]))
        more = f" … ({len(rows)})" if len(rows) > MAX_ROWS_SHOWN else ""
        return f"{say['rows']}{self.words.colon}{shown}{more}"

    def _comment(self, comment: Comment) -> str:
        say, colon = self.words.interface, self.words.colon
        when = period_text(comment.period, self.language) if comment.period else ""
        place = f"{say['column']}{colon}{comment.column}"
        notes = [when, place, f"{say['rows']}{colon}{comment.row}"]
        told = " · ".join([note for note in notes if note])
        return (
            f'<blockquote lang="{comment.language}">{escaped(comment.text)}'
            f"<footer>{escaped(told)}</footer></blockquote>"
        )

    def charts(self, section: Section) -> str:
        return "".join([self._chart(chart) for chart in section.charts])

    def _chart(self, chart: Chart) -> str:
        texts = chart_texts(chart, self.language)
        legend = "".join(
            f'<span class="{series.role}">{escaped(series.name)}</span>' for series in chart.series
        )
        key = f'<p class="legend">{legend}</p>' if len(chart.series) > 1 else ""
        return (
            f"<figure><figcaption>{escaped(chart.title)}{key}</figcaption>"
            f"{draw(chart, self.language, texts)}{self._table(chart, texts)}</figure>"
        )

    def _table(self, chart: Chart, texts: Texts) -> str:
        names = "".join([f"<th>{escaped(series.name)}</th>" for series in chart.series])
        lines = [
            f"<tr><th>{escaped(label)}</th><td>{'</td><td>'.join(row)}</td></tr>"
            for label, row in zip(chart.labels, zip(*texts, strict=True), strict=True)
        ]
        return (
            f"<details><summary>{self.words.interface['chart_table']}</summary>"
            f"<table><tr><td></td>{names}</tr>{''.join(lines)}</table></details>"
        )


def _counts(report: Report) -> dict[str, int]:
    claims = [claim for section in report.sections for claim in section.claims]
    cited = sum(1 for claim in claims if claim.facts or claim.comments)
    return {
        "facts": len(report.facts),
        "claims": len(claims),
        "cited": cited,
        "quotes": len(report.comments),
    }


def _provenance(report: Report, words: Words) -> list[tuple[str, str]]:
    say, known = words.interface, dict(report.provenance)
    shown = [(say["writer"], say["writer_outline"])] if known.pop("writer", "") == "outline" else []
    labels = {"data_hash": say["data_hash"], "model": say["model"], "date": say["made"]}
    return shown + [(labels.get(name, name), value) for name, value in sorted(known.items())]


def _policy(script: str) -> str:
    allowed = "".join(f"; {kind}-src '{_digest(text)}'" for kind, text in _inline(script))
    return f"default-src 'none'; base-uri 'none'; form-action 'none'{allowed}"


def _inline(script: str) -> list[tuple[str, str]]:
    parts = [("style", str(_style()))]
    return [*parts, ("script", script)] if script else parts


@lru_cache(maxsize=8)
def _digest(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"sha256-{digest}"


@lru_cache(maxsize=8)
def _asset(name: str) -> str:
    return files("jixiao.reports").joinpath("templates", name).read_text("utf-8")


@lru_cache(maxsize=1)
def _style() -> Markup:
    return Markup(_asset("report.css"))


@lru_cache(maxsize=8)
def _template(name: str) -> Template:
    environment = Environment(
        loader=FunctionLoader(_asset),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
