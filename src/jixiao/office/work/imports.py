"""Data that people bring: uploaded, checked beside the data in use, mended, then taken in."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from jixiao.contracts import Column, Role
from jixiao.contracts.office import Job, Upload
from jixiao.contracts.yaml_file import reasons
from jixiao.core import Conflict, Held, Missing
from jixiao.data import is_url
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.options import upload_limits
from jixiao.office.secrets import new_id
from jixiao.office.viewer import Viewer
from jixiao.office.work.jobs import new_job
from jixiao.office.work.uploads import check_upload
from jixiao.services import table_named


@dataclass(frozen=True)
class TableShown:
    """A table of the contract as the page of the data shows it.

    Attributes:
        name: Its name.
        source: Where it is read from; a digest stands for an uploaded file.
        counts: Rows at the last check; empty before the first.
        is_file: Whether it is read from a file.
    """

    name: str
    source: str
    counts: Mapping[str, int]
    is_file: bool


@dataclass(frozen=True)
class DataShown:
    """The data in use.

    Attributes:
        tables: Tables of the contract.
        findings: What the last check found, worst first.
        staged: Files that wait to be taken in.
    """

    tables: tuple[TableShown, ...]
    findings: tuple[Mapping[str, Any], ...]
    staged: tuple[Upload, ...]


def show_data(office: Office, viewer: Viewer) -> DataShown:
    """Return the data in use and what waits to be taken in.

    Raises:
        Forbidden: If the viewer may not see data.
    """
    require(viewer, "data.read")
    found = office.workspace.store.read_json("check") or {}
    counted = found.get("tables", {})
    tables = tuple(
        TableShown(
            one.name, _file_of(one.source), counted.get(one.name, {}), not is_url(one.source)
        )
        for one in office.workspace.settings().contract.tables
    )
    order = {"blocking": 0, "finding": 1, "note": 2}
    findings = sorted(found.get("problems", ()), key=lambda one: order.get(one["severity"], 1))
    with office.reading() as read:
        staged = read.find(Upload, state="staged", order="-at")
    return DataShown(tables, tuple(findings), tuple(staged))


def _file_of(source: str) -> str:
    return source.partition("://")[0] + "://…" if is_url(source) else source.rpartition("/")[2]


def upload(office: Office, by: Viewer | str, file: BinaryIO, name: str, table: str = "") -> Upload:
    """Keep a file under its digest and let a job check it.

    Args:
        office: The application.
        by: Who brings it, or ``system`` for the clock.
        file: Opened for reading bytes.
        name: As the user calls it; only its ending is kept.
        table: Table it stands in for; told by name or columns when empty.

    Raises:
        Forbidden: If a viewer may not change data.
        DataError: If it is not a plain table within the bounds.
        ContractError: If there is no such table.
    """
    if isinstance(by, Viewer):
        require(by, "data.change")
    contract = office.workspace.settings().contract
    if table and table not in [one.name for one in contract.tables]:
        raise Missing("JX-E704", "table", expected="a table of jixiao.yaml", got="another one")
    with office.reading() as read:
        limits = upload_limits(read)
    ending = check_upload(file, name, limits)
    content, upload_id = file.read(), new_id()
    job = new_job(office, by, "check", {"upload": upload_id})
    made = Upload(
        id=upload_id,
        digest=hashlib.sha256(content).hexdigest(),
        ending=ending,
        size=len(content),
        table=table or table_named(contract, name) or "",
        by=by.account.id if isinstance(by, Viewer) else "",
        at=office.clock(),
        job=job.id,
    )
    office.workspace.store.write_file(made.file, content)
    detail = {"digest": made.digest, "job": job.id}
    with office.changing(by, "data.upload", "upload", made.id, **detail) as change:
        change.add(made, job)
    return made


def bring_again(office: Office, viewer: Viewer, table: str) -> Upload:
    """Bring the file of a table in use once more, so that its rows in quarantine can be mended.

    Raises:
        Forbidden: If the viewer may not change data.
        Missing: If there is no such table, or its file is gone.
        Conflict: If it is not read from a file.
        DataError: If the file is beyond the bounds of uploads.
    """
    require(viewer, "data.change")
    tables = office.workspace.settings().contract.tables
    source = next((one.source for one in tables if one.name == table), None)
    if source is None:
        raise Missing("JX-E704", "table", expected="a table of jixiao.yaml", got="another one")
    if is_url(source):
        raise Conflict(
            "JX-E752",
            "table",
            expected="a table read from a file",
            got="one read from a database",
            hint="mend the rows in the database, and check again",
        )
    path = office.workspace.store.base / source
    try:
        with path.open("rb") as file:
            return upload(office, viewer, file, path.name, table)
    except FileNotFoundError:
        raise Missing("JX-E704", "table", expected="its file", got="none") from None


def _queue(office: Office, viewer: Viewer, action: str, upload: Upload, kind: str) -> Job:
    """Ask for work on a file that still waits as it was seen, in one change."""
    job = new_job(office, viewer, kind, {"upload": upload.id})
    with office.changing(viewer, action, "upload", upload.id, job=job.id) as change:
        now = change.get(Upload, upload.id)
        if now.state != "staged":
            raise Conflict("JX-E752", "upload", expected="one that waits", got=now.state)
        change.replace(now, job=job.id)
        change.add(job)
    return job


def one_upload(office: Office, viewer: Viewer, upload_id: str) -> tuple[Upload, Job | None]:
    """Return an uploaded file and the job that last worked on it.

    Raises:
        Forbidden: If the viewer may not see data.
        Missing: If there is none.
    """
    require(viewer, "data.read")
    with office.reading() as read:
        found = read.get(Upload, upload_id)
        return found, read.first(Job, id=found.job)


def found_in(office: Office, viewer: Viewer, upload: Upload) -> dict[str, Any] | None:
    """Return what the last check of an uploaded file found, None before it.

    Raises:
        Forbidden: If the viewer may not see data.
    """
    require(viewer, "data.read")
    return office.workspace.store.read_json(f"uploads/{upload.id}")


def mend(
    office: Office, viewer: Viewer, upload_id: str, cells: Mapping[tuple[int, int], str]
) -> Job:
    """Keep corrected cells of quarantined rows and let a job check the file again.

    Args:
        office: The application.
        viewer: Who corrects.
        upload_id: The file.
        cells: New text by position of the row among those shown and of the column.

    Raises:
        Forbidden: If the viewer may not change data.
        Conflict: If the file was not checked yet, or is not waiting any more.
    """
    require(viewer, "data.change")
    upload, _ = one_upload(office, viewer, upload_id)
    found = found_in(office, viewer, upload)
    if found is None or upload.state != "staged":
        raise Conflict("JX-E752", "upload", expected="a checked file", got=upload.state)
    rows = [list(row) for row in found["rows"]]
    for (row, column), text in cells.items():
        if row < len(rows) and 2 <= column < len(found["columns"]):
            rows[row][column] = text
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(found["columns"])
    writer.writerows(rows)
    name = f"uploads/{upload.id}/{found['table']}.csv"
    office.workspace.store.write_file(name, written.getvalue().encode())
    return _queue(office, viewer, "data.mend", upload, "check")


def take(office: Office, viewer: Viewer, upload_id: str) -> Job:
    """Let a job take a checked file in; rows in quarantine stay out and are told in every report.

    Raises:
        Forbidden: If the viewer may not change data.
        Conflict: If it was not checked, is blocked, or is not waiting any more.
    """
    require(viewer, "data.change")
    upload, _ = one_upload(office, viewer, upload_id)
    found = found_in(office, viewer, upload)
    if upload.state != "staged" or found is None or found["blocked"]:
        raise Conflict(
            "JX-E752",
            "upload",
            expected="a file that was checked and can be used",
            got="one that cannot be used",
            hint="mend what the check names, and check it again",
        )
    return _queue(office, viewer, "data.take", upload, "import")


def discard(office: Office, viewer: Viewer, upload_id: str) -> None:
    """Leave a file out; it is not taken in any more.

    Raises:
        Forbidden: If the viewer may not change data.
        Conflict: If it was taken in.
    """
    require(viewer, "data.change")
    with office.changing(viewer, "data.discard", "upload", upload_id) as change:
        upload = change.get(Upload, upload_id)
        if upload.state != "staged":
            raise Conflict("JX-E752", "upload", expected="one that waits", got=upload.state)
        change.replace(upload, state="discarded")


def columns(office: Office, viewer: Viewer) -> list[tuple[Column, str]]:
    """Return the columns of the contract, each with the reason of its role.

    Raises:
        Forbidden: If the viewer may not see data.
    """
    require(viewer, "data.read")
    why = reasons(office.workspace.store.read_settings())
    contract = office.workspace.settings().contract
    return [(column, why.get(column.name, "")) for column in contract.columns]


def set_roles(office: Office, viewer: Viewer, roles: Mapping[str, str]) -> int:
    """Give columns other roles and return how many changed.

    Raises:
        Forbidden: If the viewer may not change data.
        ContractError: If the roles contradict one another.
        Conflict: If a role is none, or a job holds the workspace.
    """
    require(viewer, "data.change")
    known = {column.name: column.role for column, _ in columns(office, viewer)}
    names = {role.value for role in Role}
    if any(role not in names for role in roles.values()):
        raise Conflict(
            "JX-E754", "role", expected=f"one of {', '.join(sorted(names))}", got="another"
        )
    changed = {n: Role(r) for n, r in roles.items() if known.get(n) not in (None, Role(r))}
    if not changed:
        return 0
    with office.changing(viewer, "data.roles", "contract", changed=len(changed)):
        try:
            office.workspace.set_roles(changed)
        except Held as error:
            raise Conflict(
                "JX-E755", "jixiao.yaml", expected="no job at work", got="one", hint="wait for it"
            ) from error
    return len(changed)
