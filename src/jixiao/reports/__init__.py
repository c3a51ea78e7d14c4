"""The reports room: facts, claims, outlines and rendering; it knows no model and reads no files.

``make_reports`` turns evidence into reports; ``render_html``, ``render_index`` and ``to_json``
turn reports into pages and text.
"""

from jixiao.reports import (
    facts_actions,
    facts_confidential,
    facts_data,
    facts_goals,
    facts_group_data,
    facts_group_indicators,
    facts_group_opinion,
    facts_group_texts,
    facts_groups,
    facts_indicators,
    facts_opinion,
    facts_peers,
    facts_ratings,
    facts_satisfaction,
    facts_segments,
    facts_topics,
    facts_units,
)
from jixiao.reports.about import CUSTOMERS, PEOPLE, About, about_of
from jixiao.reports.evidence import Evidence, comments_of, goals_of, indicators_of
from jixiao.reports.facts import BUILDERS, View
from jixiao.reports.facts_actions import RATING_WORDS
from jixiao.reports.html import IndexRow, index_row, render_html, render_index
from jixiao.reports.json import from_json, to_json
from jixiao.reports.make import make_reports, refuse_hidden, report_id
from jixiao.reports.outline import Outline, packaged_outline, parse_outline
from jixiao.reports.own_outlines import read_outlines
from jixiao.reports.small_groups import SmallGroups

__all__ = [
    "BUILDERS",
    "CUSTOMERS",
    "PEOPLE",
    "RATING_WORDS",
    "About",
    "Evidence",
    "IndexRow",
    "Outline",
    "SmallGroups",
    "View",
    "about_of",
    "comments_of",
    "facts_actions",
    "facts_confidential",
    "facts_data",
    "facts_goals",
    "facts_group_data",
    "facts_group_indicators",
    "facts_group_opinion",
    "facts_group_texts",
    "facts_groups",
    "facts_indicators",
    "facts_opinion",
    "facts_peers",
    "facts_ratings",
    "facts_satisfaction",
    "facts_segments",
    "facts_topics",
    "facts_units",
    "from_json",
    "goals_of",
    "index_row",
    "indicators_of",
    "make_reports",
    "packaged_outline",
    "parse_outline",
    "read_outlines",
    "refuse_hidden",
    "render_html",
    "render_index",
    "report_id",
    "to_json",
]
