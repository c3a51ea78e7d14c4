"""Bookkeeping that has served its time: ended jobs, answers to repeat, deliveries."""

from __future__ import annotations

from datetime import timedelta

from jixiao.contracts.office import Delivery, Hook, Job, Reading, Replay
from jixiao.office.office import Office
from jixiao.office.options import number

REPLAY_H = 24
"""Hours for which the answer to an idempotency key is kept."""
_MOST = 500


def forget_old(office: Office) -> int:
    """Forget notes that are older than the options say and return how many."""
    now = office.clock()
    with office.reading() as read:
        old = now - timedelta(days=number(read, "keep_jobs_days"))
        last = _last_deliveries(read)
    with office.store.noting() as note:
        sent = note.find(Delivery, due__lt=old, state=["delivered", "given_up"], limit=_MOST)
        gone = [
            *note.find(Job, ended__lt=old, limit=_MOST),
            *note.find(Replay, at__lt=now - timedelta(hours=REPLAY_H), limit=_MOST),
            *(one for one in sent if one.id not in last),
        ]
        note.remove(*gone)
    return len(gone)


def _last_deliveries(read: Reading) -> set[str]:
    """Return the newest delivery of each hook: it says how far the hook has heard."""
    newest = (read.find(Delivery, hook=one.id, order="-id", limit=1) for one in read.find(Hook))
    return {one.id for found in newest for one in found}
