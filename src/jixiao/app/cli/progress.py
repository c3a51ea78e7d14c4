"""A progress bar on stderr with the time left; a plain line a stage where stderr is no terminal."""

from __future__ import annotations

import sys
from typing import Any

from jixiao.contracts import ProgressFn


def progress_bar() -> ProgressFn:
    """Return a function that shows stage, steps done and time left."""
    return _Bar() if sys.stderr.isatty() else _Lines()


class _Bar:
    """One bar a stage."""

    def __init__(self) -> None:
        self._stage = ""
        self._bar: Any = None

    def __call__(self, stage: str, done: int, total: int) -> None:
        from tqdm import tqdm

        if stage != self._stage or self._bar is None:
            self._close()
            self._stage = stage
            self._bar = tqdm(total=total, desc=stage, file=sys.stderr, leave=True)
        self._bar.total = total
        self._bar.update(done - self._bar.n)
        if done >= total:
            self._close()

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None
            self._stage = ""


class _Lines:
    """A line when a stage begins, and one at each quarter of a long stage."""

    def __init__(self) -> None:
        self._said = ("", -1)

    def __call__(self, stage: str, done: int, total: int) -> None:
        quarter = 4 * done // total if total > 1 else 0
        if (stage, quarter) != self._said:
            self._said = (stage, quarter)
            share = f" {25 * quarter} %" if quarter else "…"
            print(f"{stage}{share}", file=sys.stderr, flush=True)
