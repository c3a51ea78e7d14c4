"""Signatures: a statement about a file, signed with Ed25519 as a compact JSON Web Signature.

The public key travels in the header, so that a changed file and a foreign key can be told apart;
whether a key is to be trusted is for whoever checks. RFC 7515 (JWS), RFC 8037 (EdDSA).
"""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from jixiao.core import ReportError

TYPE = "jixiao-seal"


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature that holds.

    Attributes:
        statement: What was signed.
        key: Short name of the public key in the header.
    """

    statement: dict[str, Any]
    key: str


class Signer:
    """Signs statements with the key of a workspace.

    Args:
        secret: 32 secret bytes, the Ed25519 seed.
    """

    def __init__(self, secret: bytes) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        self._key = Ed25519PrivateKey.from_private_bytes(secret)
        public = self._key.public_key().public_bytes_raw()
        jwk = {"crv": "Ed25519", "kty": "OKP", "x": _packed(public)}
        self._head = _packed_json({"alg": "EdDSA", "jwk": jwk, "typ": TYPE})
        self.key = key_name(public)

    def sign(self, statement: dict[str, Any]) -> str:
        """Return the statement as a signed text of letters, digits, ``-``, ``_`` and ``.``."""
        said = f"{self._head}.{_packed_json(statement)}"
        return f"{said}.{_packed(self._key.sign(said.encode()))}"

    def public_pem(self) -> str:
        """Return the public key as a PEM file, to be handed to whoever checks."""
        from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

        form = PublicFormat.SubjectPublicKeyInfo
        return self._key.public_key().public_bytes(Encoding.PEM, form).decode()


def read_signed(text: str) -> Signed | None:
    """Return what a text says if its signature fits the key in its own header; None otherwise."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        head, body, signature = text.split(".")
        header = json.loads(_unpacked(head))
        public = _unpacked(header["jwk"]["x"])
        if (header["alg"], header["typ"]) != ("EdDSA", TYPE):
            return None
        key = Ed25519PublicKey.from_public_bytes(public)
        key.verify(_unpacked(signature), f"{head}.{body}".encode())
        statement = json.loads(_unpacked(body))
    except (ValueError, KeyError, TypeError, InvalidSignature):
        return None
    return Signed(statement, key_name(public)) if isinstance(statement, dict) else None


def key_of_pem(text: bytes, place: str) -> str:
    """Return the short name of the public key in a PEM file.

    Args:
        text: Content of the file.
        place: Name of the option or file, for the error.

    Raises:
        ReportError: If it holds no Ed25519 public key.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(text)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise ReportError(
            "JX-E533",
            place,
            expected="an Ed25519 public key as PEM",
            got="something else",
            hint="take provenance-key.pem of the workspace that made the report",
        )
    return key_name(key.public_bytes_raw())


def key_name(public: bytes) -> str:
    """Return the first 16 hex digits of the SHA-256 of a public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def _packed(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _packed_json(value: dict[str, Any]) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    return _packed(text.encode())


def _unpacked(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
