"""How far a run is, by steps and by the clock, and the learning rate that follows from it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Literal


@dataclass
class Schedule:
    """The course of one run.

    Attributes:
        planned: Steps of all epochs.
        deadline: Value of ``time.monotonic()`` at which the last judgement must have ended; None
            for no limit.
        warmup: Share of the run over which the rate rises.
        decay: Whether the rate falls to zero along a line, or stays.
        used_s: Seconds a killed run had used before.
        judge_s: Seconds of the last judgement; 0 before the first.
        judged_rows: Validation rows per training row of a step, by which the first judgement's
            time is guessed.
    """

    planned: int
    deadline: float | None
    warmup: float
    decay: Literal["linear", "none"]
    used_s: float = 0.0
    judge_s: float = 0.0
    judged_rows: float = 0.0
    started: float = field(default_factory=time.monotonic)

    def elapsed(self) -> float:
        """Return seconds used, those before a kill included."""
        return self.used_s + time.monotonic() - self.started

    def fraction(self, step: int) -> float:
        """Return how much of the run is over, by steps or by time, whichever is more."""
        done = step / max(self.planned, 1)
        if self.deadline is None:
            return done
        elapsed = self.elapsed()
        left = self.deadline - time.monotonic() - self._judge_estimate(step)
        return max(done, elapsed / max(elapsed + left, 1e-9))

    def _judge_estimate(self, step: int) -> float:
        """Return seconds of a judgement: as measured, or half as long a row as training."""
        if self.judge_s or not step:
            return self.judge_s
        return 0.5 * self.elapsed() / step * self.judged_rows

    def rate(self, step: int) -> float:
        """Return the factor of the highest learning rate: up over the warm-up, then down."""
        at = self.fraction(step)
        if self.warmup and at < self.warmup:
            return max(at / self.warmup, 1.0 / max(self.planned, 1))
        if self.decay == "none":
            return 1.0
        return max(1.0 - at, 0.0) / (1.0 - self.warmup)

    def progress(self, step: int) -> tuple[int, int]:
        """Return steps done and the steps that will have been done when plan or time ends."""
        expected = int(step / max(self.fraction(step), 1e-9))
        return step, max(min(expected, self.planned), step)
