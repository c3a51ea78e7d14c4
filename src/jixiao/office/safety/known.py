"""By what a person is known to the records, and which of them are about or name the person."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Self

from jixiao.contracts.office import (
    Account,
    ApiKey,
    Contest,
    Delegation,
    Delivery,
    Form,
    Job,
    Judgement,
    KeyUse,
    Letter,
    Notice,
    Paper,
    PaperText,
    Partner,
    Person,
    Post,
    Reading,
    Record,
    Recovery,
    Refusal,
    Remark,
    Replay,
    Session,
)
from jixiao.services import Traces, written_forms

_OF_PERSON: dict[type[Record], tuple[str, ...]] = {
    Post: ("person",),
    Form: ("subject", "reviewer"),
    Judgement: ("subject",),
    Notice: ("person",),
    Refusal: ("person",),
    Delegation: ("giver", "taker"),
}
_OF_ACCOUNT: tuple[type[Record], ...] = (Session, ApiKey, Recovery, Partner, Letter)
_ENDED = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Known:
    """A person with accounts and traces.

    Attributes:
        person: Who.
        accounts: Accounts of the person.
        traces: Id, name, address and logins, as texts and files hold them.
    """

    person: Person
    accounts: tuple[Account, ...]
    traces: Traces

    @classmethod
    def of(cls, read: Reading, person: Person) -> Self:
        """Return by what a person is known now."""
        accounts = tuple(read.find(Account, person=person.id))
        words = (person.name, person.email, *(one.login for one in accounts))
        return cls(person, accounts, Traces(person.key, tuple(one for one in words if one)))


def papers_of(read: Reading, known: Known) -> list[Paper]:
    """Return the papers about a person, and those whose text names the person."""
    about = {one.id: one for one in read.find(Paper, person=known.person.id)}
    about |= {one.id: one for one in read.find(Paper, subject=known.person.key)}
    words = [one for one in (known.traces.key, *known.traces.words) if one]
    for piece in {form for one in words for form in written_forms(one)}:
        for text in read.find(PaperText, body__like=piece):
            if known.traces.found_in(text.body) and (paper := read.first(Paper, id=text.paper)):
                about[paper.id] = paper
    return list(about.values())


def records_of(read: Reading, known: Known) -> list[Record]:
    """Return what else is kept of a person or was written by the person.

    What belongs to the papers of ``papers_of`` is left out: it goes with them.
    """
    found: list[Record] = []
    for kind, names in _OF_PERSON.items():
        for name in names:
            where: dict[str, Any] = {name: known.person.id}
            found += read.find(kind, **where)
    ids = [one.id for one in known.accounts]
    for kind in _OF_ACCOUNT:
        found += read.find(kind, account=ids)
    found += read.find(KeyUse, id=[key.id for key in read.find(ApiKey, account=ids)])
    with_papers = {one.id for one in papers_of(read, known)}
    said: list[Contest | Remark] = [*read.find(Contest, by=ids), *read.find(Remark, by=ids)]
    found += [one for one in said if one.paper not in with_papers]
    return list({(type(one), one.id): one for one in found}.values())


def mentions_of(read: Reading, known: Known) -> list[Record]:
    """Return bookkeeping that names a person: kept answers, deliveries, jobs that have ended."""
    named = known.traces.found_in
    found: list[Record] = [one for one in read.find(Replay) if named(one.body)]
    found += [one for one in read.find(Delivery) if named(one.body)]
    ended = read.find(Job, state=_ENDED)
    return [*found, *(one for one in ended if named(_as_json(one)))]


def _as_json(job: Job) -> str:
    return json.dumps([job.arguments, job.result], ensure_ascii=False)
