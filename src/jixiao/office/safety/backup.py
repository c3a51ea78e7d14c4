"""Backups of the web application with its workspace, and putting one back."""

from __future__ import annotations

import tempfile
from pathlib import Path

from jixiao.core import WorkspaceError
from jixiao.office.office import Office
from jixiao.office.safety.erasure import erase_again
from jixiao.services import BESIDE, DATABASE, pack


def back_up(office: Office, by: str, out: Path) -> int:
    """Write database and files, as they are at one moment, to one file; return how many files.

    Args:
        office: The application; a server may be running on it.
        by: ``command line``.
        out: The backup; holds the workspace's key unless that lies elsewhere, so keep it as safe
            as the workspace.

    Raises:
        WorkspaceError: If something stands in its place, or another process is writing.
    """
    if out.exists():
        raise WorkspaceError(
            "JX-E431",
            out.name,
            expected="a name that is still free",
            got="a file in its place",
            hint="name another file",
        )
    with tempfile.TemporaryDirectory(dir=out.resolve().parent) as folder:
        with office.changing(by, "backup.make", "backup"):
            pass
        with office.workspace.store.lock():
            copy = Path(folder) / DATABASE
            office.store.copy_to(copy)
            store = office.workspace.store
            more = {DATABASE: copy} | {
                name: path for name, path in _elsewhere(office) if path.is_file()
            }
            return pack(store.base, out.resolve(), key=store.signing_key(), more=more)


def _elsewhere(office: Office) -> list[tuple[str, Path]]:
    """Return anchor and list of erased people where they lie outside the workspace, by name."""
    base = office.workspace.store.base
    return [
        (name, path)
        for name, path in zip(BESIDE, office.store.beside(), strict=True)
        if path.resolve() != (base / name).resolve()
    ]


def put_back(office: Office, by: str) -> int:
    """Fill the database from an unpacked backup, erase again who was erased since; return whom.

    Args:
        office: The application over the unpacked files.
        by: ``command line``.
    """
    copy = office.workspace.store.base / DATABASE
    office.store.fill_from(copy)
    copy.unlink()
    for name, _ in _elsewhere(office):
        (office.workspace.store.base / name).unlink(missing_ok=True)
    with office.changing(by, "backup.restore", "backup"):
        pass
    return erase_again(office, by)
