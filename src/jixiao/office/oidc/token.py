"""Whether an ID token says what it must: signature, issuer, audience, times, nonce.

References:
    OpenID Connect Core 1.0, section 3.1.3.7; RFC 8725, best practices of JSON web tokens.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from jixiao.core import SignInNeeded

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA")
"""Signatures by the provider's private key; none is absent, and so is every shared secret."""
LEEWAY_S = 60
"""Seconds by which two clocks may differ."""
LONGEST = 16_384


@dataclass(frozen=True)
class Expected:
    """What a token must say.

    Attributes:
        issuer: Who made it.
        client_id: Whom it is for.
        nonce: What was sent when the sign-in began.
        began: When that was, in seconds since 1970.
        now: The present, in seconds since 1970.
        again: Whether the person must have shown who it is since then.
    """

    issuer: str
    client_id: str
    nonce: str
    began: float
    now: float
    again: bool = False


def check_token(text: str, keys: Callable[[bool], KeySet], expected: Expected) -> dict[str, Any]:
    """Return the claims of an ID token.

    Args:
        text: The token.
        keys: Returns the provider's keys; asked with True when none of the known ones fits.
        expected: What it must say.

    Raises:
        SignInNeeded: If one thing is wrong; which one stands in the error, for the log.
    """
    token = _decoded(text, keys)
    kind = token.header.get("typ", "JWT")
    if str(kind).upper() != "JWT":
        raise refused("a token of another type")
    claims = dict(token.claims)
    wrong = _wrong_party(claims, expected) or _wrong_time(claims, expected)
    if wrong:
        raise refused(wrong)
    return claims


def _decoded(text: str, keys: Callable[[bool], KeySet]) -> jwt.Token:
    if len(text) > LONGEST:
        raise refused("a token that is too long")
    for again in (False, True):
        try:
            return jwt.decode(text, keys(again), algorithms=ALGORITHMS)
        except InvalidKeyIdError:
            if again:
                raise refused("a key the provider does not publish") from None
        except (JoseError, ValueError, TypeError) as error:
            raise refused(f"a token that cannot be trusted ({type(error).__name__})") from None
    raise AssertionError("unreachable")


def _wrong_party(claims: dict[str, Any], expected: Expected) -> str:
    """Return what is wrong with whom a token is from, for and about; empty when nothing is."""
    if claims.get("iss") != expected.issuer:
        return "another issuer"
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 1 <= len(subject) <= 255:
        return "no subject"
    given = claims.get("aud")
    audience = [given] if isinstance(given, str) else given
    if not isinstance(audience, list) or expected.client_id not in audience:
        return "another audience"
    party = claims.get("azp")
    if (len(audience) > 1 or party is not None) and party != expected.client_id:
        return "another authorised party"
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(
        nonce.encode(), expected.nonce.encode()
    ):
        return "another nonce"
    return ""


def _wrong_time(claims: dict[str, Any], expected: Expected) -> str:
    """Return what is wrong with a token's times; empty when nothing is."""
    ends, made, begins = (_seconds(claims, name) for name in ("exp", "iat", "nbf"))
    if ends is None or ends + LEEWAY_S <= expected.now:
        return "an expired token"
    if made is None or made > expected.now + LEEWAY_S or made < expected.began - LEEWAY_S:
        return "a token of another time"
    if "nbf" in claims and (begins is None or begins > expected.now + LEEWAY_S):
        return "a token that is not valid yet"
    shown = _seconds(claims, "auth_time")
    if expected.again and (shown is None or shown < expected.began - LEEWAY_S):
        return "a sign-in that was not repeated"
    return ""


def _seconds(claims: dict[str, Any], name: str) -> float | None:
    value = claims.get(name)
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def refused(got: str) -> SignInNeeded:
    """Return what is raised where an answer of the provider is not to be trusted."""
    return SignInNeeded(
        "JX-E716", "sign-in at the provider", expected="an answer that can be trusted", got=got
    )
