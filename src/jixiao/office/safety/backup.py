"""Backups of the web application with its workspace, and putting one back."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

from jixiao.core import WorkspaceError
from jixiao.office.office import Office
from jixiao.office.safety.erasure import erase_again
from jixiao.services import BESIDE, DATABASE, pack


def back_up(office: Office, by: str, out: Path) -> int:
    """Write database and files, as they are at one moment, to one file; return how many files.

    The whole file lies beside its place, as ``NAME.part``, before the audit log says that it was
    made, and by which hash; then it gets its name. What a crash leaves is so either nothing, or
    a ``NAME.part`` that the audit log tells to be whole, or not.

    Args:
        office: The application; a server may be running on it.
        by: ``command line``.
        out: The backup; holds the workspace's key unless that lies elsewhere, so keep it as safe
            as the workspace.

    Raises:
        WorkspaceError: If something stands in its place, or another process is writing.
    """
    part = out.with_name(f"{out.name}.part")
    _refuse_taken(out, hint="name another file")
    _refuse_taken(part, hint="a backup was stopped here: name another file, or remove this one")
    files = _packed(office, part)
    try:
        with part.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        with office.changing(by, "backup.make", "backup", files=files, sha256=sha256):
            pass
    except Exception:
        part.unlink()
        raise
    part.replace(out)
    return files


def _refuse_taken(path: Path, *, hint: str) -> None:
    if path.exists():
        raise WorkspaceError(
            "JX-E431",
            path.name,
            expected="a name that is still free",
            got="a file in its place",
            hint=hint,
        )


def _packed(office: Office, out: Path) -> int:
    store = office.workspace.store
    with tempfile.TemporaryDirectory(dir=out.resolve().parent) as folder, store.lock():
        copy = Path(folder) / DATABASE
        office.store.copy_to(copy)
        more = {DATABASE: copy} | {name: at for name, at in _elsewhere(office) if at.is_file()}
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
