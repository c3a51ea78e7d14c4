"""What is kept for how long: a rule for each kind of record that grows old.

Audit entries have none: they are kept. Reports that were released, ratings and reports' texts go
together; a contested report stays until the objection is decided.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jixiao.contracts.office import (
    ApiKey,
    Approval,
    Attempt,
    Changing,
    Contest,
    Cycle,
    Delegation,
    Delivery,
    Form,
    Hook,
    Job,
    Judgement,
    KeyUse,
    Letter,
    Notice,
    Paper,
    PaperText,
    Person,
    Reading,
    Record,
    Recovery,
    Refusal,
    Remark,
    Replay,
    Seed,
    Session,
    Upload,
    Viewing,
)

_OF_PAPER: tuple[type[Record], ...] = (PaperText, Approval, Contest, Remark, Seed, Viewing)
"""What goes with a paper."""
_DRAFTS = ("draft", "in_review", "approved")
_DONE = ("released", "settled")


@dataclass(frozen=True)
class Rule:
    """How long one kind of record is kept.

    Attributes:
        name: Its name; the option is ``keep_NAME_days``.
        kind: Kind of record.
        old: Returns the conditions of those older than a moment, as ``Reading.find`` takes them;
            told also the files that data are read from.
    """

    name: str
    kind: type[Record]
    old: Callable[[Reading, datetime, Collection[str]], dict[str, Any]]

    @property
    def option(self) -> str:
        """Name of the option with the days."""
        return f"keep_{self.name}_days"


def remove_papers(change: Changing, papers: Iterable[Paper]) -> int:
    """Remove papers with their texts, approvals, objections and viewings; return how many records.

    Args:
        change: A change under way.
        papers: Which.
    """
    gone = list(papers)
    change.remove(*gone)
    ids = [one.id for one in gone]
    more = [record for kind in _OF_PAPER for record in change.find(kind, paper=ids)]
    change.remove(*more)
    return len(gone) + len(more)


def _at(field: str, **more: Any) -> Callable[..., dict[str, Any]]:
    return lambda _, before, __: {f"{field}__lt": before, **more}


def _delegations(_: Reading, before: datetime, __: Collection[str]) -> dict[str, Any]:
    return {"end__lt": before.date()}


def _deliveries(read: Reading, before: datetime, _: Collection[str]) -> dict[str, Any]:
    """All but the last of each hook, which says how far the hook has heard."""
    newest = (read.find(Delivery, hook=one.id, order="-id", limit=1) for one in read.find(Hook))
    last = {one.id for found in newest for one in found}
    old = read.find(Delivery, due__lt=before, state=["delivered", "given_up"])
    return {"id": [one.id for one in old if one.id not in last]}


def _forms(read: Reading, before: datetime, _: Collection[str]) -> dict[str, Any]:
    closed = read.find(Cycle, state="closed", closed__lt=before)
    return {"cycle": [one.id for one in closed]}


def _notices(read: Reading, before: datetime, _: Collection[str]) -> dict[str, Any]:
    """Those of people who have left: nobody who is here becomes somebody who was not told."""
    return {"person": [one.id for one in read.find(Person, left__lt=before.date())]}


def _uploads(read: Reading, before: datetime, used: Collection[str]) -> dict[str, Any]:
    """All but those that data are read from."""
    old = read.find(Upload, at__lt=before)
    return {"id": [one.id for one in old if one.file not in used]}


RULES: tuple[Rule, ...] = (
    Rule("reports", Paper, _at("changed", state=_DONE)),
    Rule("drafts", Paper, _at("changed", state=_DRAFTS)),
    Rule("judgements", Judgement, _at("at")),
    Rule("forms", Form, _forms),
    Rule("viewings", Viewing, _at("at")),
    Rule("notices", Notice, _notices),
    Rule("refusals", Refusal, _at("ended")),
    Rule("delegations", Delegation, _delegations),
    Rule("uploads", Upload, _uploads),
    Rule("jobs", Job, _at("ended")),
    Rule("deliveries", Delivery, _deliveries),
    Rule("letters", Letter, _at("due", state=("sent", "given_up"))),
    Rule("sessions", Session, _at("expires")),
    Rule("attempts", Attempt, _at("at")),
    Rule("keys", ApiKey, _at("expires")),
    Rule("key_uses", KeyUse, _at("at")),
    Rule("recoveries", Recovery, _at("expires")),
    Rule("replays", Replay, _at("at")),
)
"""Every rule, what is about people first."""
