"""Makes reports: evidence in, one report per subject, level and language out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from jixiao.contracts import Comment, Fact, Language, Level, Report
from jixiao.core import Period, content_hash
from jixiao.core.seeds import rng
from jixiao.reports.about import CUSTOMERS as CUSTOMER_LEVELS
from jixiao.reports.about import PEOPLE, about_of, check_levels
from jixiao.reports.evidence import Evidence
from jixiao.reports.facts import BUILDERS, View
from jixiao.reports.facts_actions import action_comments
from jixiao.reports.facts_goals import goal_comments
from jixiao.reports.facts_topics import topic_comments
from jixiao.reports.figures import Figures
from jixiao.reports.formats import period_text
from jixiao.reports.gating import gated
from jixiao.reports.ledger import read_ledger
from jixiao.reports.outline import Outline, packaged_outline
from jixiao.reports.quotes import quoted
from jixiao.reports.slots import Scope
from jixiao.reports.spans import span
from jixiao.reports.words import words_of
from jixiao.reports.writer import OutlineWriter

ORGANISATION, CUSTOMERS = "organisation", "customers"
"""Subjects of the reports on everybody."""
_UNSAFE = re.compile(r"[^\w.-]+")


@dataclass(frozen=True)
class Material:
    """Facts and quotations of one subject, before any language is chosen."""

    view: View
    facts: tuple[Fact, ...]
    comments: tuple[Comment, ...]


def make_reports(
    evidence: Evidence,
    *,
    levels: Sequence[Level] | None = None,
    languages: Sequence[Language] | None = None,
    analyst: bool = False,
    seed: int = 0,
) -> Iterator[Report]:
    """Yield the reports of a run, subject by subject; memory stays flat.

    Args:
        evidence: What they lean on.
        levels: Whom to report on; what the records are about when None.
        languages: Languages of each report; those of the settings when None.
        analyst: Whether the reader may see a second opinion before a rating is stored.
        seed: Chooses among the ways of saying the same thing.

    Raises:
        ReportError: If the records say nothing on a level, or a setting does not fit them.
    """
    about = about_of(evidence)
    wanted = tuple(levels or about.usual)
    check_levels(about, wanted)
    people: Figures | None = None
    customers: Figures | None = None
    for level in wanted:
        if level in PEOPLE:
            figures = people = people or Figures(read_ledger(evidence))
        else:
            if customers is None:
                customers = Figures(read_ledger(evidence, about.reading), about)
            figures = customers
        for view in views(figures, level, analyst=analyst):
            yield from _reports(view, languages or evidence.report.languages, seed)


def refuse_hidden(evidence: Evidence, subject: str) -> None:
    """Refuse a product that was asked for by name where too few respondents stand behind it.

    Raises:
        ReportError: With the reason, where there is such a product and it may not be shown.
    """
    about = about_of(evidence)
    if about.product is None:
        return
    figures = Figures(read_ledger(evidence, about.reading), about)
    known = figures.ledger.periods
    period = evidence.period or (known[-1] if known else None)
    if subject in figures.ledger.groups(period) and not figures.is_shown(subject, period):
        figures.policy.require(0, place="--subject")


def views(figures: Figures, level: Level, *, analyst: bool) -> Iterator[View]:
    """Yield whom the reports of a level are about, each with the period they speak of."""
    ledger = figures.ledger
    wanted = ledger.evidence.period
    last = wanted or (ledger.periods[-1] if ledger.periods else None)
    if level == "organisation":
        yield View(figures, level, ORGANISATION, last, analyst)
    elif level == "customer":
        yield View(figures, level, CUSTOMERS, last, analyst)
    elif level == "product":  # the others are counted in the report on all customers
        for group in ledger.groups(last):
            if figures.is_shown(group, last):
                yield View(figures, level, group, last, analyst)
    elif level == "team":
        for group in ledger.groups(last):
            yield View(figures, level, group, last, analyst)
    elif ledger.has_subjects:
        for subject in sorted(ledger.by_subject):
            own = [record.period for record in ledger.by_subject[subject]]
            if wanted is None or wanted in own:
                yield View(figures, level, subject, wanted or own[-1], analyst)


def gather(view: View, outlines: Sequence[Outline]) -> Material:
    """Return the facts that the outlines' builders compute and the quotations about a subject."""
    facts: list[Fact] = []
    for name in dict.fromkeys(name for outline in outlines for name in outline.builders):
        facts += BUILDERS.get(name)(view)
    return Material(view, tuple(facts), tuple(_comments(view)))


def _comments(view: View) -> list[Comment]:
    found = action_comments(view)
    if view.level in CUSTOMER_LEVELS:
        found += topic_comments(view)
    if view.level == "employee":
        found += [*quoted(view.ledger, view.records), *goal_comments(view)]
    return found


def _reports(view: View, languages: Sequence[Language], seed: int) -> Iterator[Report]:
    own = view.ledger.evidence.outlines
    outlines = [
        own.get((view.level, language)) or packaged_outline(view.level, language)
        for language in languages
    ]
    gathered = gather(view, outlines)
    for outline in outlines:
        yield write(gathered, outline, seed=seed)


def write(material: Material, outline: Outline, *, seed: int) -> Report:
    """Return the report that an outline makes of the material."""
    view, words = material.view, words_of(outline.language)
    facts = {fact.id: fact for fact in material.facts}
    comments = {comment.id: comment for comment in material.comments}
    scope = Scope(facts, comments, words)
    writer = OutlineWriter(outline, words)
    draw = int(rng(seed, "reports", view.level, view.subject).integers(1 << 30))
    little = "data.too_little" in facts
    written = writer.sections(scope, draw=draw)
    sections, score = gated(written, material.facts, material.comments, language=outline.language)
    used = {name for section in sections for claim in section.claims for name in claim.comments}
    opinion = any(name.startswith("opinion.") for name in facts)
    return Report(
        id=report_id(view.level, view.subject, view.period),
        level=view.level,
        subject=view.subject,
        title=_title(outline, view),
        language=outline.language,
        period=span(view.period),
        too_little_data=little,
        highlights=() if little else writer.highlights(scope),
        sections=sections,
        facts=material.facts,
        comments=tuple(comment for comment in material.comments if comment.id in used),
        analyst_only=opinion and view.rated_is_missing,
        gate=score,
        provenance=_provenance(view, seed, opinion),
    )


def _title(outline: Outline, view: View) -> str:
    period = span(view.period)
    name = view.subject
    if view.is_whole:
        known = view.ledger.evidence.report.organisation
        name = known or words_of(outline.language).interface[view.subject]
    text = period_text(period, outline.language) if period else ""
    return outline.title.replace("{subject}", name).replace("{period}", text).strip()


def _provenance(view: View, seed: int, opinion: bool) -> dict[str, str]:
    evidence = view.ledger.evidence
    known = {**evidence.provenance, "seed": str(seed), "writer": "outline"}
    known.pop("model", None)
    if opinion and evidence.model:
        known["model"] = evidence.model
    return known


def report_id(level: Level, subject: str, period: Period | None) -> str:
    """Return a name that is safe for a file and differs for every level, subject and period.

    Examples:
        >>> report_id("employee", "E001", None)
        'employee-E001'
        >>> report_id("team", "Sales / East", None)
        'team-Sales_East-356b28d3'
    """
    plain = _UNSAFE.sub("_", subject).strip("._")[:60]
    if plain != subject:
        plain = f"{plain}-{content_hash([subject.encode()])[:8]}".lstrip("-")
    parts = [level, plain, period.label.replace("..", "_") if period else ""]
    return "-".join(part for part in parts if part)
