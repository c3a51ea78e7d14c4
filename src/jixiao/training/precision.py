"""Which number format trains faster on this processor: measured once, written down with the run."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Literal

GAIN = 1.3
"""bf16 is taken only when it is at least this many times faster; less is not worth its rounding."""


@lru_cache(maxsize=1)
def faster_precision() -> Literal["fp32", "bf16"]:
    """Return ``bf16`` where a matrix product of encoder shape gains enough from it, else ``fp32``.

    Takes about 0.1 s, once a process. A resumed run keeps the choice of its checkpoint.
    """
    import torch

    left, right = torch.rand(1024, 384), torch.rand(384, 1536)
    fp32 = _best_time(left, right)
    bf16 = _best_time(left.bfloat16(), right.bfloat16())
    return "bf16" if fp32 / bf16 >= GAIN else "fp32"


def _best_time(left: object, right: object) -> float:
    import torch

    times = []
    for _ in range(7):
        start = time.perf_counter()
        torch.mm(left, right)  # type: ignore[call-overload]
        times.append(time.perf_counter() - start)
    return min(times)
