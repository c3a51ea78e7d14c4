"""Erasing a person: records, texts, files and free pages; the audit log stays whole.

The log holds pseudonyms only, so nothing of it has to go. What was erased is also written, by
random id, to a list beside the anchor; after a backup is put back it is erased again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from jixiao.contracts.office import (
    Account,
    ApiKey,
    Approval,
    Changing,
    Contest,
    Delegation,
    Delivery,
    Form,
    Job,
    Judgement,
    KeyUse,
    Notice,
    Paper,
    PaperText,
    Partner,
    Person,
    Post,
    Record,
    Recovery,
    Refusal,
    Remark,
    Replay,
    Seed,
    Session,
    Viewing,
)
from jixiao.core import Conflict
from jixiao.office.access import require, seen_person, sight
from jixiao.office.office import Office
from jixiao.office.secrets import new_id
from jixiao.office.viewer import Viewer
from jixiao.services import Erased, Result, Traces, erase_files


@dataclass(frozen=True)
class ErasureResult(Result):
    """What an erasure reached.

    Attributes:
        records: Records removed.
        files: What was done to the workspace's files.
        retraining: Id of the job that trains anew; empty where no model was there.
    """

    records: int
    files: Erased = field(default_factory=Erased)
    retraining: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain keys."""
        return {
            "records": self.records,
            "rows": self.files.rows,
            "files": self.files.files,
            "elsewhere": self.files.elsewhere,
            "left": self.files.left,
            "retraining": self.retraining,
        }

    def to_text(self) -> str:
        """Return the result as a person reads it."""
        lines = [
            f"erased: {self.records} records, {self.files.rows} rows, {self.files.files} files"
        ]
        lines += [f"not in this workspace, erase there too: {one}" for one in self.files.elsewhere]
        lines += [f"still names the person: {one}" for one in self.files.left]
        return "\n".join(lines)


def erase_person(office: Office, by: Viewer | str, person_id: str) -> ErasureResult:
    """Erase a person from the database and the workspace, and queue training anew.

    Args:
        office: The application.
        by: An administrator, or ``command line``.
        person_id: Person id.

    Raises:
        Forbidden: If a viewer may not do it.
        Missing: If there is no such person.
        Conflict: If the person is erased already, or is the last administrator.
        WorkspaceError: If another process is writing to the workspace.
    """
    with office.reading() as read:
        if isinstance(by, Viewer):
            require(by, "person.erase")
            today = office.clock().date()
            seen_person(read, sight(read, by, "person.erase", start=today, end=today), person_id)
        if read.get(Person, person_id).erased:
            raise Conflict("JX-E746", "person", expected="one that is still known", got="an erased")
    with office.workspace.store.lock():
        office.store.list_erased(person_id)
        return _erase(office, by, person_id)


def erase_again(office: Office, by: str) -> int:
    """Erase whoever was erased after a backup that has been put back; return how many."""
    with office.reading() as read:
        known = read.find(Person, id=sorted(office.store.erased()), erased=False)
    with office.workspace.store.lock():
        for person in known:
            _erase(office, by, person.id)
    return len(known)


def _erase(office: Office, by: Viewer | str, person_id: str) -> ErasureResult:
    with office.changing(by, "person.erase", "person") as change:
        person = change.get(Person, person_id)
        accounts = change.find(Account, person=person.id)
        words = (person.name, person.email, *(one.login for one in accounts))
        traces = Traces(person.key, tuple(one for one in words if one))
        change.entry.object = person.pseudonym
        files = erase_files(office.workspace.store.base, _contract(office), traces)
        count = _papers(change, person, traces)
        count += _records(change, person, accounts)
        count += _mentions(change, traces)
        for account in accounts:
            _close(change, account)
        erased_key = f"erased-{new_id()}"
        change.replace(person, name="", email="", key=erased_key, erased=True)
        job = _retraining(office, change)
        change.entry.detail = {"records": count, "rows": files.rows, "files": files.files}
        if not any("administrator" in one.roles for one in change.find(Account, disabled=False)):
            raise Conflict("JX-E723", "account", expected="another administrator", got="none")
    office.store.reclaim()
    return ErasureResult(count, files, job)


def _contract(office: Office) -> Any:
    return office.workspace.settings().contract if office.workspace.exists else None


def _papers(change: Changing, person: Person, traces: Traces) -> int:
    """Remove the papers about a person, and those whose text names the person."""
    about = {one.id: one for one in change.find(Paper, person=person.id)}
    about |= {one.id: one for one in change.find(Paper, subject=person.key)}
    pieces = {piece for piece in (traces.key, *traces.words) if piece}
    for piece in pieces:
        for text in change.find(PaperText, body__like=piece):
            if traces.found_in(text.body) and (paper := change.first(Paper, id=text.paper)):
                about[paper.id] = paper
    change.remove(*about.values())
    ids = sorted(about)
    kinds: tuple[type[Record], ...] = (PaperText, Approval, Contest, Remark, Seed, Viewing)
    gone = [record for kind in kinds for record in change.find(kind, paper=ids)]
    change.remove(*gone)
    return len(about) + len(gone)


def _records(change: Changing, person: Person, accounts: list[Account]) -> int:
    """Remove what else is kept of a person or was written by the person."""
    gone: list[Record] = []
    ids = [one.id for one in accounts]
    for kind, names in _OF_PERSON.items():
        for name in names:
            where: dict[str, Any] = {name: person.id}
            gone += change.find(kind, **where)
    gone += change.find(KeyUse, id=[one.id for one in change.find(ApiKey, account=ids)])
    for kind in (Session, ApiKey, Recovery, Partner):
        gone += change.find(kind, account=ids)
    for kind in (Contest, Remark):
        gone += change.find(kind, by=ids)
    unique = {(type(one), one.id): one for one in gone}
    change.remove(*unique.values())
    return len(unique)


_OF_PERSON: dict[type[Record], tuple[str, ...]] = {
    Post: ("person",),
    Form: ("subject", "reviewer"),
    Judgement: ("subject",),
    Notice: ("person",),
    Refusal: ("person",),
    Delegation: ("giver", "taker"),
}


def _mentions(change: Changing, traces: Traces) -> int:
    """Remove bookkeeping that names the person: kept answers, deliveries, jobs that have ended."""
    gone: list[Record] = [one for one in change.find(Replay) if traces.found_in(one.body)]
    gone += [one for one in change.find(Delivery) if traces.found_in(one.body)]
    ended = change.find(Job, state=["done", "failed", "cancelled"])
    gone += [one for one in ended if traces.found_in(f"{one.arguments} {one.result}")]
    change.remove(*gone)
    return len(gone)


def _close(change: Changing, account: Account) -> None:
    change.replace(
        account,
        login=f"erased-{new_id()}",
        password="",
        totp="",
        codes=(),
        oidc="",
        disabled=True,
    )


def _retraining(office: Office, change: Changing) -> str:
    """Queue training anew where there is a model that saw the person's rows."""
    if office.workspace.models.current() is None:
        return ""
    job = Job(id=new_id(), kind="train", arguments={}, by="", created=office.clock(), result={})
    change.add(job)
    return job.id
