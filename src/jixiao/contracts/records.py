"""Typed records of a report's way: facts and comments carry claims, claims make sections.

A **fact** is a value that code computed, with its formula and source rows. A **comment** is an
exact, masked piece of a source text. A **claim** is one sentence with the ids that carry it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from jixiao.contracts.schema import Frozen

Language = Literal["zh", "en"]
Level = Literal["employee", "team", "organisation", "customer", "product"]


class Span(Frozen):
    """A half-open period in ISO days: ``start`` is in it, ``end`` is not."""

    start: str
    """First day."""
    end: str
    """First day after it."""


class Fact(Frozen):
    """One computed value."""

    id: str
    """Stable id within a report, such as ``rating.change`` or ``f3``."""
    subject: str
    """Pseudonymous subject id, group path or ``organisation``."""
    measure: str
    """What was measured: ``rating``, an indicator's name, ``rating_change``…"""
    value: float | str | None
    """The value; None means that it could not be computed, and ``formula`` says why."""
    unit: str | None = None
    """Unit of the value; None for a bare number or a word."""
    period: Span | None = None
    """Period it speaks of."""
    base: str | None = None
    """What it is compared with: a fact id, ``target``, ``previous period`` or ``team``."""
    formula: str = ""
    """How it was computed, in words and symbols."""
    rows: tuple[int, ...] = ()
    """Rows of the checked table it was computed from, 0-based."""


class Comment(Frozen):
    """An exact piece of a masked source text."""

    id: str
    """Stable id within a report, such as ``c2``."""
    subject: str
    """Pseudonymous subject id."""
    text: str
    """The words, exactly as they stand in the masked source."""
    row: int
    """Row of the checked table."""
    column: str
    """Text column it comes from."""
    language: str
    """zh or en."""
    period: Span | None = None
    """Period of the source row."""


class Claim(Frozen):
    """One sentence and what carries it."""

    text: str
    """The sentence, in the report's language."""
    facts: tuple[str, ...] = ()
    """Ids of the facts it states."""
    comments: tuple[str, ...] = ()
    """Ids of the comments it quotes or leans on."""
    kind: Literal["statement", "strength", "growth", "opinion", "missing"] = "statement"
    """What the sentence does; ``missing`` says that there is too little data."""


class ChartSeries(Frozen):
    """One line or row of bars."""

    name: str
    """Legend."""
    values: tuple[float | None, ...]
    """One value per label; None leaves a gap."""
    facts: tuple[str, ...] = ()
    """Fact id behind each value, in the same order; empty where not kept."""
    role: Literal["value", "target", "peer"] = "value"
    """What the values are: the subject's own, the target, or what it is compared with."""


class Chart(Frozen):
    """A chart as data; renderers draw it and print its table beside it."""

    id: str
    """Stable id within a report."""
    kind: Literal["line", "bar", "distribution", "probability"]
    """How it is drawn."""
    title: str
    """Title in the report's language."""
    labels: tuple[str, ...]
    """Positions along the horizontal axis."""
    series: tuple[ChartSeries, ...]
    """What is drawn."""
    unit: str | None = None
    """Unit of the values."""
    minimum: float | None = None
    """Lower end of the axis; chosen from the data when None."""
    maximum: float | None = None
    """Upper end of the axis."""


class Highlight(Frozen):
    """One key figure at the head of a report."""

    label: str
    """What it is, in the report's language."""
    text: str
    """The figure as it is read."""
    note: str = ""
    """A few words beside it; may be empty."""
    tone: Literal["plain", "good", "bad"] = "plain"
    """Colour of the note; plain wherever the direction is not known."""
    facts: tuple[str, ...] = ()
    """Ids of the facts it states."""


class Section(Frozen):
    """A heading with claims and charts."""

    id: str
    """``summary``, ``rating``, ``indicators``, ``strengths``, ``growth``, ``opinion``, ``data``…"""
    title: str
    """Heading in the report's language."""
    claims: tuple[Claim, ...] = ()
    """Sentences in reading order."""
    charts: tuple[Chart, ...] = ()
    """Charts of the section."""


class RemovedClaim(Frozen):
    """A sentence that the gate took out of a report."""

    section: str
    """Section it stood in."""
    text: str
    """The sentence."""
    reasons: tuple[str, ...]
    """What was wrong: a type and the words, as in ``NUMBER 42``."""


class GateScore(Frozen):
    """What the gate found when it checked a report's sentences apart from their writer."""

    claims: int
    """Sentences that were written."""
    verified: int
    """Sentences that passed as they were written."""
    repaired: int = 0
    """Sentences that passed after one repair."""
    removed: tuple[RemovedClaim, ...] = ()
    """Sentences that failed twice and were taken out."""
    added: int = 0
    """Sentences on required facts that the writer had left out."""
    fell_back: bool = False
    """Whether the outline writer wrote the report instead, because the model's failed."""
    unanswered: bool = False
    """Whether the outline writer wrote it because the model gave no answer at all."""


class Report(Frozen):
    """Everything one report says, once; every format is a rendering of it."""

    id: str
    """Level, subject and period, safe as a file name; never a real name."""
    level: Level
    """Who it is about."""
    subject: str
    """Pseudonymous subject id, group path or ``organisation``."""
    title: str
    """Title in the report's language."""
    language: Language
    """Language of every sentence."""
    period: Span | None
    """Reviewed period."""
    too_little_data: bool = False
    """Whether the report says that a judgement is not possible."""
    highlights: tuple[Highlight, ...] = ()
    """Key figures at the head."""
    sections: tuple[Section, ...]
    """In reading order."""
    facts: tuple[Fact, ...]
    """All facts the sections lean on."""
    comments: tuple[Comment, ...] = ()
    """All comments the sections lean on."""
    analyst_only: bool = False
    """Whether it shows a second opinion that a manager must not see before judging."""
    gate: GateScore | None = None
    """The gate's score; None only while a report is being written."""
    provenance: dict[str, str] = Field(default_factory=dict)
    """Data hash, model id, versions, seed and writer."""
