"""The key that a workspace signs and seals with: in the workspace, or in a file elsewhere.

Whoever can read the workspace alone can then neither forge the anchor of the audit log nor open
what is sealed in the database.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from jixiao.core import WorkspaceError, atomic
from jixiao.core.signing_key import SIZE, fingerprint, marker, read_key

NAME = ".signing-key"


class WorkspaceKey:
    """The key of one workspace.

    Args:
        base: The workspace.
        elsewhere: File that keeps the key; it moves there at first use. None where the workspace
            keeps its own.
    """

    def __init__(self, base: Path, elsewhere: Path | None = None) -> None:
        self._own, self._elsewhere = base / NAME, elsewhere

    def read(self) -> bytes:
        """Return the 32 bytes, made at first use; the file is its owner's alone.

        Raises:
            WorkspaceError: If a file holds something else, or the key is missing or another one's.
        """
        if self._own.is_file():
            key, told = _read(self._own)
        elif self._elsewhere is not None and self._elsewhere.is_file():
            key, told = None, fingerprint(_plain(self._elsewhere))
        else:
            key = secrets.token_bytes(SIZE)
            told = fingerprint(key)
            if self._elsewhere is None:
                atomic.write_text(self._own, key.hex(), mode=0o600)
        if self._elsewhere is not None:
            return self._kept_elsewhere(self._elsewhere, key, told)
        if key is None:
            raise _missing("none was given")
        return key

    def given(self) -> bytes | None:
        """Return the key of the file elsewhere; None where there is no such file."""
        if self._elsewhere is None or not self._elsewhere.is_file():
            return None
        return _plain(self._elsewhere)

    def _kept_elsewhere(self, place: Path, key: bytes | None, told: str) -> bytes:
        """Return the key, now that it lies in its place and no more in the workspace."""
        if self._own.parent in place.resolve().parents:
            raise _wrong("a file outside the workspace", "one within")
        if key is not None and not place.exists():
            atomic.write_text(place, key.hex(), mode=0o600)
        if not place.is_file():
            raise _missing("no such file")
        kept = _plain(place)
        if fingerprint(kept) != told:
            raise _wrong("the key of this workspace", "that of another one")
        if key is not None or not self._own.is_file():
            atomic.write_text(self._own, marker(kept), mode=0o600)
        return kept


def _read(path: Path) -> tuple[bytes | None, str]:
    text = path.read_text("utf-8", errors="replace")
    try:
        return read_key(text)
    except ValueError:
        raise WorkspaceError(
            "JX-E403",
            path.name,
            expected="64 hexadecimal digits",
            got=f"{len(text.strip())} characters",
            hint="remove the file and run again",
        ) from None


def _plain(path: Path) -> bytes:
    key, _ = _read(path)
    if key is None:
        raise _wrong("a file with the key itself", "word that it lies elsewhere")
    return key


def _missing(got: str) -> WorkspaceError:
    return WorkspaceError(
        "JX-E409",
        "--key",
        expected="the file with this workspace's key, which lies elsewhere",
        got=got,
        hint="give --key FILE, or JIXIAO_KEY for every command",
    )


def _wrong(expected: str, got: str) -> WorkspaceError:
    return WorkspaceError("JX-E409", "--key", expected=expected, got=got)
