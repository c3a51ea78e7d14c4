"""What fits: one learner per file, the one training loop, and the search around them."""

from jixiao.training.registry import LEARNERS

__all__ = ["LEARNERS"]
