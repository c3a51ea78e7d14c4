"""What scores: predictors that never import torch, and in ``nets`` their torch modules."""

from jixiao.models import (  # noqa: F401 - registers its predictors
    boosted,
    frozen,
    linear,
    neural,
    stack,
    trees,
)
from jixiao.models.decision import ARGMAX, Rule, decide, rule_of
from jixiao.models.registry import PREDICTORS, load_predictor

__all__ = ["ARGMAX", "PREDICTORS", "Rule", "decide", "load_predictor", "rule_of"]
