"""What fits: one learner per file, the one training loop, and the search around them."""

from jixiao.training import decoder, encoder, linear, lstm  # noqa: F401 - registers its learners
from jixiao.training.registry import LEARNERS

__all__ = ["LEARNERS"]
