"""How fast programs may ask: a bucket of requests for each account, filled evenly.

An account's keys and browsers share one bucket, so that another key brings no more. Scores have a
bucket of their own. Buckets are kept by each process for itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

from jixiao.core import TooMany
from jixiao.office import Office
from jixiao.office.options import number

WINDOW_S = 60
READ_S = 5.0
"""Seconds after which the options are read again."""
SCORES = "score.make"
_MOST_BUCKETS = 20_000
_OPTIONS = ("api_per_minute", "scores_per_minute")


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class Limits:
    """Limits of one process.

    Args:
        office: Its options say how many requests a minute.
        clock: Seconds that only grow.
    """

    def __init__(self, office: Office, clock: Callable[[], float] = time.monotonic) -> None:
        self._office, self._clock = office, clock
        self._buckets: dict[tuple[str, bool], _Bucket] = {}
        self._quotas = (0, 0)
        self._read_at = float("-inf")

    def is_stale(self) -> bool:
        """Return whether the options are to be read before the next request."""
        return self._clock() - self._read_at > READ_S

    def read(self) -> None:
        """Read the options."""
        with self._office.reading() as read:
            self._quotas = (number(read, _OPTIONS[0]), number(read, _OPTIONS[1]))
        self._read_at = self._clock()

    def spend(self, account: str, action: str) -> list[tuple[bytes, bytes]]:
        """Take one request out of an account's bucket and return the headers that tell of it.

        Args:
            account: Account id.
            action: What the route does.

        Raises:
            TooMany: If the bucket is empty.
        """
        is_score = action == SCORES
        quota, now = self._quotas[is_score], self._clock()
        bucket = self._bucket((account, is_score), quota, now)
        bucket.left = min(float(quota), bucket.left + (now - bucket.at) * quota / WINDOW_S)
        bucket.at = now
        if bucket.left < 1:
            raise _too_fast(quota, (1 - bucket.left) * WINDOW_S / quota)
        bucket.left -= 1
        return headers(is_score, quota, bucket.left)

    def _bucket(self, name: tuple[str, bool], quota: int, now: float) -> _Bucket:
        found = self._buckets.get(name)
        if found is None:
            if len(self._buckets) >= _MOST_BUCKETS:
                old = now - WINDOW_S  # filled again by now, so that nothing is lost
                self._buckets = {n: one for n, one in self._buckets.items() if one.at > old}
            found = self._buckets[name] = _Bucket(float(quota), now)
        return found


def headers(is_score: bool, quota: int, left: float) -> list[tuple[bytes, bytes]]:
    """Return policy and state of a bucket as the fields of draft-ietf-httpapi-ratelimit-headers.

    Args:
        is_score: Whether it is the bucket of scores.
        quota: Requests a minute.
        left: Requests in the bucket.
    """
    name = "scores" if is_score else "account"
    full_s = int((quota - left) * WINDOW_S / quota) + 1
    return [
        (b"ratelimit-policy", f'"{name}";q={quota};w={WINDOW_S}'.encode()),
        (b"ratelimit", f'"{name}";r={int(left)};t={full_s}'.encode()),
    ]


def _too_fast(quota: int, wait_s: float) -> TooMany:
    seconds = int(wait_s) + 1
    return TooMany(
        "JX-E706",
        "requests",
        expected=f"at most {quota} a minute from one account",
        got="more",
        hint=f"wait {seconds} seconds; an administrator sets the limit under Settings",
        wait_s=seconds,
    )
