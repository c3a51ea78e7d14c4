"""What scores: predictors that never import torch, and in ``nets`` their torch modules."""

from jixiao.models import linear, neural  # noqa: F401 - registers its predictors
from jixiao.models.registry import PREDICTORS, load_predictor

__all__ = ["PREDICTORS", "load_predictor"]
