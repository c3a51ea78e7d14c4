"""The reports room: facts, claims, outlines and rendering; it knows no model and reads no files.

``make_reports`` turns evidence into reports; ``render_html``, ``render_index`` and ``to_json``
turn reports into pages and text.
"""

from jixiao.reports import (
    facts_confidential,
    facts_data,
    facts_group_data,
    facts_group_indicators,
    facts_group_opinion,
    facts_group_texts,
    facts_groups,
    facts_indicators,
    facts_opinion,
    facts_peers,
    facts_ratings,
    facts_units,
)
from jixiao.reports.checking import gate_check
from jixiao.reports.drafts import answer_schema
from jixiao.reports.evidence import Evidence, comments_of, indicators_of
from jixiao.reports.facts import BUILDERS, View
from jixiao.reports.gated import Ask, Check, Checker, LlmWriter, Naming, Reply
from jixiao.reports.html import IndexRow, index_row, render_html, render_index
from jixiao.reports.json import from_json, to_json
from jixiao.reports.make import make_reports, report_id
from jixiao.reports.outline import Outline, packaged_outline, parse_outline
from jixiao.reports.pairs import Pair, pair_of

__all__ = [
    "BUILDERS",
    "Ask",
    "Check",
    "Checker",
    "Evidence",
    "IndexRow",
    "LlmWriter",
    "Naming",
    "Outline",
    "Pair",
    "Reply",
    "View",
    "answer_schema",
    "comments_of",
    "facts_confidential",
    "facts_data",
    "facts_group_data",
    "facts_group_indicators",
    "facts_group_opinion",
    "facts_group_texts",
    "facts_groups",
    "facts_indicators",
    "facts_opinion",
    "facts_peers",
    "facts_ratings",
    "facts_units",
    "from_json",
    "gate_check",
    "index_row",
    "indicators_of",
    "make_reports",
    "packaged_outline",
    "pair_of",
    "parse_outline",
    "render_html",
    "render_index",
    "report_id",
    "to_json",
]
