"""Backups of the web application with its workspace, and putting one back."""

from __future__ import annotations

import tempfile
from pathlib import Path

from jixiao.core import WorkspaceError
from jixiao.office.erasure import erase_again
from jixiao.office.office import Office
from jixiao.services import DATABASE, pack


def back_up(office: Office, by: str, out: Path) -> int:
    """Write database and files, as they are at one moment, to one file; return how many files.

    Args:
        office: The application; a server may be running on it.
        by: ``command line``.
        out: The backup; holds the workspace's key, so keep it as safe as the workspace.

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
            return pack(office.workspace.store.base, copy, out.resolve())


def put_back(office: Office, by: str) -> int:
    """Fill the database from an unpacked backup, erase again who was erased since; return whom.

    Args:
        office: The application over the unpacked files.
        by: ``command line``.
    """
    copy = office.workspace.store.base / DATABASE
    office.store.fill_from(copy)
    copy.unlink()
    with office.changing(by, "backup.restore", "backup"):
        pass
    return erase_again(office, by)
