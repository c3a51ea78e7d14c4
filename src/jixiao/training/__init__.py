"""What fits: one learner per file, the one training loop, and the search around them."""

from jixiao.training import (  # noqa: F401 - registers its learners
    boosted,
    decoder,
    encoder,
    forest,
    linear,
    lstm,
    stack,
)
from jixiao.training.registry import LEARNERS
from jixiao.training.rules import choose_rule
from jixiao.training.stack import combine, fuse

__all__ = ["LEARNERS", "choose_rule", "combine", "fuse"]
