"""Records of the web application, and the Protocol of the database that keeps them.

A **record** is a frozen dataclass; its fields are the columns of its table. Every change of
records is one **entry** of the audit log, written in the same transaction; **notes** (sessions,
who saw what, progress of jobs) are kept without one.
"""

from jixiao.contracts.office.kinds import NOTES, RECORDS
from jixiao.contracts.office.people import (
    Account,
    ApiKey,
    Attempt,
    Delegation,
    Notice,
    Partner,
    Person,
    Post,
    Recovery,
    Refusal,
    Role,
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
    PaperState,
    PaperText,
    Remark,
    Seed,
    Viewing,
)
from jixiao.contracts.office.store import (
    AnchorLine,
    AnchorWord,
    Changing,
    Entry,
    OfficeStore,
    Reading,
)
from jixiao.contracts.office.working import (
    GENESIS,
    AuditEntry,
    Delivery,
    Hook,
    Job,
    Letter,
    Option,
    Replay,
    Upload,
)

__all__ = [
    "GENESIS",
    "NOTES",
    "RECORDS",
    "Account",
    "AnchorLine",
    "AnchorWord",
    "ApiKey",
    "Approval",
    "Attempt",
    "AuditEntry",
    "Changing",
    "Contest",
    "Cycle",
    "Delegation",
    "Delivery",
    "Entry",
    "Form",
    "Hook",
    "Job",
    "Judgement",
    "Letter",
    "Notice",
    "OfficeStore",
    "Option",
    "Paper",
    "PaperState",
    "PaperText",
    "Partner",
    "Person",
    "Post",
    "Reading",
    "Record",
    "Recovery",
    "Refusal",
    "Remark",
    "Replay",
    "Role",
    "Seed",
    "Session",
    "Upload",
    "Viewing",
]
