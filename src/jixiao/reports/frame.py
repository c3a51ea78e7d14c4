"""What stands around the sentences of a report in every format: labels, counts, origin."""

from __future__ import annotations

from dataclasses import dataclass

from jixiao.contracts import GateScore, Report
from jixiao.reports.formats import period_text
from jixiao.reports.words import Words, words_of

OUTLINE = "outline"
"""The writer that is no language model."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The words around a report's sections.

    Attributes:
        kicker: Level, period and kind of document.
        notices: What a reader must see first: that a language model wrote the text, that a model
            made the second opinion, that it is for analysts only. Empty where none is true.
        counts: Figures with what they count: facts, sentences, quotations, cited sentences.
        gate: The same of the gate; empty before it has run.
        removed: Sentences that the gate took out.
        has_ai: Whether a model wrote the text or made a second opinion in it.
        composed: How the text came about and what it is for.
        provenance: Writer, data hash, model, date and what else is known, each with its label.
    """

    kicker: tuple[str, ...]
    notices: tuple[str, ...]
    counts: tuple[tuple[str, str], ...]
    gate: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    has_ai: bool
    composed: str
    provenance: tuple[tuple[str, str], ...]


def frame_of(report: Report) -> Frame:
    """Return what stands around a report's sections, in its language."""
    words = words_of(report.language)
    say = words.interface
    period = (period_text(report.period, report.language),) if report.period else ()
    gate, opinion = report.gate, has_opinion(report)
    return Frame(
        kicker=(say[report.level], *period, say["report"]),
        notices=_notices(report, words, opinion=opinion),
        counts=_counts(report, words),
        gate=_gate(gate, words) if gate else (),
        removed=tuple(f"{r.text} ({words.separator.join(r.reasons)})" for r in gate.removed)
        if gate
        else (),
        has_ai=opinion or written_by_model(report),
        composed=say["ai_purpose" if written_by_model(report) else "composed"],
        provenance=_provenance(report, words),
    )


def written_by_model(report: Report) -> bool:
    """Return whether a language model wrote the sentences."""
    fell_back = report.gate is not None and report.gate.fell_back
    return report.provenance.get("writer", OUTLINE) != OUTLINE and not fell_back


def has_opinion(report: Report) -> bool:
    """Return whether a model's second opinion stands in the report."""
    return any(f.id != "opinion.status" for f in report.facts if f.id[:8] == "opinion.")


def _notices(report: Report, words: Words, *, opinion: bool) -> tuple[str, ...]:
    say, found = words.interface, []
    if written_by_model(report):
        found.append(say["ai_wrote_checked" if report.gate else "ai_wrote"])
    if report.gate is not None and report.gate.fell_back:
        found.append(say["unanswered" if report.gate.unanswered else "fell_back"])
    if opinion:
        found.append(say["ai_opinion"])
    if report.analyst_only:
        found.append(say["analyst_label"])
    return tuple(found)


def _counts(report: Report, words: Words) -> tuple[tuple[str, str], ...]:
    say = words.interface
    claims = cited = 0
    for section in report.sections:
        for claim in section.claims:
            claims += 1
            cited += bool(claim.facts or claim.comments)
    return (
        _counted(len(report.facts), say["of_facts"]),
        _counted(claims, say["of_claims"]),
        _counted(len(report.comments), say["of_quotes"]),
        (f"{cited}/{claims}", say["cited"]),
    )


def _counted(count: int, noun: str) -> tuple[str, str]:
    """Return a count with its noun; one and many are parted by ``|`` where they differ."""
    one, _, many = noun.partition("|")
    return str(count), one if count == 1 or not many else many


def _gate(gate: GateScore, words: Words) -> tuple[tuple[str, str], ...]:
    say = words.interface
    counted = (
        (gate.claims, "gate_claims"),
        (gate.verified, "gate_verified"),
        (gate.repaired, "gate_repaired"),
        (len(gate.removed), "gate_removed"),
        (gate.added, "gate_added"),
    )
    return tuple(_counted(n, say[key]) for n, key in counted if n or key != "gate_added")


def _provenance(report: Report, words: Words) -> tuple[tuple[str, str], ...]:
    say, known = words.interface, dict(report.provenance)
    writer = known.pop("writer", "")
    shown = [(say["writer"], say.get(f"writer_{writer}", writer))] if writer else []
    data, date = say["data_hash"], say["made"]
    labels = {"data": data, "data_hash": data, "date": date}
    labels |= {"model": say["model"], "seed": say["seed"]}
    return (*shown, *((labels.get(name, name), value) for name, value in sorted(known.items())))
