"""Numbers of audit entries, and their anchor: a file outside the database."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Iterable
from pathlib import Path


def number_of(entry_id: str) -> int:
    """Return the number of an entry."""
    return int(entry_id)


def id_of(number: int) -> str:
    """Return the id of an entry."""
    return f"{number:012d}"


class Anchor:
    """Lines ``number hash seal`` that only ever grow, each sealed with the workspace's key.

    Args:
        path: The file; best on another disk than the database.
        key: Secret bytes.
    """

    def __init__(self, path: Path, key: bytes) -> None:
        self._path, self._key = path, hashlib.sha256(b"audit anchor" + key).digest()

    def add(self, entries: Iterable[tuple[int, str]]) -> None:
        """Append entries; one write, so that processes beside each other do not mix lines."""
        lines = "".join(f"{n} {hash_} {self._seal(n, hash_)}\n" for n, hash_ in entries)
        if not lines:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, lines.encode())
        finally:
            os.close(handle)

    def read(self) -> dict[int, str]:
        """Return hashes by number; an empty hash where a line is not sealed rightly."""
        found: dict[int, str] = {}
        if not self._path.exists():
            return found
        for place, line in enumerate(self._path.read_text("utf-8").splitlines(), start=1):
            number, hash_, seal = [*line.split(), "", "", ""][:3]
            good = number.isdigit() and hmac.compare_digest(seal, self._seal(int(number), hash_))
            key = int(number) if number.isdigit() else -place
            found[key] = hash_ if good and found.get(key, hash_) == hash_ else ""
        return found

    def _seal(self, number: int, hash_: str) -> str:
        return hmac.new(self._key, f"{number} {hash_}".encode(), hashlib.sha256).hexdigest()
