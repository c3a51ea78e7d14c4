"""Passwords, codes and tokens: made, kept only as hashes, and compared in constant time."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import time
from collections.abc import Collection

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from jixiao.core import Conflict, WorkspaceError

LEAST_PASSWORD = 12
"""Fewest characters of a password (OWASP ASVS 5.0, 6.2.1 asks for 8 and advises 15)."""
LONGEST_PASSWORD = 200
LEAST_GUESSES = 1e8
"""Guesses a password must last (zxcvbn: above this it holds where guessing is slowed down)."""
CONTEXT = ("jixiao", "绩效", "考核", "performance", "review")
"""Words that everybody here would try first (ASVS 5.0, 6.1.2)."""
LEAST_REST = 8
"""Letters and digits that must be left of a password without such words."""
_LOOKED_AT = 60
"""Characters of a password whose guesses are counted: enough, and quick."""
_STEP_S = 30
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_NOBODY = _HASHER.hash(secrets.token_hex(16))


def new_id() -> str:
    """Return a fresh random id of 96 bits."""
    return secrets.token_hex(12)


def new_token() -> str:
    """Return a fresh secret of 256 random bits, safe in an address."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """Return what is kept of a random secret."""
    return hashlib.sha256(token.encode()).hexdigest()


def hash_password(password: str, *, about: Collection[str] = ()) -> str:
    """Return the argon2id hash of a password.

    Args:
        password: As typed; kept whole and as it is.
        about: What a guess would begin with besides ``CONTEXT``, such as the login.

    Raises:
        Conflict: If it is too short, too long, or easily guessed: a common password, words and
            patterns that are in no long list of guesses only by a sign or two, or what it is about.
    """
    is_long_enough = LEAST_PASSWORD <= len(password) <= LONGEST_PASSWORD
    if not is_long_enough or _is_guessed(password, about):
        raise Conflict(
            "JX-E720",
            "password",
            expected=f"{LEAST_PASSWORD} to {LONGEST_PASSWORD} characters that are hard to guess",
            got="another password",
            hint="four words in a row are easy to remember and hard to guess",
        )
    return _HASHER.hash(password)


def _is_guessed(password: str, about: Collection[str]) -> bool:
    """Return whether a password is guessed soon, by the head of it that is looked at."""
    from zxcvbn import zxcvbn

    pieces = {piece for text in about for piece in (text, *re.split(r"[@.+_-]", text))}
    words = sorted({*CONTEXT, *(one for one in pieces if len(one) > 2)}, key=len, reverse=True)
    rest = re.sub("|".join(map(re.escape, words)), "", password, flags=re.IGNORECASE)
    if rest != password and len(re.sub(r"[\W_]", "", rest)) < LEAST_REST:
        return True
    found = zxcvbn(password[:_LOOKED_AT], user_inputs=words)
    return float(found["guesses"]) < LEAST_GUESSES


def password_fits(kept: str, password: str) -> bool:
    """Return whether a password is the one that was kept; takes as long when nothing was kept."""
    try:
        return _HASHER.verify(kept or _NOBODY, password) and bool(kept)
    except (Argon2Error, InvalidHashError):
        return False


def keyed_hash(key: bytes, text: str) -> str:
    """Return a hash that nobody without the key can make, as for addresses."""
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]


class Seal:
    """Keeps secrets readable to the application alone.

    Args:
        key: The workspace's secret bytes.
    """

    def __init__(self, key: bytes) -> None:
        made = hashlib.sha256(b"office seal" + key).digest()
        self._fernet = Fernet(base64.urlsafe_b64encode(made))

    def close(self, text: str) -> str:
        """Return a sealed text."""
        return self._fernet.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return what was sealed.

        Raises:
            WorkspaceError: If it was sealed with another key.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise WorkspaceError(
                "JX-E423",
                ".signing-key",
                expected="the key that the database was made with",
                got="another one",
                hint="restore database and key together",
            ) from None


def new_codes() -> list[str]:
    """Return ten codes for the day the second factor is lost, of 120 random bits each."""
    made = (base64.b32encode(secrets.token_bytes(15)).decode() for _ in range(10))
    return ["-".join(one[at : at + 4] for at in range(0, 24, 4)) for one in made]


def code_hash(code: str) -> str:
    """Return what is kept of such a code, however its groups and letters were typed."""
    return token_hash(re.sub(r"[\s-]", "", code).upper())


def new_totp() -> str:
    """Return a fresh secret of a second factor, in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def totp_address(secret: str, login: str) -> str:
    """Return the address that authenticator programs read."""
    return _totp(secret).get_provisioning_uri(login, "jixiao")


def totp_code(secret: str, at: float) -> str:
    """Return the code of a moment, in seconds since 1970."""
    return _totp(secret).generate(int(at)).decode()


def totp_step(secret: str, code: str, *, last: int, now: float | None = None) -> int | None:
    """Return the time step a code belongs to, or None when it does not fit.

    Args:
        secret: In base32.
        code: Six digits.
        last: Step of the last code that was taken; it and older ones do not fit.
        now: Seconds since 1970; the present when None.
    """
    at = time.time() if now is None else now
    try:
        base64.b32decode(secret)
    except binascii.Error:
        return None
    for step in (int(at // _STEP_S) + shift for shift in (0, -1, 1)):
        fits = hmac.compare_digest(totp_code(secret, step * _STEP_S).encode(), code.encode())
        if fits and step > last:
            return step
    return None


def _totp(secret: str) -> TOTP:
    return TOTP(base64.b32decode(secret), 6, SHA1(), _STEP_S, enforce_key_length=False)
