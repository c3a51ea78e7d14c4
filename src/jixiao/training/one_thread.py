"""Keeps linear algebra on one thread where the arrays are too small to share."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def one_thread(function: Callable[P, R]) -> Callable[P, R]:
    """Return a function during which BLAS uses one thread.

    On a busy machine the threads of small products spend longer waiting for each other than
    working; results also no longer depend on how many threads there are.
    """

    @wraps(function)
    def limited(*args: P.args, **kwargs: P.kwargs) -> R:
        import threadpoolctl  # type: ignore[import-untyped]

        with threadpoolctl.threadpool_limits(limits=1, user_api="blas"):
            return function(*args, **kwargs)

    return limited
