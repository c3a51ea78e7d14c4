"""Random generators that depend on a seed and a purpose, so that no part disturbs another."""

from __future__ import annotations

import hashlib

import numpy as np


def rng(seed: int, *purpose: str) -> np.random.Generator:
    """Return a generator for one purpose under one seed.

    Args:
        seed: The run's seed.
        purpose: Words that name the use; other words give an independent stream.
    """
    digest = hashlib.sha256("/".join((str(seed), *purpose)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:8], "big"))
