"""Whoever does jobs: claims one after another, tells progress, keeps the lease, ends them."""

from __future__ import annotations

import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from jixiao.contracts.office import Job
from jixiao.core import (
    Held,
    JixiaoError,
    ManyErrors,
    Stale,
    Unavailable,
    refused_by_system,
)
from jixiao.office.office import Office
from jixiao.office.secrets import new_id
from jixiao.office.work.jobs import LEASE_S, Cancelled, Lost, claim, end, put_back, renew
from jixiao.office.work.work import WORK

TOLD_EVERY_S = 0.5
GRACE_S = 10.0
"""Seconds a cancelled job may go on without coming by a step where it can stop."""
PAUSE_S = 3.0
"""Seconds to wait when the disk is full or the database does not answer."""
_MOST_ERRORS = 20
_LOG = logging.getLogger("jixiao.jobs")


class Progress:
    """Notes how far a job is, at most twice a second, and stops it where that was asked for.

    Args:
        office: The application.
        job: As it was claimed.
    """

    def __init__(self, office: Office, job: Job) -> None:
        self._office, self.job, self._last = office, job, 0.0
        self._stage = ""
        self.lost = threading.Event()
        self.asked_to_stop = threading.Event()

    def __call__(self, stage: str, done: int, total: int) -> None:
        """Tell a step.

        Raises:
            Cancelled: If somebody asked to cancel the job.
            Lost: If the job is another worker's.
        """
        now = time.monotonic()
        if stage == self._stage and now - self._last < TOLD_EVERY_S and done < total:
            return self._look()
        self._stage, self._last = stage, now
        self.beat(stage=stage, done=done, total=total)
        return self._look()

    def beat(self, **told: Any) -> None:
        """Keep hold of the job."""
        try:
            if renew(self._office, self.job, **told).stop:
                self.asked_to_stop.set()
        except Lost:
            self.lost.set()

    def _look(self) -> None:
        if self.lost.is_set():
            raise Lost
        if self.asked_to_stop.is_set():
            raise Cancelled


class Worker:
    """Does jobs, one at a time.

    Args:
        office: The application.
        stuck: Called when a cancelled job does not come to a step where it can stop; a process
            of its own ends itself there, as a kill at any point does no harm.
    """

    def __init__(self, office: Office, *, stuck: Callable[[], None] = lambda: None) -> None:
        self._office, self._stuck = office, stuck
        self.name = new_id()
        self._job: Job | None = None

    def work(self, *, until: threading.Event, idle_s: float = float("inf")) -> int:
        """Do jobs until told otherwise, or until there was none for a while.

        Args:
            until: Set when no further job is to be begun.
            idle_s: Seconds without a job after which it returns.

        Returns:
            How many jobs were begun.
        """
        begun, last = 0, time.monotonic()
        while not until.is_set() and time.monotonic() - last < idle_s:
            try:
                did = self.one()
            except Unavailable as error:
                _LOG.error("no job can be done now: %s", error.code)
                until.wait(PAUSE_S)
                continue
            if did:
                begun, last = begun + 1, time.monotonic()
            else:
                until.wait(0.5)
        return begun

    def one(self) -> bool:
        """Do one job; return whether there was one."""
        job = claim(self._office, self.name)
        if job is None:
            return False
        self._job = job
        progress = Progress(self._office, job)
        try:
            with self._held(progress):
                result = WORK[job.kind].run(self._office, job, progress)
            end(self._office, job, "done", result)
        except (Lost, Cancelled) as left:
            if isinstance(left, Cancelled):
                _end_quietly(self._office, job, "cancelled", {})
        except Held:
            with suppress(Lost, Stale):
                put_back(self._office, job, after_s=3)
        except Exception as error:
            _end_quietly(self._office, job, "failed", failure(error))
        finally:
            self._job = None
        return True

    def abandon(self) -> None:
        """Give the job that is being done back, as this process ends now."""
        if self._job is not None:
            with suppress(Lost, Stale):
                put_back(self._office, self._job, after_s=0)

    @contextmanager
    def _held(self, progress: Progress) -> Iterator[None]:
        """Renew the lease while the work is done, however long it is silent."""
        over = threading.Event()
        beating = threading.Thread(target=self._beat, args=(progress, over), daemon=True)
        beating.start()
        try:
            yield
        finally:
            over.set()
            beating.join()

    def _beat(self, progress: Progress, over: threading.Event) -> None:
        asked = 0.0
        while not over.wait(min(LEASE_S / 4, 2.0)):
            with suppress(Unavailable):  # may be over before the lease is
                progress.beat()
            if progress.lost.is_set():
                return
            if not progress.asked_to_stop.is_set():
                continue
            asked = asked or time.monotonic()
            if time.monotonic() - asked > GRACE_S:
                self._stuck()
                return


def _end_quietly(office: Office, job: Job, state: str, result: dict[str, Any]) -> None:
    """End a job, unless another worker has taken it over."""
    try:
        end(office, job, state, result)
    except Lost:
        _LOG.warning("job %s was taken over by another worker", job.id)


def failure(error: Exception) -> dict[str, Any]:
    """Return what is kept of an error: what a person can mend, and nothing of the inside."""
    if isinstance(error, ManyErrors):
        errors = [one.to_json() for one in error.errors[:_MOST_ERRORS]]
        return {"error": error.to_json(), "errors": errors}
    if isinstance(error, JixiaoError):
        return {"error": error.to_json()}
    told = traceback.extract_tb(error.__traceback__)[-4:]
    places = " < ".join(f"{Path(one.filename).name}:{one.lineno}" for one in reversed(told))
    _LOG.error("unexpected %s in a job at %s", type(error).__name__, places)
    if isinstance(error, OSError):
        return {"error": refused_by_system(error).to_json()}
    return {
        "error": {
            "code": "JX-E764",
            "place": "job",
            "expected": "no fault of ours",
            "got": "one",
            "hint": "the server's log names the place; then try again",
        }
    }
