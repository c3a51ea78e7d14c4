"""Seals: signed statements about where a report's file comes from, inside the file itself.

``seal`` signs a rendered file, ``check_seal`` says whether a file is as it was signed, and by
whose key.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

from jixiao.contracts import Report
from jixiao.reports.frame import has_opinion, written_by_model
from jixiao.reports.seals import packages
from jixiao.reports.seals.envelopes import digest, opened, sealed
from jixiao.reports.seals.signing import Signer, key_of_pem, read_signed

__all__ = ["Origin", "Signer", "Verdict", "check_seal", "content_hash_of", "key_of_pem", "seal"]

State = Literal["good", "changed", "unsigned", "unknown key"]


@dataclass(frozen=True, slots=True)
class Origin:
    """What a seal says beside the file's own hashes.

    Attributes:
        content: Hash of the report's content, of ``content_hash_of``.
        version: Version of the product.
        time: When it was made, ISO 8601, UTC.
    """

    content: str
    version: str
    time: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is known about where a file comes from.

    Attributes:
        state: Good, changed since it was signed, unsigned, or signed by a key nobody vouches for.
        statement: What was signed; empty where no signature holds.
        key: Short name of the key; empty where no signature holds.
    """

    state: State
    statement: dict[str, Any]
    key: str


def content_hash_of(report_json: bytes) -> str:
    """Return the SHA-256 of a report's JSON, in hex: the same for all its formats."""
    return hashlib.sha256(report_json).hexdigest()


def seal(content: bytes, report: Report, kind: str, *, origin: Origin, signer: Signer) -> bytes:
    """Return a rendered file with a signed statement about it inside.

    Args:
        content: The file as rendered.
        report: What it was rendered from.
        kind: Its format.
        origin: What the statement says of the making.
        signer: The workspace's key.
    """
    known = report.provenance
    statement = {
        "ai": {"opinion": has_opinion(report), "text": written_by_model(report)},
        "content": origin.content,
        "data": known.get("data", known.get("data_hash", "")),
        "file": digest(content, kind),
        "format": kind,
        "jixiao": origin.version,
        "language": report.language,
        "model": known.get("model", ""),
        "report": report.id,
        "time": origin.time,
        "writer": known.get("writer", ""),
    }
    return sealed(content, kind, signer.sign(statement))


def check_seal(content: bytes, kind: str, *, keys: Collection[str]) -> Verdict:
    """Return whether a file is as it was signed, and whether a known key signed it.

    Args:
        content: The whole file.
        kind: Its format.
        keys: Short names of the keys that are trusted.

    Raises:
        ReportError: If it is no file of that format at all.
    """
    inner = opened(content, kind)
    if not inner.seal:
        return Verdict("unsigned", {}, "")
    signed = read_signed(inner.seal)
    if signed is None:
        return Verdict("changed", {}, "")
    statement = signed.statement
    again = sealed(inner.content, kind, inner.seal)
    if kind in ("docx", "xlsx"):
        is_whole = packages.same(again, content)
    elif kind == "pdf":
        is_whole = again == content
    else:
        is_whole = again == content.replace(b"\r\n", b"\n")
    is_same = digest(inner.content, kind) == statement.get("file")
    if not (is_whole and is_same and statement.get("format") == kind):
        return Verdict("changed", statement, signed.key)
    return Verdict("good" if signed.key in keys else "unknown key", statement, signed.key)
