"""A change asked for under an idempotency key is made once, also where the server dies meanwhile.

The key is marked in the change's own transaction, so that afterwards it is known whether the change
was made. Whoever begins a request late, after somebody else has begun it anew, changes nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from jixiao.contracts.office import Changing, Replay
from jixiao.core import Stale

UNDER_WAY, MADE = 0, 1
"""Instead of a status: nothing is known yet; the change was made, its answer is not kept."""
LEASE = timedelta(minutes=1)
"""After this long without an answer, a request counts as one whose server has died."""
_asked: ContextVar[Replay | None] = ContextVar("asked", default=None)


@contextmanager
def asked_under(replay: Replay) -> Iterator[None]:
    """Make every change within on behalf of this key."""
    token = _asked.set(replay)
    try:
        yield
    finally:
        _asked.reset(token)


def mark(change: Changing) -> None:
    """Mark the key, where there is one, with the change that is about to be kept.

    Raises:
        Stale: If the request was begun anew by somebody else in the meantime.
    """
    asked = _asked.get()
    if asked is None:
        return
    known = change.first(Replay, id=asked.id)
    if known is None or known.at != asked.at:
        raise Stale(
            "JX-E710",
            "Idempotency-Key",
            expected="the only request under it",
            got="one begun later",
            hint="ask again for the answer of the later one",
        )
    if known.status == UNDER_WAY:
        entry = change.entry
        told = {"action": entry.action, "kind": entry.kind, "object": entry.object}
        change.replace(known, status=MADE, body=json.dumps(told))


def is_left(known: Replay, now: datetime) -> bool:
    """Return whether nobody is answering any more, as far as can be told."""
    return known.status in (UNDER_WAY, MADE) and now - known.at > LEASE
