"""Learners by versioned name. A learner's file imports torch only inside its functions."""

from __future__ import annotations

from collections.abc import Callable

from jixiao.contracts import Learner
from jixiao.core import Registry

LEARNERS: Registry[Callable[[], Learner]] = Registry("model")
"""Versioned model name to a factory of its learner."""
