"""What scores: predictors that never import torch, and in ``nets`` the torch modules they are from."""

from jixiao.models.registry import PREDICTORS, load_predictor

__all__ = ["PREDICTORS", "load_predictor"]
