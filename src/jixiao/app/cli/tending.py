"""What goes on beside the server: a process for jobs while there are any, the clock, deliveries."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType

from jixiao.contracts.office import Job
from jixiao.office import Office
from jixiao.office.cycles.cycle_clock import tend_cycles
from jixiao.office.cycles.ratings import book_of
from jixiao.office.letters import send_letters
from jixiao.office.safety.retention import apply_retention
from jixiao.office.work.delivering import deliver
from jixiao.office.work.timetable import tick
from jixiao.office.work.worker import Worker

EVERY_S = 1.0
CARE_EVERY_S = 60.0
TIDY_EVERY_S = 3600.0
_LOG = logging.getLogger("jixiao.jobs")


class Tender:
    """Starts a worker's process when a job waits, and looks after the clock and deliveries.

    Jobs run in a process of their own, as training holds the interpreter for long; it ends by
    itself when there is nothing left to do, and with this one.

    Args:
        office: The application.
        command: Starts a worker.
    """

    def __init__(self, office: Office, command: Sequence[str]) -> None:
        self._office, self._command = office, list(command)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tend, name="tender", daemon=True)
        self._cared = self._tidied = float("-inf")
        self._worker: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Tender:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End, and let the worker put back what it is doing."""
        self._over.set()
        self._thread.join(timeout=10)
        if self._worker is not None:
            _end(self._worker)

    def _tend(self) -> None:
        while not self._over.wait(EVERY_S):
            for act in (self.once, self._read_ahead):
                try:
                    act()
                except Exception as error:  # told, and tried again: the server goes on
                    _LOG.error("tending failed: %s", type(error).__name__)

    def once(self) -> None:
        """Do everything that is due."""
        tick(self._office)
        deliver(self._office)
        if time.monotonic() - self._cared > CARE_EVERY_S:
            self._cared = time.monotonic()
            tend_cycles(self._office)
            send_letters(self._office)
        if time.monotonic() - self._tidied > TIDY_EVERY_S:
            self._tidied = time.monotonic()
            apply_retention(self._office, "system")
        if self._worker is not None:
            if self._worker.poll() is None:
                return
            _end(self._worker)
        if self._is_work():
            self._worker = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
            )

    def _read_ahead(self) -> None:
        """Read data that have changed before somebody waits for them."""
        book_of(self._office)

    def _is_work(self) -> bool:
        with self._office.reading() as read:
            now = self._office.clock()
            waiting = read.find(Job, state="waiting")
            dead = read.count(Job, state="running", lease__lt=now)
            return bool(dead) or any(one.lease is None or one.lease <= now for one in waiting)


def _end(worker: subprocess.Popen[bytes]) -> None:
    """Close a worker's input, at which it ends by itself; one that does not is killed."""
    assert worker.stdin is not None
    worker.stdin.close()
    try:
        worker.wait(timeout=5)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


def end_with_parent(worker: Worker) -> None:
    """Put the job back and end this process when the one that started it is gone."""

    def watch() -> None:
        while sys.stdin.buffer.read(1):
            pass
        with suppress(Exception):  # where the job cannot be put back, its lease runs out
            worker.abandon()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
