"""What fits: one learner per file, the one training loop, and the search around them."""

from jixiao.training import (  # noqa: F401 - registers its learners
    auto,
    boosted,
    decoder,
    encoder,
    forest,
    frozen,
    linear,
    lstm,
    stack,
)
from jixiao.training.folds import concat, make_folds
from jixiao.training.registry import LEARNERS
from jixiao.training.rules import choose_rule
from jixiao.training.search import fit_best
from jixiao.training.stack import combine, cross_fitted, fuse
from jixiao.training.tracking import read_curves

__all__ = [
    "LEARNERS",
    "choose_rule",
    "combine",
    "concat",
    "cross_fitted",
    "fit_best",
    "fuse",
    "make_folds",
    "read_curves",
]
