"""Every kind of record, and which of them are notes: kept without an entry in the audit log."""

from __future__ import annotations

from jixiao.contracts.office.people import (
    Account,
    ApiKey,
    Attempt,
    Delegation,
    KeyUse,
    Notice,
    Partner,
    Person,
    Post,
    Recovery,
    Refusal,
    Session,
)
from jixiao.contracts.office.record import Record
from jixiao.contracts.office.reviewing import (
    Approval,
    Contest,
    Cycle,
    Form,
    Judgement,
    Paper,
    PaperText,
    Remark,
    Seed,
    Viewing,
)
from jixiao.contracts.office.working import (
    AuditEntry,
    Delivery,
    Hook,
    Job,
    Letter,
    Option,
    Replay,
    Upload,
)

RECORDS: dict[str, type[Record]] = {
    "accounts": Account,
    "api_keys": ApiKey,
    "approvals": Approval,
    "attempts": Attempt,
    "audit_entries": AuditEntry,
    "contests": Contest,
    "cycles": Cycle,
    "delegations": Delegation,
    "deliveries": Delivery,
    "forms": Form,
    "hooks": Hook,
    "jobs": Job,
    "judgements": Judgement,
    "key_uses": KeyUse,
    "letters": Letter,
    "notices": Notice,
    "options": Option,
    "paper_texts": PaperText,
    "papers": Paper,
    "partners": Partner,
    "people": Person,
    "posts": Post,
    "recoveries": Recovery,
    "refusals": Refusal,
    "remarks": Remark,
    "replays": Replay,
    "seeds": Seed,
    "sessions": Session,
    "uploads": Upload,
    "viewings": Viewing,
}
"""Kinds by the name of their table."""

NOTES: frozenset[type[Record]] = frozenset(
    {Attempt, Delivery, Job, KeyUse, Letter, Replay, Session, Viewing}
)
"""Bookkeeping; a job's start and end are entries all the same."""
