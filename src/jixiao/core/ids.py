"""Pseudonyms for people and hashes for content; real names never leave the table they stand in."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable


def pseudonym(value: str, *, salt: str, prefix: str = "P") -> str:
    """Return a stable pseudonym such as ``P_7F3A91C2`` for one value under one salt.

    Args:
        value: The real identifier.
        salt: Secret of the workspace; another salt gives unrelated pseudonyms.
        prefix: Kind of thing, upper-case letters.
    """
    digest = hmac.new(salt.encode(), value.encode(), hashlib.sha256).hexdigest()
    return f"{prefix}_{digest[:8].upper()}"


def content_hash(parts: Iterable[bytes]) -> str:
    """Return the SHA-256 of length-prefixed parts, so that no two lists of parts collide."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.hexdigest()


def json_hash(value: object) -> str:
    """Return the SHA-256 of a JSON value written with sorted keys."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
