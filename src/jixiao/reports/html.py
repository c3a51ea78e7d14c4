"""Reports and their index as self-contained HTML pages: no network, no script in a report.

The page's frame is a template with autoescape; sentences, evidence and charts come as parts that
are escaped already. Templates and style sheet are read and compiled once.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined, Template
from markupsafe import Markup

from jixiao.contracts import Language, Report
from jixiao.reports.formats import period_text, value_text
from jixiao.reports.frame import frame_of
from jixiao.reports.page_parts import PageParts
from jixiao.reports.words import words_of


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
    parts = PageParts(report, words)
    sections = [
        (section.id, section.title, Markup(parts.claims(section)), Markup(parts.charts(section)))
        for section in report.sections
    ]
    return _template("report.html").render(
        report=report,
        words=words,
        say=words.interface,
        sections=sections,
        frame=frame_of(report),
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


@lru_cache(maxsize=4)
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
    return Markup(_asset("report.css").replace("/* parts.css */\n", _asset("parts.css")))


def parts_style(within: str) -> str:
    """Return the style sheet of ``PageParts`` for a page of another application.

    Args:
        within: Selector of the element that holds them; nothing outside is touched.
    """
    return f"{within} {{\n{_asset('parts.css')}}}\n"


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
