"""What people do: cycles, forms, own ratings, papers on their way, approvals and contests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from jixiao.contracts.office.record import Record, found_by, unique

PaperState = Literal["draft", "in_review", "approved", "released", "contested", "settled"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cycle(Record):
    """A round of reviews over one period."""

    name: str
    """How people call it."""
    period: str = found_by()
    """Reviewed period, such as ``2025Q4``."""
    start: date
    """First day of the period."""
    end: date
    """First day after it."""
    due: dict[str, str]
    """ISO day by which each kind of form is due."""
    threshold: int = 5
    """Fewest respondents behind a figure; frozen when the cycle opens."""
    threshold_comments: int = 10
    """Fewest respondents behind quoted comments; frozen when the cycle opens."""
    state: Literal["planned", "open", "closed"] = "planned"
    """Forms are filled while it is open."""
    closes: bool = False
    """Whether it closes by itself after the last of its days."""
    remind_days: int = 0
    """Days before a form's last day on which it is reminded of by itself; 0 for never."""
    closed: datetime | None = None
    """When it was closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Form(Record):
    """One person asked about another, or about himself or herself."""

    cycle: str = found_by()
    """Cycle id."""
    kind: Literal["self", "manager", "peer", "upward"]
    """In which part."""
    reviewer: str = found_by()
    """Person id of whoever is asked."""
    subject: str = found_by()
    """Person id of whoever it is about."""
    due: date
    """Last day."""
    answers: dict[str, Any]
    """Answers by question; empty until saved."""
    state: Literal["open", "saved", "sent", "lapsed"] = "open"
    """Sent forms count and are not changed; those not sent lapse when the cycle closes."""
    sent: datetime | None = None
    """When it was sent."""
    reminded: datetime | None = None
    """When a reminder was last given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement(Record):
    """A rating that a person gave, before and after seeing the second opinion."""

    subject: str = found_by()
    """Person id."""
    rater: str = found_by()
    """Account id."""
    period: str = found_by()
    """Reviewed period."""
    rating: str
    """Own rating, a level of the scale; never changed once the opinion was shown."""
    reason: str
    """Why, in own words."""
    at: datetime
    """When it was stored."""
    shown: datetime | None = None
    """When the second opinion was first shown; None until then."""
    opinion: dict[str, Any] | None = None
    """The second opinion as it was shown: level, probability, likely levels, model."""
    final: str | None = None
    """Rating after the second opinion; None where the own one stands."""
    override: str = ""
    """Why the final rating differs from the own one, or from the calibration meeting's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper(Record):
    """A report on its way from draft to settled."""

    name: str = unique()
    """Report id and language; safe as a file name."""
    report: str = found_by()
    """Report id: level, subject and period."""
    level: str = found_by()
    """employee, team, organisation, customer or product."""
    subject: str = found_by()
    """Subject id in the data, or path of the group."""
    person: str | None = found_by(default=None)
    """Person id where it is about somebody of the roster."""
    language: Literal["zh", "en"]
    """Language of its sentences."""
    period: str = found_by()
    """Reviewed period."""
    start: date
    """First day of the period."""
    end: date
    """First day after it."""
    state: PaperState = "draft"
    """Where it stands."""
    text: str = ""
    """SHA-256 of the text that stands now."""
    author: str = ""
    """Account that asked for it or wrote it last."""
    machine: bool = True
    """Whether no person has changed a sentence."""
    seeded: dict[str, Any] | None = None
    """Id of the planted fault that stands in it, to see whether it is caught; never released."""
    changed: datetime
    """When state or text changed last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperText(Record):
    """A text that a paper had; never changed."""

    paper: str = found_by()
    """Paper id."""
    hash: str = found_by()
    """SHA-256 of ``body`` and, where there is one, ``opinion``."""
    body: str
    """The report as JSON, exactly as it was shown."""
    opinion: str = ""
    """Sections with the second opinion as JSON, kept apart; empty where there is none."""
    by: str
    """Account id of whoever wrote it; empty for the writer of reports."""
    at: datetime
    """When."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Approval(Record):
    """A person's word for exactly one text."""

    paper: str = found_by()
    """Paper id."""
    text: str
    """SHA-256 of the text that was shown and approved."""
    approver: str = found_by()
    """Account id."""
    at: datetime
    """When."""
    seconds: float = 0.0
    """How long the text had been in front of the person."""
    void: datetime | None = None
    """When it stopped counting, as after an edit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest(Record):
    """A person's objection to a released report."""

    paper: str = found_by()
    """Paper id."""
    by: str = found_by()
    """Account id of whoever objects."""
    text: str
    """What is wrong, in own words."""
    at: datetime
    """When."""
    due: date
    """Last day for a decision."""
    state: Literal["open", "settled"] = "open"
    """Whether it is decided."""
    decider: str | None = None
    """Account id of whoever decided; not the approver."""
    outcome: Literal["", "stands", "changed", "withdrawn"] = ""
    """What was decided."""
    reply: str = ""
    """The reasons, as told to the person."""
    settled: datetime | None = None
    """When."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark(Record):
    """What the person a report is about says to it."""

    paper: str = found_by()
    """Paper id."""
    by: str = found_by()
    """Account id."""
    kind: Literal["acknowledged", "comment"]
    """Having read it, or a comment."""
    text: str = ""
    """The comment."""
    at: datetime
    """When."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewing(Record):
    """That an account saw a paper."""

    paper: str = found_by()
    """Paper id."""
    account: str = found_by()
    """Account id."""
    how: str
    """``page`` or the format of an export."""
    text: str
    """SHA-256 of the text that was shown."""
    at: datetime
    """When."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed(Record):
    """A wrong figure planted in a draft to see whether its reviewer finds it."""

    paper: str = found_by()
    """Paper id."""
    wrong: str
    """The sentence as it was planted."""
    right: str
    """The sentence as it was written."""
    planted: datetime
    """When."""
    outcome: Literal["", "caught", "missed", "dropped"] = ""
    """Whether it was found; empty while it stands, dropped where a new draft took its place."""
    reviewer: str | None = found_by(default=None)
    """Account id of whoever found or approved it."""
    ended: datetime | None = None
    """When it was found, approved or dropped."""
