"""Deliveries to hooks: made of new audit entries, signed, sent, tried again ever later.

A delivery is an HTTP POST of JSON with pseudonyms only. ``X-Jixiao-Signature`` holds
``t=SECONDS,v1=HEX``: HMAC SHA-256 of ``SECONDS.BODY`` with the hook's secret, so that neither the
body nor its time can be forged. What is not answered with 2xx is tried again, ever later, for
about a day. Redirects are never followed.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import logging
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from jixiao.contracts.office import AuditEntry, Delivery, Hook, Reading
from jixiao.core import Conflict, Stale, Taken
from jixiao.office.addresses import Target, settle
from jixiao.office.office import Office
from jixiao.office.options import hosts

BACK_OFF_S = (10, 60, 300, 1800, 7200, 21600, 43200)
"""Seconds before each further try; after the last the delivery is given up."""
TIMEOUT_S = 10.0
MOST_AT_ONCE = 20
TRIAL = "hook.try"
"""Event of a delivery that somebody asked for to see whether it arrives; tried once."""
_LOG = logging.getLogger("jixiao.hooks")
Send = Callable[[Target, bytes, dict[str, str]], int]


def signature(secret: str, body: bytes, *, at: int) -> str:
    """Return what proves that a delivery is ours and of that second."""
    told = hmac.new(secret.encode(), f"{at}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={at},v1={told}"


def deliver(office: Office, *, send: Send | None = None) -> int:
    """Turn new audit entries into deliveries and send those that are due.

    Args:
        office: The application.
        send: Sends one and returns the HTTP status; over HTTPS when None.

    Returns:
        How many were tried.
    """
    with office.reading() as read:
        if not read.count(Hook, disabled=False):
            return 0
    _collect(office)
    now = office.clock()
    with office.reading() as read:
        told = [one.id for one in read.find(Hook, disabled=False)]
        due = read.find(
            Delivery, state="waiting", due__le=now, hook=told, order="due", limit=MOST_AT_ONCE
        )
    return sum(send_once(office, one, send) for one in due)


def _collect(office: Office) -> None:
    """Make deliveries of what happened since the last ones.

    A delivery is named after its audit entry and its hook, so that none is made twice.
    """
    with office.reading() as read:
        made = [one for hook in read.find(Hook, disabled=False) for one in _new(read, hook, office)]
    for one in made:
        with suppress(Taken), office.store.noting() as note:
            note.add(one)


def _new(read: Reading, hook: Hook, office: Office) -> list[Delivery]:
    events = list(hook.events)
    since = heard_until(read, hook.id)
    found = read.find(AuditEntry, action=events, id__gt=since, limit=MOST_AT_ONCE)
    return [_delivery(office, hook, entry) for entry in found]


def heard_until(read: Reading, hook_id: str) -> str:
    """Return the id of the entry after which a hook is told: its last one, or its last change.

    What happened while a hook was paused is therefore not told later.
    """
    last = read.find(Delivery, hook=hook_id, order="-id", limit=1)
    ways = ["hook.add", "hook.change"]
    set_up = read.find(AuditEntry, action=ways, object=hook_id, order="-id", limit=1)
    return max([one.id.partition("-")[0] for one in (*last, *set_up)], default="")


def _delivery(office: Office, hook: Hook, entry: AuditEntry) -> Delivery:
    told = {
        "id": int(entry.id),
        "event": entry.action,
        "at": entry.at.isoformat(),
        "kind": entry.kind,
        "object": entry.object,
        "detail": entry.detail,
    }
    return Delivery(
        id=f"{entry.id}-{hook.id}",
        hook=hook.id,
        event=entry.action,
        body=json.dumps(told, ensure_ascii=False, sort_keys=True),
        due=office.clock(),
    )


def send_once(office: Office, delivery: Delivery, send: Send | None = None) -> bool:
    """Send a delivery once, if no other process has taken it; keep what came of it.

    Args:
        office: The application.
        delivery: As it was read.
        send: As for ``deliver``.

    Returns:
        Whether it was tried.
    """
    now = office.clock()
    try:
        with office.store.noting() as note:
            later = now + timedelta(seconds=3 * TIMEOUT_S)
            delivery = note.replace(delivery, due=later, tries=delivery.tries + 1)
    except Stale:
        return False
    status = _sent(office, delivery, send or send_https)
    with office.store.noting() as note:
        last = note.first(Delivery, id=delivery.id)
        if last is not None:
            note.replace(last, status=status, **_outcome(last, status, now))
    return True


def _outcome(delivery: Delivery, status: int, now: datetime) -> dict[str, Any]:
    """Return what becomes of a delivery after a try."""
    if 200 <= status < 300:
        return {"state": "delivered", "due": now}
    if delivery.event == TRIAL or delivery.tries > len(BACK_OFF_S):
        return {"state": "given_up", "due": now}
    return {"due": now + timedelta(seconds=BACK_OFF_S[delivery.tries - 1])}


def _sent(office: Office, delivery: Delivery, send: Send) -> int:
    """Return the HTTP status of a try, 0 where there was no answer."""
    with office.reading() as read:
        hook = read.first(Hook, id=delivery.hook)
        allowed = hosts(read)
    if hook is None or hook.disabled:
        return 0
    body, at = delivery.body.encode(), int(office.clock().timestamp())
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "jixiao",
        "X-Jixiao-Delivery": delivery.id,
        "X-Jixiao-Signature": signature(office.seal.open(hook.secret), body, at=at),
    }
    try:
        return send(settle(hook.url, allowed), body, headers)
    except (OSError, http.client.HTTPException, Conflict) as error:
        _LOG.warning(
            "delivery %s of %s failed: %s", delivery.id, delivery.event, type(error).__name__
        )
        return 0


class _Pinned(http.client.HTTPSConnection):
    """Connects to the address a name was resolved to; the certificate must be the name's."""

    def __init__(self, target: Target) -> None:
        self._tls = ssl.create_default_context()
        super().__init__(target.host, target.port, timeout=TIMEOUT_S, context=self._tls)
        self._address = target.address

    def connect(self) -> None:
        """Open the connection."""
        plain = socket.create_connection((self._address, self.port), TIMEOUT_S)
        self.sock = self._tls.wrap_socket(plain, server_hostname=self.host)


def send_https(target: Target, body: bytes, headers: dict[str, str]) -> int:
    """Send a delivery and return the HTTP status; a redirect is an answer like any other."""
    connection = _Pinned(target)
    try:
        connection.request("POST", target.path, body, headers)
        return connection.getresponse().status
    finally:
        connection.close()
