"""What goes on beside the server: a process for jobs while there are any, the clock, deliveries."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from types import TracebackType

from jixiao.contracts.office import Job
from jixiao.office import Office
from jixiao.office.hooks import deliver
from jixiao.office.notes import forget_old
from jixiao.office.ratings import book_of
from jixiao.office.schedules import tick
from jixiao.office.worker import Worker

EVERY_S = 1.0
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
        self._tidied = float("-inf")
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
        if self._worker is not None and self._worker.poll() is None:
            assert self._worker.stdin is not None
            self._worker.stdin.close()
            try:
                self._worker.wait(timeout=5)
            except subprocess.TimeoutExpired:
                self._worker.kill()

    def _tend(self) -> None:
        while not self._over.wait(EVERY_S):
            try:
                self.once()
            except Exception as error:  # told, and tried again: the server goes on
                _LOG.error("tending failed: %s", type(error).__name__)

    def once(self) -> None:
        """Do everything that is due."""
        tick(self._office)
        deliver(self._office)
        if time.monotonic() - self._tidied > TIDY_EVERY_S:
            forget_old(self._office)
            self._tidied = time.monotonic()
        book_of(self._office)  # data that have changed are read before somebody waits for them
        if self._worker is not None and self._worker.poll() is None:
            return
        if self._is_work():
            self._worker = subprocess.Popen(
                self._command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL
            )

    def _is_work(self) -> bool:
        with self._office.reading() as read:
            now = self._office.clock()
            waiting = read.find(Job, state="waiting")
            dead = read.count(Job, state="running", lease__lt=now)
            return bool(dead) or any(one.lease is None or one.lease <= now for one in waiting)


def end_with_parent(worker: Worker) -> None:
    """Put the job back and end this process when the one that started it is gone."""

    def watch() -> None:
        while sys.stdin.buffer.read(1):
            pass
        worker.abandon()
        os._exit(0)

    threading.Thread(target=watch, daemon=True).start()
