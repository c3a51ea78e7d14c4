"""What changes the weights beside the gradient: the optimiser's groups and the running average."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from jixiao.training import checkpoint

if TYPE_CHECKING:
    import torch
    from torch import Tensor, nn


def make_optimiser(
    net: nn.Module, kind: str, *, lr: float, decay: float, rates: Mapping[str, float]
) -> torch.optim.Optimizer:
    """Return the optimiser, one group per factor of the rate and per weight decay.

    Args:
        net: Network; frozen weights are left out.
        kind: ``adamw`` or ``sgd``.
        lr: Highest learning rate.
        decay: Weight decay of matrices; vectors have none.
        rates: Factor of the rate by weight name; 1 where a name is absent.
    """
    import torch

    groups: dict[tuple[float, float], list[Any]] = {}
    for name, parameter in net.named_parameters():
        if parameter.requires_grad:
            own = decay if parameter.ndim > 1 else 0.0
            groups.setdefault((rates.get(name, 1.0), own), []).append(parameter)
    listed = [
        {"params": parameters, "factor": factor, "weight_decay": own, "lr": lr * factor}
        for (factor, own), parameters in groups.items()
    ]
    if kind == "sgd":
        return torch.optim.SGD(listed, lr=lr)
    return torch.optim.AdamW(listed, lr=lr, fused=True)


class WeightAverage:
    """A running average of the trained weights, young at first so that the start is forgotten.

    Args:
        net: Network.
        decay: Share of the average that is kept at a step; 0 keeps no average.
    """

    def __init__(self, net: nn.Module, decay: float) -> None:
        self.net, self.decay = net, decay
        self.weights: dict[str, Tensor] = {}

    def follow(self, step: int) -> None:
        """Move towards the weights after a step (its number counts from 1)."""
        import torch

        if not self.decay:
            return
        now = checkpoint.trained(self.net)
        if not self.weights:
            self.weights = {name: weight.clone() for name, weight in now.items()}
        keep = min(self.decay, (1 + step) / (10 + step))
        followers = [self.weights[name] for name in now]
        torch._foreach_lerp_(followers, list(now.values()), 1.0 - keep)

    @contextmanager
    def swapped_in(self) -> Iterator[None]:
        """Let the network hold the averaged weights for a while."""
        if not self.weights:
            yield
            return
        kept = {name: weight.clone() for name, weight in checkpoint.trained(self.net).items()}
        checkpoint.restore_weights(self.net, self.weights)
        try:
            yield
        finally:
            checkpoint.restore_weights(self.net, kept)
