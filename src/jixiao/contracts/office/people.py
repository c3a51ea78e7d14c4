"""Who there is: people and their posts over time, accounts and their rights, notices, refusals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from jixiao.contracts.office.record import Record, found_by, unique

Role = Literal["administrator", "analyst", "manager", "employee", "auditor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Record):
    """Somebody of the roster."""

    key: str = unique()
    """Subject id in the data."""
    name: str
    """As the organisation writes it; empty once erased."""
    email: str = ""
    """Empty where unknown."""
    pseudonym: str = unique()
    """Stands for the person in the audit log; tells nothing once the person is erased."""
    joined: date | None = None
    """First day at the organisation."""
    left: date | None = None
    """First day no longer there."""
    erased: bool = False
    """Whether name, address and texts have been removed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post(Record):
    """Where a person stood in the organisation, and under whom, from one day to another."""

    person: str = found_by()
    """Person id."""
    unit: str = found_by()
    """Path of the unit, such as ``Operations/Assembly``."""
    manager: str | None = found_by(default=None)
    """Person id of the direct manager; None at the top."""
    title: str = ""
    """Job title."""
    start: date
    """First day."""
    end: date | None = None
    """First day after it; None while it lasts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account(Record):
    """A way to sign in."""

    login: str = unique()
    """What is typed at sign-in, in lower case."""
    person: str | None = found_by(default=None)
    """Person id; None for an account that is nobody of the roster."""
    roles: tuple[Role, ...]
    """What the account may do."""
    password: str = ""
    """Argon2id hash; empty when only another sign-in works."""
    totp: str = ""
    """Secret of the second factor, sealed; empty when there is none."""
    totp_last: int = 0
    """Time step of the last code that was taken, so that none works twice."""
    codes: tuple[str, ...] = ()
    """Hashes of unused recovery codes."""
    oidc: str = found_by(default="")
    """Hash of issuer and subject at the provider of sign-ins; empty when there is none."""
    language: Literal["zh", "en"] = "en"
    """Language of the pages."""
    disabled: bool = False
    """Whether sign-in is closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Record):
    """A browser that is signed in; the id is the hash of what its cookie holds."""

    account: str = found_by()
    """Account id."""
    csrf: str
    """What forms must send back."""
    created: datetime
    """When it began."""
    seen: datetime
    """Last request, to the minute."""
    expires: datetime
    """When it ends at the latest."""
    second: bool = False
    """Whether the second factor was shown, where one is needed."""
    strong: bool = False
    """Whether the provider of sign-ins vouched for a second factor of its own."""
    how: Literal["password", "oidc"] = "password"
    """How it was opened."""
    browser: str = ""
    """Kind of browser and system, such as ``Firefox · Windows``; empty where unknown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt(Record):
    """A guess at a password or code; taken back when it was right."""

    who: str = found_by()
    """Keyed hash of what it counts against: a device, a login at a network, or a network."""
    at: datetime
    """When."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery(Record):
    """A link that sets a new password once; the id is the hash of the secret in it."""

    account: str = found_by()
    """Account id."""
    expires: datetime
    """When it stops working."""
    used: datetime | None = None
    """When it was used."""
    second: bool = False
    """Whether it drops the second factor too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey(Record):
    """A key for programs; the secret itself is shown once and never kept."""

    account: str = found_by()
    """Account whose rights it has."""
    name: str
    """What it is for."""
    secret: str = unique()
    """SHA-256 of the secret, which has 256 random bits."""
    scopes: tuple[str, ...]
    """Actions it may do, a part of what its account may."""
    expires: datetime
    """When it stops working."""
    revoked: bool = False
    """Whether it was taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyUse(Record):
    """When a key was last used; the id is the key's."""

    at: datetime
    """When, to some minutes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation(Record):
    """A manager's rights lent to somebody else until a day."""

    giver: str = found_by()
    """Person id of the manager."""
    taker: str = found_by()
    """Person id of whoever stands in."""
    start: date
    """First day."""
    end: date
    """First day after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Partner(Record):
    """Units an account looks after as HR partner."""

    account: str = found_by()
    """Account id."""
    unit: str
    """Path; everything below it counts."""
    comments: bool = False
    """Whether comments may be read too; they are a right of their own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice(Record):
    """That a person was told how data about him or her are used."""

    person: str = found_by()
    """Person id."""
    text: str
    """Version of the notice."""
    at: datetime
    """When it was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal(Record):
    """That a person refuses automated scoring."""

    person: str = found_by()
    """Person id."""
    since: datetime
    """From when on."""
    ended: datetime | None = None
    """When it was taken back."""
