"""The key of a workspace as its file holds it: the key itself, or word that it lies elsewhere."""

from __future__ import annotations

import hashlib

ELSEWHERE = "elsewhere "
SIZE = 32


def fingerprint(key: bytes) -> str:
    """Return what tells a key from another one and nothing else.

    Examples:
        >>> fingerprint(b"k" * 32) == fingerprint(b"k" * 32) != fingerprint(b"l" * 32)
        True
    """
    return hashlib.sha256(b"workspace key" + key).hexdigest()[:32]


def marker(key: bytes) -> str:
    """Return what stands in a workspace whose key lies elsewhere.

    Examples:
        >>> read_key(marker(b"k" * 32)) == (None, fingerprint(b"k" * 32))
        True
    """
    return f"{ELSEWHERE}{fingerprint(key)}\n"


def read_key(text: str) -> tuple[bytes | None, str]:
    """Return key and fingerprint of what a file holds; no key where it lies elsewhere.

    Raises:
        ValueError: If it is neither.

    Examples:
        >>> read_key("6b" * 32)[0] == b"k" * 32
        True
    """
    text = text.strip()
    if text.startswith(ELSEWHERE):
        return None, text.removeprefix(ELSEWHERE)
    key = bytes.fromhex(text)
    if len(key) != SIZE:
        raise ValueError(f"{len(key)} bytes")
    return key, fingerprint(key)
