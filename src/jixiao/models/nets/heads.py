"""Heads: what stands between a vector and the raw outputs of each kind of task.

Raw outputs become probabilities in one place for torch-free scoring (``models/neural.py``); the
losses here are the same formulas on torch tensors.
"""

from __future__ import annotations

import itertools
import math

import torch
from torch import Tensor, nn
from torch.nn import functional


class OrdinalHead(nn.Module):
    """Cumulative head with ordered thresholds: ``logit P(y > k) = (s(x) - t_k) / w(x)``.

    The thresholds rise by construction, so the cumulative probabilities never cross. The width
    ``w`` lets one example be less certain than another without moving its place on the scale.

    Args:
        width: Length of the input vector.
        n_levels: Levels of the scale, at least 2.
    """

    def __init__(self, width: int, n_levels: int) -> None:
        super().__init__()
        self.score = nn.Linear(width, 1)
        self.log_width = nn.Linear(width, 1)
        self.first = nn.Parameter(torch.zeros(1))
        self.gaps = nn.Parameter(torch.zeros(max(n_levels - 2, 0)))
        nn.init.zeros_(self.log_width.weight)
        nn.init.zeros_(self.log_width.bias)

    @property
    def thresholds(self) -> Tensor:
        """Return the rising thresholds, shape (n_levels - 1,)."""
        rises = functional.softplus(self.gaps) + 1e-4
        return torch.cat([self.first, self.first + torch.cumsum(rises, dim=0)])

    def start_at(self, shares: list[float]) -> None:
        """Set the thresholds so that an uninformative score gives the shares of the levels."""
        total, above = sum(shares), []
        for k in range(len(shares) - 1):
            rest = min(max(sum(shares[k + 1 :]) / total, 1e-3), 1 - 1e-3)
            above.append(-math.log(rest / (1 - rest)))
        self.set_thresholds(above)

    def set_thresholds(self, rising: list[float]) -> None:
        """Set the thresholds, kept at least 0.01 apart."""
        rises = [max(b - a, 1e-2) for a, b in itertools.pairwise(rising)]
        with torch.no_grad():
            self.first.fill_(rising[0])
            self.gaps.copy_(torch.tensor([math.log(math.expm1(rise)) for rise in rises]))

    def forward(self, x: Tensor) -> Tensor:
        """Return cumulative logits, shape (B, n_levels - 1), for vectors (B, H)."""
        # (B, 1) - (K-1,) -> (B, K-1)
        logits: Tensor = (self.score(x) - self.thresholds) * torch.exp(-self.log_width(x))
        return logits


class NumberHead(nn.Module):
    """A number in its own unit; the network works on the standardised one.

    Args:
        width: Length of the input vector.
        mean: Mean of the target in the training rows.
        spread: Standard deviation of the target in the training rows, above 0.
    """

    mean: Tensor
    spread: Tensor

    def __init__(self, width: int, mean: float, spread: float) -> None:
        super().__init__()
        self.score = nn.Linear(width, 1)
        self.register_buffer("mean", torch.tensor([mean]))
        self.register_buffer("spread", torch.tensor([spread]))

    def forward(self, x: Tensor) -> Tensor:
        """Return numbers, shape (B, 1)."""
        number: Tensor = self.score(x) * self.spread + self.mean
        return number


def ordinal_log_proba(logits: Tensor) -> Tensor:
    """Return log P(y = k), shape (B, K), of cumulative logits (B, K-1) that fall along k.

    Uses ``sigmoid(a) - sigmoid(b) = sigmoid(a) sigmoid(-b) (1 - exp(b - a))``, which keeps its
    digits where both sigmoids are close to 0 or 1.
    """
    over = functional.logsigmoid(logits)  # log P(y > k), (B, K-1)
    under = functional.logsigmoid(-logits)  # log P(y <= k)
    gap = (logits[:, :-1] - logits[:, 1:]).clamp(min=1e-6)
    middle = over[:, :-1] + under[:, 1:] + torch.log(-torch.expm1(-gap))
    return torch.cat([under[:, :1], middle, over[:, -1:]], dim=1)


def ordinal_loss(logits: Tensor, y: Tensor, *, smoothing: float = 0.0) -> Tensor:
    """Return the mean negative log likelihood of levels ``y`` (B,) under cumulative logits."""
    return smoothed_nll(ordinal_log_proba(logits), y, smoothing=smoothing)


def smoothed_nll(log_proba: Tensor, y: Tensor, *, smoothing: float = 0.0) -> Tensor:
    """Return the mean cross-entropy against targets that give ``smoothing`` to all classes."""
    hit = -log_proba.gather(1, y.unsqueeze(1)).squeeze(1).mean()
    if smoothing == 0.0:
        return hit
    return (1.0 - smoothing) * hit - smoothing * log_proba.clamp(min=-20.0).mean()
