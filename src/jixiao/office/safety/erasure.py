"""Erasing a person: records, texts, files and free pages; the audit log stays whole.

The log holds pseudonyms only, so nothing of it has to go. What was erased is also written, by
random id, to a list beside the anchor; after a backup is put back it is erased again.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from jixiao.contracts.office import Account, Changing, Job, Person, Reading
from jixiao.core import Conflict
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.safety.holding import hold_of, refuse_if_held
from jixiao.office.safety.keeping import remove_papers
from jixiao.office.safety.known import Known, mentions_of, papers_of, records_of
from jixiao.office.secrets import new_id
from jixiao.office.viewer import Viewer
from jixiao.services import Erased, Result, erase_files, outside


@dataclass(frozen=True)
class ErasureResult(Result):
    """What an erasure reached.

    Attributes:
        records: Records removed.
        files: What was done to the workspace's files.
        retraining: Id of the job that trains anew and then removes the models there are; empty
            where there is none.
        writers: Language models tuned on reports that may name the person, to be tuned anew.
    """

    records: int
    files: Erased = field(default_factory=Erased)
    retraining: str = ""
    writers: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the result as plain keys."""
        return {
            "records": self.records,
            "rows": self.files.rows,
            "files": self.files.files,
            "elsewhere": self.files.elsewhere,
            "left": self.files.left,
            "retraining": self.retraining,
            "writers": list(self.writers),
        }

    def to_text(self) -> str:
        """Return the result as a person reads it."""
        lines = [
            f"erased: {self.records} records, {self.files.rows} rows, {self.files.files} files"
        ]
        lines += [f"not in this workspace, erase there too: {one}" for one in self.files.elsewhere]
        lines += [f"still names the person: {one}" for one in self.files.left]
        if self.retraining:
            lines.append("a job trains anew and then removes every model that saw the person")
        lines += [f"tuned on reports, tune anew and remove: {one}" for one in self.writers]
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
        Conflict: If the person is erased already, is the last administrator, or there is a
            legal hold.
        WorkspaceError: If another process is writing to the workspace.
    """
    with office.reading() as read:
        if isinstance(by, Viewer):
            require(by, "person.erase")
        refuse_if_held(read)
        _known_person(read, person_id)
    with office.workspace.store.lock():
        office.store.list_erased(person_id)
        return _erase(office, by, person_id)


def _known_person(read: Reading, person_id: str) -> Person:
    person = read.get(Person, person_id)
    if person.erased:
        raise Conflict("JX-E746", "person", expected="one that is still known", got="an erased")
    return person


@dataclass(frozen=True)
class Erasing:
    """What an erasure would reach; nothing is erased yet.

    Attributes:
        person: Who.
        papers: Reports about the person, or that name the person.
        records: Other records that would be removed, by kind, the most first.
        accounts: Accounts that would be closed.
        elsewhere: Sources outside the workspace, which stay.
        models: Models that would be trained anew and removed.
        held: Whether a legal hold keeps everything.
    """

    person: Person
    papers: int
    records: tuple[tuple[str, int], ...]
    accounts: int
    elsewhere: tuple[str, ...]
    models: int
    held: bool


def what_goes(office: Office, viewer: Viewer, person_id: str) -> Erasing:
    """Return what erasing a person would reach.

    Raises:
        Forbidden: If the viewer may not erase.
        Missing: If there is no such person.
        Conflict: If the person is erased already.
    """
    require(viewer, "person.erase")
    with office.reading() as read:
        person = _known_person(read, person_id)
        known = Known.of(read, person)
        found = [*records_of(read, known), *mentions_of(read, known)]
        return Erasing(
            person,
            papers=len(papers_of(read, known)),
            records=tuple(Counter(type(one).__name__ for one in found).most_common()),
            accounts=len(known.accounts),
            elsewhere=tuple(outside(office.workspace.store.base, _contract(office))),
            models=len(list(office.workspace.models.ids())),
            held=hold_of(read).is_on,
        )


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
        known = Known.of(change, person)
        change.entry.object = person.pseudonym
        files = erase_files(office.workspace.store.base, _contract(office), known.traces)
        count = remove_papers(change, papers_of(change, known))
        gone = [*records_of(change, known), *mentions_of(change, known)]
        change.remove(*gone)
        count += len(gone)
        for account in known.accounts:
            _close(change, account)
        erased_key = f"erased-{new_id()}"
        change.replace(person, name="", email="", key=erased_key, erased=True)
        job = _retraining(office, change)
        change.entry.detail = {"records": count, "rows": files.rows, "files": files.files}
        if not any("administrator" in one.roles for one in change.find(Account, disabled=False)):
            raise Conflict("JX-E723", "account", expected="another administrator", got="none")
    office.store.reclaim()
    return ErasureResult(count, files, job, _writers(office))


def _contract(office: Office) -> Any:
    return office.workspace.settings().contract if office.workspace.exists else None


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
    """Queue training anew in place of every model there is, or return the job that waits for it.

    The models stay in use until the new one is there; then they are removed.
    """
    old = list(office.workspace.models.ids())
    if not old:
        return ""
    waiting = change.find(Job, state="waiting")
    same = [one for one in waiting if one.kind == "retrain" and one.arguments["instead_of"] == old]
    if same:
        return same[0].id
    job = Job(
        id=new_id(),
        kind="retrain",
        arguments={"instead_of": old},
        by="",
        created=office.clock(),
        result={},
    )
    change.add(job)
    return job.id


def _writers(office: Office) -> tuple[str, ...]:
    found = (office.workspace.store.base / "writers").glob("*/manifest.json")
    return tuple(sorted(path.parent.name for path in found))
