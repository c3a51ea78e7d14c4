"""Hooks: addresses that are told when something happens, each delivery signed.

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
from collections.abc import Callable, Collection
from contextlib import suppress
from datetime import timedelta

from jixiao.contracts.office import AuditEntry, Delivery, Hook, Reading
from jixiao.core import Conflict, Stale, Taken
from jixiao.office.access import require
from jixiao.office.addresses import Target, check_address, settle
from jixiao.office.office import Office
from jixiao.office.options import hosts
from jixiao.office.secrets import new_id, new_token
from jixiao.office.viewer import Viewer

EVENTS = (
    "job.end",
    "data.import",
    "report.approve",
    "report.release",
    "contest.open",
    "contest.decide",
    "cycle.open",
    "cycle.close",
    "stop.pull",
)
"""Actions a hook can be told of."""
BACK_OFF_S = (10, 60, 300, 1800, 7200, 21600, 43200)
"""Seconds before each further try; after the last the delivery is given up."""
TIMEOUT_S = 10.0
MOST_AT_ONCE = 20
_LOG = logging.getLogger("jixiao.hooks")
Send = Callable[[Target, bytes, dict[str, str]], int]


def add_hook(office: Office, viewer: Viewer, url: str, events: Collection[str]) -> tuple[Hook, str]:
    """Add a hook and return it with its secret, which is told this once.

    Args:
        office: The application.
        viewer: An administrator.
        url: ``https://`` address of a host that is listed under Settings.
        events: Some of ``EVENTS``.

    Raises:
        Forbidden: If the viewer may not manage hooks.
        Conflict: If the address may not be connected to, or an event is none.
    """
    require(viewer, "hook.manage")
    if not events or not set(events) <= set(EVENTS):
        raise Conflict("JX-E759", "events", expected=f"some of {', '.join(EVENTS)}", got="others")
    with office.reading() as read:
        check_address(url, hosts(read))
    secret = new_token()
    hook = Hook(
        id=new_id(), url=url, secret=office.seal.close(secret), events=tuple(sorted(set(events)))
    )
    with office.changing(viewer, "hook.add", "hook", hook.id, events=list(hook.events)) as change:
        change.add(hook)
    return hook, secret


def hooks(office: Office, viewer: Viewer) -> list[tuple[Hook, list[Delivery]]]:
    """Return every hook with its last deliveries, the newest first.

    Raises:
        Forbidden: If the viewer may not manage hooks.
    """
    require(viewer, "hook.manage")
    with office.reading() as read:
        return [
            (hook, read.find(Delivery, hook=hook.id, order="-due", limit=10))
            for hook in read.find(Hook)
        ]


def remove_hook(office: Office, viewer: Viewer, hook_id: str) -> None:
    """Remove a hook and what was on its way to it.

    Raises:
        Forbidden: If the viewer may not manage hooks.
        Missing: If there is none.
    """
    require(viewer, "hook.manage")
    with office.changing(viewer, "hook.remove", "hook", hook_id) as change:
        change.remove(change.get(Hook, hook_id), *change.find(Delivery, hook=hook_id))


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
        due = read.find(Delivery, state="waiting", due__le=now, order="due", limit=MOST_AT_ONCE)
    return sum(_try(office, one, send or send_https) for one in due)


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
    last = read.find(Delivery, hook=hook.id, order="-id", limit=1)
    added = read.first(AuditEntry, action="hook.add", object=hook.id)
    seen = last[0].id.partition("-")[0] if last else (added.id if added else "")
    events = list(hook.events)
    found = read.find(AuditEntry, action=events, id__gt=seen, limit=MOST_AT_ONCE)
    return [_delivery(office, hook, entry) for entry in found]


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


def _try(office: Office, delivery: Delivery, send: Send) -> bool:
    """Send a delivery once, if no other process has taken it; keep what came of it."""
    now = office.clock()
    try:
        with office.store.noting() as note:
            later = now + timedelta(seconds=3 * TIMEOUT_S)
            delivery = note.replace(delivery, due=later, tries=delivery.tries + 1)
    except Stale:
        return False
    status = _sent(office, delivery, send)
    with office.store.noting() as note:
        last = note.first(Delivery, id=delivery.id)
        if last is None:
            return True
        if 200 <= status < 300:
            note.replace(last, state="delivered")
        elif last.tries > len(BACK_OFF_S):
            note.replace(last, state="given_up")
        else:
            note.replace(last, due=now + timedelta(seconds=BACK_OFF_S[last.tries - 1]))
    return True


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
