"""A provider of sign-ins on this machine, for tests: it can lie in every way that matters."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import uvicorn
from joserfc import jwt
from joserfc.jwk import ECKey, Key, KeySet, OctKey, RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from jixiao.contracts import SignInSettings
from jixiao.office.oidc.provider import Provider

CLIENT, SECRET = "jixiao-test", "a secret of the client"
HERE = "https://testserver"


@dataclass
class Liar:
    """The provider, and what it is to do wrong.

    Attributes:
        issuer: Its address.
        claims: What tokens say besides what they must, or instead of it; None leaves a claim out.
        header: What their header says besides.
        key: What they are signed with.
        published: Keys that the provider publishes.
        document: What its document says besides, or instead.
        sent: What the browser is sent back with besides, or instead.
        asked: Requests for tokens, as their forms.
    """

    issuer: str
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    key: Key = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: list[Key] = field(default_factory=list)
    document: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, Any] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    token: str = ""
    used: set[str] = field(default_factory=set)

    def app(self) -> Starlette:
        """Return it as an application."""
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self._document),
                Route("/authorize", self._authorize),
                Route("/token", self._token, methods=["POST"]),
                Route("/keys", self._keys),
                Route("/moved", lambda _: RedirectResponse("/keys")),
            ]
        )

    def _document(self, _: Request) -> Response:
        told = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "end_session_endpoint": f"{self.issuer}/leave",
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["RS256", "ES256"],
            "authorization_response_iss_parameter_supported": True,
        }
        return JSONResponse(told | self.document)

    def _keys(self, _: Request) -> Response:
        return JSONResponse(KeySet(self.published or [self.key]).as_dict(private=False))

    def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.issuer} | self.sent
        query = "&".join(f"{name}={value}" for name, value in back.items() if value is not None)
        return RedirectResponse(f"{asked['redirect_uri']}?{query}")

    async def _token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        self.asked.append(form)
        asked = self.codes.get(form["code"])
        digest = hashlib.sha256(form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest)
        basic = base64.b64encode(f"{CLIENT}:{SECRET.replace(' ', '%20')}".encode()).decode()
        known = request.headers.get("authorization") == f"Basic {basic}"
        fits = asked is not None and challenge.rstrip(b"=").decode() == asked["code_challenge"]
        if not fits or not known or form["code"] in self.used:
            return JSONResponse({"error": "invalid_grant"}, 400)
        self.used.add(form["code"])
        return JSONResponse({"access_token": "x", "id_token": self.token or self._made(asked)})

    def _made(self, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {
            "iss": self.issuer,
            "sub": "subject-7",
            "aud": CLIENT,
            "exp": now + 300,
            "iat": now,
            "nonce": asked["nonce"],
            "email": "manager",
            "email_verified": True,
        } | self.claims
        claims = {name: value for name, value in claims.items() if value is not None}
        alg = {"RSA": "RS256", "EC": "ES256", "oct": "HS256"}[self.key.key_type]
        header = {"alg": alg, "kid": self.key.kid} | self.header
        return jwt.encode(header, claims, self.key, algorithms=[alg])

    def settings(self, **more: Any) -> SignInSettings:
        """Return settings that name it."""
        return SignInSettings(
            **{
                "issuer": self.issuer,
                "client_id": CLIENT,
                "address": HERE,
                "name": "Lanting ID",
                "intranet": True,
            }
            | more
        )

    def provider(self, **more: Any) -> Provider:
        """Return it as the application knows it."""
        return Provider(self.settings(**more), SECRET)


@contextmanager
def serving(app: Callable[[int], Starlette], **tls: str) -> Iterator[int]:
    """Serve what is made for a port of this machine, and give the port."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port: int = held.getsockname()[1]
        made = app(port)
        config = uvicorn.Config(made, log_level="critical", lifespan="off", ws="none", **tls)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [held]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield port
        finally:
            server.should_exit = True
            thread.join(10)


@contextmanager
def liar() -> Iterator[Liar]:
    """Serve a provider on this machine."""
    made: list[Liar] = []

    def app(port: int) -> Starlette:
        made.append(Liar(f"http://127.0.0.1:{port}"))
        return made[0].app()

    with serving(app):
        yield made[0]


def out(client: TestClient, path: str = "/sign-in/oidc") -> str:
    """Begin in a browser and return where the provider sends it back to."""
    import httpx

    begun = client.get(path)
    assert begun.status_code == 303, begun.text
    answer = httpx.get(begun.headers["location"], trust_env=False)
    assert answer.status_code in (302, 307), answer.text
    return answer.headers["location"].removeprefix(HERE)


def asked_for(client: TestClient) -> dict[str, str]:
    """Begin in a browser and return what the provider is asked for."""
    query = urlsplit(client.get("/sign-in/oidc").headers["location"]).query
    return {name: one[0] for name, one in parse_qs(query).items()}


def by_hand(claims: dict[str, Any], *, alg: str, secret: bytes = b"") -> str:
    """Return a token as no library makes it: unsigned, or sealed with a public key."""
    parts = ({"alg": alg, "typ": "JWT", "kid": "one"}, claims)
    made = b".".join(_plain(json.dumps(one).encode()) for one in parts)
    seal = hmac.new(secret, made, hashlib.sha256).digest() if secret else b""
    return f"{made.decode()}.{_plain(seal).decode()}"


def _plain(raw: bytes) -> bytes:
    return base64.urlsafe_b64encode(raw).rstrip(b"=")


__all__ = [
    "CLIENT",
    "ECKey",
    "Liar",
    "OctKey",
    "RSAKey",
    "asked_for",
    "by_hand",
    "liar",
    "out",
    "serving",
]
