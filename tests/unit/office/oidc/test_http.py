"""Asking a provider: certificates, sizes, redirects and answers that are none."""

import ssl
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from tests.oidc_case import serving
from tests.tls_case import make_certificate

from jixiao.core import SignInNeeded
from jixiao.office.oidc.http import MOST_BYTES, Fetch

ANSWERS = {
    "right": b'{"issuer": "here"}',
    "long": b'{"x": "' + b"a" * MOST_BYTES + b'"}',
    "text": b"<html>",
    "list": b"[1, 2]",
}


def _answer(request: Request) -> Response:
    what = request.path_params["what"]
    if what == "moved":
        return RedirectResponse("/right")
    if what == "broken":
        return Response(b"{}", 500)
    return Response(ANSWERS[what], headers={"x-host": request.headers["host"]})


def served(**tls: str) -> AbstractContextManager[int]:
    app = Starlette(routes=[Route("/{what}", _answer, methods=["GET", "POST"])])
    return serving(lambda _: app, **tls)


def certificate(folder: Path, name: str) -> dict[str, str]:
    """Make a certificate of a name, trusted by itself."""
    made, key = make_certificate(folder, name)
    return {"ssl_certfile": str(made), "ssl_keyfile": str(key)}


def here(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


@pytest.mark.parametrize(
    ("what", "why"),
    [
        ("long", "too long"),
        ("text", "not JSON"),
        ("list", "no object"),
        ("broken", "status 500"),
        ("moved", "status 307"),
    ],
)
def test_what_is_no_bounded_object_is_not_taken(what: str, why: str) -> None:
    with served() as port:
        fetch = Fetch((f"127.0.0.1:{port}",), intranet=True)
        assert fetch.get(f"http://127.0.0.1:{port}/right") == {"issuer": "here"}
        assert fetch.post(f"http://127.0.0.1:{port}/right", {"a": "b"}) == {"issuer": "here"}
        with pytest.raises(SignInNeeded, match=why):
            fetch.get(f"http://127.0.0.1:{port}/{what}")


def test_a_certificate_must_be_of_the_name_and_not_of_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, opens in (("localhost", True), ("id.example.org", False)):
        folder = tmp_path / name
        folder.mkdir()
        with served(**certificate(folder, name)) as port:
            monkeypatch.setenv("SSL_CERT_FILE", str(folder / "certificate.pem"))
            fetch = Fetch((f"localhost:{port}",), intranet=True, lookup=here)
            if opens:
                assert fetch.get(f"https://localhost:{port}/right") == {"issuer": "here"}
                continue
            with pytest.raises(SignInNeeded, match="ConnectError"):
                fetch.get(f"https://localhost:{port}/right")


def test_a_certificate_nobody_trusts_is_not_taken(tmp_path: Path) -> None:
    with served(**certificate(tmp_path, "localhost")) as port:
        fetch = Fetch((f"localhost:{port}",), intranet=True, lookup=here)
        with pytest.raises(SignInNeeded, match="ConnectError"):
            fetch.get(f"https://localhost:{port}/right")
    assert ssl.create_default_context().verify_mode is ssl.CERT_REQUIRED


def test_without_the_exception_no_private_address_is_asked() -> None:
    fetch = Fetch(("id.example.org",), lookup=lambda host, port: ["10.1.2.3"])
    with pytest.raises(SignInNeeded, match="private or local"):
        fetch.get("https://id.example.org/")
    nowhere = Fetch(("id.example.org",), lookup=_unknown)
    with pytest.raises(SignInNeeded, match="not known"):
        nowhere.get("https://id.example.org/")


def _unknown(host: str, port: int) -> list[str]:
    raise OSError("no such name")
