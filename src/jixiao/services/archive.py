"""A workspace packed into one file with a sealed list of what it holds, and unpacked again."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from jixiao.core import WorkspaceError, is_fault_of_system
from jixiao.core.signing_key import fingerprint, read_key

DATABASE = "office-backup.sqlite"
"""The database within a backup."""
BESIDE = ("audit-anchor.txt", "erased-people.txt")
"""Names within a backup of what may lie beside the workspace: the anchor, and who was erased."""
_LEFT_OUT = (".lock", ".cache", ".work", "office.sqlite")
_STAYS = (*BESIDE, "office.sqlite")
"""What a restore leaves as it is: the log of what happened since."""
_MANIFEST = "manifest.json"
_MOST_MANIFEST = 64 * 2**20


def pack(base: Path, out: Path, *, key: bytes, more: Mapping[str, Path]) -> int:
    """Write a backup, whole or not at all, readable to its owner alone; return how many files.

    Args:
        base: The workspace; nobody may write to it meanwhile.
        out: The backup; its folder is there already.
        key: The workspace's key, which seals the list of files.
        more: Files that lie elsewhere, by their name in the backup: the copy of the database.
    """
    held = dict(more) | {str(path.relative_to(base)): path for path in _worth(base) if path != out}
    manifest = {name: _digest(path) for name, path in held.items()}
    handle, part = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.", suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                sealed = _sealed(manifest, key)
                told = tarfile.TarInfo(_MANIFEST)
                told.size = len(sealed)
                tar.addfile(told, io.BytesIO(sealed))
                for name, path in held.items():
                    tar.add(path, name, recursive=False)
            file.flush()
            os.fsync(file.fileno())
        Path(part).replace(out)
    finally:
        Path(part).unlink(missing_ok=True)
    return len(held)


def _worth(base: Path) -> Iterator[Path]:
    for path in sorted(base.rglob("*")):
        first = path.relative_to(base).parts[0]
        if not first.startswith(_LEFT_OUT) and path.is_file() and not path.is_symlink():
            yield path


def unpack(file: Path, base: Path, *, force: bool, key: bytes | None = None) -> Path:
    """Put the files of a backup in place and return the copy of the database among them.

    Nothing is touched before every file has been held against the sealed list.

    Args:
        file: The backup.
        base: The workspace to be; missing or empty unless ``force`` is given.
        force: Replace what is there; the anchor of the audit log and the list of erased people
            stay.
        key: The workspace's key where it lies elsewhere; the backup does not hold it then.

    Raises:
        WorkspaceError: If the backup is damaged, the key is missing or another one's, or something
            stands in its place.
    """
    if base.exists() and any(base.iterdir()) and not force:
        raise WorkspaceError(
            "JX-E431",
            base.name,
            expected="a folder that is missing or empty",
            got="one with files",
            hint="name another folder, or replace it with --force",
        )
    base.parent.mkdir(parents=True, exist_ok=True)
    part = Path(tempfile.mkdtemp(dir=base.parent, prefix=f".{base.name}.", suffix=".part"))
    try:
        _extract(file, part, key)
        _same_key(part, base)
        base.mkdir(exist_ok=True)
        for old in list(base.iterdir()):
            if not old.name.startswith(_STAYS):
                shutil.rmtree(old) if old.is_dir() else old.unlink()
        for new in list(part.iterdir()):
            if not (base / new.name).exists():
                new.replace(base / new.name)
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return base / DATABASE


def _same_key(part: Path, base: Path) -> None:
    kept, old = part / ".signing-key", base / ".signing-key"
    if old.exists() and read_key(old.read_text())[1] != read_key(kept.read_text())[1]:
        raise WorkspaceError(
            "JX-E431",
            ".signing-key",
            expected="a backup of this workspace",
            got="that of another one",
            hint="restore it to another folder",
        )


def _extract(file: Path, part: Path, given: bytes | None) -> None:
    try:
        with tarfile.open(file, "r:") as tar:
            manifest, seal = _read_manifest(tar)
            for member in tar:
                if member.name == _MANIFEST:
                    continue
                _check_name(member, manifest)
                tar.extract(member, part, filter="data")
    except (tarfile.TarError, KeyError, ValueError, OSError) as error:
        if isinstance(error, OSError) and is_fault_of_system(error):
            raise
        raise _damaged(type(error).__name__) from None
    key = _key_of(part / ".signing-key", given)
    if not hmac.compare_digest(seal, _seal(manifest, key)):
        raise _damaged("a list with another seal")
    wrong = [n for n, d in manifest.items() if not (part / n).is_file() or _digest(part / n) != d]
    if wrong:
        raise _damaged(f"{len(wrong)} files that differ from the list")


def _key_of(file: Path, given: bytes | None) -> bytes:
    """Return the key that a backup was sealed with: its own, or the one that lies elsewhere."""
    try:
        key, told = read_key(file.read_text())
    except (OSError, ValueError):
        raise _damaged("a list with another seal") from None
    if key is not None:
        return key
    if given is None or fingerprint(given) != told:
        raise WorkspaceError(
            "JX-E409",
            "--key",
            expected="the file with the key of the backup's workspace, which lies elsewhere",
            got="none" if given is None else "that of another workspace",
            hint="give --key FILE, or JIXIAO_KEY",
        )
    return given


def _read_manifest(tar: tarfile.TarFile) -> tuple[dict[str, str], str]:
    first = tar.next()
    if first is None or first.name != _MANIFEST or first.size > _MOST_MANIFEST:
        raise _damaged("no list of files")
    stream = tar.extractfile(first)
    assert stream is not None
    told: dict[str, Any] = json.loads(stream.read())
    return told["files"], told["seal"]


def _check_name(member: tarfile.TarInfo, manifest: dict[str, str]) -> None:
    name = PurePosixPath(member.name)
    if name.is_absolute() or ".." in name.parts or not member.isfile():
        raise _damaged("a file with a forbidden place")
    if member.name not in manifest:
        raise _damaged("a file that is not in the list")


def _damaged(got: str) -> WorkspaceError:
    return WorkspaceError(
        "JX-E430",
        "the backup",
        expected="a whole backup as jixiao backup wrote it",
        got=got,
        hint="take another one; nothing was changed",
    )


def _sealed(manifest: dict[str, str], key: bytes) -> bytes:
    told = {"files": manifest, "seal": _seal(manifest, key)}
    return json.dumps(told, ensure_ascii=False, sort_keys=True).encode()


def _seal(manifest: dict[str, str], key: bytes) -> str:
    made = hashlib.sha256(b"backup" + key).digest()
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True)
    return hmac.new(made, text.encode(), hashlib.sha256).hexdigest()


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
