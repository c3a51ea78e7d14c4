"""The reports room: facts, claims, outlines and rendering; it knows no model and reads no files.

``make_reports`` turns evidence into reports; ``render`` turns a report into a file of any format
and ``render_index`` many into a page of links; ``seal`` signs a file.
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
from jixiao.reports.about import CUSTOMERS, PEOPLE, About, about_of, kind_of
from jixiao.reports.changes import Change, changes_between, with_changes
from jixiao.reports.checking import gate_check
from jixiao.reports.drafts import answer_schema
from jixiao.reports.evidence import Evidence, comments_of, goals_of, indicators_of
from jixiao.reports.exports import FORMATS, Format, render
from jixiao.reports.facts import BUILDERS, View
from jixiao.reports.facts_actions import RATING_WORDS
from jixiao.reports.frame import Frame, frame_of, has_opinion, written_by_model
from jixiao.reports.gated import Ask, Checker, LlmWriter, Naming, Reply
from jixiao.reports.html import IndexRow, index_row, parts_style, render_html, render_index
from jixiao.reports.json import from_json, to_json
from jixiao.reports.judging import Check
from jixiao.reports.make import make_reports, refuse_hidden, report_id
from jixiao.reports.outline import Outline, packaged_outline, parse_outline
from jixiao.reports.own_outlines import read_outlines
from jixiao.reports.page_parts import PageParts
from jixiao.reports.pairs import Pair, pair_of
from jixiao.reports.prompting import first_messages
from jixiao.reports.seals import (
    Origin,
    Signer,
    Verdict,
    check_seal,
    content_hash_of,
    key_of_pem,
    seal,
)
from jixiao.reports.small_groups import SmallGroups
from jixiao.reports.words import words_of

__all__ = [
    "BUILDERS",
    "CUSTOMERS",
    "FORMATS",
    "PEOPLE",
    "RATING_WORDS",
    "About",
    "Ask",
    "Change",
    "Check",
    "Checker",
    "Evidence",
    "Format",
    "Frame",
    "IndexRow",
    "LlmWriter",
    "Naming",
    "Origin",
    "Outline",
    "PageParts",
    "Pair",
    "Reply",
    "Signer",
    "SmallGroups",
    "Verdict",
    "View",
    "about_of",
    "answer_schema",
    "changes_between",
    "check_seal",
    "comments_of",
    "content_hash_of",
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
    "first_messages",
    "frame_of",
    "from_json",
    "gate_check",
    "goals_of",
    "has_opinion",
    "index_row",
    "indicators_of",
    "key_of_pem",
    "kind_of",
    "make_reports",
    "packaged_outline",
    "pair_of",
    "parse_outline",
    "parts_style",
    "read_outlines",
    "refuse_hidden",
    "render",
    "render_html",
    "render_index",
    "report_id",
    "seal",
    "to_json",
    "with_changes",
    "words_of",
    "written_by_model",
]
