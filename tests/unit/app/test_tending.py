"""A worker's process ends with the server that started it, come what may."""

from __future__ import annotations

import io
import os
import sys
import threading
from types import SimpleNamespace

import pytest

from jixiao.app.cli.tending import end_with_parent
from jixiao.gateways.sqlite_failure import full


class Busy:
    """A worker whose job cannot be put back."""

    def __init__(self) -> None:
        self.abandoned = 0

    def abandon(self) -> None:
        """Fail as a full database does."""
        self.abandoned += 1
        raise full("the database")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_worker_ends_with_its_server_even_where_its_job_cannot_be_put_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ended = threading.Event()
    monkeypatch.setattr(os, "_exit", lambda _: ended.set())
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO()))
    worker = Busy()
    end_with_parent(worker)  # type: ignore[arg-type]
    assert ended.wait(5)
    assert worker.abandoned == 1
