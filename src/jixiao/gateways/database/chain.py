"""Numbers of audit entries, and their anchor: a file outside the database that only grows.

Each entry is *promised* in the anchor before the database keeps it, and marked *kept* after. So an
entry of the database without a promise was not written by the application, and one that was kept
but is gone has been removed; a process killed in between leaves a promise alone, which is no fault.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import hmac
import os
from pathlib import Path
from typing import cast

from jixiao.contracts.office import GENESIS, AnchorLine, AnchorWord

_TAIL = 1024
"""Bytes that hold the last line for certain."""


def number_of(entry_id: str) -> int:
    """Return the number of an entry."""
    return int(entry_id)


def id_of(number: int) -> str:
    """Return the id of an entry."""
    return f"{number:012d}"


class Anchor:
    """Lines ``word number hash seal``; each seal holds the one before it and the workspace's key.

    Args:
        path: The file; best on another disk than the database.
        key: Secret bytes.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self.path, self._key = path, hashlib.sha256(b"audit anchor" + key).digest()

    def add(self, word: AnchorWord, number: int, hash_: str) -> None:
        """Append a line; all but ``kept`` is on the disk before this returns.

        Raises:
            OSError: If it cannot be written whole; then nothing of it stays.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            size, before = _end(handle)
            told = f"{word} {number} {hash_}"
            line = f"{told} {self._seal(before, told)}\n".encode()
            if os.pwrite(handle, line, size) != len(line):
                os.ftruncate(handle, size)
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), self.path.name)
            os.ftruncate(handle, size + len(line))
            if word != "kept":
                os.fdatasync(handle)
        finally:
            os.close(handle)

    def read(self) -> list[AnchorLine]:
        """Return every line in its order; one that is not sealed rightly says so."""
        if not self.path.exists():
            return []
        text = self.path.read_bytes().decode("utf-8", "replace")
        found, before = [], ""
        for place, line in enumerate(text.split("\n")[:-1], start=1):
            found.append(self._line(place, line, before))
            before = line.rpartition(" ")[2]
        return found

    def _line(self, place: int, line: str, before: str) -> AnchorLine:
        told, _, seal = line.rpartition(" ")
        parts = told.split(" ")
        right = self._seal(before, told)
        if len(parts) != 3 or not hmac.compare_digest(seal.encode(), right.encode()):
            return AnchorLine(place=place, word="forged", number=0, hash=GENESIS)
        word, number, hash_ = cast("AnchorWord", parts[0]), int(parts[1]), parts[2]
        return AnchorLine(place=place, word=word, number=number, hash=hash_)

    def _seal(self, before: str, told: str) -> str:
        return hmac.new(self._key, f"{before} {told}".encode(), hashlib.sha256).hexdigest()


def _end(handle: int) -> tuple[int, str]:
    """Return where the last whole line ends, and its seal; what a power cut tore does not count."""
    size = os.fstat(handle).st_size
    tail = os.pread(handle, _TAIL, max(0, size - _TAIL))
    whole = tail.rpartition(b"\n")[0]
    if not whole:
        return 0, ""
    return size - len(tail) + len(whole) + 1, whole.rpartition(b"\n")[2].rpartition(b" ")[2].decode(
        "ascii", "replace"
    )
