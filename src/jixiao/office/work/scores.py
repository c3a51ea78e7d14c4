"""Scores of rows as they come: whatever waits is scored in one call of the model.

While one call is under way, further requests gather, and the next call takes them all. Those who
got their answers together ask again together: as long as one follows the other, the next call
waits until as many rows are there as the last one left, waiting and answered. Before each call the
database is asked whether AI is stopped and who may not be scored; no model sees a row about them.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from itertools import islice
from queue import Empty, SimpleQueue
from typing import Any

from jixiao.core import JixiaoError, TooMany
from jixiao.office.access import require
from jixiao.office.office import Office
from jixiao.office.people.refusals import not_to_score
from jixiao.office.safety.stop import refuse_if_stopped
from jixiao.office.viewer import Viewer
from jixiao.office.work.timetable import files_state
from jixiao.reports import kind_of
from jixiao.services import Explanation, LiveModel, RowScore, explained, with_variants

MOST_ROWS = 1000
"""Rows of one request."""
MOST_EXPLAINED = 10
"""Rows of one request for explanations, each of which asks the model up to 41 times."""
MOST_AT_ONCE = 512
"""Rows of one call of the model, unless a single request has more."""
MOST_WAITING = 20_000
"""Rows that may wait; beyond it requests are turned away."""
_PAUSE_S = 0.002
"""Seconds without a new request after which a call begins."""
_SHARE_WAITED, _LONGEST_WAIT_S = 0.5, 0.04
"""How long a call waits at most: a share of what the last one took, and seconds."""
NOT_TOLD = "this person was given no notice, or refuses automated scoring"
_LOG = logging.getLogger("jixiao.scores")
Row = Mapping[str, str | int | float | bool | None]


@dataclass(frozen=True)
class Scored:
    """Scores of one request.

    Attributes:
        model: Id of the model.
        rows: One for each row sent, in the same order.
    """

    model: str
    rows: list[RowScore]


@dataclass(frozen=True)
class Explained:
    """Explanations of the scores of one request.

    Attributes:
        model: Id of the model.
        rows: One for each row sent, in the same order.
    """

    model: str
    rows: list[Explanation]


@dataclass
class _Asked:
    rows: Sequence[Row]
    answer: Future[Any] = field(default_factory=Future)
    explains: bool = False


class Scorer:
    """Scores rows with the current model in a thread of its own, begun at the first request.

    Args:
        office: The application.
    """

    def __init__(self, office: Office) -> None:
        self._office = office
        self._queue: SimpleQueue[_Asked | None] = SimpleQueue()
        self._lock, self._waiting = threading.Lock(), 0
        self._thread: threading.Thread | None = None
        self._live: LiveModel | None = None
        self._written: tuple[str, ...] = ()
        self._sources: list[str] = []
        self._files, self._about_people = "", True
        self._expected, self._took = 0, 0.0
        self.calls = 0

    def submit(self, viewer: Viewer, rows: Sequence[Row]) -> Future[Scored]:
        """Return what will hold the scores.

        Args:
            viewer: Who asks.
            rows: Values by column, as they stand in the data.

        Raises:
            Forbidden: If the viewer may not score.
            TooMany: If too much waits already.
        """
        return self._put(viewer, _Asked(rows))

    def explain(self, viewer: Viewer, rows: Sequence[Row]) -> Future[Explained]:
        """Return what will hold the scores with what each part of a row does to them.

        Args:
            viewer: Who asks.
            rows: Values by column, as they stand in the data.

        Raises:
            Forbidden: If the viewer may not score.
            TooMany: If too much waits already.
        """
        return self._put(viewer, _Asked(rows, explains=True))

    def _put(self, viewer: Viewer, asked: _Asked) -> Future[Any]:
        require(viewer, "score.make")
        with self._lock:
            if self._waiting + len(asked.rows) > MOST_WAITING:
                raise TooMany(
                    "JX-E766",
                    "rows",
                    expected=f"at most {MOST_WAITING:,} rows that wait",
                    got="more",
                    hint="send the next request when the last one is answered",
                )
            self._waiting += len(asked.rows)
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="scorer", daemon=True)
                self._thread.start()
            self._queue.put(asked)
        return asked.answer

    def close(self) -> None:
        """End the thread when everything that waits is answered."""
        with self._lock:
            thread = self._thread
        if thread is not None:
            self._queue.put(None)
            thread.join(timeout=5)

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            batch, ending = self._gathered(first)
            began = time.monotonic()
            self._answer(batch)
            self._took = time.monotonic() - began
            with self._lock:
                self._expected = min(self._waiting, MOST_AT_ONCE)
                self._waiting -= sum(len(one.rows) for one in batch)
            if ending:
                return

    def _gathered(self, first: _Asked) -> tuple[list[_Asked], bool]:
        """Return a request with whatever waits behind it, and whether the end was asked for."""
        batch, count = [first], len(first.rows)
        until = time.monotonic() + min(_LONGEST_WAIT_S, _SHARE_WAITED * self._took)
        while count < MOST_AT_ONCE:
            left = until - time.monotonic() if count < self._expected else 0.0
            try:
                following = self._queue.get(left > 0, max(min(left, _PAUSE_S), 0.0))
            except Empty:
                break
            if following is None:
                return batch, True
            batch.append(following)
            count += len(following.rows)
        return batch, False

    def _answer(self, batch: list[_Asked]) -> None:
        try:
            live = self._ready()
            good = [one for one in batch if _fits(live, one)]
            sent = [_sent(live, one) for one in good]
            scores = iter(self._scored(live, [row for rows in sent for row in rows]))
            for one, rows in zip(good, sent, strict=True):
                one.answer.set_result(_answered(live, one, list(islice(scores, len(rows)))))
        except Exception as error:
            if not isinstance(error, JixiaoError):
                _LOG.error("scoring failed: %s", type(error).__name__)
            for one in batch:
                if not one.answer.done():
                    one.answer.set_exception(error)

    def _ready(self) -> LiveModel:
        """Return the current model, read anew when it or what stands beside it has changed."""
        workspace = self._office.workspace
        written = (
            workspace.models.current() or "",
            workspace.store.read_settings(),
            str(workspace.store.read_json("sources")),
        )
        if written != self._written:
            settings = workspace.settings()  # dear to read, so only where something was written
            self._about_people = kind_of(settings.contract, settings.report) == "people"
            self._sources = [table.source for table in settings.contract.tables]
        files = files_state(workspace.store.base, self._sources)
        if self._live is None or (written, files) != (self._written, self._files):
            self._live = workspace.live()
            self._written, self._files = written, files
        return self._live

    def _scored(self, live: LiveModel, rows: Sequence[Row]) -> list[RowScore]:
        """Return scores; no model is asked about people who may not be scored."""
        subjects = live.subjects(rows)
        barred = self._barred(live, subjects)
        asked = [row for row, subject in zip(rows, subjects, strict=True) if subject not in barred]
        self.calls += 1
        scores = iter(live.score(asked))
        untold = RowScore("not_scored", reason=NOT_TOLD)
        return [untold if subject in barred else next(scores) for subject in subjects]

    def _barred(self, live: LiveModel, subjects: Sequence[str]) -> frozenset[str]:
        """Return the subjects about whom no model may be asked; things have no say."""
        with self._office.reading() as read:
            refuse_if_stopped(read)
            if not live.subject:
                return frozenset()
            return not_to_score(read, set(subjects), about_people=self._about_people)


def _sent(live: LiveModel, asked: _Asked) -> Sequence[Row]:
    """Return the rows that the model is asked about."""
    return with_variants(asked.rows, read=live.read) if asked.explains else asked.rows


def _answered(live: LiveModel, asked: _Asked, scores: list[RowScore]) -> Scored | Explained:
    if not asked.explains:
        return Scored(live.model_id, scores)
    return Explained(live.model_id, explained(asked.rows, scores, read=live.read))


def _fits(live: LiveModel, asked: _Asked) -> bool:
    try:
        live.check(asked.rows)
    except JixiaoError as error:
        asked.answer.set_exception(error)
        return False
    return True
