"""What the application does by itself: jobs, options, answers to repeat, hooks, the audit log."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from jixiao.contracts.office.record import Record, found_by


@dataclass(frozen=True, slots=True, kw_only=True)
class Job(Record):
    """Long work: durable, with progress, done to its end once."""

    kind: str = found_by()
    """Name of the work, such as ``import`` or ``train``."""
    arguments: dict[str, Any]
    """What it needs; no names and no texts."""
    by: str = found_by()
    """Account id; empty for the clock."""
    created: datetime
    """When it was asked for."""
    state: Literal["waiting", "running", "done", "failed", "cancelled"] = found_by(
        default="waiting"
    )
    """Where it stands."""
    worker: str = ""
    """Process that works on it."""
    lease: datetime | None = None
    """Until when the worker is taken to be alive."""
    attempts: int = 0
    """How often it was begun."""
    stop: bool = False
    """Whether somebody asked to cancel it."""
    stage: str = ""
    """What is being done."""
    done: int = 0
    """Steps done of the stage."""
    total: int = 0
    """Steps of the stage; 0 where unknown."""
    result: dict[str, Any]
    """What came of it, or the error."""
    ended: datetime | None = None
    """When it ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload(Record):
    """A file somebody brought, checked but not taken in yet."""

    digest: str = found_by()
    """SHA-256 of its bytes; with the ending, the name it is kept under."""
    ending: str
    """Ending that says how it is read, such as ``.xlsx`` or ``.csv.gz``."""
    size: int
    """Bytes."""
    table: str = ""
    """Table it stands in for; empty until that is told or found."""
    by: str
    """Account id; empty for the clock."""
    at: datetime
    """When it came."""
    state: Literal["staged", "imported", "discarded"] = found_by(default="staged")
    """Where it stands."""
    job: str = ""
    """Id of the job that checks it or takes it in."""

    @property
    def file(self) -> str:
        """Path within the workspace."""
        return f"uploads/{self.digest[:32]}{self.ending}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option(Record):
    """A setting of the application; the id is its name."""

    value: dict[str, Any]
    """What it is set to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay(Record):
    """The answer to a request with an idempotency key; the id is a hash of account and key."""

    request: str
    """SHA-256 of method, path and body."""
    status: int
    """HTTP status; 0 while the first request is being answered."""
    body: str = ""
    """The answer."""
    at: datetime = found_by()
    """When."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hook(Record):
    """An address that is told when something happens."""

    url: str
    """Where to."""
    secret: str
    """What deliveries are signed with, sealed."""
    events: tuple[str, ...]
    """Actions that are told."""
    disabled: bool = False
    """Whether it is off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery(Record):
    """One event on its way to a hook."""

    hook: str = found_by()
    """Hook id."""
    event: str
    """Action."""
    body: str
    """JSON; pseudonyms only."""
    due: datetime = found_by()
    """When to try next."""
    tries: int = 0
    """How often it was tried."""
    state: Literal["waiting", "delivered", "given_up"] = found_by(default="waiting")
    """Where it stands."""
    status: int = 0
    """HTTP status of the last answer; 0 where there was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter(Record):
    """An e-mail on its way that says that something waits; it holds neither address nor text."""

    account: str = found_by()
    """Account id; the address is looked up when it is sent."""
    due: datetime = found_by()
    """When to try next."""
    tries: int = 0
    """How often it was tried."""
    state: Literal["waiting", "sent", "given_up"] = found_by(default="waiting")
    """Where it stands."""


GENESIS = "0" * 64
"""What the first entry names as the one before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry(Record):
    """One state change; the id is its number in 12 digits."""

    at: datetime
    """When."""
    actor: str = found_by()
    """Pseudonym of who did it; ``system`` or ``command line``."""
    action: str = found_by()
    """What, such as ``report.approve``."""
    kind: str
    """Kind of record."""
    object: str = found_by()
    """Id or pseudonym of the record."""
    detail: dict[str, Any]
    """What else must be known; hashes and pseudonyms, never names or texts."""
    previous: str
    """Hash of the entry before it."""
    hash: str
    """SHA-256 over everything above and the previous hash."""

    def own_hash(self) -> str:
        """Return the hash the entry should have, from every other field."""
        told = {
            "id": self.id,
            "at": self.at.isoformat(),
            "actor": self.actor,
            "action": self.action,
            "kind": self.kind,
            "object": self.object,
            "detail": self.detail,
            "previous": self.previous,
        }
        text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()
