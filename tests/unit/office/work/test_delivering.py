"""A delivery is signed, made once, tried ever later, and goes only where it may."""

import hashlib
import hmac
import json
import ssl
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.hook_case import HOST, PUBLIC, Receiver, with_hook
from tests.office_case import viewer
from tests.tls_case import TlsServer

from jixiao.contracts.office import Delivery
from jixiao.office import Office
from jixiao.office.addresses import Target
from jixiao.office.safety.stop import set_stop
from jixiao.office.work.delivering import BACK_OFF_S, deliver, send_https, signature


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TlsServer]:
    """Return a server whose certificate is for hooks.example.org and is trusted."""
    with TlsServer(tmp_path, "hooks.example.org") as server:
        monkeypatch.setenv("SSL_CERT_FILE", str(server.certificate))
        yield server


def test_a_signature_is_the_hmac_of_the_second_a_dot_and_the_body() -> None:
    body = b'{"event": "job.end"}'
    told = dict(part.split("=", 1) for part in signature("s3", body, at=1700000000).split(","))
    expected = hmac.digest(b"s3", b"1700000000." + body, hashlib.sha256).hex()
    assert told == {"t": "1700000000", "v1": expected}


def test_another_secret_second_or_body_gives_another_signature() -> None:
    made = {
        signature("s3", b"a", at=1),
        signature("s4", b"a", at=1),
        signature("s3", b"b", at=1),
        signature("s3", b"a", at=2),
    }
    assert len(made) == 4


def later(office: Office, seconds: float) -> Office:
    """Return the application some time from now."""
    return replace(office, clock=lambda: datetime.now(UTC) + timedelta(seconds=seconds))


def stopped(office: Office, times: int = 1) -> None:
    """Let something happen that a hook may be told of."""
    for _ in range(times):
        set_stop(office, viewer(office, "auditor"), stopped=True, reason="a word nobody is told")


def test_a_delivery_is_signed_holds_pseudonyms_and_is_made_once(
    office: Office, receiver: Receiver
) -> None:
    hook, secret = with_hook(office, "stop.pull")
    stopped(office)
    assert deliver(office, send=receiver) == 1
    assert deliver(office, send=receiver) == 0
    ((target, body, headers),) = receiver.got
    assert (target.host, target.address, target.path) == (HOST, PUBLIC, "/in?x=1")
    at = int(headers["X-Jixiao-Signature"].split(",")[0].removeprefix("t="))
    raw = json.dumps(body, ensure_ascii=False, sort_keys=True).encode()
    assert headers["X-Jixiao-Signature"] == signature(secret, raw, at=at)
    assert (body["event"], body["kind"], body["object"]) == ("stop.pull", "option", "stop")
    assert "nobody is told" not in raw.decode()
    with office.reading() as read:
        (kept,) = read.find(Delivery, hook=hook.id)
    assert (kept.state, kept.status, kept.tries) == ("delivered", 200, 1)


def test_what_is_not_taken_is_tried_ever_later_and_given_up_in_the_end(
    office: Office, receiver: Receiver
) -> None:
    with_hook(office, "stop.pull")
    stopped(office)
    receiver.status = 500
    assert deliver(office, send=receiver) == 1
    assert deliver(office, send=receiver) == 0, "not due yet"
    past = 0.0
    for wait in BACK_OFF_S:
        past += wait + 1
        assert deliver(later(office, past), send=receiver) == 1
    assert deliver(later(office, past + 10**6), send=receiver) == 0
    with office.reading() as read:
        (kept,) = read.find(Delivery)
    assert (kept.state, kept.status, kept.tries) == ("given_up", 500, len(BACK_OFF_S) + 1)


def test_a_name_that_leads_home_is_never_connected_to(
    office: Office, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_hook(office, "stop.pull")
    stopped(office)
    monkeypatch.setattr("socket.getaddrinfo", lambda *_, **__: [(2, 1, 6, "", ("127.0.0.1", 443))])
    assert deliver(office, send=receiver) == 1
    assert receiver.got == []
    with office.reading() as read:
        assert [one.status for one in read.find(Delivery)] == [0]


def test_two_processes_send_each_delivery_once(office: Office, receiver: Receiver) -> None:
    with_hook(office, "stop.pull")
    stopped(office, times=12)
    threads = [
        threading.Thread(target=deliver, args=(office,), kwargs={"send": receiver}) for _ in "abc"
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    ids = [headers["X-Jixiao-Delivery"] for _, _, headers in receiver.got]
    assert len(ids) == len(set(ids)) == 12


def test_a_delivery_goes_over_tls_to_the_resolved_address_and_follows_no_redirect(
    tls: TlsServer,
) -> None:
    target = Target("hooks.example.org", tls.port, "/in", "127.0.0.1")
    assert send_https(target, b'{"a": 1}', {"X-Jixiao-Delivery": "d"}) == 302
    assert tls.requests == [("POST", "/in", "hooks.example.org", b'{"a": 1}')]
    other = Target("other.example.org", tls.port, "/in", "127.0.0.1")
    with pytest.raises(ssl.SSLCertVerificationError):
        send_https(other, b"{}", {})
    assert len(tls.requests) == 1
