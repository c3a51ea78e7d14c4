"""The provider of sign-ins: its document, its keys, and what a code is worth.

Authorisation code with PKCE (S256), state and nonce. The document must name exactly the issuer of
the settings; keys are read anew when a token names one that is not known.

References:
    OpenID Connect Core 1.0 and Discovery 1.0; RFC 7636 (PKCE); RFC 9207 (issuer in the answer);
    RFC 9700, best practices of OAuth 2.0.
"""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from jixiao.contracts import SignInSettings
from jixiao.core import SignInNeeded
from jixiao.office.addresses import Resolve, resolve
from jixiao.office.oidc.http import Fetch, unreachable
from jixiao.office.oidc.token import ALGORITHMS, Expected, check_token, refused

CALLBACK = "/sign-in/oidc/callback"
DOCUMENT_S = 3600
"""Seconds for which the provider's document is kept."""
KEYS_S = 600
"""Seconds for which its keys are kept."""
AGAIN_S = 10
"""Seconds before keys are read anew once more because a token named an unknown one."""
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
_KINDS = frozenset({"RSA", "EC", "OKP"})


@dataclass(frozen=True)
class Begun:
    """A sign-in that was begun in a browser, which alone can end it.

    Attributes:
        state: What the provider sends back.
        nonce: What the token must hold.
        verifier: What proves that the code was asked for here.
        at: When, in seconds since 1970.
        again: Whether the person must show anew who it is.
    """

    state: str
    nonce: str
    verifier: str
    at: float
    again: bool = False


class Provider:
    """A provider of sign-ins.

    Args:
        settings: What ``sign-in.yaml`` says, checked.
        secret: The client's secret; empty for none.
        lookup: Resolves names.
    """

    def __init__(
        self, settings: SignInSettings, secret: str = "", *, lookup: Resolve = resolve
    ) -> None:
        self.settings = settings
        self._secret = secret
        hosts = (urlsplit(settings.issuer).netloc, *settings.hosts)
        self._fetch = Fetch(hosts, intranet=settings.intranet, lookup=lookup)
        self._lock = threading.Lock()
        self._document: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None

    @property
    def callback(self) -> str:
        """Where the provider sends browsers back to."""
        return self.settings.address.rstrip("/") + CALLBACK

    def address(self, begun: Begun) -> str:
        """Return where a browser is sent to sign in.

        Raises:
            SignInNeeded: If the provider does not answer, or its document cannot be trusted.
        """
        digest = hashlib.sha256(begun.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": self.settings.client_id,
            "redirect_uri": self.callback,
            "scope": "openid email",
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        if begun.again:
            asked |= {"prompt": "login", "max_age": "0"}
        endpoint = str(self.document()["authorization_endpoint"])
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def claims(self, code: str, begun: Begun, *, now: float) -> dict[str, Any]:
        """Return what the provider vouches for, in exchange for a code.

        Args:
            code: What the browser brought.
            begun: The sign-in it belongs to.
            now: The present, in seconds since 1970.

        Raises:
            SignInNeeded: If the provider does not take the code, or its token is wrong.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.callback,
            "client_id": self.settings.client_id,
            "code_verifier": begun.verifier,
        }
        answer = self._redeemed(form)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise refused("an answer without an ID token")
        expected = Expected(
            issuer=self.settings.issuer,
            client_id=self.settings.client_id,
            nonce=begun.nonce,
            began=begun.at,
            now=now,
            again=begun.again,
        )
        return check_token(token, self.keys, expected)

    def _redeemed(self, form: dict[str, str]) -> dict[str, Any]:
        document = self.document()
        ways = document.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        auth = None
        if self._secret and "client_secret_basic" in ways:
            auth = (quote(self.settings.client_id, safe=""), quote(self._secret, safe=""))
        elif self._secret:
            form = {**form, "client_secret": self._secret}
        return self._fetch.post(str(document["token_endpoint"]), form, auth=auth)

    def sign_out_address(self) -> str:
        """Return where a browser signs out at the provider too; empty where it cannot."""
        try:
            endpoint = self.document().get("end_session_endpoint")
            if not isinstance(endpoint, str):
                return ""
            self._fetch.check(endpoint)
        except SignInNeeded:
            return ""
        back = self.settings.address.rstrip("/") + "/sign-in"
        asked = {"client_id": self.settings.client_id, "post_logout_redirect_uri": back}
        return f"{endpoint}{'&' if '?' in endpoint else '?'}{urlencode(asked)}"

    def names_itself(self) -> bool:
        """Return whether the provider says that it names itself in every answer (RFC 9207)."""
        return self.document().get("authorization_response_iss_parameter_supported") is True

    def document(self) -> dict[str, Any]:
        """Return the provider's document, checked.

        Raises:
            SignInNeeded: If there is none, or it cannot be trusted.
        """
        with self._lock:
            if self._document is None or time.monotonic() - self._document[0] > DOCUMENT_S:
                address = self.settings.issuer.rstrip("/") + "/.well-known/openid-configuration"
                found = self._fetch.get(address)
                self._check_document(found)
                self._document = (time.monotonic(), found)
            return self._document[1]

    def _check_document(self, document: dict[str, Any]) -> None:
        if document.get("issuer") != self.settings.issuer:
            raise refused("a document of another issuer")
        for name in _ENDPOINTS:
            if not isinstance(document.get(name), str):
                raise refused(f"a document without {name}")
            self._fetch.check(document[name])
        if "S256" not in document.get("code_challenge_methods_supported", ["S256"]):
            raise refused("a provider without PKCE by S256")
        signed = document.get("id_token_signing_alg_values_supported", ["RS256"])
        if not set(ALGORITHMS) & set(signed):
            raise refused("a provider that signs in no way that is taken")

    def keys(self, again: bool = False) -> KeySet:
        """Return the provider's public keys.

        Args:
            again: Whether they are to be read anew, as a token names one that is not among them.

        Raises:
            SignInNeeded: If there are none.
        """
        address = str(self.document()["jwks_uri"])
        with self._lock:
            age = time.monotonic() - self._keys[0] if self._keys else float("inf")
            if self._keys is None or age > (AGAIN_S if again else KEYS_S):
                self._keys = (time.monotonic(), _public_keys(self._fetch.get(address)))
            return self._keys[1]


def _public_keys(found: dict[str, Any]) -> KeySet:
    """Return the keys that signatures are checked with; shared secrets are left out."""
    given = found.get("keys")
    kept = [
        one
        for one in (given if isinstance(given, list) else [])
        if isinstance(one, dict) and one.get("kty") in _KINDS and one.get("use", "sig") == "sig"
    ]
    try:
        return KeySet.import_key_set({"keys": kept})
    except (JoseError, ValueError, TypeError, KeyError):
        raise unreachable("no keys that can be read") from None
